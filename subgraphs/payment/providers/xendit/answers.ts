/**
 * Reads Xendit's answers. A status of 400 and above refuses a request; of a look-up 404 says that there is no such thing,
 * and any other error says nothing. Refunds have the same shape in every API.
 */
import { z } from 'zod';
import type { JsonAnswer, JsonApi } from '../json-api.js';
import {
  type ProviderRefund,
  ProviderRefusal,
  ProviderUnavailable,
  type ReportedRefund,
} from '../provider.js';

const refusalSchema = z.object({ error_code: z.string(), message: z.string().optional() });

const refundSchema = z.object({
  id: z.string(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
  failure_code: z.string().nullish(),
});

const listedRefundSchema = refundSchema.extend({
  /** Of a payment request's refund. */
  amount: z.number().int().optional(),
  /** Of a wallet's. */
  refund_amount: z.number().int().optional(),
  reference_id: z.string().nullish(),
  reason: z.string().nullish(),
});

const refundsSchema = z.object({ data: z.array(listedRefundSchema), has_more: z.boolean().optional() });

const REFUNDS_A_PAGE = 50;

/** The idempotency key is in use: a later repetition answers what became of the request that used it. */
const CONFLICT = 409;

/** @throws ProviderRefusal, or ProviderUnavailable when it cannot be read. */
export function readMade<Shape>({ status, body }: JsonAnswer, schema: z.ZodType<Shape>): Shape {
  if (status >= 400 && status !== CONFLICT) {
    const refusal = refusalSchema.safeParse(body);
    throw new ProviderRefusal(refusal.success ? refusal.data.error_code : `Xendit answered ${status}`);
  }
  return parse(body, schema);
}

/** Null when there is no such thing. @throws ProviderUnavailable when the answer does not say. */
export function readFound<Shape>({ status, body }: JsonAnswer, schema: z.ZodType<Shape>): Shape | null {
  return status === 404 ? null : parse(body, schema);
}

/** @throws as `readMade`. */
export function readMadeRefund(answer: JsonAnswer): ProviderRefund {
  return refundOf(readMade(answer, refundSchema));
}

/** A refund whose id Xendit has given. @throws ProviderUnavailable also when it is not shown now. */
export function readFoundRefund(answer: JsonAnswer): ProviderRefund {
  const refund = readFound(answer, refundSchema);
  if (refund === null) throw new ProviderUnavailable('Xendit does not show the refund now');
  return refundOf(refund);
}

/** @param path of the list, its query begun. @throws ProviderUnavailable also when there is no such list now. */
export async function findRefundPages(api: JsonApi, path: string): Promise<ReportedRefund[]> {
  const refunds: ReportedRefund[] = [];
  let after = '';
  for (;;) {
    const page = readFound(
      await api({ method: 'GET', path: `${path}limit=${REFUNDS_A_PAGE}${after}` }),
      refundsSchema,
    );
    if (page === null) throw new ProviderUnavailable('Xendit does not show the refunds of the charge now');
    refunds.push(...page.data.map(listedRefundOf));
    const last = page.data.at(-1);
    if (!page.has_more || last === undefined) return refunds;
    after = `&after_id=${encodeURIComponent(last.id)}`;
  }
}

function listedRefundOf(refund: z.infer<typeof listedRefundSchema>): ReportedRefund {
  const amount = refund.amount ?? refund.refund_amount;
  if (amount === undefined) throw new ProviderUnavailable('Xendit lists a refund without its amount');
  return {
    status: refund.status,
    transactionId: refund.id,
    key: refund.reference_id ?? null,
    amount,
    reason: refund.reason ?? null,
  };
}

function parse<Shape>(body: unknown, schema: z.ZodType<Shape>): Shape {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ProviderUnavailable('Xendit answered in an unknown shape');
  return parsed.data;
}

function refundOf(refund: z.infer<typeof refundSchema>): ProviderRefund {
  return {
    status: refund.status,
    transactionId: refund.id,
    failureReason: refund.status === 'FAILED' ? (refund.failure_code ?? 'FAILED') : null,
  };
}

/** Xendit's answers, read: a refusal is the adapter's word for every status of 400 and above, a refund is the same everywhere. */
import { z } from 'zod';
import type { JsonAnswer } from '../json-api.js';
import { type ProviderRefund, ProviderRefusal, ProviderUnavailable } from '../provider.js';

const refusalSchema = z.object({ error_code: z.string(), message: z.string().optional() });

const refundSchema = z.object({
  id: z.string(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
  failure_code: z.string().nullish(),
});

/** @throws ProviderRefusal, or ProviderUnavailable when it cannot be read. */
export function readAnswer<Shape>({ status, body }: JsonAnswer, schema: z.ZodType<Shape>): Shape {
  if (status >= 400) {
    const refusal = refusalSchema.safeParse(body);
    throw new ProviderRefusal(refusal.success ? refusal.data.error_code : `Xendit answered ${status}`);
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ProviderUnavailable('Xendit answered in a shape of its own');
  return parsed.data;
}

export function readRefund(answer: JsonAnswer): ProviderRefund {
  const refund = readAnswer(answer, refundSchema);
  return {
    status: refund.status,
    transactionId: refund.id,
    failureReason: refund.status === 'FAILED' ? (refund.failure_code ?? 'FAILED') : null,
  };
}

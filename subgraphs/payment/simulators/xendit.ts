/**
 * A stand-in for Xendit's e-wallet API: `POST /ewallets/charges`, `GET /ewallets/charges/{id}`, and
 * `POST …/{id}/refunds`, `GET …/{id}/refunds/{refund}`, basic authentication with the secret key, callbacks with the
 * account's token. A guest approves a third of a second later, and so long a refund takes. What it does wrong on request
 * stands in faults.ts.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { openRecords } from './records.js';
import {
  type ApiAnswer,
  type ApiCall,
  type Simulator,
  type SimulatorOptions,
  type SimulatorTools,
  startSimulator,
} from './simulator.js';

export interface XenditSimulatorOptions extends SimulatorOptions {
  readonly secretKey: string;
  readonly callbackToken: string;
}

const refundSchema = z.object({
  id: z.string(),
  idempotencyKey: z.string(),
  amount: z.number().int().positive(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
});

const chargeSchema = z.object({
  /** Made of the idempotency key. */
  id: z.string(),
  referenceId: z.string(),
  channelCode: z.enum(['ID_OVO', 'ID_DANA']),
  amount: z.number().int().positive(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
  at: z.string(),
  refunds: z.array(refundSchema),
});

type Charge = z.infer<typeof chargeSchema>;
type Refund = z.infer<typeof refundSchema>;

const chargeRequest = z.object({
  reference_id: z.string().min(1).max(255),
  currency: z.literal('IDR'),
  amount: z.number().int().min(100),
  checkout_method: z.literal('ONE_TIME_PAYMENT'),
  channel_code: chargeSchema.shape.channelCode,
});

const refundRequest = z.object({ amount: z.number().int().positive(), reason: z.string().optional() });

const NOT_FOUND = refusalOf(404, 'DATA_NOT_FOUND');
const INVALID = refusalOf(400, 'API_VALIDATION_ERROR');

export function startXenditSimulator(options: XenditSimulatorOptions): Promise<Simulator> {
  return startSimulator(options, (tools) => {
    const { charge, findCharge, refund, findRefund } = simulateXendit(options, tools);
    return {
      user: options.secretKey,
      unauthorized: refusalOf(401, 'INVALID_API_KEY'),
      handle(call) {
        const [root, charges, chargeId, refunds, refundId] = call.path;
        if (root !== 'ewallets' || charges !== 'charges') return NOT_FOUND;
        if (chargeId === undefined) return call.method === 'POST' ? charge(call) : NOT_FOUND;
        if (refunds === undefined) return findCharge(chargeId);
        if (refunds !== 'refunds') return NOT_FOUND;
        return refundId === undefined ? refund(chargeId, call) : findRefund(chargeId, refundId);
      },
    };
  });
}

function simulateXendit({ callbackToken, stateFile }: XenditSimulatorOptions, tools: SimulatorTools) {
  const charges = openRecords(stateFile, (line) => chargeSchema.parse(line));
  for (const charge of charges.all()) {
    if (charge.status === 'PENDING') approveLater(charge.id);
    for (const { id, status } of charge.refunds) if (status === 'PENDING') settleLater(charge.id, id);
  }

  function callBack(event: string, data: object): void {
    const headers = { 'x-callback-token': callbackToken, 'webhook-id': newId() };
    tools.callBack(headers, { event, business_id: 'simulated', created: new Date().toISOString(), data });
  }

  function approveLater(chargeId: string): void {
    const { approveAfterMilliseconds } = tools.faults();
    tools.later(approveAfterMilliseconds, () => {
      const charge = charges.get(chargeId);
      if (charge?.status !== 'PENDING') return;
      const isDeclined = tools.faults().declineAmounts.includes(charge.amount);
      const approved: Charge = { ...charge, status: isDeclined ? 'FAILED' : 'SUCCEEDED' };
      charges.set(approved);
      callBack('ewallet.capture', viewOf(approved));
    });
  }

  function settleLater(chargeId: string, refundId: string): void {
    const { approveAfterMilliseconds } = tools.faults();
    tools.later(approveAfterMilliseconds, () => {
      const charge = charges.get(chargeId);
      if (!charge) return;
      const status: Refund['status'] = tools.faults().refusesRefunds ? 'FAILED' : 'SUCCEEDED';
      const refunds = charge.refunds.map((refund) =>
        refund.id === refundId ? { ...refund, status } : refund,
      );
      charges.set({ ...charge, refunds });
      callBack('ewallet.refund', { id: refundId, charge_id: chargeId, status });
    });
  }

  return {
    charge({ body, headers }: ApiCall): ApiAnswer {
      const request = chargeRequest.safeParse(body);
      if (!request.success) return INVALID;
      const idempotencyKey = idempotencyKeyOf(headers);
      const known = charges.get(`ewc_${idempotencyKey}`);
      if (known) return { status: 202, body: viewOf(known) };
      const charge: Charge = {
        id: `ewc_${idempotencyKey}`,
        referenceId: request.data.reference_id,
        channelCode: request.data.channel_code,
        amount: request.data.amount,
        status: 'PENDING',
        at: new Date().toISOString(),
        refunds: [],
      };
      charges.set(charge);
      approveLater(charge.id);
      return { status: 202, body: viewOf(charge) };
    },
    findCharge(chargeId: string): ApiAnswer {
      const charge = charges.get(chargeId);
      return charge ? { status: 200, body: viewOf(charge) } : NOT_FOUND;
    },
    refund(chargeId: string, { body, headers }: ApiCall): ApiAnswer {
      const charge = charges.get(chargeId);
      if (!charge) return NOT_FOUND;
      const request = refundRequest.safeParse(body);
      if (!request.success) return INVALID;
      const idempotencyKey = idempotencyKeyOf(headers);
      const known = charge.refunds.find((refund) => refund.idempotencyKey === idempotencyKey);
      if (known) return { status: 200, body: refundViewOf(charge, known) };
      if (charge.status !== 'SUCCEEDED') return refusalOf(400, 'INELIGIBLE_TRANSACTION');
      const given = charge.refunds
        .filter(({ status }) => status !== 'FAILED')
        .reduce((sum, { amount }) => sum + amount, 0);
      if (given + request.data.amount > charge.amount) return refusalOf(400, 'MAXIMUM_USER_BALANCE_EXCEEDED');
      const refund: Refund = {
        id: `ewr_${newId()}`,
        idempotencyKey,
        amount: request.data.amount,
        status: 'PENDING',
      };
      charges.set({ ...charge, refunds: [...charge.refunds, refund] });
      settleLater(charge.id, refund.id);
      return { status: 200, body: refundViewOf(charge, refund) };
    },
    findRefund(chargeId: string, refundId: string): ApiAnswer {
      const charge = charges.get(chargeId);
      const refund = charge?.refunds.find(({ id }) => id === refundId);
      return charge && refund ? { status: 200, body: refundViewOf(charge, refund) } : NOT_FOUND;
    },
  };
}

function idempotencyKeyOf(headers: IncomingHttpHeaders): string {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : newId();
}

function refusalOf(status: number, errorCode: string): ApiAnswer {
  return { status, body: { error_code: errorCode, message: errorCode } };
}

function viewOf({ id, referenceId, channelCode, amount, status, at }: Charge): object {
  const page = channelCode === 'ID_DANA' ? `https://simulator.xendit.test/${id}` : null;
  return {
    id,
    business_id: 'simulated',
    reference_id: referenceId,
    status,
    currency: 'IDR',
    charge_amount: amount,
    capture_amount: amount,
    checkout_method: 'ONE_TIME_PAYMENT',
    channel_code: channelCode,
    actions: page && { desktop_web_checkout_url: page, mobile_web_checkout_url: page },
    failure_code: status === 'FAILED' ? 'USER_DECLINED_PAYMENT' : null,
    created: at,
  };
}

function refundViewOf(charge: Charge, { id, amount, status }: Refund): object {
  return {
    id,
    charge_id: charge.id,
    status,
    currency: 'IDR',
    capture_amount: charge.amount,
    refund_amount: amount,
    failure_code: status === 'FAILED' ? 'ISSUER_UNAVAILABLE' : null,
  };
}

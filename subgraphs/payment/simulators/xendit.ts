/**
 * A stand-in for Xendit's e-wallet API (`POST /ewallets/charges`, `GET /ewallets/charges/{id}`, `POST …/{id}/void`,
 * `POST …/{id}/refunds`, `GET …/{id}/refunds`, `GET …/{id}/refunds/{refund}`), its payment requests for QRIS
 * (`POST /payment_requests`, `GET /payment_requests`, `GET /payment_requests/{id}`, `POST /refunds`, `GET /refunds`,
 * `GET /refunds/{id}`) and `GET /transactions`; basic authentication with the secret key, callbacks with the account's
 * token. A guest approves a third of a second later, and a refund takes as long. Its faults on request are those of
 * faults.ts.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { isDeclined, isRefundRefused, TRIAL_AMOUNTS } from './faults.js';
import { openRecords } from './records.js';
import {
  type ApiAnswer,
  type ApiCall,
  type SimulatedCallback,
  type Simulator,
  type SimulatorOptions,
  type SimulatorTools,
  startSimulator,
} from './simulator.js';
import {
  type Charge,
  captureEventOf,
  captureViewOf,
  chargeSchema,
  isCode,
  type Refund,
  refundEventOf,
  refundViewOf,
  transactionViewOf,
  viewOf,
} from './xendit-views.js';

export interface XenditSimulatorOptions extends SimulatorOptions {
  readonly secretKey: string;
  readonly callbackToken: string;
}

const walletRequest = z.object({
  reference_id: z.string().min(1).max(255),
  currency: z.literal('IDR'),
  amount: z.number().int().min(100),
  checkout_method: z.literal('ONE_TIME_PAYMENT'),
  channel_code: z.enum(['ID_OVO', 'ID_DANA']),
});

const codeRequest = z.object({
  reference_id: z.string().min(1).max(255),
  currency: z.literal('IDR'),
  amount: z.number().int().min(100),
  payment_method: z.object({
    type: z.literal('QR_CODE'),
    reusability: z.literal('ONE_TIME_USE'),
    qr_code: z.object({ channel_code: z.literal('QRIS') }),
  }),
});

const refundRequest = z.object({
  /** Left out: all that is left. */
  amount: z.number().int().positive().optional(),
  reason: z.string().optional(),
  reference_id: z.string().max(255).optional(),
  /** Where the path does not say of which payment. */
  payment_request_id: z.string().optional(),
});

const NOT_FOUND = refusalOf(404, 'DATA_NOT_FOUND');
const INVALID = refusalOf(400, 'API_VALIDATION_ERROR');

export function startXenditSimulator(options: XenditSimulatorOptions): Promise<Simulator> {
  return startSimulator(options, (tools) => {
    const simulated = simulateXendit(options, tools);
    const { chargeWallet, requestCode, listRequests, listTransactions, findCharge } = simulated;
    const { refund, findRefund, listRefunds, voidCharge } = simulated;
    return {
      user: options.secretKey,
      unauthorized: refusalOf(401, 'INVALID_API_KEY'),
      testNotification: () => testNotification(options.callbackToken),
      handle(call) {
        const isPost = call.method === 'POST';
        if (call.path[0] === 'payment_requests') {
          const [, requestId] = call.path;
          if (requestId === undefined) return isPost ? requestCode(call) : listRequests(call);
          return findCharge(requestId);
        }
        if (call.path[0] === 'refunds') {
          const [, refundId] = call.path;
          if (refundId !== undefined) return findRefund(refundId);
          return isPost ? refund(call) : listRefunds(call, call.query.get('payment_request_id') ?? '');
        }
        if (call.path[0] === 'transactions') return listTransactions(call);
        const [root, charges, chargeId, refunds, refundId] = call.path;
        if (root !== 'ewallets' || charges !== 'charges') return NOT_FOUND;
        if (chargeId === undefined) return isPost ? chargeWallet(call) : NOT_FOUND;
        if (refunds === undefined) return findCharge(chargeId);
        if (refunds === 'void') return isPost ? voidCharge(chargeId) : NOT_FOUND;
        if (refunds !== 'refunds') return NOT_FOUND;
        if (refundId !== undefined) return findRefund(refundId);
        return isPost ? refund(call, chargeId) : listRefunds(call, chargeId);
      },
    };
  });
}

function simulateXendit({ callbackToken, stateFile }: XenditSimulatorOptions, tools: SimulatorTools) {
  const charges = openRecords(stateFile, (line) => chargeSchema.parse(line));
  const chargeOfRefund = new Map<string, string>();
  for (const charge of charges.all()) {
    if (charge.status === 'PENDING') approveLater(charge.id);
    for (const { id, status } of charge.refunds) {
      chargeOfRefund.set(id, charge.id);
      if (status === 'PENDING') settleLater(charge.id, id);
    }
  }

  function callBack(event: string, data: object): void {
    tools.callBack(callbackOf(callbackToken, event, data));
  }

  function approveLater(chargeId: string): void {
    const { approveAfterMilliseconds } = tools.faults();
    tools.later(approveAfterMilliseconds, () => {
      const charge = charges.get(chargeId);
      if (charge?.status !== 'PENDING') return;
      if (charge.amount === TRIAL_AMOUNTS.unanswered) return;
      const status = isDeclined(tools.faults(), charge.amount) ? 'FAILED' : 'SUCCEEDED';
      const approved: Charge = { ...charge, status };
      charges.set(approved);
      callBack(captureEventOf(approved), captureViewOf(approved));
    });
  }

  function settleLater(chargeId: string, refundId: string): void {
    const { approveAfterMilliseconds } = tools.faults();
    tools.later(approveAfterMilliseconds, () => {
      const charge = charges.get(chargeId);
      if (!charge) return;
      const status: Refund['status'] = isRefundRefused(tools.faults(), charge.amount)
        ? 'FAILED'
        : 'SUCCEEDED';
      const refunds = charge.refunds.map((refund) =>
        refund.id === refundId ? { ...refund, status } : refund,
      );
      const settled: Charge = { ...charge, refunds };
      charges.set(settled);
      const refund = refunds.find(({ id }) => id === refundId);
      if (refund) callBack(refundEventOf(settled, refund), refundViewOf(settled, refund));
    });
  }

  function charge(
    id: string,
    details: Pick<Charge, 'referenceId' | 'channelCode' | 'amount'>,
    status: number,
  ): ApiAnswer {
    const known = charges.get(id);
    if (known) return { status, body: viewOf(known) };
    const made: Charge = { id, ...details, status: 'PENDING', at: new Date().toISOString(), refunds: [] };
    charges.set(made);
    approveLater(made.id);
    return { status, body: viewOf(made) };
  }

  function chargesFor({ query }: ApiCall): Charge[] {
    return charges.all().filter(({ referenceId }) => referenceId === query.get('reference_id'));
  }

  return {
    listRequests(call: ApiCall): ApiAnswer {
      const found = chargesFor(call).filter(isCode);
      return { status: 200, body: { data: found.map(viewOf), has_more: false } };
    },
    /** Xendit lists a payment once it is paid. */
    listTransactions(call: ApiCall): ApiAnswer {
      const found = chargesFor(call).filter(({ status }) => status === 'SUCCEEDED' || status === 'VOIDED');
      return { status: 200, body: { data: found.map(transactionViewOf), has_more: false, links: [] } };
    },
    chargeWallet({ body, headers }: ApiCall): ApiAnswer {
      const request = walletRequest.safeParse(body);
      if (!request.success) return INVALID;
      const { reference_id: referenceId, channel_code: channelCode, amount } = request.data;
      return charge(`ewc_${idempotencyKeyOf(headers)}`, { referenceId, channelCode, amount }, 202);
    },
    requestCode({ body, headers }: ApiCall): ApiAnswer {
      const request = codeRequest.safeParse(body);
      if (!request.success) return INVALID;
      const { reference_id: referenceId, amount } = request.data;
      return charge(`pr-${idempotencyKeyOf(headers)}`, { referenceId, channelCode: 'QRIS', amount }, 201);
    },
    findCharge(chargeId: string): ApiAnswer {
      const charge = charges.get(chargeId);
      return charge ? { status: 200, body: viewOf(charge) } : NOT_FOUND;
    },
    /** Of a payment that has come and of which nothing was given back. */
    voidCharge(chargeId: string): ApiAnswer {
      const charge = charges.get(chargeId);
      if (!charge) return NOT_FOUND;
      if (charge.status !== 'SUCCEEDED' || charge.refunds.length > 0) {
        return refusalOf(400, 'INELIGIBLE_TRANSACTION');
      }
      const voided: Charge = { ...charge, status: 'VOIDED' };
      charges.set(voided);
      callBack('ewallet.void', viewOf(voided));
      return { status: 200, body: viewOf(voided) };
    },
    /** A page of `limit` refunds after the one of `after_id`. */
    listRefunds({ query }: ApiCall, chargeId: string): ApiAnswer {
      const charge = charges.get(chargeId);
      const refunds = charge?.refunds ?? [];
      const start = refunds.findIndex(({ id }) => id === query.get('after_id')) + 1;
      const end = start + Number(query.get('limit') ?? 10);
      const data = charge ? refunds.slice(start, end).map((refund) => refundViewOf(charge, refund)) : [];
      return { status: 200, body: { data, has_more: end < refunds.length } };
    },
    refund({ body, headers }: ApiCall, chargeId?: string): ApiAnswer {
      const request = refundRequest.safeParse(body ?? {});
      if (!request.success) return INVALID;
      const charge = charges.get(chargeId ?? request.data.payment_request_id ?? '');
      if (!charge) return NOT_FOUND;
      const idempotencyKey = idempotencyKeyOf(headers);
      const known = charge.refunds.find((refund) => refund.idempotencyKey === idempotencyKey);
      if (known) return { status: 200, body: refundViewOf(charge, known) };
      if (charge.status !== 'SUCCEEDED') return refusalOf(400, 'INELIGIBLE_TRANSACTION');
      const given = charge.refunds
        .filter(({ status }) => status !== 'FAILED')
        .reduce((sum, { amount }) => sum + amount, 0);
      const {
        amount = charge.amount - given,
        reason = null,
        reference_id: referenceId = null,
      } = request.data;
      if (amount <= 0 || given + amount > charge.amount)
        return refusalOf(400, 'MAXIMUM_REFUND_AMOUNT_REACHED');
      const refund: Refund = {
        id: `rfd-${newId()}`,
        idempotencyKey,
        amount,
        status: 'PENDING',
        referenceId,
        reason,
      };
      charges.set({ ...charge, refunds: [...charge.refunds, refund] });
      chargeOfRefund.set(refund.id, charge.id);
      settleLater(charge.id, refund.id);
      return { status: 200, body: refundViewOf(charge, refund) };
    },
    findRefund(refundId: string): ApiAnswer {
      const charge = charges.get(chargeOfRefund.get(refundId) ?? '');
      const refund = charge?.refunds.find(({ id }) => id === refundId);
      return charge && refund ? { status: 200, body: refundViewOf(charge, refund) } : NOT_FOUND;
    },
  };
}

function callbackOf(callbackToken: string, event: string, data: object): SimulatedCallback {
  return {
    headers: { 'x-callback-token': callbackToken, 'webhook-id': newId() },
    body: { event, business_id: 'simulated', created: new Date().toISOString(), data },
  };
}

/** What the dashboard sends to try a callback address: an event of a payment that does not exist. */
function testNotification(callbackToken: string): SimulatedCallback {
  return callbackOf(callbackToken, 'payment.succeeded', {
    id: 'py-00000000-0000-0000-0000-000000000000',
    payment_request_id: 'pr-00000000-0000-0000-0000-000000000000',
    reference_id: 'test-payload',
    status: 'SUCCEEDED',
    amount: 10_000,
    currency: 'IDR',
  });
}

function idempotencyKeyOf(headers: IncomingHttpHeaders): string {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : newId();
}

function refusalOf(status: number, errorCode: string): ApiAnswer {
  return { status, body: { error_code: errorCode, message: errorCode } };
}

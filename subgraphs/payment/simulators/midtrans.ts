/**
 * A stand-in for Midtrans' Core API: `POST /v2/charge`, `GET /v2/{id}/status`, `POST /v2/{id}/refund`, its older form
 * `/refund/online/direct` and `/cancel`, where the id is the merchant's order id or Midtrans' transaction id; basic
 * authentication with the server key, signed notifications. A refund without key or amount is one made at the dashboard:
 * Midtrans makes up the key and gives back all that is left. A guest approves a third of a second later; a card is
 * captured then, and settled a moment after. Its faults on request are those of faults.ts.
 */
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { signatureOf } from '../providers/midtrans/notification.js';
import { isDeclined, isRefundRefused, TRIAL_AMOUNTS } from './faults.js';
import { openRecords } from './records.js';
import {
  type ApiAnswer,
  type ApiCall,
  type Simulator,
  type SimulatorOptions,
  type SimulatorTools,
  startSimulator,
} from './simulator.js';

export interface MidtransSimulatorOptions extends SimulatorOptions {
  readonly serverKey: string;
}

const refundSchema = z.object({
  refund_key: z.string().min(1),
  amount: z.number().int().positive(),
  reason: z.string().max(255).optional(),
});

const refundRequestSchema = refundSchema.partial();

const transactionSchema = z.object({
  /** The merchant's order id. */
  id: z.string(),
  transactionId: z.string(),
  paymentType: z.enum(['credit_card', 'gopay', 'qris']),
  amount: z.number().int(),
  status: z.enum(['pending', 'capture', 'settlement', 'deny', 'cancel', 'refund', 'partial_refund']),
  at: z.string(),
  refunds: z.array(refundSchema),
});

type Transaction = z.infer<typeof transactionSchema>;

const SETTLE_AFTER_MILLISECONDS = 50;

const chargeSchema = z.object({
  payment_type: transactionSchema.shape.paymentType,
  transaction_details: z.object({
    order_id: z.string().regex(/^[\w.~-]{1,50}$/),
    gross_amount: z.number().int().positive(),
  }),
});

export function startMidtransSimulator(options: MidtransSimulatorOptions): Promise<Simulator> {
  return startSimulator(options, (tools) => {
    const { charge, status, refund, cancel } = simulateMidtrans(options, tools);
    return {
      user: options.serverKey,
      unauthorized: answerOf(401, { status_message: 'Unknown Merchant server_key/id' }),
      testNotification: () => ({ headers: {}, body: testNotification(options.serverKey) }),
      handle(call) {
        const [version, subject, ...action] = call.path;
        const route = `${call.method} ${action.join('/')}`;
        if (version !== 'v2' || subject === undefined) return answerOf(404, { status_message: 'Not found' });
        if (route === 'POST ' && subject === 'charge') return charge(call);
        if (route === 'GET status') return status(subject);
        if (route === 'POST refund' || route === 'POST refund/online/direct') return refund(subject, call);
        if (route === 'POST cancel') return cancel(subject);
        return answerOf(404, { status_message: 'Not found' });
      },
    };
  });
}

function simulateMidtrans({ serverKey, stateFile }: MidtransSimulatorOptions, tools: SimulatorTools) {
  const transactions = openRecords(stateFile, (line) => transactionSchema.parse(line));
  for (const transaction of transactions.all()) proceed(transaction);

  function update(transaction: Transaction, status: Transaction['status']): void {
    const updated = { ...transaction, status };
    transactions.set(updated);
    notify(updated);
    proceed(updated);
  }

  function notify(transaction: Transaction): void {
    const signed = { ...viewOf(transaction, '200'), ...refundsViewOf(transaction) };
    tools.callBack({ headers: {}, body: { ...signed, signature_key: signatureOf(signed, serverKey) } });
  }

  /** By the merchant's order id or by Midtrans' transaction id. */
  function find(id: string): Transaction | undefined {
    return transactions.get(id) ?? transactions.all().find(({ transactionId }) => transactionId === id);
  }

  /** Schedules what happens to a transaction without a call. */
  function proceed(transaction: Transaction): void {
    const { id, status, paymentType, amount } = transaction;
    const isCard = paymentType === 'credit_card';
    if (status === 'pending') {
      if (amount === TRIAL_AMOUNTS.unanswered) return;
      tools.later(tools.faults().approveAfterMilliseconds, () =>
        change(id, status, isDeclined(tools.faults(), amount) ? 'deny' : isCard ? 'capture' : 'settlement'),
      );
    } else if (status === 'capture') {
      tools.later(SETTLE_AFTER_MILLISECONDS, () =>
        tools.faults().holdsSettlements ? proceed(transaction) : change(id, status, 'settlement'),
      );
    }
  }

  function change(id: string, from: Transaction['status'], to: Transaction['status']): void {
    const transaction = transactions.get(id);
    if (transaction?.status === from) update(transaction, to);
  }

  return {
    charge({ body }: ApiCall): ApiAnswer {
      const request = chargeSchema.safeParse(body);
      if (!request.success) return answerOf(400, { status_message: 'One or more parameters is invalid' });
      const { order_id: id, gross_amount: amount } = request.data.transaction_details;
      if (transactions.get(id)) {
        return answerOf(406, { status_message: 'The request could not be completed: order_id was used' });
      }
      const transaction: Transaction = {
        id,
        transactionId: newId(),
        paymentType: request.data.payment_type,
        amount,
        status: 'pending',
        at: new Date().toISOString(),
        refunds: [],
      };
      transactions.set(transaction);
      proceed(transaction);
      return answerOf(201, { ...viewOf(transaction, '201'), ...nextStepOf(transaction) });
    },
    status(id: string): ApiAnswer {
      const transaction = find(id);
      if (!transaction) return answerOf(404, { status_message: "Transaction doesn't exist." });
      return answerOf(200, { ...viewOf(transaction, '200'), ...refundsViewOf(transaction) });
    },
    refund(id: string, { body }: ApiCall): ApiAnswer {
      const transaction = find(id);
      if (!transaction) return answerOf(404, { status_message: "Transaction doesn't exist." });
      const request = refundRequestSchema.safeParse(body ?? {});
      if (!request.success) return answerOf(400, { status_message: 'One or more parameters is invalid' });
      const rest = transaction.amount - refundedOf(transaction);
      const { refund_key = newId(), amount = Math.max(rest, 1), reason } = request.data;
      if (transaction.refunds.some((known) => known.refund_key === refund_key)) {
        return answerOf(406, { status_message: 'The refund_key was used' });
      }
      if (!['settlement', 'partial_refund'].includes(transaction.status)) {
        return answerOf(412, { status_message: 'Transaction status cannot be updated' });
      }
      if (isRefundRefused(tools.faults(), transaction.amount) || amount > rest) {
        return answerOf(414, { status_message: 'Refund amount is not accepted' });
      }
      const refunded = { ...transaction, refunds: [...transaction.refunds, { refund_key, amount, reason }] };
      const status = amount === rest ? 'refund' : 'partial_refund';
      update(refunded, status);
      return answerOf(200, {
        ...viewOf({ ...refunded, status }, '200'),
        refund_key,
        refund_amount: `${amount}.00`,
        refund_chargeback_id: refunded.refunds.length,
      });
    },
    cancel(id: string): ApiAnswer {
      const transaction = find(id);
      if (!transaction) return answerOf(404, { status_message: "Transaction doesn't exist." });
      if (!['pending', 'capture'].includes(transaction.status)) {
        return answerOf(412, { status_message: 'Transaction status cannot be updated' });
      }
      update(transaction, 'cancel');
      return answerOf(200, { ...viewOf(transaction, '200'), transaction_status: 'cancel' });
    },
  };
}

/** Midtrans repeats the status of the answer in its body, as text. */
function answerOf(status: number, body: object): ApiAnswer {
  return { status, body: { status_code: String(status), status_message: 'Success', ...body } };
}

function viewOf({ id, transactionId, paymentType, amount, status, at }: Transaction, statusCode: string) {
  return {
    status_code: statusCode,
    status_message: 'Success, transaction is found',
    transaction_id: transactionId,
    order_id: id,
    merchant_id: 'M000001',
    gross_amount: `${amount}.00`,
    currency: 'IDR',
    payment_type: paymentType,
    transaction_time: at,
    transaction_status: status,
    fraud_status: 'accept',
  };
}

/** What has been given back, as Midtrans shows it once there is any. */
function refundsViewOf(transaction: Transaction): object {
  if (transaction.refunds.length === 0) return {};
  return {
    refund_amount: `${refundedOf(transaction)}.00`,
    refunds: transaction.refunds.map(({ refund_key, amount, reason }, index) => ({
      refund_chargeback_id: index + 1,
      refund_key,
      refund_amount: `${amount}.00`,
      ...(reason !== undefined && { reason }),
    })),
  };
}

function refundedOf({ refunds }: Transaction): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0);
}

/** What the dashboard sends to try a notification URL: signed like any other, of an order that does not exist. */
function testNotification(serverKey: string): object {
  const signed = {
    order_id: `payment_notif_test_M000001_${newId()}`,
    status_code: '200',
    gross_amount: '105000.00',
  };
  return {
    transaction_time: '2023-11-15 18:45:13',
    transaction_status: 'settlement',
    transaction_id: newId(),
    status_message: 'midtrans payment notification',
    settlement_time: '2023-11-15 22:45:13',
    payment_type: 'gopay',
    merchant_id: 'M000001',
    fraud_status: 'accept',
    currency: 'IDR',
    ...signed,
    signature_key: signatureOf(signed, serverKey),
  };
}

/** What the guest would do next. */
function nextStepOf({ paymentType, transactionId }: Transaction): object {
  const page = `https://simulator.midtrans.test/${transactionId}`;
  switch (paymentType) {
    case 'credit_card':
      return { redirect_url: page };
    case 'gopay':
      return { actions: [{ name: 'deeplink-redirect', method: 'GET', url: page }] };
    case 'qris':
      return { acquirer: 'gopay', qr_string: `00020101021226SIMULATED${transactionId}` };
  }
}

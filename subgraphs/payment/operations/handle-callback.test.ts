import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { signatureOf } from '../providers/midtrans/notification.js';
import {
  customer,
  MIDTRANS_SERVER_KEY,
  type PaymentHarness,
  startPaymentHarness,
  type TestOrder,
  XENDIT_CALLBACK_TOKEN,
} from '../testing/harness.js';
import { orderPayment, payload, payOrder } from '../testing/requests.js';

/** Long enough that nothing happens by itself while a test plays its callbacks. */
const NEVER = 3_600_000;

describe('a callback', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterAll(() => harness.stop());

  /** A payment that the guest never approves, unless `approves` says so. */
  async function pending(method: string, { approves = false } = {}) {
    const simulator = method === 'OVO' ? harness.xendit : harness.midtrans;
    simulator.fail({ losesCallbacks: true, approveAfterMilliseconds: approves ? 0 : NEVER });
    const order = await harness.awaitingPayment();
    const answer = payload(
      await payOrder(harness, customer(order.customerId), { orderId: order.orderId, method }),
    );
    const { payment } = answer;
    if (!payment?.transactionId) throw new Error('No payment was begun');
    return { order, paymentId: payment.id, transactionId: payment.transactionId };
  }

  type Pending = Awaited<ReturnType<typeof pending>>;

  function notification({ paymentId, transactionId }: Pending, changes: Record<string, string> = {}) {
    const signed = { order_id: paymentId, status_code: '200', gross_amount: '42000.00', ...changes };
    return {
      transaction_id: transactionId,
      transaction_status: 'settlement',
      payment_type: 'qris',
      signature_key: signatureOf(signed, MIDTRANS_SERVER_KEY),
      ...signed,
    };
  }

  async function notify(body: object | null): Promise<number> {
    const response = await fetch(`${harness.url}/webhooks/midtrans`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  }

  async function callBack(body: object, headers: Record<string, string> = {}): Promise<number> {
    const response = await fetch(`${harness.url}/webhooks/xendit`, {
      method: 'POST',
      headers: { 'x-callback-token': XENDIT_CALLBACK_TOKEN, 'webhook-id': newId(), ...headers },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  }

  function capture({ paymentId, transactionId }: Pending, changes: object = {}) {
    const data = {
      id: transactionId,
      reference_id: paymentId,
      status: 'SUCCEEDED',
      charge_amount: 42_000,
      ...changes,
    };
    return { event: 'ewallet.capture', business_id: 'simulated', created: new Date().toISOString(), data };
  }

  async function statusOf(order: TestOrder): Promise<unknown> {
    return (await orderPayment(harness, customer(order.customerId), order.orderId))?.status;
  }

  function capturesOf(paymentId: string): Promise<number> {
    return harness.database.prisma.outbox.count({
      where: { aggregateId: paymentId, type: 'payment.captured' },
    });
  }

  it('of Midtrans, replayed 1,000 times, captures once', async () => {
    const payment = await pending('QRIS', { approves: true });
    const statuses: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const body = notification(payment);
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, () => notify(body)))));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await statusOf(payment.order)).toBe('PAID');
    expect(await capturesOf(payment.paymentId)).toBe(1);
    const bookings = await harness.database.prisma.ledgerTransaction.count({
      where: { paymentId: payment.paymentId },
    });
    expect(bookings).toBe(1);
  });

  it('of Xendit, replayed 1,000 times, captures once', async () => {
    const payment = await pending('OVO', { approves: true });
    const webhook = { 'webhook-id': newId() };
    const statuses: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const body = capture(payment);
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, () => callBack(body, webhook)))));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await statusOf(payment.order)).toBe('PAID');
    expect(await capturesOf(payment.paymentId)).toBe(1);
  });

  it('causes no call of the provider once it has had its effect', async () => {
    const payment = await pending('QRIS', { approves: true });
    await notify(notification(payment));
    const calls = harness.midtrans.calls();
    await Promise.all(Array.from({ length: 20 }, () => notify(notification(payment))));
    expect(harness.midtrans.calls()).toBe(calls);
  });

  it('that claims a settlement which the provider does not confirm changes nothing, and does not hide the true one', async () => {
    const payment = await pending('QRIS');
    expect(await notify(notification(payment))).toBe(200);
    expect(await statusOf(payment.order)).toBe('PENDING');
    const marked = await harness.database.prisma.providerCallback.count({
      where: { eventId: { startsWith: payment.transactionId } },
    });
    expect(marked).toBe(0);
  });

  it.each(['signature_key', 'order_id', 'status_code', 'gross_amount'])(
    'whose %s was tampered with is refused',
    async (field) => {
      const payment = await pending('QRIS', { approves: true });
      const other = {
        signature_key: 'a'.repeat(128),
        order_id: newId(),
        status_code: '201',
        gross_amount: '1.00',
      };
      const forged = { ...notification(payment), [field]: other[field as keyof typeof other] };
      expect(await notify(forged)).toBe(401);
    },
  );

  it('of another amount, another transaction or no payment of ours is accepted and changes nothing', async () => {
    const payment = await pending('QRIS', { approves: true });
    const wrong = [
      notification(payment, { gross_amount: '1.00' }),
      notification(payment, { gross_amount: '0.00' }),
      { ...notification(payment), transaction_id: newId() },
      notification({ ...payment, paymentId: newId() }),
      notification({ ...payment, paymentId: 'no-id-at-all' }),
    ];
    const calls = harness.midtrans.calls();
    for (const body of wrong) expect(await notify(body)).toBe(200);
    expect(await callBack(capture(payment))).toBe(200);
    expect(harness.midtrans.calls()).toBe(calls);
    expect(await statusOf(payment.order)).toBe('PENDING');
  });

  it('in another currency is accepted and changes nothing, whatever its amount', async () => {
    const code = await pending('QRIS', { approves: true });
    expect(await notify({ ...notification(code), currency: 'USD' })).toBe(200);
    expect(await statusOf(code.order)).toBe('PENDING');
    const wallet = await pending('OVO', { approves: true });
    expect(await callBack(capture(wallet, { currency: 'USD' }))).toBe(200);
    expect(await statusOf(wallet.order)).toBe('PENDING');
    expect(await notify({ ...notification(code), currency: 'IDR' })).toBe(200);
    expect(await statusOf(code.order)).toBe('PAID');
    expect(await callBack(capture(wallet, { currency: 'IDR' }))).toBe(200);
    expect(await statusOf(wallet.order)).toBe('PAID');
  });

  it('of no whole amount, or of one that overflows, is accepted and changes nothing', async () => {
    const code = await pending('QRIS', { approves: true });
    for (const gross_amount of ['42000.50', '-42000.00', '1e5', '42000000000000000.00', '']) {
      expect(await notify(notification(code, { gross_amount }))).toBe(200);
    }
    expect(await statusOf(code.order)).toBe('PENDING');
    const wallet = await pending('OVO', { approves: true });
    for (const charge_amount of [42_000.5, '42000', 2 ** 60, 0, -42_000]) {
      expect(await callBack(capture(wallet, { charge_amount }))).toBe(200);
    }
    expect(await statusOf(wallet.order)).toBe('PENDING');
  });

  it('of Xendit with a wrong or missing token is refused', async () => {
    const payment = await pending('OVO', { approves: true });
    expect(await callBack(capture(payment), { 'x-callback-token': 'another' })).toBe(401);
    expect(await callBack(capture(payment), { 'x-callback-token': '' })).toBe(401);
    expect(await statusOf(payment.order)).toBe('PENDING');
  });

  it('that proves no sender, or never ends, is refused', async () => {
    for (const body of [{}, { order_id: 1 }, [], null]) expect(await notify(body)).toBe(401);
    const unsigned = { ...notification(await pending('QRIS')), signature_key: '' };
    expect(await notify(unsigned)).toBe(401);
    expect(await notify({ padding: 'x'.repeat(70_000) })).toBe(413);
  });

  it.each(['midtrans', 'xendit'] as const)('of the test button at %s is accepted', async (name) => {
    const answer = await fetch(`${harness[name].url}/simulator/test-notification`, { method: 'POST' });
    expect(await answer.json()).toEqual({ status: 200 });
  });

  it('about a linked account, whose signature covers other fields, is accepted', async () => {
    const signed = { account_id: newId(), account_status: 'ENABLED', status_code: '200' };
    const signature_key = createHash('sha512')
      .update(signed.account_id + signed.account_status + signed.status_code + MIDTRANS_SERVER_KEY)
      .digest('hex');
    expect(await notify({ ...signed, signature_key })).toBe(200);
    expect(await notify({ ...signed, account_status: 'DISABLED', signature_key })).toBe(401);
  });

  it.each([
    'payment.pending',
    'payment.awaiting_capture',
    'payment_method.activated',
    'payment_method.expired',
    'payment_request.expiry',
    'capture.succeeded',
    'qr.payment',
    'something.new',
  ])('%s of Xendit is accepted and recorded, and changes nothing', async (event) => {
    const payment = await pending('OVO');
    const webhookId = newId();
    const callback = { ...capture(payment), event };
    expect(await callBack(callback, { 'webhook-id': webhookId })).toBe(200);
    const recorded = { provider: 'XENDIT', eventId: webhookId } as const;
    expect(await harness.database.prisma.providerCallback.count({ where: recorded })).toBe(1);
    expect(await statusOf(payment.order)).toBe('PENDING');
  });

  it('of Xendit that names no event, or has no event id, is accepted', async () => {
    for (const body of [{}, [], { event: 7 }, { event: 'payment.succeeded' }]) {
      expect(await callBack(body)).toBe(200);
    }
    const payment = await pending('OVO', { approves: true });
    expect(await callBack(capture(payment), { 'webhook-id': '' })).toBe(200);
    expect(await statusOf(payment.order)).toBe('PAID');
  });

  it('about a given-up payment is answered with 503 while its provider is away: it has to come again', async () => {
    const payment = await pending('OVO', { approves: true });
    await harness.database.prisma.payment.update({
      where: { id: payment.paymentId },
      data: { status: 'FAILED', failureReason: 'Never charged', nextCheckAt: null },
    });
    harness.xendit.fail({ isUnavailable: true, losesCallbacks: true });
    expect(await callBack(capture(payment))).toBe(503);
    harness.xendit.fail({ losesCallbacks: true });
    await eventually(async () => {
      expect(await callBack(capture(payment))).toBe(200);
      expect(await statusOf(payment.order)).toBe('PAID');
    });
  });

  it('that comes late or out of order never leads back', async () => {
    const payment = await pending('QRIS', { approves: true });
    expect(await notify(notification(payment))).toBe(200);
    for (const transaction_status of ['pending', 'capture', 'deny', 'expire', 'cancel', 'settlement']) {
      expect(await notify({ ...notification(payment), transaction_status })).toBe(200);
    }
    expect(await statusOf(payment.order)).toBe('PAID');
    expect(await capturesOf(payment.paymentId)).toBe(1);
  });

  it('has its effect when it is repeated after an outage of the provider', async () => {
    const payment = await pending('OVO', { approves: true });
    harness.xendit.fail({ isUnavailable: true });
    await callBack(capture(payment));
    expect(await statusOf(payment.order)).toBe('PENDING');
    harness.xendit.fail({ losesCallbacks: true });
    await eventually(async () => {
      expect(await callBack(capture(payment))).toBe(200);
      expect(await statusOf(payment.order)).toBe('PAID');
    });
  });

  it('names a charge whose answer was lost', async () => {
    harness.xendit.fail({ losesAnswers: true, losesCallbacks: true, approveAfterMilliseconds: 0 });
    const order = await harness.awaitingPayment();
    const { payment } = payload(
      await payOrder(harness, customer(order.customerId), { orderId: order.orderId, method: 'DANA' }),
    );
    if (!payment) throw new Error('No payment was begun');
    harness.xendit.fail({ losesCallbacks: true, approveAfterMilliseconds: 0 });
    const transactionId = `ewc_${payment.id}`;
    await eventually(async () => {
      expect(await callBack(capture({ order, paymentId: payment.id, transactionId }))).toBe(200);
      expect(await statusOf(order)).toBe('PAID');
    });
  });
});

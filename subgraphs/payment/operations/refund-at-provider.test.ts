import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../../tests/support/wait.js';
import {
  customer,
  MIDTRANS_SERVER_KEY,
  type PaymentHarness,
  startPaymentHarness,
  type TestOrder,
  XENDIT_SECRET_KEY,
} from '../testing/harness.js';
import {
  capturedPayment,
  disputePayload,
  managerOf,
  openDispute,
  payload,
  paymentOfOrder,
  payOrder,
  refundPayment,
  resolveDispute,
} from '../testing/requests.js';

type Provider = 'midtrans' | 'xendit';

describe('a refund made at the provider’s own dashboard', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  const providerOf = (method: string): Provider =>
    ['CARD', 'GOPAY', 'QRIS'].includes(method) ? 'midtrans' : 'xendit';

  /** A call of the provider's API as its dashboard makes it. */
  async function call(provider: Provider, path: string, body: object): Promise<Response> {
    const key = provider === 'midtrans' ? MIDTRANS_SERVER_KEY : XENDIT_SECRET_KEY;
    return fetch(`${harness[provider].url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  }

  async function transactionIdOf(order: TestOrder): Promise<string> {
    const { transactionId } = await paymentOfOrder(harness, order);
    if (transactionId === null) throw new Error('The payment has no transaction');
    return transactionId;
  }

  /** Without an amount, all that is left. */
  async function refundAt(method: string, order: TestOrder, amount?: number): Promise<void> {
    const transactionId = await transactionIdOf(order);
    const body = { ...(amount !== undefined && { amount }), reason: 'Requested by phone' };
    const path =
      providerOf(method) === 'midtrans'
        ? `/v2/${transactionId}/refund`
        : `/ewallets/charges/${transactionId}/refunds`;
    // A card payment can be refunded only once it is settled, a moment after its capture.
    await eventually(async () => {
      const answer = await call(providerOf(method), path, body);
      expect(answer.status).toBe(200);
      const { status_code } = z.object({ status_code: z.string().default('200') }).parse(await answer.json());
      expect(status_code).toBe('200');
    });
  }

  function untilRefunded(order: TestOrder, amount: number, status: string) {
    return eventually(async () => {
      const payment = await paymentOfOrder(harness, order);
      expect(payment).toMatchObject({ status, refunded: { amount } });
      return payment;
    });
  }

  async function eventsOf(paymentId: string): Promise<unknown[]> {
    const rows = await harness.database.prisma.outbox.findMany({
      where: { aggregateId: paymentId, type: 'payment.refunded' },
      orderBy: { aggregateVersion: 'asc' },
    });
    return rows.map(({ data }) => data);
  }

  function bookingsOf(paymentId: string): Promise<number> {
    return harness.database.prisma.ledgerTransaction.count({ where: { paymentId, reason: 'REFUND' } });
  }

  async function lookNow(paymentId: string): Promise<void> {
    await harness.database.pool.query('UPDATE payment SET refund_lookup_at = now() WHERE id = $1', [
      paymentId,
    ]);
  }

  /** The look-up that was due is done. */
  async function untilLookedAt(paymentId: string): Promise<void> {
    await eventually(async () => {
      const { refundLookupAt } = await harness.database.prisma.payment.findUniqueOrThrow({
        where: { id: paymentId },
      });
      if (refundLookupAt !== null) expect(refundLookupAt.getTime()).toBeGreaterThan(Date.now() + 60_000);
    });
  }

  it.each(['CARD', 'GOPAY', 'QRIS', 'OVO', 'DANA'])(
    'of a payment by %s is recorded once, with its ledger entry and its event, part by part',
    async (method) => {
      const { order, paymentId } = await capturedPayment(harness, method);
      await refundAt(method, order, 2_000);
      const partly = await untilRefunded(order, 2_000, 'PARTIALLY_REFUNDED');
      expect(partly.refunds).toMatchObject([
        { status: 'SUCCEEDED', origin: 'PROVIDER', reason: 'Requested by phone' },
      ]);
      await refundAt(method, order, 5_000);
      await untilRefunded(order, 7_000, 'PARTIALLY_REFUNDED');
      await refundAt(method, order);
      await untilRefunded(order, 42_000, 'REFUNDED');
      expect(await eventsOf(paymentId)).toMatchObject([
        { orderId: order.orderId, amount: 2_000, refundedTotal: 2_000, capturedTotal: 42_000, isFull: false },
        { orderId: order.orderId, amount: 5_000, refundedTotal: 7_000, capturedTotal: 42_000, isFull: false },
        {
          orderId: order.orderId,
          amount: 35_000,
          refundedTotal: 42_000,
          capturedTotal: 42_000,
          isFull: true,
        },
      ]);
      expect(await bookingsOf(paymentId)).toBe(3);
    },
  );

  it.each(['GOPAY', 'DANA'])(
    'of a payment by %s is found by looking where its callback was lost',
    async (method) => {
      const { order, paymentId } = await capturedPayment(harness, method);
      harness[providerOf(method)].fail({ losesCallbacks: true });
      await refundAt(method, order, 41_999);
      await lookNow(paymentId);
      await eventually(async () => {
        await lookNow(paymentId);
        expect(await paymentOfOrder(harness, order)).toMatchObject({
          status: 'PARTIALLY_REFUNDED',
          refunded: { amount: 41_999 },
        });
      });
      await lookNow(paymentId);
      await untilLookedAt(paymentId);
      expect(await eventsOf(paymentId)).toHaveLength(1);
      expect(await bookingsOf(paymentId)).toBe(1);
    },
  );

  it('whose callback comes many times at once is recorded once', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'QRIS');
    harness.midtrans.fail({ callbackCopies: 20 });
    await refundAt('QRIS', order, 10_000);
    await untilRefunded(order, 10_000, 'PARTIALLY_REFUNDED');
    await lookNow(paymentId);
    await untilLookedAt(paymentId);
    expect((await paymentOfOrder(harness, order)).refunds).toHaveLength(1);
    expect(await bookingsOf(paymentId)).toBe(1);
  });

  it.each(['GOPAY', 'DANA'])('leaves a refund by %s that staff makes meanwhile apart', async (method) => {
    const { order, paymentId } = await capturedPayment(harness, method);
    await Promise.all([
      refundPayment(harness, managerOf(order), { paymentId, amount: 1_000 }),
      refundAt(method, order, 1_000),
      refundPayment(harness, managerOf(order), { paymentId, amount: 1_000 }),
      refundAt(method, order, 1_000),
    ]);
    await untilRefunded(order, 4_000, 'PARTIALLY_REFUNDED');
    expect(await bookingsOf(paymentId)).toBe(4);
    expect(await eventsOf(paymentId)).toHaveLength(4);
  });

  it.each(['GOPAY', 'DANA'])('that takes what a refund by %s of ours holds wins over it', async (method) => {
    const { order, paymentId } = await capturedPayment(harness, method);
    const simulator = harness[providerOf(method)];
    simulator.fail({ losesCallbacks: true });
    await refundAt(method, order, 42_000);
    const ours = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 30_000 }));
    expect(ours.refund).toMatchObject({ status: 'FAILED' });
    const { refunds } = await untilRefunded(order, 42_000, 'REFUNDED');
    expect(refunds.map(({ status, amount }) => [status, amount.amount]).sort()).toEqual([
      ['FAILED', 30_000],
      ['SUCCEEDED', 42_000],
    ]);
    expect(await bookingsOf(paymentId)).toBe(1);
  });

  it('is held while Xendit works on it, and released when it fails', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'DANA');
    harness.xendit.fail({ approveAfterMilliseconds: 4_000, refusesRefunds: true });
    await refundAt('DANA', order, 30_000);
    await lookNow(paymentId);
    const untilRefundIs = (status: string) =>
      eventually(async () => {
        const { refunds } = await paymentOfOrder(harness, order);
        expect(refunds).toMatchObject([{ status, amount: { amount: 30_000 } }]);
      });
    await untilRefundIs('PENDING');
    const tooMuch = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 12_001 }));
    expect(tooMuch.userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_CAPTURED' }]);
    await untilRefundIs('FAILED');
    harness.xendit.fail({});
    payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 42_000 }));
    await untilRefunded(order, 42_000, 'REFUNDED');
    expect(await eventsOf(paymentId)).toHaveLength(1);
  });

  it('waits for the dispute that holds the same money', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'GOPAY');
    const opened = await openDispute(harness, managerOf(order), { paymentId, amount: 40_000 });
    const { dispute } = disputePayload(opened);
    await refundAt('GOPAY', order, 42_000);
    await untilLookedAt(paymentId);
    expect(await paymentOfOrder(harness, order)).toMatchObject({ status: 'PAID', refunded: { amount: 0 } });
    await resolveDispute(harness, managerOf(order), { disputeId: dispute?.id, outcome: 'WON' });
    await untilRefunded(order, 42_000, 'REFUNDED');
  });

  it('by cancelling a captured card payment gives back all of it', async () => {
    harness.midtrans.fail({ holdsSettlements: true });
    const { order, paymentId } = await capturedPayment(harness, 'CARD');
    await call('midtrans', `/v2/${paymentId}/cancel`, {});
    await untilRefunded(order, 42_000, 'REFUNDED');
    expect(await eventsOf(paymentId)).toMatchObject([{ amount: 42_000, isFull: true }]);
    expect(await bookingsOf(paymentId)).toBe(1);
  });

  it('by voiding a wallet’s charge gives back all of it', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'OVO');
    await call('xendit', `/ewallets/charges/${await transactionIdOf(order)}/void`, {});
    await untilRefunded(order, 42_000, 'REFUNDED');
    expect(await bookingsOf(paymentId)).toBe(1);
  });

  it('by cancelling a card payment of which staff wants a part back gives back the rest, too', async () => {
    harness.midtrans.fail({ holdsSettlements: true });
    const { order, paymentId } = await capturedPayment(harness, 'CARD');
    payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 2_000 }));
    await call('midtrans', `/v2/${paymentId}/cancel`, {});
    await untilRefunded(order, 42_000, 'REFUNDED');
    expect(await bookingsOf(paymentId)).toBe(1);
  });

  it('before its capture was recorded is recorded after it', async () => {
    harness.midtrans.fail({ losesCallbacks: true, approveAfterMilliseconds: 0 });
    const order = await harness.awaitingPayment();
    const { orderId, customerId } = order;
    payload(await payOrder(harness, customer(customerId), { orderId, method: 'GOPAY' }));
    harness.midtrans.fail({});
    await refundAt('GOPAY', order, 42_000);
    const { id } = await untilRefunded(order, 42_000, 'REFUNDED');
    const rows = await harness.database.prisma.ledgerTransaction.findMany({ where: { paymentId: id } });
    expect(rows.map(({ reason }) => reason).sort()).toEqual(['CAPTURE', 'REFUND']);
  });
});

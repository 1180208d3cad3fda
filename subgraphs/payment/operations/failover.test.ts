import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownScope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { idempotentRequest } from '../../../platform/kit/idempotency.js';
import { eventually } from '../../../tests/support/wait.js';
import { openProviders } from '../providers/providers.js';
import { claimPayment, updateProvider } from '../store/charge-attempts.js';
import { customer, type PaymentHarness, startPaymentHarness, type TestOrder } from '../testing/harness.js';
import { managerOf, payload, paymentOfOrder, payOrder, refundPayment } from '../testing/requests.js';
import { beginPayment } from './begin-payment.js';

describe('a payment whose provider is down', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  function pay(order: TestOrder, method: string) {
    return payOrder(harness, customer(order.customerId), { orderId: order.orderId, method });
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await paymentOfOrder(harness, order);
      expect(payment.status).toBe(status);
      return payment;
    });
  }

  async function writtenDown(order: TestOrder) {
    const { orderId, customerId } = order;
    const payment = await eventually(async () => {
      const begun = await beginPayment(
        { database: harness.database, cashWindowSeconds: 600 },
        { scope: ownScope(customer(customerId)), reach: ownScope(customer(customerId)) },
        {
          paymentId: newId(),
          orderId,
          customerId,
          method: 'QRIS',
          money: { amount: null, tip: 0, tendered: null },
          provider: 'MIDTRANS',
          channel: {},
          request: idempotentRequest('payOrder', customerId, newId(), { orderId }),
        },
      );
      if (begun === null) throw new Error('The order has not arrived yet');
      return begun;
    });
    return payment;
  }

  it('does not fail over while its outcome is unknown: an answer was lost, or never came', async () => {
    for (const faults of [
      { losesAnswers: true },
      { isUnavailable: true },
      { answerAfterMilliseconds: 20_000 },
    ]) {
      harness.midtrans.fail(faults);
      const order = await harness.awaitingPayment();
      const calls = harness.xendit.calls();
      expect(payload(await pay(order, 'QRIS')).payment).toMatchObject({
        status: 'PENDING',
        provider: 'MIDTRANS',
        transactionId: null,
      });
      expect(harness.xendit.calls()).toBe(calls);
      harness.midtrans.fail({});
      expect(await untilStatus(order, 'PAID')).toMatchObject({ provider: 'MIDTRANS' });
    }
  });

  it('does not fail over once another process may have sent the charge', async () => {
    const begun = await writtenDown(await harness.awaitingPayment());
    await claimPayment(harness.database, begun.id);
    expect(await updateProvider(harness.database, begun, 'XENDIT')).toBeNull();

    const takenUp = await writtenDown(await harness.awaitingPayment());
    await harness.database.pool.query(`UPDATE payment SET transaction_id = 'known' WHERE id = $1`, [
      takenUp.id,
    ]);
    expect(await updateProvider(harness.database, takenUp, 'XENDIT')).toBeNull();
  });

  it('fails over once, however many processes try', async () => {
    const begun = await writtenDown(await harness.awaitingPayment());
    const moves = await Promise.all(
      Array.from({ length: 20 }, () => updateProvider(harness.database, begun, 'XENDIT')),
    );
    expect(moves.filter((moved) => moved !== null)).toMatchObject([{ provider: 'XENDIT' }]);
  });

  describe('and refuses connections', () => {
    beforeEach(() => harness.midtrans.stop());

    it('fails over by QRIS, and is captured and refunded at the other provider', async () => {
      const order = await harness.awaitingPayment();
      const { payment, userErrors } = payload(await pay(order, 'QRIS'));
      expect(userErrors).toEqual([]);
      expect(payment).toMatchObject({
        status: 'PENDING',
        provider: 'XENDIT',
        transactionId: expect.any(String),
        action: { qrCode: expect.any(String) },
      });
      const paid = await untilStatus(order, 'PAID');
      const booking = await harness.database.prisma.ledgerTransaction.findFirstOrThrow({
        where: { paymentId: paid.id },
      });
      const entries = await harness.database.prisma.ledgerEntry.findMany({
        where: { transactionId: booking.id },
        orderBy: { account: 'asc' },
      });
      expect(entries).toMatchObject([
        { account: 'XENDIT_CLEARING', amount: 42_000n },
        { account: 'SALES', amount: -42_000n },
      ]);
      await refundPayment(harness, managerOf(order), { paymentId: paid.id, amount: 42_000 });
      await untilStatus(order, 'REFUNDED');
    });

    it('fails over by QRIS without a call once its circuit is open', async () => {
      for (let attempt = 0; attempt < 4; attempt += 1) {
        const order = await harness.awaitingPayment();
        expect(payload(await pay(order, 'QRIS')).payment).toMatchObject({ provider: 'XENDIT' });
      }
    });

    it.each(['CARD', 'GOPAY'])('waits for it by %s, which no other provider takes', async (method) => {
      const order = await harness.awaitingPayment();
      expect(payload(await pay(order, method)).payment).toMatchObject({
        status: 'PENDING',
        provider: 'MIDTRANS',
        transactionId: null,
      });
    });

    it('waits for the other provider when neither is available', async () => {
      harness.xendit.fail({ isUnavailable: true });
      const order = await harness.awaitingPayment();
      expect(payload(await pay(order, 'QRIS')).payment).toMatchObject({
        status: 'PENDING',
        provider: 'XENDIT',
        transactionId: null,
      });
      harness.xendit.fail({});
      expect(await untilStatus(order, 'PAID')).toMatchObject({ provider: 'XENDIT' });
    });

    it('makes one payment of 20 concurrent duplicates', async () => {
      const order = await harness.awaitingPayment();
      const input = { orderId: order.orderId, method: 'QRIS', idempotencyKey: newId() };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => payOrder(harness, customer(order.customerId), input)),
      );
      const payments = answers.map((answer) => payload(answer).payment);
      expect(new Set(payments.map((payment) => payment?.id)).size).toBe(1);
    });

    it('is distinguished from one that may have been reached', async () => {
      const { MIDTRANS } = openProviders(harness.platform.config);
      const request = { paymentId: newId(), method: 'QRIS', amount: 42_000, channel: {} } as const;
      await expect(MIDTRANS.charge(request)).rejects.toMatchObject({ name: 'ProviderUnreached' });
    });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { openProviders } from '../providers/providers.js';
import { beginPayment } from '../store/begin-payment.js';
import { claimPayment } from '../store/due.js';
import { failOver } from '../store/failover.js';
import { requestKey } from '../store/idempotency.js';
import { managerOf, paymentOfOrder } from '../testing/captured.js';
import {
  customer,
  type PaymentUnderTest,
  startPaymentUnderTest,
  type TestOrder,
} from '../testing/payment-under-test.js';
import { payload, payOrder, refundPayment } from '../testing/requests.js';

describe('a payment whose provider is down', () => {
  let under: PaymentUnderTest;

  beforeAll(async () => {
    under = await startPaymentUnderTest();
  });

  afterEach(() => {
    under.midtrans.fail({});
    under.xendit.fail({});
  });

  afterAll(() => under.stop());

  function pay(order: TestOrder, method: string) {
    return payOrder(under, customer(order.customerId), { orderId: order.orderId, method });
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await paymentOfOrder(under, order);
      expect(payment.status).toBe(status);
      return payment;
    });
  }

  async function writtenDown(order: TestOrder) {
    const { orderId, customerId } = order;
    const payment = await eventually(async () => {
      const begun = await beginPayment(under.database, {
        paymentId: newId(),
        orderId,
        customerId,
        method: 'QRIS',
        channel: {},
        request: requestKey('payOrder', customerId, newId(), { orderId }),
      });
      if (begun === null) throw new Error('The order is not known yet');
      return begun;
    });
    return payment;
  }

  it('is not taken elsewhere while its outcome is unknown: an answer was lost, or never came', async () => {
    for (const faults of [
      { losesAnswers: true },
      { isUnavailable: true },
      { answerAfterMilliseconds: 20_000 },
    ]) {
      under.midtrans.fail(faults);
      const order = await under.awaitingPayment();
      const calls = under.xendit.calls();
      expect(payload(await pay(order, 'QRIS')).payment).toMatchObject({
        status: 'PENDING',
        provider: 'MIDTRANS',
        transactionId: null,
      });
      expect(under.xendit.calls()).toBe(calls);
      under.midtrans.fail({});
      expect(await untilStatus(order, 'PAID')).toMatchObject({ provider: 'MIDTRANS' });
    }
  });

  it('stays where it is once somebody else may have asked there', async () => {
    const begun = await writtenDown(await under.awaitingPayment());
    await claimPayment(under.database, begun.id);
    expect(await failOver(under.database, begun, 'XENDIT')).toBeNull();

    const takenUp = await writtenDown(await under.awaitingPayment());
    await under.database.pool.query(`UPDATE payment SET transaction_id = 'known' WHERE id = $1`, [
      takenUp.id,
    ]);
    expect(await failOver(under.database, takenUp, 'XENDIT')).toBeNull();
  });

  it('moves once, however many try', async () => {
    const begun = await writtenDown(await under.awaitingPayment());
    const moves = await Promise.all(
      Array.from({ length: 20 }, () => failOver(under.database, begun, 'XENDIT')),
    );
    expect(moves.filter((moved) => moved !== null)).toMatchObject([{ provider: 'XENDIT' }]);
  });

  describe('and refuses connections', () => {
    beforeEach(() => under.midtrans.stop());

    it('goes to the other provider by QRIS, is captured there and given back there', async () => {
      const order = await under.awaitingPayment();
      const { payment, userErrors } = payload(await pay(order, 'QRIS'));
      expect(userErrors).toEqual([]);
      expect(payment).toMatchObject({
        status: 'PENDING',
        provider: 'XENDIT',
        transactionId: expect.any(String),
        action: { qrCode: expect.any(String) },
      });
      const paid = await untilStatus(order, 'PAID');
      const entries = await under.database.prisma.ledgerEntry.findMany({
        where: { transaction: { paymentId: paid.id } },
        orderBy: { account: 'asc' },
      });
      expect(entries).toMatchObject([
        { account: 'XENDIT_CLEARING', amount: 42_000n },
        { account: 'SALES', amount: -42_000n },
      ]);
      await refundPayment(under, managerOf(order), { paymentId: paid.id, amount: 42_000 });
      await untilStatus(order, 'REFUNDED');
    });

    it('goes to the other provider by QRIS without asking, once it is left alone', async () => {
      for (let attempt = 0; attempt < 4; attempt += 1) {
        const order = await under.awaitingPayment();
        expect(payload(await pay(order, 'QRIS')).payment).toMatchObject({ provider: 'XENDIT' });
      }
    });

    it.each(['CARD', 'GOPAY'])('waits for it by %s, which nobody else takes', async (method) => {
      const order = await under.awaitingPayment();
      expect(payload(await pay(order, method)).payment).toMatchObject({
        status: 'PENDING',
        provider: 'MIDTRANS',
        transactionId: null,
      });
    });

    it('waits for the other when neither can be asked', async () => {
      under.xendit.fail({ isUnavailable: true });
      const order = await under.awaitingPayment();
      expect(payload(await pay(order, 'QRIS')).payment).toMatchObject({
        status: 'PENDING',
        provider: 'XENDIT',
        transactionId: null,
      });
      under.xendit.fail({});
      expect(await untilStatus(order, 'PAID')).toMatchObject({ provider: 'XENDIT' });
    });

    it('makes one payment of 20 concurrent duplicates', async () => {
      const order = await under.awaitingPayment();
      const input = { orderId: order.orderId, method: 'QRIS', idempotencyKey: newId() };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => payOrder(under, customer(order.customerId), input)),
      );
      const payments = answers.map((answer) => payload(answer).payment);
      expect(new Set(payments.map((payment) => payment?.id)).size).toBe(1);
    });

    it('is told apart from one that may have been reached', async () => {
      const { MIDTRANS } = openProviders(under.platform.config);
      const request = { paymentId: newId(), method: 'QRIS', amount: 42_000, channel: {} } as const;
      await expect(MIDTRANS.charge(request)).rejects.toMatchObject({ name: 'ProviderUnreached' });
    });
  });
});

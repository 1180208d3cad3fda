import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { ownScope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { idempotentRequest } from '../../../platform/kit/idempotency.js';
import { metrics } from '../../../platform/metrics.js';
import { eventually } from '../../../tests/support/wait.js';
import type { OnlineMethod } from '../domain/methods.js';
import { beginPayment } from '../operations/begin-payment.js';
import { beginRefund } from '../operations/record-refund.js';
import { openProviders } from '../providers/providers.js';
import { customer, type PaymentHarness, startPaymentHarness, type TestOrder } from '../testing/harness.js';
import { orderPayment, payload, payOrder } from '../testing/requests.js';

describe('the sweep finishes', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  /** Writes a payment down as `payOrder` does, and goes no further. */
  async function writtenDown(method: 'QRIS' | 'DANA') {
    const order = await harness.awaitingPayment();
    const { orderId, customerId } = order;
    const payment = await beginPayment(
      { database: harness.database, cashWindowSeconds: 600 },
      { scope: ownScope(customer(customerId)), reach: ownScope(customer(customerId)) },
      {
        paymentId: newId(),
        orderId,
        customerId,
        method,
        money: { amount: null, tip: 0, tendered: null },
        provider: method === 'QRIS' ? 'MIDTRANS' : 'XENDIT',
        channel: {},
        request: idempotentRequest('payOrder', customerId, newId(), { orderId }),
      },
    );
    if (payment === null) throw new Error('No payment was begun');
    return { order, payment };
  }

  function providerOf(method: OnlineMethod) {
    const providers = openProviders(harness.platform.config);
    return method === 'OVO' || method === 'DANA' ? providers.XENDIT : providers.MIDTRANS;
  }

  /** The charge in the provider's own books. */
  function chargeAt(method: OnlineMethod, paymentId: string) {
    return providerOf(method).findCharge({ paymentId, method, transactionId: null });
  }

  async function makeDue(table: 'payment' | 'refund', id: string): Promise<void> {
    await harness.database.pool.query(`UPDATE ${table} SET next_check_at = now() WHERE id = $1`, [id]);
  }

  it.each(['CARD', 'GOPAY', 'QRIS', 'OVO', 'DANA'] as const)(
    'a payment by %s whose callback never comes, as the provider has charged it',
    async (method) => {
      harness.midtrans.fail({ losesCallbacks: true });
      harness.xendit.fail({ losesCallbacks: true });
      const order = await harness.awaitingPayment();
      const { orderId, customerId, total } = order;
      payload(await payOrder(harness, customer(customerId), { orderId, method }));
      const paid = await untilStatus(order, 'PAID');
      expect(await chargeAt(method, paid?.id ?? '')).toMatchObject({
        status: 'PAID',
        amount: total,
        transactionId: paid?.transactionId,
      });
      expect(await harness.database.prisma.providerCallback.count()).toBe(0);
    },
  );

  it('what the metrics show until it is finished, with its age', async () => {
    const shown = async (name: string) =>
      (await metrics.getSingleMetric(name)?.get())?.values.find(
        ({ labels }) => labels.kind === 'payment' && labels.provider === 'XENDIT',
      )?.value;
    await eventually(async () => expect(await shown('kedai_payments_unfinished')).toBe(0));
    harness.xendit.fail({ losesCallbacks: true });
    const { order, payment } = await writtenDown('DANA');
    await harness.database.pool.query(
      `UPDATE payment SET created_at = now() - interval '5 minutes' WHERE id = $1`,
      [payment.id],
    );
    expect(await shown('kedai_payments_unfinished')).toBe(1);
    expect(await shown('kedai_payments_unfinished_oldest_seconds')).toBeGreaterThan(290);
    await makeDue('payment', payment.id);
    await untilStatus(order, 'PAID');
    await eventually(async () => expect(await shown('kedai_payments_unfinished')).toBe(0));
  });

  it.each(['QRIS', 'DANA'] as const)(
    'a payment by %s whose process died before it sent the charge, with one charge',
    async (method) => {
      const { order, payment } = await writtenDown(method);
      await makeDue('payment', payment.id);
      await harness.restart();
      const paid = await untilStatus(order, 'PAID');
      expect(await chargeAt(method, payment.id)).toMatchObject({
        status: 'PAID',
        amount: payment.amount,
        transactionId: paid?.transactionId,
      });
    },
  );

  it.each(['QRIS', 'DANA'] as const)(
    'a payment by %s whose process died before it had the answer, with the charge that was made',
    async (method) => {
      harness.midtrans.fail({ losesCallbacks: true });
      harness.xendit.fail({ losesCallbacks: true });
      const { order, payment } = await writtenDown(method);
      const request = { paymentId: payment.id, method, amount: payment.amount, channel: {} };
      const charge = await providerOf(method).charge(request);
      await makeDue('payment', payment.id);
      expect(await untilStatus(order, 'PAID')).toMatchObject({ transactionId: charge.transactionId });
    },
  );

  it.each(['QRIS', 'DANA'] as const)(
    'a refund by %s whose process died before it sent the request, with one refund',
    async (method) => {
      const { order, payment } = await writtenDown(method);
      await makeDue('payment', payment.id);
      const paid = await untilStatus(order, 'PAID');
      const { refund } = await harness.database.work(newCause(), (work) =>
        beginRefund(work, { refundId: newId(), paymentId: payment.id, amount: 42_000, reason: 'Spilled' }),
      );
      await makeDue('refund', refund.id);
      expect((await untilStatus(order, 'REFUNDED'))?.refunds).toHaveLength(1);
      const transactionId = String(paid?.transactionId);
      const charge = { paymentId: payment.id, method, transactionId };
      expect(await providerOf(method).findRefunds(charge)).toMatchObject([{ amount: 42_000 }]);
    },
  );
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { signatureOf } from '../providers/midtrans/notification.js';
import {
  cancelled,
  customer,
  MIDTRANS_SERVER_KEY,
  type PaymentHarness,
  paid,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import { confirmCash, orderPayment, payload, payOrder, refundPayment } from '../testing/requests.js';

describe('an order that ends', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  async function begun(method: string) {
    const order = await harness.awaitingPayment();
    const { orderId } = order;
    const { payment } = payload(await payOrder(harness, customer(order.customerId), { orderId, method }));
    if (!payment) throw new Error('No payment was begun');
    return { order, paymentId: payment.id };
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it.each(['CARD', 'QRIS', 'DANA', 'CASH'])(
    'after its payment by %s has it given back, once',
    async (method) => {
      const { order, paymentId } = await begun(method);
      if (method === 'CASH') {
        await confirmCash(harness, staff('BARISTA', { outletId: order.outletId }), paymentId);
      }
      await untilStatus(order, 'PAID');
      await harness.deliver(paid(order, paymentId));
      await Promise.all(
        [cancelled(order), cancelled(order), cancelled(order)].map((event) => harness.deliver(event)),
      );
      const refunded = await untilStatus(order, 'REFUNDED');
      expect(refunded?.refunds).toMatchObject([{ status: 'SUCCEEDED', amount: { amount: 42_000 } }]);
    },
  );

  it.each(['GOPAY', 'OVO'])(
    'before its payment by %s came has it given back when it comes',
    async (method) => {
      const { order } = await begun(method);
      await harness.deliver(cancelled(order, 3));
      const refunded = await untilStatus(order, 'REFUNDED');
      expect(refunded?.refunds).toHaveLength(1);
      const types = await harness.database.prisma.outbox.findMany({
        where: { aggregateId: String(refunded?.id) },
        orderBy: { id: 'asc' },
      });
      expect(types.map(({ type }) => type)).toEqual(['payment.captured', 'payment.refunded']);
    },
  );

  it('at the moment of its capture has its money given back', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => begun('QRIS')));
    await Promise.all(orders.map(({ order }) => harness.deliver(cancelled(order, 3))));
    for (const { order } of orders) {
      const refunded = await untilStatus(order, 'REFUNDED');
      expect(refunded?.refunds).toHaveLength(1);
    }
  });

  it('has what staff had not given back before given back', async () => {
    const { order, paymentId } = await begun('QRIS');
    await untilStatus(order, 'PAID');
    await refundPayment(harness, staff('HQ'), { paymentId, amount: 2_000 });
    await untilStatus(order, 'PARTIALLY_REFUNDED');
    await harness.deliver(cancelled(order));
    const refunded = await untilStatus(order, 'REFUNDED');
    expect(refunded?.refunds.map(({ amount }) => amount.amount)).toEqual([2_000, 40_000]);
  });

  it('waits for its cash no longer', async () => {
    const { order, paymentId } = await begun('CASH');
    await harness.deliver(cancelled(order, 3));
    await untilStatus(order, 'FAILED');
    const barista = staff('BARISTA', { outletId: order.outletId });
    const { userErrors } = payload(await confirmCash(harness, barista, paymentId));
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  it('has its refund finished when the provider is back', async () => {
    const { order, paymentId } = await begun('OVO');
    await untilStatus(order, 'PAID');
    harness.xendit.fail({ isUnavailable: true });
    await harness.deliver(cancelled(order));
    await eventually(async () => {
      expect(await harness.database.prisma.refund.count({ where: { paymentId } })).toBe(1);
    });
    harness.xendit.fail({});
    await untilStatus(order, 'REFUNDED');
  });

  it('has one payment where another is captured as well, and that one refunded', async () => {
    harness.midtrans.fail({ losesCallbacks: true, approveAfterMilliseconds: 0 });
    const { order, paymentId } = await begun('QRIS');
    const first = await harness.database.prisma.payment.update({
      where: { id: paymentId },
      // As if we had given up on it before the guest approved after all.
      data: { status: 'FAILED', nextCheckAt: null },
    });
    const { orderId } = order;
    await payOrder(harness, customer(order.customerId), { orderId, method: 'DANA' });
    const second = await untilStatus(order, 'PAID');
    const signed = { order_id: paymentId, status_code: '200', gross_amount: '42000.00' };
    const response = await fetch(`${harness.url}/webhooks/midtrans`, {
      method: 'POST',
      body: JSON.stringify({
        ...signed,
        signature_key: signatureOf(signed, MIDTRANS_SERVER_KEY),
        transaction_id: first.transactionId,
        transaction_status: 'settlement',
      }),
    });
    expect(response.status).toBe(200);
    await eventually(async () => {
      const surplus = await harness.database.prisma.payment.findUnique({ where: { id: paymentId } });
      expect(surplus).toMatchObject({ status: 'REFUNDED', isSurplus: true });
    });
    const shown = await orderPayment(harness, customer(order.customerId), orderId);
    expect(shown).toMatchObject({ id: second?.id, status: 'PAID', refunds: [] });
    const events = await harness.database.prisma.outbox.count({ where: { aggregateId: paymentId } });
    expect(events).toBe(0);
  });

  it('has no payment where none was begun', async () => {
    expect(await orderPayment(harness, customer(newId()), newId())).toBeNull();
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { signatureOf } from '../providers/midtrans/notification.js';
import {
  cancelled,
  customer,
  MIDTRANS_SERVER_KEY,
  type PaymentUnderTest,
  paid,
  staff,
  startPaymentUnderTest,
  type TestOrder,
} from '../testing/payment-under-test.js';
import { confirmCash, orderPayment, payload, payOrder, refundPayment } from '../testing/requests.js';

describe('an order that ends', () => {
  let under: PaymentUnderTest;

  beforeAll(async () => {
    under = await startPaymentUnderTest();
  });

  afterEach(() => {
    under.midtrans.fail({});
    under.xendit.fail({});
  });

  afterAll(() => under.stop());

  async function begun(method: string) {
    const order = await under.awaitingPayment();
    const { orderId } = order;
    const { payment } = payload(await payOrder(under, customer(order.customerId), { orderId, method }));
    if (!payment) throw new Error('No payment was begun');
    return { order, paymentId: payment.id };
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(under, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it.each(['CARD', 'QRIS', 'DANA', 'CASH'])(
    'after its payment by %s has it given back, once',
    async (method) => {
      const { order, paymentId } = await begun(method);
      if (method === 'CASH') {
        await confirmCash(under, staff('BARISTA', { outletId: order.outletId }), paymentId);
      }
      await untilStatus(order, 'PAID');
      await under.tell(paid(order, paymentId));
      await Promise.all(
        [cancelled(order), cancelled(order), cancelled(order)].map((event) => under.tell(event)),
      );
      const refunded = await untilStatus(order, 'REFUNDED');
      expect(refunded?.refunds).toMatchObject([{ status: 'SUCCEEDED', amount: { amount: 42_000 } }]);
    },
  );

  it.each(['GOPAY', 'OVO'])(
    'before its payment by %s came has it given back when it comes',
    async (method) => {
      const { order } = await begun(method);
      await under.tell(cancelled(order, 3));
      const refunded = await untilStatus(order, 'REFUNDED');
      expect(refunded?.refunds).toHaveLength(1);
      const types = await under.database.prisma.outbox.findMany({
        where: { aggregateId: String(refunded?.id) },
        orderBy: { id: 'asc' },
      });
      expect(types.map(({ type }) => type)).toEqual(['payment.captured', 'payment.refunded']);
    },
  );

  it('in the very moment of its capture ends up with its money given back, never kept', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => begun('QRIS')));
    await Promise.all(orders.map(({ order }) => under.tell(cancelled(order, 3))));
    for (const { order } of orders) {
      const refunded = await untilStatus(order, 'REFUNDED');
      expect(refunded?.refunds).toHaveLength(1);
    }
  });

  it('has what staff had not given back before given back', async () => {
    const { order, paymentId } = await begun('QRIS');
    await untilStatus(order, 'PAID');
    await refundPayment(under, staff('HQ'), { paymentId, amount: 2_000 });
    await untilStatus(order, 'PARTIALLY_REFUNDED');
    await under.tell(cancelled(order));
    const refunded = await untilStatus(order, 'REFUNDED');
    expect(refunded?.refunds.map(({ amount }) => amount.amount)).toEqual([2_000, 40_000]);
  });

  it('waits for its cash no longer', async () => {
    const { order, paymentId } = await begun('CASH');
    await under.tell(cancelled(order, 3));
    await untilStatus(order, 'FAILED');
    const barista = staff('BARISTA', { outletId: order.outletId });
    const { userErrors } = payload(await confirmCash(under, barista, paymentId));
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  it('has its refund finished when the provider is back', async () => {
    const { order, paymentId } = await begun('OVO');
    await untilStatus(order, 'PAID');
    under.xendit.fail({ isUnavailable: true });
    await under.tell(cancelled(order));
    await eventually(async () => {
      expect(await under.database.prisma.refund.count({ where: { paymentId } })).toBe(1);
    });
    under.xendit.fail({});
    await untilStatus(order, 'REFUNDED');
  });

  it('keeps one payment where another turns out captured too, and gives that one back', async () => {
    under.midtrans.fail({ losesCallbacks: true, approveAfterMilliseconds: 0 });
    const { order, paymentId } = await begun('QRIS');
    const first = await under.database.prisma.payment.update({
      where: { id: paymentId },
      // As if we had given up on it before the guest approved after all.
      data: { status: 'FAILED', nextCheckAt: null },
    });
    const { orderId } = order;
    await payOrder(under, customer(order.customerId), { orderId, method: 'DANA' });
    const second = await untilStatus(order, 'PAID');
    const signed = { order_id: paymentId, status_code: '200', gross_amount: '42000.00' };
    const response = await fetch(`${under.url}/webhooks/midtrans`, {
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
      const surplus = await under.database.prisma.payment.findUnique({ where: { id: paymentId } });
      expect(surplus).toMatchObject({ status: 'REFUNDED', isSurplus: true });
    });
    const shown = await orderPayment(under, customer(order.customerId), orderId);
    expect(shown).toMatchObject({ id: second?.id, status: 'PAID', refunds: [] });
    const told = await under.database.prisma.outbox.count({ where: { aggregateId: paymentId } });
    expect(told).toBe(0);
  });

  it('knows of no payment for an order without one', async () => {
    expect(await orderPayment(under, customer(newId()), newId())).toBeNull();
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  customer,
  type PaymentUnderTest,
  staff,
  startPaymentUnderTest,
  type TestOrder,
} from '../testing/payment-under-test.js';
import { confirmCash, errorCodes, orderPayment, payload, payOrder } from '../testing/requests.js';

describe('a payment in cash', () => {
  let under: PaymentUnderTest;

  beforeAll(async () => {
    under = await startPaymentUnderTest();
  });

  afterEach(() => {
    under.midtrans.fail({});
    under.xendit.fail({});
  });

  afterAll(() => under.stop());

  function pay(order: TestOrder, method: string, identity: Identity = customer(order.customerId)) {
    return payOrder(under, identity, { orderId: order.orderId, method });
  }

  async function _untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(under, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it('waits for staff of the outlet to confirm it, once', async () => {
    const order = await under.awaitingPayment();
    const { payment } = payload(await pay(order, 'CASH'));
    expect(payment).toMatchObject({ status: 'PENDING', provider: 'CASH', transactionId: null });
    const barista = staff('BARISTA', { outletId: order.outletId });
    const paymentId = String(payment?.id);
    const confirmed = [
      await confirmCash(under, barista, paymentId),
      await confirmCash(under, barista, paymentId),
    ];
    expect(confirmed.map((answer) => payload(answer).payment)).toMatchObject([
      { id: paymentId, status: 'PAID' },
      { id: paymentId, status: 'PAID' },
    ]);
    expect(await under.database.prisma.outbox.count({ where: { aggregateId: paymentId } })).toBe(1);
  });

  it('is not confirmed by the guest, nor by staff of another outlet', async () => {
    const order = await under.awaitingPayment();
    const { payment } = payload(await pay(order, 'CASH'));
    const paymentId = String(payment?.id);
    const guest = await confirmCash(under, customer(order.customerId), paymentId);
    expect(errorCodes(guest)).toEqual(['FORBIDDEN']);
    const elsewhere = staff('BARISTA', { outletId: newId() });
    for (const identity of [elsewhere, { ...elsewhere, customerId: order.customerId }]) {
      expect(errorCodes(await confirmCash(under, identity, paymentId))).toEqual(['NOT_FOUND']);
    }
  });

  it('can be taken by staff for a guest, but nothing else can', async () => {
    const order = await under.awaitingPayment();
    const barista = staff('BARISTA', { outletId: order.outletId });
    expect(errorCodes(await pay(order, 'QRIS', barista))).toEqual(['FORBIDDEN']);
    expect(payload(await pay(order, 'CASH', barista)).payment).toMatchObject({ status: 'PENDING' });
  });

  it('is not confirmed where another method was chosen', async () => {
    const order = await under.awaitingPayment();
    const { payment } = payload(await pay(order, 'QRIS'));
    const barista = staff('BARISTA', { outletId: order.outletId });
    const { userErrors } = payload(await confirmCash(under, barista, String(payment?.id)));
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });
});

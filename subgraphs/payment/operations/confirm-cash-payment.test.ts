import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  customer,
  type PaymentHarness,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import { confirmCash, errorCodes, orderPayment, payload, payOrder } from '../testing/requests.js';

describe('a payment in cash', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  function pay(order: TestOrder, method: string, identity: Identity = customer(order.customerId)) {
    return payOrder(harness, identity, { orderId: order.orderId, method });
  }

  async function _untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it('waits for staff of the outlet to confirm it, once', async () => {
    const order = await harness.awaitingPayment();
    const { payment } = payload(await pay(order, 'CASH'));
    expect(payment).toMatchObject({ status: 'PENDING', provider: 'CASH', transactionId: null });
    const barista = staff('BARISTA', { outletId: order.outletId });
    const paymentId = String(payment?.id);
    const confirmed = [
      await confirmCash(harness, barista, paymentId),
      await confirmCash(harness, barista, paymentId),
    ];
    expect(confirmed.map((answer) => payload(answer).payment)).toMatchObject([
      { id: paymentId, status: 'PAID' },
      { id: paymentId, status: 'PAID' },
    ]);
    expect(await harness.database.prisma.outbox.count({ where: { aggregateId: paymentId } })).toBe(1);
  });

  it('is not confirmed by the guest, nor by staff of another outlet', async () => {
    const order = await harness.awaitingPayment();
    const { payment } = payload(await pay(order, 'CASH'));
    const paymentId = String(payment?.id);
    const guest = await confirmCash(harness, customer(order.customerId), paymentId);
    expect(errorCodes(guest)).toEqual(['FORBIDDEN']);
    const elsewhere = staff('BARISTA', { outletId: newId() });
    for (const identity of [elsewhere, { ...elsewhere, customerId: order.customerId }]) {
      expect(errorCodes(await confirmCash(harness, identity, paymentId))).toEqual(['NOT_FOUND']);
    }
  });

  it('can be taken by staff for a guest, but nothing else can', async () => {
    const order = await harness.awaitingPayment();
    const barista = staff('BARISTA', { outletId: order.outletId });
    expect(errorCodes(await pay(order, 'QRIS', barista))).toEqual(['FORBIDDEN']);
    expect(payload(await pay(order, 'CASH', barista)).payment).toMatchObject({ status: 'PENDING' });
  });

  it('is not confirmed where another method was chosen', async () => {
    const order = await harness.awaitingPayment();
    const { payment } = payload(await pay(order, 'QRIS'));
    const barista = staff('BARISTA', { outletId: order.outletId });
    const { userErrors } = payload(await confirmCash(harness, barista, String(payment?.id)));
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });
});

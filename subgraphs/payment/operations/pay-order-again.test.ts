import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  awaiting,
  customer,
  type PaymentHarness,
  placed,
  startPaymentHarness,
  type TestOrder,
  testOrder,
} from '../testing/harness.js';
import { orderPayment, payload, payOrder } from '../testing/requests.js';

describe('payOrder given its idempotency key again', () => {
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

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it('answers with the same payment, read live, and charges once', async () => {
    const order = await harness.awaitingPayment();
    const input = { orderId: order.orderId, method: 'GOPAY', idempotencyKey: newId() };
    const guest = customer(order.customerId);
    const first = payload(await payOrder(harness, guest, input));
    await untilStatus(order, 'PAID');
    const calls = harness.midtrans.calls();
    expect(payload(await payOrder(harness, guest, input)).payment).toMatchObject({
      id: first.payment?.id,
      status: 'PAID',
    });
    expect(harness.midtrans.calls()).toBe(calls);
  });

  it('makes one payment of 50 concurrent duplicates', async () => {
    const order = await harness.awaitingPayment();
    const input = { orderId: order.orderId, method: 'QRIS', idempotencyKey: newId() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => payOrder(harness, customer(order.customerId), input)),
    );
    const payloads = answers.map(payload);
    expect(payloads.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(payloads.map(({ payment }) => payment?.id)).size).toBe(1);
    expect(new Set(payloads.map(({ payment }) => payment?.transactionId)).size).toBe(1);
    expect(await harness.database.prisma.payment.count({ where: { orderId: order.orderId } })).toBe(1);
  });

  it('makes one payment of 50 concurrent tries with keys of their own', async () => {
    const order = await harness.awaitingPayment();
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay(order, 'QRIS')));
    const payloads = answers.map(payload);
    expect(payloads.filter(({ payment }) => payment !== null)).toHaveLength(1);
    const codes = payloads.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(Array.from({ length: 49 }, () => 'INVALID_STATE'));
  });

  it('refuses it for another input', async () => {
    const order = await harness.awaitingPayment();
    const input = { orderId: order.orderId, method: 'CASH', idempotencyKey: newId() };
    await payOrder(harness, customer(order.customerId), input);
    const { userErrors } = payload(
      await payOrder(harness, customer(order.customerId), { ...input, method: 'QRIS' }),
    );
    expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }]);
  });

  it('decides again on a request whose refusal wrote nothing', async () => {
    const order = testOrder();
    await harness.deliver(placed(order));
    const input = { orderId: order.orderId, method: 'CASH', idempotencyKey: newId() };
    const guest = customer(order.customerId);
    expect(payload(await payOrder(harness, guest, input)).userErrors).toHaveLength(1);
    await harness.deliver(awaiting(order));
    await eventually(async () => {
      expect(payload(await payOrder(harness, guest, input)).payment).toMatchObject({ status: 'PENDING' });
    });
  });

  it('separates the keys of callers', async () => {
    const orders = [await harness.awaitingPayment(), await harness.awaitingPayment()];
    const idempotencyKey = newId();
    const answers = await Promise.all(
      orders.map(({ orderId, customerId }) =>
        payOrder(harness, customer(customerId), { orderId, method: 'CASH', idempotencyKey }),
      ),
    );
    expect(new Set(answers.map((answer) => payload(answer).payment?.id)).size).toBe(2);
  });

  it.each(['', 'x'.repeat(129)])('refuses a key of the wrong length', async (idempotencyKey) => {
    const order = await harness.awaitingPayment();
    const input = { orderId: order.orderId, method: 'CASH', idempotencyKey };
    const { userErrors } = payload(await payOrder(harness, customer(order.customerId), input));
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['idempotencyKey'] }]);
  });
});

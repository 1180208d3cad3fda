import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  awaiting,
  cancelled,
  customer,
  type PaymentUnderTest,
  paid,
  placed,
  rejected,
  staff,
  startPaymentUnderTest,
  type TestOrder,
  testOrder,
} from '../testing/payment-under-test.js';
import { confirmCash, errorCodes, orderPayment, payload, payOrder } from '../testing/requests.js';

describe('payOrder', () => {
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

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(under, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it.each([
    ['CARD', 'MIDTRANS'],
    ['GOPAY', 'MIDTRANS'],
    ['QRIS', 'MIDTRANS'],
    ['OVO', 'XENDIT'],
    ['DANA', 'XENDIT'],
  ])('pays by %s through %s, pending until the guest approves', async (method, provider) => {
    const order = await under.awaitingPayment();
    const { payment, userErrors } = payload(await pay(order, method));
    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      status: 'PENDING',
      method,
      provider,
      amount: { amount: 42_000, currency: 'IDR' },
    });
    expect(payment?.transactionId).toEqual(expect.any(String));
    const settled = await untilStatus(order, 'PAID');
    expect(settled).toMatchObject({ id: payment?.id, paidAt: expect.any(String), action: null });
    const events = await under.database.prisma.outbox.findMany({
      where: { aggregateId: String(payment?.id) },
    });
    expect(events.map(({ type }) => type)).toEqual(['payment.captured']);
  });

  it('shows what the guest has to do next while it is pending', async () => {
    const actions = await Promise.all(
      ['GOPAY', 'QRIS'].map(
        async (method) => payload(await pay(await under.awaitingPayment(), method)).payment,
      ),
    );
    expect(actions).toMatchObject([
      { action: { redirectUrl: expect.any(String), qrCode: null } },
      { action: { redirectUrl: null, qrCode: expect.any(String) } },
    ]);
  });

  it('keeps what a method needed only until the provider has answered', async () => {
    const order = await under.awaitingPayment();
    const input = { orderId: order.orderId, method: 'CARD', cardToken: 'token-of-a-card' };
    const { payment } = payload(await payOrder(under, customer(order.customerId), input));
    const row = await under.database.prisma.payment.findUniqueOrThrow({ where: { id: String(payment?.id) } });
    expect(row.channel).toBeNull();
  });

  it('waits for an order whose news is still on its way', async () => {
    const order = testOrder();
    const paying = pay(order, 'QRIS');
    await under.tell(placed(order));
    await under.tell(awaiting(order));
    expect(payload(await paying)).toMatchObject({ payment: { status: 'PENDING' }, userErrors: [] });
  });

  it('takes the events of an order in any order', async () => {
    const order = testOrder();
    await under.tell(awaiting(order), placed(order));
    expect(payload(await pay(order, 'QRIS'))).toMatchObject({ payment: { status: 'PENDING' } });
  });

  it('says ORDER_NOT_PAYABLE of an order that stock does not promise', async () => {
    const order = testOrder();
    await under.tell(placed(order));
    expect(payload(await pay(order, 'QRIS')).userErrors).toMatchObject([
      { code: 'ORDER_NOT_PAYABLE', field: ['orderId'] },
    ]);
  });

  it('says ORDER_NOT_PAYABLE of a dead order', async () => {
    const orders = [testOrder(), testOrder()] as const;
    await under.tell(placed(orders[0]), rejected(orders[0]));
    await under.tell(placed(orders[1]), awaiting(orders[1]), cancelled(orders[1], 3));
    for (const order of orders) {
      expect(payload(await pay(order, 'CASH')).userErrors).toMatchObject([{ code: 'ORDER_NOT_PAYABLE' }]);
    }
  });

  it('finds neither what does not exist nor what is another guest’s', async () => {
    const order = await under.awaitingPayment();
    for (const answer of [
      await pay(testOrder(), 'QRIS'),
      await pay({ ...order, orderId: 'no-id-at-all' }, 'QRIS'),
      await pay(order, 'QRIS', customer(newId())),
      await pay(order, 'CASH', staff('BARISTA', { outletId: newId() })),
      await pay(order, 'CASH', staff('OWNER', { franchiseId: newId() })),
    ]) {
      expect(answer.data).toEqual({ payOrder: null });
      expect(errorCodes(answer)).toEqual(['NOT_FOUND']);
    }
    expect(await orderPayment(under, customer(order.customerId), order.orderId)).toBeNull();
  });

  it('asks who is not signed in to sign in', async () => {
    const answer = await pay(testOrder(), 'QRIS', { customerId: null, roles: [] });
    expect(errorCodes(answer)).toEqual(['UNAUTHENTICATED']);
  });

  it('refuses a second payment while the first is under way, and once it is paid', async () => {
    const order = await under.awaitingPayment();
    await pay(order, 'QRIS');
    expect(payload(await pay(order, 'GOPAY')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    await untilStatus(order, 'PAID');
    expect(payload(await pay(order, 'CASH')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    await under.tell(paid(order, newId()));
    expect(payload(await pay(order, 'CASH')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  it('lets a declined guest pay again by another method', async () => {
    const order = await under.awaitingPayment({ total: 13_000 });
    under.midtrans.fail({ declineAmounts: [13_000] });
    const first = payload(await pay(order, 'CARD'));
    const failed = await untilStatus(order, 'FAILED');
    expect(failed).toMatchObject({ id: first.payment?.id, failureReason: expect.any(String) });
    const second = payload(await pay(order, 'DANA'));
    expect(second).toMatchObject({ payment: { status: 'PENDING' }, userErrors: [] });
    expect(await untilStatus(order, 'PAID')).toMatchObject({ id: second.payment?.id });
  });

  it('tells of a refusal at once, with the payment that failed', async () => {
    const order = await under.awaitingPayment({ total: 50 });
    const { payment, userErrors } = payload(await pay(order, 'DANA'));
    expect(payment).toMatchObject({ status: 'FAILED', failureReason: 'API_VALIDATION_ERROR' });
    expect(userErrors).toMatchObject([{ code: 'PAYMENT_DECLINED', field: ['method'] }]);
  });

  describe('given its idempotency key again', () => {
    it('answers with the same payment, read live, and charges once', async () => {
      const order = await under.awaitingPayment();
      const input = { orderId: order.orderId, method: 'GOPAY', idempotencyKey: newId() };
      const guest = customer(order.customerId);
      const first = payload(await payOrder(under, guest, input));
      await untilStatus(order, 'PAID');
      const calls = under.midtrans.calls();
      expect(payload(await payOrder(under, guest, input)).payment).toMatchObject({
        id: first.payment?.id,
        status: 'PAID',
      });
      expect(under.midtrans.calls()).toBe(calls);
    });

    it('makes one payment of 50 concurrent duplicates', async () => {
      const order = await under.awaitingPayment();
      const input = { orderId: order.orderId, method: 'QRIS', idempotencyKey: newId() };
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => payOrder(under, customer(order.customerId), input)),
      );
      const payloads = answers.map(payload);
      expect(payloads.flatMap(({ userErrors }) => userErrors)).toEqual([]);
      expect(new Set(payloads.map(({ payment }) => payment?.id)).size).toBe(1);
      expect(new Set(payloads.map(({ payment }) => payment?.transactionId)).size).toBe(1);
      expect(await under.database.prisma.payment.count({ where: { orderId: order.orderId } })).toBe(1);
    });

    it('makes one payment of 50 concurrent tries with keys of their own', async () => {
      const order = await under.awaitingPayment();
      const answers = await Promise.all(Array.from({ length: 50 }, () => pay(order, 'QRIS')));
      const payloads = answers.map(payload);
      expect(payloads.filter(({ payment }) => payment !== null)).toHaveLength(1);
      const codes = payloads.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
      expect(codes).toEqual(Array.from({ length: 49 }, () => 'INVALID_STATE'));
    });

    it('refuses it for another input', async () => {
      const order = await under.awaitingPayment();
      const input = { orderId: order.orderId, method: 'CASH', idempotencyKey: newId() };
      await payOrder(under, customer(order.customerId), input);
      const { userErrors } = payload(
        await payOrder(under, customer(order.customerId), { ...input, method: 'QRIS' }),
      );
      expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }]);
    });

    it('judges a refusal that wrote nothing anew', async () => {
      const order = testOrder();
      await under.tell(placed(order));
      const input = { orderId: order.orderId, method: 'CASH', idempotencyKey: newId() };
      const guest = customer(order.customerId);
      expect(payload(await payOrder(under, guest, input)).userErrors).toHaveLength(1);
      await under.tell(awaiting(order));
      await eventually(async () => {
        expect(payload(await payOrder(under, guest, input)).payment).toMatchObject({ status: 'PENDING' });
      });
    });

    it('keeps the keys of callers apart', async () => {
      const orders = [await under.awaitingPayment(), await under.awaitingPayment()];
      const idempotencyKey = newId();
      const answers = await Promise.all(
        orders.map(({ orderId, customerId }) =>
          payOrder(under, customer(customerId), { orderId, method: 'CASH', idempotencyKey }),
        ),
      );
      expect(new Set(answers.map((answer) => payload(answer).payment?.id)).size).toBe(2);
    });

    it.each(['', 'x'.repeat(129)])('refuses a key of the wrong length', async (idempotencyKey) => {
      const order = await under.awaitingPayment();
      const input = { orderId: order.orderId, method: 'CASH', idempotencyKey };
      const { userErrors } = payload(await payOrder(under, customer(order.customerId), input));
      expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['idempotencyKey'] }]);
    });
  });

  describe('in cash', () => {
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

  describe('while its provider is in trouble', () => {
    it.each([
      ['is down', { isUnavailable: true }],
      ['loses its answers', { losesAnswers: true }],
      ['does not answer in time', { answerAfterMilliseconds: 20_000 }],
    ])('answers PENDING when it %s, and is paid once when it is back', async (_trouble, faults) => {
      const order = await under.awaitingPayment();
      under.xendit.fail(faults);
      expect(payload(await pay(order, 'OVO'))).toMatchObject({
        payment: { status: 'PENDING' },
        userErrors: [],
      });
      under.xendit.fail({});
      const settled = await untilStatus(order, 'PAID');
      const captures = await under.database.prisma.outbox.count({
        where: { aggregateId: String(settled?.id) },
      });
      expect(captures).toBe(1);
    });

    it('goes on with the other provider meanwhile', async () => {
      under.midtrans.fail({ isUnavailable: true });
      const order = await under.awaitingPayment();
      await pay(order, 'DANA');
      await untilStatus(order, 'PAID');
    });
  });
});

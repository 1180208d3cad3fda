import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { queriesDuring } from '../testing/count-queries.js';
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
import { errorCodes, orderPayment, payload, payOrder } from '../testing/requests.js';

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

  async function untilKnown({ orderId }: TestOrder) {
    await eventually(async () => {
      const where = { id: orderId, status: 'AWAITING_PAYMENT' } as const;
      expect(await under.database.prisma.orderCopy.count({ where })).toBe(1);
    });
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

  it.each([
    ['cardToken', '\0'],
    ['cardToken', 'token\ud800'],
    ['phone', '0812'],
    ['idempotencyKey', ''],
    ['idempotencyKey', 'a\0'],
    ['idempotencyKey', '\ud800'],
  ])('refuses %s %j, and then nothing is begun', async (field, value) => {
    const order = await under.awaitingPayment();
    const input = { orderId: order.orderId, method: 'CARD', [field]: value };
    expect(payload(await payOrder(under, customer(order.customerId), input))).toMatchObject({
      payment: null,
      userErrors: [{ code: 'INVALID_INPUT', field: [field] }],
    });
    expect(await orderPayment(under, customer(order.customerId), order.orderId)).toBeNull();
  });

  it.each([{ amount: 1 }, { total: 1 }, { currency: 'USD' }, { provider: 'CASH' }, { method: 'BITCOIN' }])(
    'has no place for %o: what is paid is the order’s to say',
    async (own) => {
      const order = await under.awaitingPayment();
      const input = { orderId: order.orderId, method: 'QRIS', ...own };
      expect(errorCodes(await payOrder(under, customer(order.customerId), input))).toEqual([
        'BAD_USER_INPUT',
      ]);
      expect(await orderPayment(under, customer(order.customerId), order.orderId)).toBeNull();
    },
  );

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
    for (const answer of await Promise.all([
      pay(testOrder(), 'QRIS'),
      pay({ ...order, orderId: 'no-id-at-all' }, 'QRIS'),
      pay(order, 'QRIS', customer(newId())),
      pay(order, 'CASH', staff('BARISTA', { outletId: newId() })),
      pay(order, 'CASH', staff('OWNER', { franchiseId: newId() })),
    ])) {
      expect(answer.data).toEqual({ payOrder: null });
      expect(errorCodes(answer)).toEqual(['NOT_FOUND']);
    }
    expect(await orderPayment(under, customer(order.customerId), order.orderId)).toBeNull();
  });

  it('waits for another guest’s order as for one that does not exist: neither is told by the time it takes', async () => {
    const order = await under.awaitingPayment();
    await untilKnown(order);
    for (const one of [testOrder(), order]) {
      const queries = await queriesDuring(async () => {
        expect(errorCodes(await pay(one, 'QRIS', customer(newId())))).toEqual(['NOT_FOUND']);
      });
      const looks = queries.filter((query) => query.includes('FROM order_copy WHERE id = ANY'));
      expect(looks.length).toBeGreaterThan(2);
    }
  });

  it('is FORBIDDEN to staff who would pay for a guest by other means than cash, whatever else they say', async () => {
    const order = await under.awaitingPayment();
    await untilKnown(order);
    const { orderId } = order;
    const barista = staff('BARISTA', { outletId: order.outletId });
    for (const method of ['QRIS', 'OVO']) {
      for (const more of [{}, { phone: '0812' }, { idempotencyKey: '' }]) {
        const answer = await payOrder(under, barista, { orderId, method, ...more });
        expect(errorCodes(answer)).toEqual(['FORBIDDEN']);
      }
    }
    const cash = await payOrder(under, barista, { orderId, method: 'CASH', phone: '0812' });
    expect(payload(cash).userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['phone'] }]);
    expect(payload(await pay(order, 'CASH', barista))).toMatchObject({ payment: { status: 'PENDING' } });
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

  it('is written down, charged, confirmed and captured in four statements', async () => {
    const order = await under.awaitingPayment();
    await untilKnown(order);
    const queries = await queriesDuring(async () => {
      await pay(order, 'QRIS');
      await untilStatus(order, 'PAID');
    });
    const tables =
      /\b(order_copy|idempotency|refund|provider_callback|ledger_entry)\b|UPDATE payment SET transaction_id/;
    const own = queries.filter((query) => tables.test(query) && !query.includes('"public"'));
    const writes = own.filter((query) => !query.includes('next_check_at <= now()'));
    expect(writes).toHaveLength(4);
  });
});

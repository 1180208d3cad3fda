import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { queriesDuring } from '../testing/count-queries.js';
import {
  awaiting,
  cancelled,
  customer,
  type PaymentHarness,
  paid,
  placed,
  rejected,
  staff,
  startPaymentHarness,
  type TestOrder,
  testOrder,
} from '../testing/harness.js';
import { errorCodes, orderPayment, payload, payOrder } from '../testing/requests.js';

/** A UUIDv7 made so long ago. */
function idOfAge(milliseconds: number): string {
  const time = (Date.now() - milliseconds).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${newId().slice(13)}`;
}

describe('payOrder', () => {
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

  async function untilKnown({ orderId }: TestOrder) {
    await eventually(async () => {
      const where = { id: orderId, status: 'AWAITING_PAYMENT' } as const;
      expect(await harness.database.prisma.orderCopy.count({ where })).toBe(1);
    });
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
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
    const order = await harness.awaitingPayment();
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
    const events = await harness.database.prisma.outbox.findMany({
      where: { aggregateId: String(payment?.id) },
    });
    expect(events.map(({ type }) => type)).toEqual(['payment.captured']);
  });

  it('shows what the guest has to do next while it is pending', async () => {
    const actions = await Promise.all(
      ['GOPAY', 'QRIS'].map(
        async (method) => payload(await pay(await harness.awaitingPayment(), method)).payment,
      ),
    );
    expect(actions).toMatchObject([
      { action: { redirectUrl: expect.any(String), qrCode: null } },
      { action: { redirectUrl: null, qrCode: expect.any(String) } },
    ]);
  });

  it('stores what a method needs only until the provider has answered', async () => {
    const order = await harness.awaitingPayment();
    const input = { orderId: order.orderId, method: 'CARD', cardToken: 'token-of-a-card' };
    const { payment } = payload(await payOrder(harness, customer(order.customerId), input));
    const row = await harness.database.prisma.payment.findUniqueOrThrow({
      where: { id: String(payment?.id) },
    });
    expect(row.channel).toBeNull();
  });

  it.each([
    ['cardToken', '\0'],
    ['cardToken', 'token\ud800'],
    ['phone', 'call me'],
    ['idempotencyKey', ''],
    ['idempotencyKey', 'a\0'],
    ['idempotencyKey', '\ud800'],
  ])('refuses %s %j, and then nothing is begun', async (field, value) => {
    const order = await harness.awaitingPayment();
    const input = { orderId: order.orderId, method: 'CARD', [field]: value };
    expect(payload(await payOrder(harness, customer(order.customerId), input))).toMatchObject({
      payment: null,
      userErrors: [{ code: 'INVALID_INPUT', field: [field] }],
    });
    expect(await orderPayment(harness, customer(order.customerId), order.orderId)).toBeNull();
  });

  it.each([{ total: 1 }, { currency: 'USD' }, { provider: 'CASH' }, { method: 'BITCOIN' }])(
    'has no place for %o: what is paid is the order’s to say',
    async (own) => {
      const order = await harness.awaitingPayment();
      const input = { orderId: order.orderId, method: 'QRIS', ...own };
      expect(errorCodes(await payOrder(harness, customer(order.customerId), input))).toEqual([
        'BAD_USER_INPUT',
      ]);
      expect(await orderPayment(harness, customer(order.customerId), order.orderId)).toBeNull();
    },
  );

  it('waits for an order whose events are still on their way', async () => {
    const order = testOrder();
    const paying = pay(order, 'QRIS');
    await harness.deliver(placed(order));
    await harness.deliver(awaiting(order));
    expect(payload(await paying)).toMatchObject({ payment: { status: 'PENDING' }, userErrors: [] });
  });

  it('takes the events of an order in any order', async () => {
    const order = testOrder();
    await harness.deliver(awaiting(order), placed(order));
    expect(payload(await pay(order, 'QRIS'))).toMatchObject({ payment: { status: 'PENDING' } });
  });

  it('says ORDER_NOT_PAYABLE of an order that stock does not promise', async () => {
    const order = testOrder();
    await harness.deliver(placed(order));
    expect(payload(await pay(order, 'QRIS')).userErrors).toMatchObject([
      { code: 'ORDER_NOT_PAYABLE', field: ['orderId'] },
    ]);
  });

  it('says ORDER_NOT_PAYABLE of a dead order', async () => {
    const orders = [testOrder(), testOrder()] as const;
    await harness.deliver(placed(orders[0]), rejected(orders[0]));
    await harness.deliver(placed(orders[1]), awaiting(orders[1]), cancelled(orders[1], 3));
    for (const order of orders) {
      expect(payload(await pay(order, 'CASH')).userErrors).toMatchObject([{ code: 'ORDER_NOT_PAYABLE' }]);
    }
  });

  it('finds neither what does not exist nor what is another guest’s', async () => {
    const order = await harness.awaitingPayment();
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
    expect(await orderPayment(harness, customer(order.customerId), order.orderId)).toBeNull();
  });

  it('waits for another guest’s young order as for a young id that does not exist, so that the time reveals nothing', async () => {
    const order = await harness.awaitingPayment();
    await untilKnown(order);
    for (const one of [testOrder(), order]) {
      const queries = await queriesDuring(async () => {
        expect(errorCodes(await pay(one, 'QRIS', customer(newId())))).toEqual(['NOT_FOUND']);
      });
      const looks = queries.filter((query) => query.includes('FROM order_copy WHERE id = ANY'));
      expect(looks.length).toBeGreaterThan(2);
    }
  });

  it('waits neither for an unknown id nor for another guest’s order that is older than ten seconds', async () => {
    const old = await harness.awaitingPayment({ orderId: idOfAge(60_000) });
    await untilKnown(old);
    for (const order of [{ ...testOrder(), orderId: idOfAge(60_000) }, old]) {
      const queries = await queriesDuring(async () => {
        expect(errorCodes(await pay(order, 'QRIS', customer(newId())))).toEqual(['NOT_FOUND']);
      });
      expect(queries.filter((query) => query.includes('FROM order_copy WHERE id = ANY'))).toHaveLength(1);
    }
    expect(payload(await pay(old, 'QRIS'))).toMatchObject({ payment: { status: 'PENDING' }, userErrors: [] });
  });

  it.each(['081234567890', '6281234567890', '+62 812-3456-7890'])(
    'takes the phone number %s',
    async (phone) => {
      const order = await harness.awaitingPayment();
      const input = { orderId: order.orderId, method: 'OVO', phone };
      expect(payload(await payOrder(harness, customer(order.customerId), input)).userErrors).toEqual([]);
    },
  );

  it('is FORBIDDEN to staff who would pay for a guest by other means than cash, whatever else they say', async () => {
    const order = await harness.awaitingPayment();
    await untilKnown(order);
    const { orderId } = order;
    const barista = staff('BARISTA', { outletId: order.outletId });
    for (const method of ['QRIS', 'OVO']) {
      for (const more of [{}, { phone: 'call me' }, { idempotencyKey: '' }]) {
        const answer = await payOrder(harness, barista, { orderId, method, ...more });
        expect(errorCodes(answer)).toEqual(['FORBIDDEN']);
      }
    }
    const cash = await payOrder(harness, barista, { orderId, method: 'CASH', phone: 'call me' });
    expect(payload(cash).userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['phone'] }]);
    expect(payload(await pay(order, 'CASH', barista))).toMatchObject({ payment: { status: 'PENDING' } });
  });

  it('is UNAUTHENTICATED without a caller', async () => {
    const answer = await pay(testOrder(), 'QRIS', { customerId: null, roles: [] });
    expect(errorCodes(answer)).toEqual(['UNAUTHENTICATED']);
  });

  it('refuses a second payment while the first is under way, and once it is paid', async () => {
    const order = await harness.awaitingPayment();
    await pay(order, 'QRIS');
    expect(payload(await pay(order, 'GOPAY')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    await untilStatus(order, 'PAID');
    expect(payload(await pay(order, 'CASH')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    await harness.deliver(paid(order, newId()));
    expect(payload(await pay(order, 'CASH')).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  it('lets a declined guest pay again by another method', async () => {
    const order = await harness.awaitingPayment({ total: 13_000 });
    harness.midtrans.fail({ declineAmounts: [13_000] });
    const first = payload(await pay(order, 'CARD'));
    const failed = await untilStatus(order, 'FAILED');
    expect(failed).toMatchObject({ id: first.payment?.id, failureReason: expect.any(String) });
    const second = payload(await pay(order, 'DANA'));
    expect(second).toMatchObject({ payment: { status: 'PENDING' }, userErrors: [] });
    expect(await untilStatus(order, 'PAID')).toMatchObject({ id: second.payment?.id });
  });

  it('answers a refusal at once, with the payment that failed', async () => {
    const order = await harness.awaitingPayment({ total: 50 });
    const { payment, userErrors } = payload(await pay(order, 'DANA'));
    expect(payment).toMatchObject({ status: 'FAILED', failureReason: 'API_VALIDATION_ERROR' });
    expect(userErrors).toMatchObject([{ code: 'PAYMENT_DECLINED', field: ['method'] }]);
  });

  it('is begun, charged, confirmed and captured in four statements', async () => {
    const order = await harness.awaitingPayment();
    await untilKnown(order);
    const queries = await queriesDuring(async () => {
      await pay(order, 'QRIS');
      await untilStatus(order, 'PAID');
    });
    const ours =
      /\b(order_copy|idempotency|refund|provider_callback|ledger_entry|begin_payment|record_pending_charge|capture_payment)\b/;
    const own = queries.filter((query) => ours.test(query) && !query.includes('"public"'));
    const writes = own.filter((query) => !query.includes('next_check_at <= now()'));
    expect(writes).toHaveLength(4);
  });
});

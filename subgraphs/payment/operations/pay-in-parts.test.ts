/** Orders that are paid in parts, with tips and change. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { eventQueueName } from '../../../platform/events/relay.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  cancelled,
  customer,
  type PaymentHarness,
  paid,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import {
  cancelPayment,
  confirmCash,
  errorCodes,
  managerOf,
  orderPayment,
  orderPayments,
  payload,
  payOrder,
  refundPayment,
} from '../testing/requests.js';

describe('an order paid in parts', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  async function begin(
    order: TestOrder,
    method: string,
    input: Readonly<Record<string, unknown>> = {},
    identity: Identity = customer(order.customerId),
  ) {
    const { orderId } = order;
    return payload(await payOrder(harness, identity, { orderId, method, ...input }));
  }

  async function payPart(order: TestOrder, method: string, input: Readonly<Record<string, unknown>> = {}) {
    const { payment, userErrors } = await begin(order, method, input);
    if (payment === null) throw new Error(JSON.stringify(userErrors));
    if (method === 'CASH') payload(await confirmCash(harness, managerOf(order), payment.id));
    return untilStatus(payment.id, 'PAID');
  }

  function untilStatus(id: string, status: string): Promise<string> {
    return eventually(async () => {
      expect(await harness.database.prisma.payment.findUniqueOrThrow({ where: { id } })).toMatchObject({
        status,
      });
      return id;
    });
  }

  async function events(order: TestOrder) {
    const rows = await harness.database.prisma.outbox.findMany({ orderBy: { id: 'asc' } });
    return rows.flatMap(({ type, data }) => {
      const ours = typeof data === 'object' && data !== null && 'orderId' in data ? data : null;
      return ours?.orderId === order.orderId && type.startsWith('payment.') ? [{ type, data: ours }] : [];
    });
  }

  async function typesOf(order: TestOrder): Promise<string[]> {
    return (await events(order)).map(({ type }) => type);
  }

  /** The ledger's balances of an outlet, other than zero. */
  async function balances({ outletId }: TestOrder): Promise<Record<string, number>> {
    const sums = await harness.database.prisma.ledgerEntry.groupBy({
      by: ['account'],
      where: { outletId },
      _sum: { amount: true },
    });
    return Object.fromEntries(
      sums.flatMap(({ account, _sum }) => (_sum.amount ? [[account, Number(_sum.amount)]] : [])),
    );
  }

  it('is settled once, by the part that meets its total', async () => {
    const order = await harness.awaitingPayment();
    const first = await payPart(order, 'QRIS', { amount: 30_000 });
    expect(await typesOf(order)).toEqual(['payment.part-captured']);
    expect(await balances(order)).toEqual({ MIDTRANS_CLEARING: 30_000, OWED_TO_CUSTOMERS: -30_000 });
    const second = await payPart(order, 'CASH');
    expect(await typesOf(order)).toEqual(['payment.part-captured', 'payment.captured']);
    expect(await balances(order)).toEqual({
      MIDTRANS_CLEARING: 30_000,
      CASH_DRAWER: 12_000,
      SALES: -42_000,
    });
    const guest = customer(order.customerId);
    expect(await orderPayment(harness, guest, order.orderId)).toMatchObject({
      id: second,
      amount: { amount: 12_000 },
    });
    expect((await orderPayments(harness, guest, order.orderId)).map(({ id }) => id)).toEqual([first, second]);
    expect(await begin(order, 'QRIS', { amount: 1 })).toMatchObject({
      payment: null,
      userErrors: [{ code: 'INVALID_STATE', message: 'This order is paid' }],
    });
  });

  it('is settled once by parts that are captured at the same time', async () => {
    const orders = await Promise.all(Array.from({ length: 4 }, () => harness.awaitingPayment()));
    await Promise.all(
      orders.flatMap((order) =>
        ['QRIS', 'GOPAY', 'DANA'].map((method) => payPart(order, method, { amount: 14_000 })),
      ),
    );
    for (const order of orders) {
      expect((await typesOf(order)).toSorted()).toEqual([
        'payment.captured',
        'payment.part-captured',
        'payment.part-captured',
      ]);
      const { SALES, OWED_TO_CUSTOMERS = 0 } = await balances(order);
      expect({ SALES, OWED_TO_CUSTOMERS }).toEqual({ SALES: -42_000, OWED_TO_CUSTOMERS: 0 });
    }
  });

  it('takes no more than is still owed, what is under way included', async () => {
    const order = await harness.awaitingPayment();
    await begin(order, 'CASH', { amount: 30_000 });
    expect((await begin(order, 'CASH', { amount: 12_001 })).userErrors).toMatchObject([
      { code: 'AMOUNT_EXCEEDS_OWED', field: ['amount'] },
    ]);
    const attempts = await Promise.all(
      Array.from({ length: 8 }, () => begin(order, 'CASH', { amount: 5_000 })),
    );
    expect(attempts.filter(({ payment }) => payment !== null)).toHaveLength(2);
    expect((await begin(order, 'CASH')).payment).toMatchObject({ amount: { amount: 2_000 } });
    expect((await begin(order, 'CASH')).userErrors).toMatchObject([
      { code: 'INVALID_STATE', message: 'A payment of this order is under way' },
    ]);
  });

  it('owes again what of a part was given back before the total was met', async () => {
    const order = await harness.awaitingPayment();
    const first = await payPart(order, 'CASH', { amount: 30_000 });
    await refundPayment(harness, managerOf(order), { paymentId: first, amount: 10_000 });
    expect((await begin(order, 'CASH', { amount: 22_001 })).userErrors).toMatchObject([
      { code: 'AMOUNT_EXCEEDS_OWED' },
    ]);
    const second = await payPart(order, 'CASH');
    expect(await balances(order)).toEqual({ CASH_DRAWER: 42_000, SALES: -42_000 });
    // What went back before was not the sale's.
    await refundPayment(harness, managerOf(order), { paymentId: first, amount: 5_000 });
    expect((await events(order)).at(-1)).toMatchObject({
      type: 'payment.refunded',
      data: {
        refundedTotal: 15_000,
        ofOrder: { paymentId: second, goneTotal: 5_000, capturedTotal: 42_000, isFull: false },
      },
    });
  });

  it('is refunded when all of its parts have gone back', async () => {
    const order = await harness.awaitingPayment();
    const parts = [
      await payPart(order, 'QRIS', { amount: 20_000 }),
      await payPart(order, 'OVO', { amount: 12_000 }),
      await payPart(order, 'CASH'),
    ];
    await harness.deliver(paid(order, parts[2] ?? ''), cancelled(order));
    for (const part of parts) await untilStatus(part, 'REFUNDED');
    const refunds = (await events(order)).filter(({ type }) => type === 'payment.refunded');
    expect(refunds).toHaveLength(3);
    const isFull = refunds.map(({ data }) => JSON.stringify(data.ofOrder).includes('"isFull":true'));
    expect(isFull).toEqual([false, false, true]);
    expect(await balances(order)).toEqual({ SALES: -42_000, REFUNDS: 42_000 });
  });

  it('that ends before its total is met has every part given back, and was never a sale', async () => {
    const order = await harness.awaitingPayment();
    const parts = [
      await payPart(order, 'GOPAY', { amount: 20_000, tip: 1_000 }),
      await payPart(order, 'CASH', { amount: 2_000 }),
    ];
    const { payment: waiting } = await begin(order, 'CASH');
    await harness.deliver(cancelled(order, 3));
    for (const part of parts) await untilStatus(part, 'REFUNDED');
    await untilStatus(waiting?.id ?? '', 'FAILED');
    expect(await balances(order)).toEqual({});
  });

  it('cancelled while its parts are captured keeps no money', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => harness.awaitingPayment()));
    await Promise.all(
      orders.flatMap((order, index) => [
        begin(order, 'QRIS', { amount: 20_000 }),
        begin(order, 'DANA', { amount: 22_000 }),
        new Promise((resolve) => setTimeout(resolve, 80 * index)).then(() =>
          harness.deliver(cancelled(order, 3)),
        ),
      ]),
    );
    await eventually(async () => {
      for (const order of orders) {
        const payments = await harness.database.prisma.payment.findMany({
          where: { orderId: order.orderId },
        });
        for (const { status } of payments) expect(['REFUNDED', 'FAILED']).toContain(status);
        const { SALES = 0, REFUNDS = 0, ...money } = await balances(order);
        expect([SALES + REFUNDS, money]).toEqual([0, {}]);
      }
    });
  });

  it('counts a part that comes although it was given up, and gives back what is above the total', async () => {
    harness.midtrans.fail({ approveAfterMilliseconds: 1_000 });
    const order = await harness.awaitingPayment();
    const { payment: late } = await begin(order, 'QRIS', { amount: 30_000, tip: 2_000 });
    // As if we had given up on it before its guest approved.
    await harness.database.prisma.payment.update({
      where: { id: late?.id ?? '' },
      data: { status: 'FAILED', nextCheckAt: null },
    });
    await payPart(order, 'CASH', { amount: 25_000 });
    await untilStatus(late?.id ?? '', 'PARTIALLY_REFUNDED');
    const shown = await orderPayment(harness, customer(order.customerId), order.orderId);
    expect(shown).toMatchObject({
      id: late?.id,
      surplus: { amount: 13_000 },
      refunds: [{ amount: { amount: 13_000 }, origin: 'ORDER' }],
    });
    expect(await typesOf(order)).toEqual(['payment.part-captured', 'payment.captured', 'payment.refunded']);
    expect(await balances(order)).toEqual({
      MIDTRANS_CLEARING: 19_000,
      CASH_DRAWER: 25_000,
      SALES: -42_000,
      TIPS: -2_000,
    });
    expect((await events(order)).at(-1)?.data).toMatchObject({ ofOrder: { goneTotal: 0, isFull: false } });
  });

  it('keeps a tip apart, which goes back last', async () => {
    const order = await harness.awaitingPayment();
    const paymentId = await payPart(order, 'CARD', { tip: 5_000 });
    expect(await orderPayment(harness, customer(order.customerId), order.orderId)).toMatchObject({
      amount: { amount: 42_000 },
      tip: { amount: 5_000 },
      total: { amount: 47_000 },
    });
    expect(await balances(order)).toEqual({ MIDTRANS_CLEARING: 47_000, SALES: -42_000, TIPS: -5_000 });
    expect((await events(order)).at(0)?.data).toMatchObject({ amount: 47_000, tip: 5_000 });
    const manager = managerOf(order);
    payload(await refundPayment(harness, manager, { paymentId, amount: 42_000 }));
    await untilStatus(paymentId, 'PARTIALLY_REFUNDED');
    expect((await events(order)).at(-1)?.data).toMatchObject({
      isFull: false,
      ofOrder: { paymentId, goneTotal: 42_000, isFull: true },
    });
    payload(await refundPayment(harness, manager, { paymentId, amount: 5_000 }));
    await untilStatus(paymentId, 'REFUNDED');
    expect(await balances(order)).toEqual({ SALES: -42_000, REFUNDS: 42_000 });
  });

  describe('in cash', () => {
    it('says the change, of what the guest gave or staff counted', async () => {
      const order = await harness.awaitingPayment();
      const first = await begin(order, 'CASH', { amount: 20_000, tip: 500, tendered: 50_000 });
      expect(first.payment).toMatchObject({ tendered: { amount: 50_000 }, change: { amount: 29_500 } });
      const second = await begin(order, 'CASH');
      expect(second.payment).toMatchObject({ tendered: null, change: null });
      const confirmed = payload(
        await confirmCash(harness, managerOf(order), second.payment?.id ?? '', 25_000),
      );
      expect(confirmed.payment).toMatchObject({ tendered: { amount: 25_000 }, change: { amount: 3_000 } });
    });

    it('refuses less than has to be paid, and tendering by any other method', async () => {
      const order = await harness.awaitingPayment();
      expect((await begin(order, 'CASH', { tip: 1, tendered: 42_000 })).userErrors).toMatchObject([
        { code: 'TENDERED_TOO_LITTLE', field: ['tendered'] },
      ]);
      expect((await begin(order, 'QRIS', { tendered: 42_000 })).userErrors).toMatchObject([
        { code: 'INVALID_INPUT', field: ['tendered'] },
      ]);
      const { payment } = await begin(order, 'CASH');
      const refused = payload(await confirmCash(harness, managerOf(order), payment?.id ?? '', 41_999));
      expect(refused.userErrors).toMatchObject([{ code: 'TENDERED_TOO_LITTLE', field: ['tendered'] }]);
    });

    it.each([{ amount: 0 }, { amount: 1.5 }, { amount: -1 }, { tip: -1 }])('refuses %o', async (input) => {
      const order = await harness.awaitingPayment();
      const answer = await payOrder(harness, customer(order.customerId), {
        ...{ orderId: order.orderId, method: 'CASH' },
        ...input,
      });
      expect(answer.errors ? 'not whole' : payload(answer).userErrors[0]?.code).toBe(
        'amount' in input && input.amount === 1.5 ? 'not whole' : 'INVALID_INPUT',
      );
    });

    it('waits for it no longer than its window', async () => {
      const order = await harness.awaitingPayment();
      const { payment } = await begin(order, 'CASH', { amount: 10_000 });
      const { nextCheckAt } = await harness.database.prisma.payment.findUniqueOrThrow({
        where: { id: payment?.id ?? '' },
      });
      expect(nextCheckAt?.getTime()).toBeGreaterThan(Date.now() + 500_000);
      await harness.database.prisma.payment.update({
        where: { id: payment?.id ?? '' },
        data: { nextCheckAt: new Date() },
      });
      await untilStatus(payment?.id ?? '', 'FAILED');
      expect((await begin(order, 'CASH')).payment).toMatchObject({ amount: { amount: 42_000 } });
    });

    it('waits for it as long as its outlet has set', async () => {
      const here = await harness.awaitingPayment();
      const event = {
        ...{ id: newId(), type: 'settings.changed', version: 1, source: 'menu', metadata: newCause() },
        ...{ occurredAt: new Date().toISOString(), aggregateId: here.outletId, aggregateVersion: 1 },
        data: {
          level: 'OUTLET',
          placeId: here.outletId,
          settings: { cashWindowSeconds: { value: 86_400, isLocked: false } },
        },
      };
      const queue = eventQueueName('payment.settings-copy');
      await harness.platform.queues.add(queue, { events: [event] }, { jobId: newId() });
      const secondsOf = async (place: Partial<TestOrder>) => {
        const { payment } = await begin(await harness.awaitingPayment(place), 'CASH');
        const { nextCheckAt } = await harness.database.prisma.payment.findUniqueOrThrow({
          where: { id: payment?.id ?? '' },
        });
        return ((nextCheckAt?.getTime() ?? 0) - Date.now()) / 1_000;
      };
      const { outletId, franchiseId } = here;
      await eventually(async () =>
        expect(await secondsOf({ outletId, franchiseId })).toBeGreaterThan(80_000),
      );
      expect(await secondsOf({ franchiseId })).toBeLessThan(601);
    });
  });

  describe('whose payment is cancelled', () => {
    it('can be paid by another method, by its guest or by staff', async () => {
      const order = await harness.awaitingPayment();
      const cash = await begin(order, 'CASH');
      const guest = customer(order.customerId);
      const ended = payload(await cancelPayment(harness, guest, cash.payment?.id ?? ''));
      expect(ended.payment).toMatchObject({ status: 'FAILED', failureReason: 'Cancelled' });
      const again = await begin(order, 'CASH');
      payload(await cancelPayment(harness, managerOf(order), again.payment?.id ?? ''));
      await payPart(order, 'GOPAY');
      expect(await typesOf(order)).toEqual(['payment.captured']);
    });

    it('has it ended at the provider, and looks no more', async () => {
      harness.midtrans.fail({ approveAfterMilliseconds: 1_500 });
      const order = await harness.awaitingPayment();
      const { payment } = await begin(order, 'QRIS');
      const id = payment?.id ?? '';
      payload(await cancelPayment(harness, customer(order.customerId), id));
      await eventually(async () => {
        const row = await harness.database.prisma.payment.findUniqueOrThrow({ where: { id } });
        expect(row).toMatchObject({ status: 'FAILED', nextCheckAt: null });
      });
      const status = await fetch(`${harness.midtrans.url}/v2/${id}/status`, {
        headers: { authorization: `Basic ${Buffer.from('midtrans-server-key:').toString('base64')}` },
      });
      expect(await status.json()).toMatchObject({ transaction_status: 'cancel' });
    });

    it('has the money given back where it comes all the same, also without a callback', async () => {
      harness.xendit.fail({ approveAfterMilliseconds: 1_500, losesCallbacks: true });
      const order = await harness.awaitingPayment();
      const { payment } = await begin(order, 'DANA');
      const id = payment?.id ?? '';
      payload(await cancelPayment(harness, customer(order.customerId), id));
      await payPart(order, 'CASH');
      await untilStatus(id, 'REFUNDED');
      expect(await typesOf(order)).toEqual(['payment.captured']);
      expect(await balances(order)).toEqual({ CASH_DRAWER: 42_000, SALES: -42_000 });
    });

    it('stays paid where it was captured', async () => {
      const order = await harness.awaitingPayment();
      const id = await payPart(order, 'QRIS');
      const { userErrors } = payload(await cancelPayment(harness, customer(order.customerId), id));
      expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['paymentId'] }]);
    });

    it('is one that the caller may see', async () => {
      const [order, other] = [await harness.awaitingPayment(), await harness.awaitingPayment()];
      const { payment } = await begin(order, 'CASH');
      for (const identity of [customer(other.customerId), managerOf(other)]) {
        expect(errorCodes(await cancelPayment(harness, identity, payment?.id ?? ''))).toEqual(['NOT_FOUND']);
      }
    });
  });
});

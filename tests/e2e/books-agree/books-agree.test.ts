/**
 * The books of several days agree to the rupiah: what the order subgraph reports as sold is what the payment subgraph's ledger says, day by
 * day, whatever was paid in parts, tipped, discounted, given back later, disputed or paid in vain. Both subgraphs run on databases of
 * their own and consume each other's events; a day ends by moving its books back to yesterday.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Random } from '../../../bench/chaos/random.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { type CalendarDay, dayIn } from '../../../platform/kit/calendar.js';
import { promote, redeem } from '../../../subgraphs/order/testing/discounts.js';
import {
  DRINK,
  GUEST,
  HQ,
  MANAGER,
  type OrderHarness,
  OUTLET,
  startHarness,
} from '../../../subgraphs/order/testing/harness.js';
import { upsertOutlet } from '../../../subgraphs/payment/store/outlets.js';
import { closeByClock } from '../../../subgraphs/payment/testing/closes.js';
import { type PaymentHarness, startPaymentHarness } from '../../../subgraphs/payment/testing/harness.js';
import {
  cancelPayment,
  confirmCash,
  disputePayload,
  openDispute,
  payload,
  payOrder,
  refundPayment,
  resolveDispute,
} from '../../../subgraphs/payment/testing/requests.js';
import { eventually } from '../../support/wait.js';

const DAYS = 3;
const DAY_MILLISECONDS = 86_400_000;

/** A zone in which it is noon: no day ends during the test. */
function zoneAtNoon(): string {
  const offset = 12 - new Date().getUTCHours();
  if (offset === 0) return 'Etc/GMT';
  return `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}

const money = z.object({ amount: z.number() });
const salesAnswer = z.object({
  salesReport: z.object({
    ...{ revenue: money, service: money, tax: money, taxIncluded: money, rounding: money },
    ...{ gross: money, discounts: money, refunds: money, tips: money },
  }),
});
const financesAnswer = z.object({
  financialReport: z.object({
    ...{ net: money, tips: money, owed: money, imbalance: money },
    ...{ service: money, tax: money, rounding: money },
    accounts: z.array(z.object({ account: z.string(), balance: money })),
    methods: z.array(z.object({ net: money })),
  }),
});

describe('the books of generated days', () => {
  const timeZone = zoneAtNoon();
  const random = new Random('books');
  let orders: OrderHarness;
  let payments: PaymentHarness;
  let ledger: pg.Pool;
  let stopCarrying: () => Promise<void>;
  /** Captured payments, to give back or dispute on later days. */
  const captured: string[] = [];
  const disputes: string[] = [];

  beforeAll(async () => {
    orders = await startHarness();
    payments = await startPaymentHarness();
    ledger = new pg.Pool({ connectionString: payments.platform.config.databaseUrl('payment'), max: 2 });
    const { id: outletId, franchiseId, name, city, address, phone } = OUTLET;
    await upsertOutlet(payments.database, { id: outletId, franchiseId, name, timeZone, version: 1 });
    await orders.deliver('order.menu-copy', {
      ...{ type: 'outlet.changed', aggregateId: outletId, aggregateVersion: 1_000 },
      data: { outletId, franchiseId, name, city, address, phone, timeZone },
    });
    await eventually(async () => {
      const { rows } = await orders.pool.query('SELECT FROM outlet_copy WHERE id = $1 AND time_zone = $2', [
        outletId,
        timeZone,
      ]);
      expect(rows).toHaveLength(1);
    });
    await promote(orders);
    stopCarrying = carryEvents();
  });

  afterAll(async () => {
    await stopCarrying();
    await ledger.end();
    await payments.stop();
    await orders.stop();
  });

  let settingsVersion = 1;

  /** Sets what the outlet charges beside its prices from now on. */
  async function charge(values: Record<string, number | string>): Promise<void> {
    settingsVersion += 1;
    const settings = Object.entries(values).map(([key, value]) => [key, { value, isLocked: false }]);
    const { id: consumed } = await orders.deliver('order.settings-copy', {
      type: 'settings.changed',
      aggregateId: OUTLET.id,
      aggregateVersion: settingsVersion,
      data: { level: 'OUTLET', placeId: OUTLET.id, settings: Object.fromEntries(settings) },
    });
    await eventually(async () => {
      const { rows } = await orders.pool.query('SELECT FROM inbox WHERE event_id = $1', [consumed]);
      expect(rows).toHaveLength(1);
    });
  }

  /** What the outlet charges on each of the days. */
  const CHARGES_OF_DAYS: readonly Record<string, number | string>[] = [
    {},
    { taxInPrices: 'ADDED', serviceChargeBasisPoints: 500, roundingUnit: '500' },
    { serviceChargeBasisPoints: 750, roundingUnit: '100', roundingDirection: 'DOWN' },
  ];

  /** Delivers what each of the two publishes to the other, until it is stopped. */
  function carryEvents(): () => Promise<void> {
    const carried = new Set<string>();
    let isStopped = false;
    async function newEvents(pool: pg.Pool): Promise<AnyEvent[]> {
      const { rows } = await pool.query<AnyEvent & { at: Date }>(
        `SELECT id, type, version, source, occurred_at AS at, aggregate_id AS "aggregateId",
                aggregate_version AS "aggregateVersion", data, metadata FROM outbox ORDER BY id`,
      );
      const events = rows.filter(({ id }) => !carried.has(id));
      for (const { id } of events) carried.add(id);
      return events.map(({ at, ...event }) => ({ ...event, occurredAt: at.toISOString() }));
    }
    const carrying = (async () => {
      while (!isStopped) {
        const placed = (await newEvents(orders.pool)).filter(({ type }) => type.startsWith('order.'));
        if (placed.length > 0) {
          await payments.deliver(...placed);
          await payments.deliverSales(...placed);
        }
        for (const event of await newEvents(ledger)) {
          if (event.type.startsWith('payment.')) await orders.deliver('order.saga', event);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    return async () => {
      isStopped = true;
      await carrying;
    };
  }

  async function order(): Promise<{ orderId: string; total: number }> {
    const redemptionIds = random.chance(0.4)
      ? [await redeem(orders, GUEST.customerId, random.between(500, 3_000))]
      : [];
    const lines = [{ menuItemId: DRINK.id, quantity: random.between(1, 3) }];
    const orderId = await orders.place(GUEST, { lines, redemptionIds });
    await orders.stockReserved(orderId);
    await orders.reaches(orderId, 'AWAITING_PAYMENT');
    const { rows } = await orders.pool.query<{ total: number }>(
      'SELECT total::float8 AS total FROM orders WHERE id = $1',
      [orderId],
    );
    return { orderId, total: rows[0]?.total ?? 0 };
  }

  /** Begins a payment, and takes the cash. @returns its id. */
  async function pay(orderId: string, method: string, input: object = {}): Promise<string> {
    const { payment, userErrors } = payload(await payOrder(payments, GUEST, { orderId, method, ...input }));
    if (payment === null) throw new Error(JSON.stringify(userErrors));
    if (method === 'CASH') payload(await confirmCash(payments, MANAGER, payment.id));
    captured.push(payment.id);
    return payment.id;
  }

  async function untilCaptured(id: string): Promise<void> {
    await eventually(async () => {
      expect((await payments.database.prisma.payment.findUniqueOrThrow({ where: { id } })).paidAt).not.toBe(
        null,
      );
    });
  }

  const tip = () => random.between(0, 3) * 500;
  const online = () => random.pick(['QRIS', 'GOPAY', 'CARD', 'OVO', 'DANA']);

  /** The ways in which an order is paid, or is not. */
  const WAYS: readonly (() => Promise<void>)[] = [
    async () => {
      await pay((await order()).orderId, online(), { tip: tip() });
    },
    async () => {
      const { orderId, total } = await order();
      const first = random.between(1_000, total - 1_000);
      await pay(orderId, 'CASH', { amount: first, tip: tip() });
      await pay(orderId, online(), { tip: tip() });
    },
    async () => {
      const { orderId, total } = await order();
      const part = Math.floor(total / 3);
      await Promise.all(
        ['QRIS', 'OVO', 'CASH'].map((method) => pay(orderId, method, { amount: part, tip: tip() })),
      );
      if (total % 3 > 0) await pay(orderId, 'CASH');
    },
    // Given back in part before the total is met.
    async () => {
      const { orderId, total } = await order();
      const first = await pay(orderId, 'CASH', { amount: random.between(2_000, total - 1) });
      payload(await refundPayment(payments, MANAGER, { paymentId: first, amount: 1_500 }));
      await pay(orderId, 'CASH', { tip: tip() });
    },
    // Cancelled, and paid by its guest all the same, beside cash or before it.
    async () => {
      const { orderId, total } = await order();
      const amount = random.between(1_000, total);
      const { payment } = payload(
        await payOrder(payments, GUEST, { orderId, method: 'DANA', amount, tip: tip() }),
      );
      payload(await cancelPayment(payments, GUEST, payment?.id ?? ''));
      await pay(orderId, 'CASH', { amount: random.between(1, total) });
      await untilCaptured(payment?.id ?? '');
      await payOrder(payments, GUEST, { orderId, method: 'GOPAY', tip: tip() });
    },
    // Ends before its total is met.
    async () => {
      const { orderId } = await order();
      await untilCaptured(await pay(orderId, 'GOPAY', { amount: 1_000, tip: tip() }));
      const cancel = 'mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "Hujan") { order { id } } }';
      await orders.run(GUEST, cancel, { id: orderId });
      captured.pop();
    },
  ];

  /** Gives back and disputes payments, those of former days among them. */
  async function giveBack(): Promise<void> {
    for (const paymentId of random.shuffled(captured).slice(0, 5)) {
      await untilCaptured(paymentId);
      const { amount, refundsHeld, disputesHeld, provider } =
        await payments.database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
      const free = Number(amount - refundsHeld - disputesHeld);
      if (free === 0) continue;
      const part = random.chance(0.4) ? free : random.between(1, free);
      if (provider !== 'CASH' && random.chance(0.4)) {
        const answer = await openDispute(payments, MANAGER, { paymentId, amount: part });
        const { dispute } = disputePayload(answer);
        if (dispute !== null) disputes.push(dispute.id);
      } else await refundPayment(payments, MANAGER, { paymentId, amount: part });
    }
  }

  async function decideDisputes(): Promise<void> {
    for (const disputeId of disputes.splice(0, Math.ceil(disputes.length / 2))) {
      const outcome = random.pick(['WON', 'LOST'] as const);
      disputePayload(await resolveDispute(payments, MANAGER, { disputeId, outcome }));
    }
  }

  async function untilSettled(): Promise<void> {
    await eventually(async () => {
      const { rows } = await ledger.query(
        `SELECT id FROM payment WHERE status = 'PENDING' OR (failure_reason = 'Cancelled' AND status = 'FAILED')
         UNION ALL SELECT id FROM refund WHERE status = 'PENDING'`,
      );
      expect(rows).toEqual([]);
    });
  }

  async function reportsOf(from: string, to: string) {
    const period = { scope: { outletId: OUTLET.id }, from, to };
    const sales = await orders.run(
      HQ,
      `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
         salesReport(scope: $scope, from: $from, to: $to) {
           revenue { amount } service { amount } tax { amount } taxIncluded { amount } rounding { amount }
           gross { amount } discounts { amount } refunds { amount } tips { amount } } }`,
      period,
    );
    const finances = await payments.run(
      HQ,
      `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
         financialReport(scope: $scope, from: $from, to: $to) {
           net { amount } tips { amount } owed { amount } imbalance { amount }
           service { amount } tax { amount } rounding { amount }
           accounts { account balance { amount } } methods { net { amount } } } }`,
      period,
    );
    return {
      sales: salesAnswer.parse(sales.data).salesReport,
      ...financesAnswer.parse(finances.data).financialReport,
    };
  }

  async function expectBooksToAgree(from: string, to = from): Promise<void> {
    const { sales, net, tips, owed, imbalance, accounts, methods, ...booked } = await reportsOf(from, to);
    const { service, tax, taxIncluded, rounding } = sales;
    const revenue = sales.revenue.amount;
    const { gross, discounts, refunds } = sales;
    expect(revenue).toBe(gross.amount - discounts.amount - refunds.amount);
    expect(sales.tips).toEqual(tips);
    const balance = (...names: string[]) =>
      accounts.reduce((sum, one) => sum + (names.includes(one.account) ? one.balance.amount : 0), 0);
    expect({ revenue, day: [from, to] }).toEqual({
      revenue: taxIncluded.amount - balance('SALES', 'REFUNDS', 'DISPUTE_LOSSES'),
      day: [from, to],
    });
    expect({ service, rounding, tax: tax.amount + taxIncluded.amount }).toEqual({
      ...{ service: booked.service, rounding: booked.rounding, tax: booked.tax.amount },
    });
    expect(revenue + service.amount + tax.amount + rounding.amount).toBe(
      net.amount + balance('DISPUTED_FUNDS') - tips.amount - owed.amount,
    );
    expect(net.amount).toBe(balance('MIDTRANS_CLEARING', 'XENDIT_CLEARING', 'CASH_DRAWER'));
    expect(methods.reduce((sum, method) => sum + method.net.amount, 0)).toBe(net.amount);
    expect(imbalance.amount).toBe(0);
  }

  /** Today's books, and those of the days before, become those of one day earlier. */
  async function endDay(): Promise<void> {
    await moved(orders.pool, [
      `UPDATE sales_day SET day = day - 1000`,
      `UPDATE sales_day SET day = day + 999`,
      `UPDATE sales_day_item SET day = day - 1000`,
      `UPDATE sales_day_item SET day = day + 999`,
      `UPDATE orders SET sales_day = sales_day - 1`,
    ]);
    await moved(ledger, [
      `UPDATE ledger_transaction SET booked_at = booked_at - interval '1 day'`,
      `UPDATE sales_day_copy SET day = day - 1000`,
      `UPDATE sales_day_copy SET day = day + 999`,
    ]);
  }

  async function moved(pool: pg.Pool, statements: readonly string[]): Promise<void> {
    const client = await pool.connect();
    try {
      // Books are never changed: triggers see to it.
      await client.query(
        ['BEGIN', `SET LOCAL session_replication_role = replica`, ...statements, 'COMMIT'].join(';'),
      );
    } finally {
      client.release();
    }
  }

  async function openTill(): Promise<string> {
    const { data } = await payments.run(
      MANAGER,
      'mutation ($input: OpenTillInput!) { openTill(input: $input) { till { id } } }',
      { input: { outletId: OUTLET.id, float: 0 } },
    );
    return z.object({ openTill: z.object({ till: z.object({ id: z.string() }) }) }).parse(data).openTill.till
      .id;
  }

  /** What the drawer should hold is all cash of the ledger. */
  async function expectTillToAgree(tillId: string): Promise<void> {
    await payments.run(
      MANAGER,
      'mutation ($input: CloseTillInput!) { closeTill(input: $input) { userErrors { code } } }',
      { input: { tillId, counted: [{ method: 'CASH', amount: 0 }] } },
    );
    const { rows } = await ledger.query(
      `SELECT (SELECT expected FROM till_count WHERE method = 'CASH') = (SELECT sum(amount) FROM ledger_entry WHERE account = 'CASH_DRAWER')
         AS agrees`,
    );
    expect(rows).toEqual([{ agrees: true }]);
  }

  /** The close of each day reports what the reports do. */
  async function expectClosesToAgree(days: readonly CalendarDay[]): Promise<void> {
    const { id: outletId, franchiseId } = OUTLET;
    for (const [index, day] of days.toReversed().entries()) {
      // A close sums the sales that the payment subgraph has copied by then; what comes later is in another one.
      await eventually(async () => {
        const { rows } = await payments.database.pool.query<{ revenue: number }>(
          'SELECT revenue::int FROM sales_day_copy WHERE outlet_id = $1 AND day = $2',
          [outletId, day],
        );
        expect(rows[0]?.revenue).toBe((await reportsOf(day, day)).sales.revenue.amount);
      });
      await closeByClock(payments.database, { outletId, franchiseId, timeZone }, day);
      const { data } = await payments.run(
        MANAGER,
        `query ($outletId: ID!, $day: Date!) { dailyClose(outletId: $outletId, day: $day) {
           number late { day } cashOutsideTills { amount } figures {
             revenue { amount } net { amount } tips { amount } owed { amount } service { amount } tax { amount } rounding { amount } } } }`,
        { outletId, day },
      );
      const { sales, net, tips, owed, service, tax, rounding } = await reportsOf(day, day);
      expect(data?.dailyClose).toEqual({
        ...{ number: index + 1, late: [], cashOutsideTills: { amount: 0 } },
        figures: { revenue: sales.revenue, net, tips, owed, service, tax, rounding },
      });
    }
  }

  it('agree, day by day and over all of them, with the till and the closes of the days', async () => {
    const tillId = await openTill();
    for (let day = 0; day < DAYS; day += 1) {
      await charge(CHARGES_OF_DAYS[day] ?? {});
      for (const way of WAYS) await way();
      await decideDisputes();
      await giveBack();
      await untilSettled();
      const days = Array.from({ length: day + 1 }, (_, before) =>
        dayIn(timeZone, new Date(Date.now() - before * DAY_MILLISECONDS)),
      );
      await eventually(async () => {
        for (const one of days) await expectBooksToAgree(one);
        await expectBooksToAgree(days.at(-1) ?? '', days[0] ?? '');
      });
      const { tips, owed } = await reportsOf(days.at(-1) ?? '', days[0] ?? '');
      expect(tips.amount).toBeGreaterThan(0);
      expect(owed.amount).toBe(0);
      if (day < DAYS - 1) await endDay();
      else {
        await expectTillToAgree(tillId);
        await expectClosesToAgree(days);
      }
    }
  });
});

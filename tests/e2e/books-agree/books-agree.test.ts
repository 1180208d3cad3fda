/**
 * The books of several days agree to the rupiah: what the order subgraph reports as sold is what the payment subgraph's ledger says, day by
 * day, at each of two outlets and for their franchise, whatever was paid in parts, tipped, discounted, given back later, disputed or paid in
 * vain; groupings add up, and the royalty is of the same sales. Both subgraphs run on databases of their own and consume each other's
 * events; a day ends by moving its books back to yesterday.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Random } from '../../../bench/chaos/random.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { type CalendarDay, dayIn } from '../../../platform/kit/calendar.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { promote, redeem } from '../../../subgraphs/order/testing/discounts.js';
import {
  DRINK,
  GUEST,
  HQ,
  MANAGER,
  type OrderHarness,
  OUTLET,
  OWNER,
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

/** Of the same franchise. */
const SECOND = CATALOGUE.outlets.find(
  ({ id, franchiseId }) => id !== OUTLET.id && franchiseId === OUTLET.franchiseId,
);
const SNACK = CATALOGUE.menuItems.find(
  ({ id, isLimited, season }) => id !== DRINK.id && !isLimited && season === null,
);
if (SECOND === undefined || SNACK === undefined) throw new Error('The demo has a second outlet and item.');
const OUTLETS = [OUTLET, SECOND];
const { franchiseId: FRANCHISE_ID } = OUTLET;
const SCOPES = [{ franchiseId: FRANCHISE_ID }, ...OUTLETS.map(({ id: outletId }) => ({ outletId }))];
const ROYALTY_BASIS_POINTS = 650;

const money = z.object({ amount: z.number() });
const sold = { gross: money, discounts: money, refunds: money, revenue: money };
const charged = { service: money, tax: money, taxIncluded: money, rounding: money, tips: money };
const salesAnswer = z.object({ salesReport: z.object({ ...sold, ...charged }) });
const groupedAnswer = z.object({
  salesReport: z.object({
    ...{ ...sold, ...charged },
    rows: z.array(
      z.object({
        ...{ key: z.string(), ...sold },
        ...{ service: money.nullable(), tax: money.nullable(), taxIncluded: money.nullable() },
        ...{ rounding: money.nullable(), tips: money.nullable() },
      }),
    ),
  }),
});
const royaltyAnswer = z.object({
  royaltyStatement: z.object({
    ...{ base: money, royalty: money },
    lines: z.array(
      z.object({
        outlet: z.object({ id: z.string() }),
        ...{ revenue: money, taxIncluded: money, base: money, rate: z.number(), royalty: money },
      }),
    ),
  }),
});
const FIGURES =
  'gross { amount } discounts { amount } refunds { amount } revenue { amount } service { amount } tax { amount } taxIncluded { amount } rounding { amount } tips { amount }';
const ROWS_ADD_UP = ['gross', 'discounts', 'refunds', 'revenue'] as const;
const WHOLE_ROWS_ADD_UP = [...ROWS_ADD_UP, 'service', 'tax', 'taxIncluded', 'rounding', 'tips'] as const;
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
  /** Captured payments, to give back or dispute on later days, and disputes, each with whose it is to. */
  const captured: { readonly id: string; readonly staff: Identity }[] = [];
  const disputes: { readonly id: string; readonly staff: Identity }[] = [];

  beforeAll(async () => {
    orders = await startHarness();
    payments = await startPaymentHarness();
    ledger = new pg.Pool({ connectionString: payments.platform.config.databaseUrl('payment'), max: 2 });
    for (const { id: outletId, franchiseId, name, city, address, phone } of OUTLETS) {
      await upsertOutlet(payments.database, { id: outletId, franchiseId, name, timeZone, version: 1 });
      await orders.deliver('order.menu-copy', {
        ...{ type: 'outlet.changed', aggregateId: outletId, aggregateVersion: 1_000 },
        data: { outletId, franchiseId, name, city, address, phone, timeZone },
      });
    }
    await eventually(async () => {
      const { rows } = await orders.pool.query(
        'SELECT FROM outlet_copy WHERE id = ANY ($1) AND time_zone = $2',
        [OUTLETS.map(({ id }) => id), timeZone],
      );
      expect(rows).toHaveLength(2);
    });
    await promote(orders);
    await charge({ royaltyBasisPoints: ROYALTY_BASIS_POINTS }, 'FRANCHISE', FRANCHISE_ID);
    stopCarrying = carryEvents();
  });

  afterAll(async () => {
    await stopCarrying();
    await ledger.end();
    await payments.stop();
    await orders.stop();
  });

  let settingsVersion = 1;

  /** Sets what the first outlet charges beside its prices from now on; the second one charges nothing. */
  async function charge(
    values: Record<string, number | string>,
    level: 'OUTLET' | 'FRANCHISE' = 'OUTLET',
    placeId = OUTLET.id,
  ): Promise<void> {
    settingsVersion += 1;
    const settings = Object.entries(values).map(([key, value]) => [key, { value, isLocked: false }]);
    const { id: consumed } = await orders.deliver('order.settings-copy', {
      type: 'settings.changed',
      aggregateId: placeId,
      aggregateVersion: settingsVersion,
      data: { level, placeId, settings: Object.fromEntries(settings) },
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

  /** Orders are placed at one outlet after the other. */
  let placed = 0;

  async function order(): Promise<{ orderId: string; total: number; staff: Identity }> {
    const isAtSecond = placed % 2 === 1;
    placed += 1;
    const outletId = isAtSecond ? SECOND?.id : OUTLET.id;
    const redemptionIds = random.chance(0.4)
      ? [await redeem(orders, GUEST.customerId, random.between(500, 3_000))]
      : [];
    const lines = [
      { menuItemId: DRINK.id, quantity: random.between(1, 3) },
      ...(random.chance(0.5) ? [{ menuItemId: SNACK?.id, quantity: 1 }] : []),
    ];
    const orderId = await orders.place(GUEST, { outletId, lines, redemptionIds });
    await orders.stockReserved(orderId);
    await orders.reaches(orderId, 'AWAITING_PAYMENT');
    const { rows } = await orders.pool.query<{ total: number }>(
      'SELECT total::float8 AS total FROM orders WHERE id = $1',
      [orderId],
    );
    return { orderId, total: rows[0]?.total ?? 0, staff: isAtSecond ? OWNER : MANAGER };
  }

  interface Placed {
    readonly orderId: string;
    readonly staff: Identity;
  }

  /** Begins a payment, and takes the cash. @returns its id. */
  async function pay(order: Placed, method: string, input: object = {}): Promise<string> {
    const { orderId } = order;
    const { payment, userErrors } = payload(await payOrder(payments, GUEST, { orderId, method, ...input }));
    if (payment === null) throw new Error(JSON.stringify(userErrors));
    await taken(order, method, payment.id);
    return payment.id;
  }

  async function taken({ staff }: Placed, method: string, id: string): Promise<void> {
    if (method === 'CASH') payload(await confirmCash(payments, staff, id));
    captured.push({ id, staff });
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
      await pay(await order(), online(), { tip: tip() });
    },
    async () => {
      const one = await order();
      const first = random.between(1_000, one.total - 1_000);
      await pay(one, 'CASH', { amount: first, tip: tip() });
      await pay(one, online(), { tip: tip() });
    },
    async () => {
      const one = await order();
      const part = Math.floor(one.total / 3);
      await Promise.all(
        ['QRIS', 'OVO', 'CASH'].map((method) => pay(one, method, { amount: part, tip: tip() })),
      );
      if (one.total % 3 > 0) await pay(one, 'CASH');
    },
    // Given back in part before the total is met.
    async () => {
      const one = await order();
      const first = await pay(one, 'CASH', { amount: random.between(2_000, one.total - 1) });
      payload(await refundPayment(payments, one.staff, { paymentId: first, amount: 1_500 }));
      await pay(one, 'CASH', { tip: tip() });
    },
    // Cancelled, and paid by its guest all the same, beside cash or before it.
    async () => {
      const one = await order();
      const { orderId, total } = one;
      const amount = random.between(1_000, total);
      const { payment } = payload(
        await payOrder(payments, GUEST, { orderId, method: 'DANA', amount, tip: tip() }),
      );
      payload(await cancelPayment(payments, GUEST, payment?.id ?? ''));
      const beside = { orderId, method: 'CASH', amount: random.between(1, total) };
      const { payment: cash } = payload(await payOrder(payments, GUEST, beside));
      // None where what was cancelled has come before, and left less to pay.
      if (cash !== null) await taken(one, 'CASH', cash.id);
      await untilCaptured(payment?.id ?? '');
      await payOrder(payments, GUEST, { orderId, method: 'GOPAY', tip: tip() });
    },
    // Ends before its total is met.
    async () => {
      const one = await order();
      await untilCaptured(await pay(one, 'GOPAY', { amount: 1_000, tip: tip() }));
      const cancel = 'mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "Hujan") { order { id } } }';
      await orders.run(GUEST, cancel, { id: one.orderId });
      captured.pop();
    },
    // An odd number of ways, so that each is gone at both outlets in turn.
    async () => {
      await pay(await order(), 'CASH', { tip: tip() });
    },
  ];

  /** Gives back and disputes payments, those of former days among them. */
  async function giveBack(): Promise<void> {
    for (const { id: paymentId, staff } of random.shuffled(captured).slice(0, 5)) {
      await untilCaptured(paymentId);
      const { amount, refundsHeld, disputesHeld, provider } =
        await payments.database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
      const free = Number(amount - refundsHeld - disputesHeld);
      if (free === 0) continue;
      const part = random.chance(0.4) ? free : random.between(1, free);
      if (provider !== 'CASH' && random.chance(0.4)) {
        const answer = await openDispute(payments, staff, { paymentId, amount: part });
        const { dispute } = disputePayload(answer);
        if (dispute !== null) disputes.push({ id: dispute.id, staff });
      } else await refundPayment(payments, staff, { paymentId, amount: part });
    }
  }

  async function decideDisputes(): Promise<void> {
    for (const { id: disputeId, staff } of disputes.splice(0, Math.ceil(disputes.length / 2))) {
      const outcome = random.pick(['WON', 'LOST'] as const);
      disputePayload(await resolveDispute(payments, staff, { disputeId, outcome }));
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

  type SalesScope = { readonly outletId: string } | { readonly franchiseId: string };

  async function reportsOf(from: string, to: string, scope: SalesScope = { outletId: OUTLET.id }) {
    const period = { scope, from, to };
    const sales = await orders.run(
      HQ,
      `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
         salesReport(scope: $scope, from: $from, to: $to) { ${FIGURES} } }`,
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

  async function expectBooksToAgree(scope: SalesScope, from: string, to = from): Promise<void> {
    const { sales, net, tips, owed, imbalance, accounts, methods, ...booked } = await reportsOf(
      ...([from, to, scope] as const),
    );
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

  /** The rows of every grouping add up to the report, and an outlet's row is its own report. */
  async function expectGroupingsToAddUp(from: string, to: string): Promise<void> {
    const scope = { franchiseId: FRANCHISE_ID };
    const by = async (grouping: string) => {
      const { data } = await orders.run(
        HQ,
        `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
           salesReport(scope: $scope, from: $from, to: $to, by: ${grouping}) { ${FIGURES} rows { key ${FIGURES} } } }`,
        { scope, from, to },
      );
      return groupedAnswer.parse(data).salesReport;
    };
    for (const grouping of ['OUTLET', 'METHOD', 'MENU_ITEM']) {
      const { rows, ...report } = await by(grouping);
      expect(rows.length).toBeGreaterThan(1);
      const figures = grouping === 'MENU_ITEM' ? ROWS_ADD_UP : WHOLE_ROWS_ADD_UP;
      for (const figure of figures) {
        const sum = rows.reduce((total, row) => total + (row[figure]?.amount ?? 0), 0);
        expect({ grouping, figure, sum }).toEqual({ grouping, figure, sum: report[figure].amount });
      }
      if (grouping !== 'OUTLET') continue;
      for (const { key, ...row } of rows)
        expect({ key, ...row }).toEqual({ key, ...(await reportsOf(from, to, { outletId: key })).sales });
    }
  }

  /** What the franchise owes of a month is of what its outlets sold on the days of it. */
  async function expectRoyaltyToAgree(days: readonly CalendarDay[]): Promise<void> {
    for (const month of new Set(days.map((day) => day.slice(0, 7)))) {
      const within = days.filter((day) => day.startsWith(month)).toSorted();
      const { data } = await orders.run(
        OWNER,
        `query ($franchiseId: ID!, $month: String!) { royaltyStatement(franchiseId: $franchiseId, month: $month) {
           base { amount } royalty { amount }
           lines { outlet { id } revenue { amount } taxIncluded { amount } base { amount } rate royalty { amount } } } }`,
        { franchiseId: FRANCHISE_ID, month },
      );
      const { lines, base, royalty } = royaltyAnswer.parse(data).royaltyStatement;
      expect(lines.map(({ outlet }) => outlet.id).toSorted()).toEqual(OUTLETS.map(({ id }) => id).toSorted());
      for (const { outlet, ...line } of lines) {
        const outletId = outlet.id;
        const { sales } = await reportsOf(within[0] ?? '', within.at(-1) ?? '', { outletId });
        const amount = sales.revenue.amount - sales.taxIncluded.amount;
        expect(line).toEqual({
          ...{ revenue: sales.revenue, taxIncluded: sales.taxIncluded, base: { amount } },
          ...{ rate: ROYALTY_BASIS_POINTS },
          royalty: { amount: Math.round((amount * ROYALTY_BASIS_POINTS) / 10_000) },
        });
      }
      const sumOf = (figure: 'base' | 'royalty') => lines.reduce((sum, line) => sum + line[figure].amount, 0);
      expect({ base, royalty }).toEqual({
        base: { amount: sumOf('base') },
        royalty: { amount: sumOf('royalty') },
      });
    }
  }

  /** Today's books, and those of the days before, become those of one day earlier. */
  async function endDay(): Promise<void> {
    await moved(orders.pool, [
      `UPDATE sales_day SET day = day - 1000`,
      `UPDATE sales_day SET day = day + 999`,
      `UPDATE sales_day_item SET day = day - 1000`,
      `UPDATE sales_day_item SET day = day + 999`,
      `UPDATE sales_day_group SET day = day - 1000`,
      `UPDATE sales_day_group SET day = day + 999`,
      `UPDATE sales_change SET day = day - 1`,
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

  /** What the drawer should hold is all cash of the outlet's ledger. */
  async function expectTillToAgree(tillId: string): Promise<void> {
    await payments.run(
      MANAGER,
      'mutation ($input: CloseTillInput!) { closeTill(input: $input) { userErrors { code } } }',
      { input: { tillId, counted: [{ method: 'CASH', amount: 0 }] } },
    );
    const { rows } = await ledger.query(
      `SELECT (SELECT expected FROM till_count WHERE method = 'CASH') = (SELECT sum(amount) FROM ledger_entry WHERE account = 'CASH_DRAWER' AND outlet_id = $1)
         AS agrees`,
      [OUTLET.id],
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
        for (const scope of SCOPES) {
          for (const one of days) await expectBooksToAgree(scope, one);
          await expectBooksToAgree(scope, days.at(-1) ?? '', days[0] ?? '');
        }
        await expectGroupingsToAddUp(days.at(-1) ?? '', days[0] ?? '');
        await expectRoyaltyToAgree(days);
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

/** Payments and the ledger in partitions by month: what is unique over all months, where rows lie, and what is archived. */
import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partitionReport } from '../../../platform/database/partitions.js';
import { newId } from '../../../platform/ids.js';
import { sqlFailureOf } from '../../../platform/sql/sql-failure.js';
import { runAsOwner } from '../../../tests/support/database.js';
import { customer, type PaymentHarness, staff, startPaymentHarness } from '../testing/harness.js';
import {
  disputePayload,
  errorCodes,
  openDispute,
  payload,
  payOrder,
  refundPayment,
  resolveDispute,
} from '../testing/requests.js';
import { findCallbackPayment } from './unscoped-payments.js';

const DAY_MILLISECONDS = 86_400_000;

/** The first moment of the month so many after this one. */
function monthStart(months: number): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1);
}

/** An order with its captured payment, and what became of it. */
interface Sale {
  readonly orderId: string;
  readonly customerId: string;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly paymentId: string;
  readonly refundId: string;
  readonly disputeId: string;
  readonly transactionId: string;
}

let harness: PaymentHarness;
let owner: pg.Pool;

beforeAll(async () => {
  harness = await startPaymentHarness();
  owner = new pg.Pool({ connectionString: harness.platform.config.databaseUrl('payment') });
});
afterAll(async () => {
  await owner.end();
  await harness.stop();
});

type Row = Readonly<Record<string, unknown>>;

async function insert(client: pg.PoolClient | pg.Pool, table: string, row: Row): Promise<void> {
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await client.query(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${places})`, Object.values(row));
}

async function awaitingOrder(at = Date.now()) {
  const order = { id: v7({ msecs: at }), customer_id: newId(), outlet_id: newId(), franchise_id: newId() };
  await insert(owner, 'order_copy', {
    ...order,
    number: 'A001',
    total: 1_000,
    status: 'AWAITING_PAYMENT',
    version: 2,
  });
  return order;
}

async function openOutlet(id: string, franchise_id: string): Promise<void> {
  await insert(owner, 'franchise_copy', { id: franchise_id });
  await insert(owner, 'outlet_copy', { id, franchise_id, name: 'Menteng', time_zone: 'UTC', version: 1 });
}

type Order = Awaited<ReturnType<typeof awaitingOrder>>;

function paymentRow({ id: order_id, ...whose }: Order, at: number, columns: Row = {}): Row {
  return {
    ...{ id: v7({ msecs: at }), order_id, ...whose, method: 'QRIS', provider: 'MIDTRANS', status: 'PENDING' },
    ...{ amount: 1_000, ...columns },
  };
}

/** Sold, a tenth given back, and a fifth won back from a dispute, all at a moment. */
async function saleAt(at: number): Promise<Sale> {
  const order = await awaitingOrder(at);
  const when = new Date(at);
  const { id: order_id, customer_id, ...tenant } = order;
  const payment_id = v7({ msecs: at });
  const [refundId, disputeId] = [v7({ msecs: at }), v7({ msecs: at })];
  const transactionId = `transaction-${payment_id}`;
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    await insert(client, 'payment', {
      ...paymentRow(order, at),
      ...{ id: payment_id, transaction_id: transactionId, status: 'PARTIALLY_REFUNDED' },
      ...{ refunds_held: 100, refunded: 100, paid_at: when, created_at: when },
    });
    await insert(client, 'refund', {
      ...{
        id: refundId,
        payment_id,
        customer_id,
        ...tenant,
        amount: 100,
        reason: 'Spilled',
        origin: 'STAFF',
      },
      ...{ status: 'SUCCEEDED', settled_at: when },
    });
    await insert(client, 'dispute', {
      ...{ id: disputeId, payment_id, ...tenant, amount: 200, reason: 'Unknown', status: 'WON' },
      ...{ opened_by: newId(), closed_at: when },
    });
    for (const [reason, subject_id, amount] of [
      ['CAPTURE', payment_id, 1_000],
      ['REFUND', refundId, -100],
    ] as const) {
      const id = v7({ msecs: at });
      const how = { provider: 'MIDTRANS', method: 'QRIS', booked_at: when };
      await insert(client, 'ledger_transaction', { id, reason, subject_id, payment_id, ...tenant, ...how });
      const accounts = [
        ['MIDTRANS_CLEARING', amount],
        [reason === 'CAPTURE' ? 'SALES' : 'REFUNDS', -amount],
      ];
      for (const [account, entry] of accounts)
        await insert(client, 'ledger_entry', { transaction_id: id, account, amount: entry, ...tenant });
    }
    await client.query(`UPDATE order_copy SET status = 'COMPLETED' WHERE id = $1`, [order_id]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  return {
    ...{
      orderId: order_id,
      customerId: customer_id,
      outletId: tenant.outlet_id,
      franchiseId: tenant.franchise_id,
    },
    ...{ paymentId: payment_id, refundId, disputeId, transactionId },
  };
}

/** Of rows inserted at once, the constraint that refused each; null for one that was not. */
function refusals(table: string, rows: readonly Row[]): Promise<(string | null | undefined)[]> {
  return Promise.all(
    rows.map((row) =>
      insert(owner, table, row).then(
        () => null,
        (error: unknown) => sqlFailureOf(error)?.constraint,
      ),
    ),
  );
}

/** The partitions that a statement is planned to look into. */
async function partitionsOf(statement: string): Promise<string[]> {
  const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement}`);
  const scanned = rows.map((row) => /(?<!Bitmap Index )Scan.* on (\w+)/.exec(row['QUERY PLAN'])?.[1]);
  return [...new Set(scanned.filter((name) => name !== undefined))];
}

async function partitionOf(table: string, key: string, id: string): Promise<string | undefined> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT DISTINCT tableoid::regclass::text AS name FROM ${table} WHERE ${key} = $1`,
    [id],
  );
  return rows[0]?.name;
}

describe('over all months', () => {
  const MONTHS = [-1, 0, 1, 2];

  it('payments of an order are under way for no more than its total, however many are begun at once', async () => {
    const order = await awaitingOrder();
    const rows = MONTHS.map((months) => paymentRow(order, monthStart(months)));
    const answers = await refusals('payment', rows);
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'payment_of_order')).toHaveLength(3);
  });

  it('a provider’s transaction is one payment’s', async () => {
    const orders = await Promise.all(MONTHS.map(() => awaitingOrder()));
    const transaction_id = newId();
    const rows = orders.map((order, index) =>
      paymentRow(order, monthStart(MONTHS[index] ?? 0), { transaction_id }),
    );
    const answers = await refusals('payment', rows);
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'provider_transaction_pkey')).toHaveLength(3);
  });

  it('the ledger books a subject once for a reason', async () => {
    const subject_id = newId();
    const tenant = { outlet_id: newId(), franchise_id: newId() };
    const answers = await Promise.all(
      MONTHS.map(async (months) => {
        const id = v7({ msecs: monthStart(months) });
        const client = await owner.connect();
        try {
          await client.query('BEGIN');
          const booking = {
            reason: 'CAPTURE',
            subject_id,
            payment_id: subject_id,
            provider: 'CASH',
            method: 'CASH',
          };
          await insert(client, 'ledger_transaction', { id, ...booking, ...tenant });
          for (const [account, amount] of [
            ['SALES', -1],
            ['CASH_DRAWER', 1],
          ])
            await insert(client, 'ledger_entry', { transaction_id: id, account, amount, ...tenant });
          await client.query('COMMIT');
          return null;
        } catch (error) {
          await client.query('ROLLBACK');
          return sqlFailureOf(error)?.constraint;
        } finally {
          client.release();
        }
      }),
    );
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'ledger_subject_pkey')).toHaveLength(3);
  });

  it('a failed payment makes way for another, of another month', async () => {
    const order = await awaitingOrder();
    const first = paymentRow(order, monthStart(0));
    await insert(owner, 'payment', first);
    await owner.query(`UPDATE payment SET status = 'FAILED' WHERE id = $1`, [first.id]);
    expect(await refusals('payment', [paymentRow(order, monthStart(1))])).toEqual([null]);
  });

  it('refuses a refund and a dispute of no payment, and entries of no transaction', async () => {
    const whose = { customer_id: newId(), outlet_id: newId(), franchise_id: newId() };
    const { customer_id: _, ...tenant } = whose;
    const given = { id: newId(), payment_id: newId(), amount: 1, reason: 'Spilled' };
    expect(await refusals('refund', [{ ...given, ...whose, origin: 'STAFF', status: 'PENDING' }])).toEqual([
      'tenant_of_payment',
    ]);
    expect(
      await refusals('dispute', [{ ...given, ...tenant, status: 'OPENED', opened_by: newId() }]),
    ).toEqual(['tenant_of_payment']);
    const entry = { transaction_id: newId(), account: 'SALES', amount: 1, ...tenant };
    expect(await refusals('ledger_entry', [entry])).toEqual(['ledger_balance']);
  });
});

describe('a statement that names its payment, order or booking', () => {
  it.each([
    'SELECT * FROM payment WHERE id = $',
    `UPDATE payment SET status = 'PAID' WHERE id = $`,
    'SELECT * FROM refund WHERE payment_id = $',
    'SELECT * FROM dispute WHERE payment_id = $',
    'SELECT * FROM order_copy WHERE id = $ FOR UPDATE',
    'SELECT * FROM ledger_transaction WHERE id = $',
    'SELECT * FROM ledger_entry WHERE transaction_id = $',
  ])('looks into one partition: %s', async (statement) => {
    const id = v7({ msecs: monthStart(1) });
    expect(await partitionsOf(statement.replace('$', `'${id}'`))).toHaveLength(1);
  });
});

describe('a payment whose id is of no partition, from a clock that was wrong', () => {
  it('is captured, found and reported as every other, and its booking counts on the day it was made', async () => {
    const at = monthStart(60);
    const order = await awaitingOrder();
    await openOutlet(order.outlet_id, order.franchise_id);
    const booked = new Date();
    const paymentId = v7({ msecs: at });
    await insert(owner, 'payment', paymentRow(order, at, { id: paymentId }));
    const bookingId = v7({ msecs: at });
    const { rowCount } = await harness.database.pool.query(
      `SELECT FROM capture_payment($1, $2, 'AWAITING_PAYMENT', 'PENDING', 'MIDTRANS', false, $3, $4, NULL, $5, $6, NULL, NULL)`,
      [
        ...[paymentId, order.id, `transaction-${paymentId}`, booked, bookingId],
        JSON.stringify([
          { account: 'MIDTRANS_CLEARING', amount: 1_000 },
          { account: 'SALES', amount: -1_000 },
        ]),
      ],
    );
    expect(rowCount).toBe(1);
    expect(await partitionOf('payment', 'id', paymentId)).toBe('partitions.payment_default');
    expect(await partitionOf('ledger_entry', 'transaction_id', bookingId)).toBe(
      'partitions.ledger_entry_default',
    );
    const { data } = await harness.run(customer(order.customer_id), PAYMENT_OF_ORDER, references(order.id));
    expect(data).toMatchObject({ _entities: [{ payment: { id: paymentId, status: 'PAID' } }] });
    expect(await reported(order.outlet_id, Date.now())).toMatchObject({ captured: { amount: 1_000 } });
    const report = await partitionReport(harness.database.pool);
    expect(report.filter(({ defaultRows }) => defaultRows > 0).map(({ name }) => name)).toEqual([
      'ledger_transaction',
      'ledger_entry',
      'payment',
    ]);
  });
});

const PAYMENT_OF_ORDER = `query ($references: [_Any!]!) {
  _entities(representations: $references) { ... on Order { payment { id status } } }
}`;

function references(...orderIds: readonly string[]) {
  return { references: orderIds.map((id) => ({ __typename: 'Order', id })) };
}

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

async function reported(outletId: string, at: number) {
  const { data, errors } = await harness.run(
    staff('HQ'),
    `query ($outletId: ID!, $from: Date!, $to: Date!) {
      financialReport(scope: { outletId: $outletId }, from: $from, to: $to) {
        captured { amount } refunded { amount } imbalance { amount }
      }
    }`,
    { outletId, from: day(at - DAY_MILLISECONDS), to: day(at + DAY_MILLISECONDS) },
  );
  expect(errors).toBeUndefined();
  return data?.financialReport;
}

describe('an archived payment', () => {
  let sale: Sale;
  let reportBefore: unknown;
  const at = monthStart(-1);

  beforeAll(async () => {
    sale = await saleAt(at);
    await openOutlet(sale.outletId, sale.franchiseId);
    reportBefore = await reported(sale.outletId, at);
    // Under way since the tests above.
    await owner.query(
      `UPDATE payment SET status = 'FAILED' WHERE status = 'PENDING' AND id < first_id_at(now())`,
    );
    for (const family of ['payment', 'ledger', 'order_copy'])
      await runAsOwner(
        harness.platform.config.databaseUrl('payment'),
        `SELECT archive_partitions('${family}', now())`,
      );
  });

  it('has left the tables in use with all that belongs to it', async () => {
    for (const [table, key, id] of [
      ['payment', 'id', sale.paymentId],
      ['refund', 'payment_id', sale.paymentId],
      ['dispute', 'payment_id', sale.paymentId],
      ['order_copy', 'id', sale.orderId],
      ['ledger_transaction', 'payment_id', sale.paymentId],
    ] as const) {
      expect(await partitionOf(table, key, id)).toBeUndefined();
      expect(await partitionOf(`archive.${table}`, key, id)).toMatch(new RegExp(`^partitions\\.${table}_`));
    }
  });

  it('has its receipts in the order of their outlet’s list, as those that are not archived', async () => {
    const { rows } = await harness.database.pool.query(
      `SELECT schemaname FROM pg_indexes WHERE tablename = 'receipt' AND indexdef LIKE '%(outlet_id, id)' ORDER BY 1`,
    );
    expect(rows).toEqual([{ schemaname: 'archive' }, { schemaname: 'public' }]);
  });

  const READ = `query ($id: ID!) {
    payment(id: $id) { id status refunded { amount } refunds { id amount { amount } } disputes { id status } }
  }`;

  it('is read by its guest and by staff, with its refunds, and by staff with its disputes', async () => {
    const expected = {
      ...{ id: sale.paymentId, status: 'PARTIALLY_REFUNDED', refunded: { amount: 100 } },
      refunds: [{ id: sale.refundId, amount: { amount: 100 } }],
    };
    const byStaff = await harness.run(staff('MANAGER', { outletId: sale.outletId }), READ, {
      id: sale.paymentId,
    });
    expect(byStaff.data).toEqual({
      payment: { ...expected, disputes: [{ id: sale.disputeId, status: 'WON' }] },
    });
    const byGuest = await harness.run(customer(sale.customerId), READ.replace('disputes { id status }', ''), {
      id: sale.paymentId,
    });
    expect(byGuest.data).toEqual({ payment: expected });
  });

  it('is to everybody else what does not exist', async () => {
    for (const identity of [customer(newId()), staff('MANAGER', { outletId: newId() })]) {
      const answer = await harness.run(identity, READ, { id: sale.paymentId });
      expect(errorCodes(answer)).toEqual(['NOT_FOUND']);
    }
  });

  it('is its order’s payment, and an entity like its refund and dispute', async () => {
    const identity = staff('MANAGER', { outletId: sale.outletId });
    const ofOrder = await harness.run(identity, PAYMENT_OF_ORDER, references(sale.orderId));
    expect(ofOrder.data).toEqual({
      _entities: [{ payment: { id: sale.paymentId, status: 'PARTIALLY_REFUNDED' } }],
    });
    const entities = await harness.run(
      identity,
      `query ($references: [_Any!]!) { _entities(representations: $references) {
        ... on Payment { status } ... on Refund { reason } ... on Dispute { reason payment { id } }
      } }`,
      {
        references: [
          { __typename: 'Payment', id: sale.paymentId },
          { __typename: 'Refund', id: sale.refundId },
          { __typename: 'Dispute', id: sale.disputeId },
        ],
      },
    );
    expect(entities.data).toEqual({
      _entities: [
        { status: 'PARTIALLY_REFUNDED' },
        { reason: 'Spilled' },
        { reason: 'Unknown', payment: { id: sale.paymentId } },
      ],
    });
  });

  it('is given back and disputed no more, and says so', async () => {
    const manager = staff('MANAGER', { outletId: sale.outletId });
    const { paymentId, disputeId } = sale;
    const refund = payload(await refundPayment(harness, manager, { paymentId, amount: 100 }));
    const dispute = disputePayload(await openDispute(harness, manager, { paymentId, amount: 100 }));
    for (const { userErrors } of [refund, dispute]) {
      const message = expect.stringContaining('archived');
      expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['paymentId'], message }]);
    }
    const resolved = disputePayload(await resolveDispute(harness, manager, { disputeId, outcome: 'LOST' }));
    expect(resolved.userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['disputeId'] }]);
  });

  it('counts in the report of its days as before', async () => {
    expect(reportBefore).toEqual({
      ...{ captured: { amount: 1_000 }, refunded: { amount: 100 }, imbalance: { amount: 0 } },
    });
    expect(await reported(sale.outletId, at)).toEqual(reportBefore);
  });

  it('keeps its provider’s transaction and its booking its own', async () => {
    const order = await awaitingOrder();
    const again = paymentRow(order, Date.now(), { transaction_id: sale.transactionId });
    expect(await refusals('payment', [again])).toEqual(['provider_transaction_pkey']);
    const subject = { paymentId: null, transactionId: sale.transactionId };
    const callback = { ...subject, amount: null, currency: null, concerns: 'REFUND' } as const;
    expect(await findCallbackPayment(harness.database, 'MIDTRANS', newId(), callback)).toBeNull();
  });

  it('stays in use while something of it is to be done', async () => {
    const order = await awaitingOrder();
    await payOrder(harness, customer(order.customer_id), { orderId: order.id, method: 'CASH' });
    const { rows } = await owner.query(
      `SELECT in_use FROM archive_partitions('payment', now() + interval '2 months')`,
    );
    expect(rows.some(({ in_use }) => Number(in_use) > 0)).toBe(true);
  });
});

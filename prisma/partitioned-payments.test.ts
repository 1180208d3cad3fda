/**
 * Payments of an older database move into partitions while processes of the release before take and give back money. All of their
 * statements go on, but for the one that begins a payment: it is refused from the moment of the conversion until the process is replaced.
 */
import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountUrl } from '../platform/database/access-roles.js';
import { newId } from '../platform/ids.js';
import { sqlFailureOf } from '../platform/sql/sql-failure.js';
import { type UpgradedDatabase, upgradedDatabase } from '../tests/support/older-database.js';
import { eventually } from '../tests/support/wait.js';

const BEFORE = '20261129171000_unique_across_months';
const WRITERS = 4;
/** `ON CONFLICT` names an index that there is no more. */
const NO_SUCH_ARBITER = '42P10';

const [OUTLET, FRANCHISE] = [newId(), newId()];

/** The statements of the release before. */
const PLACE = `INSERT INTO order_copy (id, number, customer_id, outlet_id, franchise_id, total, status, version)
  VALUES ($1, 'A001', $2, '${OUTLET}', '${FRANCHISE}', 1000, 'AWAITING_PAYMENT', 2)`;
const BEGIN = `
  WITH payable AS (
    SELECT id, customer_id, outlet_id, franchise_id, total FROM order_copy
    WHERE id = $2 AND customer_id = $3 AND status = 'AWAITING_PAYMENT' AND total > 0 FOR UPDATE
  ), begun AS (
    INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, next_check_at, asked_at)
    SELECT $1::uuid, id, customer_id, outlet_id, franchise_id, 'QRIS', 'MIDTRANS', 'PENDING', total, now() + interval '10 s', now()
    FROM payable
    ON CONFLICT (order_id) WHERE status <> 'FAILED' AND NOT is_surplus DO NOTHING
    RETURNING *
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id) SELECT $3::text || ':payOrder', $1::text, '', id FROM begun
  )
  SELECT id FROM begun`;
const PENDING = `UPDATE payment SET transaction_id = $2, qr_code = 'qr', channel = NULL, version = version + 1, changed_at = now()
  WHERE id = $1 AND status = 'PENDING' AND provider = 'MIDTRANS' RETURNING id`;
const CAPTURE = `
  WITH payable AS (
    SELECT id FROM order_copy WHERE id = $2::uuid AND status = 'AWAITING_PAYMENT' FOR UPDATE
  ), paid AS (
    UPDATE payment SET status = 'PAID', transaction_id = $3, channel = NULL, version = payment.version + 1, paid_at = now(),
      changed_at = now(), next_check_at = NULL, refund_lookup_at = now() + interval '1 hour'
    FROM payable WHERE payment.id = $1::uuid AND payment.order_id = payable.id AND payment.status = 'PENDING'
    RETURNING payment.*
  ), booked AS (
    INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
    SELECT $4::uuid, 'CAPTURE', id, id, provider, method, outlet_id, franchise_id FROM paid
  ), entered AS (
    INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
    SELECT $4::uuid, entry.account::"LedgerAccount", entry.amount, paid.outlet_id, paid.franchise_id
    FROM paid, (VALUES ('MIDTRANS_CLEARING', 1000), ('SALES', -1000)) AS entry (account, amount)
  )
  SELECT id FROM paid`;
const FAIL = `UPDATE payment SET status = 'FAILED', version = version + 1, next_check_at = NULL WHERE id = $1 RETURNING id`;
const HOLD = `UPDATE payment SET refunds_held = 100, version = version + 1 WHERE id = $1 RETURNING id`;
const REFUND = `INSERT INTO refund (id, payment_id, customer_id, outlet_id, franchise_id, amount, reason, origin, status)
  VALUES ($1, $2, $3, '${OUTLET}', '${FRANCHISE}', 100, 'Spilled', 'STAFF', 'PENDING') RETURNING id`;
const SETTLE = `UPDATE refund SET status = 'SUCCEEDED', transaction_id = $2, settled_at = now() WHERE id = $1 RETURNING id`;
const GIVE = `UPDATE payment SET refunded = 100, status = 'PARTIALLY_REFUNDED', version = version + 1 WHERE id = $1 RETURNING id`;

/** An order with a payment from before, by hand: ids of any time. */
function olderPayment(at: number, status: string, columns = '', values = ''): string {
  const [order, customer] = [v7({ msecs: at }), newId()];
  return `
    INSERT INTO order_copy (id, number, customer_id, outlet_id, franchise_id, total, status, version)
      VALUES ('${order}', 'A001', '${customer}', '${OUTLET}', '${FRANCHISE}', 1000, 'AWAITING_PAYMENT', 2);
    INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, transaction_id ${columns})
      VALUES ('${v7({ msecs: at })}', '${order}', '${customer}', '${OUTLET}', '${FRANCHISE}', 'QRIS', 'MIDTRANS', '${status}', 1000,
              '${order}' ${values});`;
}

const YEAR_MILLISECONDS = 365 * 86_400_000;
const OLDER_ROWS = `
  INSERT INTO franchise_copy (id) VALUES ('${FRANCHISE}');
  ${olderPayment(Date.now() - 3 * YEAR_MILLISECONDS, 'PAID', ', paid_at', ', now()')}
  ${olderPayment(Date.now() - YEAR_MILLISECONDS, 'FAILED')}
  ${olderPayment(Date.now(), 'PENDING')}
  ${olderPayment(Date.now() + 5 * YEAR_MILLISECONDS, 'PAID', ', paid_at', ', now()')}`;

/** What was acknowledged, and what was refused. */
const written = { payments: new Set<string>(), failed: new Set<string>(), refunds: new Set<string>() };
const refusals: string[] = [];
const faults: unknown[] = [];

async function takeMoney(client: pg.Client, isFailing: boolean): Promise<void> {
  const [orderId, customerId, paymentId] = [newId(), newId(), newId()];
  const one = async (statement: string, values: unknown[]) => {
    const { rowCount } = await client.query(statement, values);
    if (rowCount !== 1) throw new Error(`Wrote ${rowCount} rows: ${statement}`);
  };
  await one(PLACE, [orderId, customerId]);
  try {
    await one(BEGIN, [paymentId, orderId, customerId]);
  } catch (error) {
    const state = sqlFailureOf(error)?.sqlState;
    if (state !== NO_SUCH_ARBITER) throw error;
    refusals.push(state);
    return;
  }
  written.payments.add(paymentId);
  await one(PENDING, [paymentId, `transaction-${paymentId}`]);
  if (isFailing) {
    await one(FAIL, [paymentId]);
    written.failed.add(paymentId);
    return;
  }
  await one(CAPTURE, [paymentId, orderId, `transaction-${paymentId}`, newId()]);
  const refundId = newId();
  await client.query('BEGIN');
  await one(REFUND, [refundId, paymentId, customerId]);
  await one(HOLD, [paymentId]);
  await client.query('COMMIT');
  await client.query('BEGIN');
  await one(SETTLE, [refundId, `refund-${refundId}`]);
  await one(GIVE, [paymentId]);
  await client.query('COMMIT');
  written.refunds.add(refundId);
}

async function write(url: string): Promise<{ end(): Promise<void> }> {
  let isEnding = false;
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const client = new pg.Client({ connectionString: accountUrl(url, 'payment', 'worker') });
    await client.connect();
    for (let round = 0; !isEnding; round += 1) {
      await takeMoney(client, (round + writer) % 3 === 0).catch((error: unknown) => {
        faults.push(error);
        isEnding = true;
      });
    }
    await client.end();
  });
  await eventually(async () => {
    if (faults.length === 0) expect(written.refunds.size).toBeGreaterThan(WRITERS);
  });
  return {
    async end() {
      // Every writer has met the converted tables.
      await eventually(async () => {
        if (faults.length === 0) expect(refusals.length).toBeGreaterThan(WRITERS);
      });
      isEnding = true;
      await Promise.all(writers);
    },
  };
}

describe('payments that are moved into partitions while money is taken', () => {
  let payment: UpgradedDatabase;

  beforeAll(async () => {
    payment = await upgradedDatabase('payment', { before: BEFORE, rows: OLDER_ROWS, during: write });
  });
  afterAll(() => payment.drop());

  const count = async (query: string, values: unknown[] = []) =>
    Number(
      (await payment.client.query<{ count: string }>(`SELECT count(*) ${query}`, values)).rows[0]?.count,
    );

  it('fail in no other statement than the one that begins a payment', () => {
    expect(faults).toEqual([]);
    expect(new Set(refusals)).toEqual(new Set([NO_SUCH_ARBITER]));
  });

  it('are all there, with what belongs to them, as they were acknowledged', async () => {
    const payments = [...written.payments];
    expect(await count('FROM payment WHERE id = ANY ($1)', [payments])).toBe(payments.length);
    expect(await count(`FROM payment WHERE status = 'FAILED' AND id = ANY ($1)`, [payments])).toBe(
      written.failed.size,
    );
    expect(
      await count(`FROM refund WHERE status = 'SUCCEEDED' AND id = ANY ($1)`, [[...written.refunds]]),
    ).toBe(written.refunds.size);
    expect(await count('FROM ledger_transaction WHERE payment_id = ANY ($1)', [payments])).toBe(
      payments.length - written.failed.size,
    );
    expect(await count('FROM ledger_entry')).toBe(2 * (payments.length - written.failed.size));
    expect(await count('FROM payment')).toBe(payments.length + 4);
    expect(await count('FROM order_copy')).toBe(payments.length + refusals.length + 4);
  });

  it('are in the partition of all before, and where no partition is for them, in the default one', async () => {
    const { rows } = await payment.client.query<{ partition: string; rows: number }>(
      `SELECT tableoid::regclass::text AS partition, count(*)::int AS rows FROM payment GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { partition: expect.stringMatching(/^partitions\.payment_before_/), rows: written.payments.size + 3 },
      { partition: 'partitions.payment_default', rows: 1 },
    ]);
  });

  it('are what the tables of what is unique say', async () => {
    const differences = async (one: string, other: string) =>
      (await count(`FROM ((${one}) EXCEPT (${other})) AS differing`)) +
      (await count(`FROM ((${other}) EXCEPT (${one})) AS differing`));
    expect(
      await differences(
        `SELECT order_id, id, customer_id, outlet_id, franchise_id FROM payment WHERE status <> 'FAILED' AND NOT is_surplus`,
        'SELECT order_id, payment_id, customer_id, outlet_id, franchise_id FROM standing_payment',
      ),
    ).toBe(0);
    expect(
      await differences(
        'SELECT provider, transaction_id, id FROM payment WHERE transaction_id IS NOT NULL',
        'SELECT provider, transaction_id, payment_id FROM provider_transaction',
      ),
    ).toBe(0);
    expect(
      await differences(
        'SELECT reason, subject_id, id FROM ledger_transaction',
        'SELECT reason, subject_id, transaction_id FROM ledger_subject',
      ),
    ).toBe(0);
  });
});

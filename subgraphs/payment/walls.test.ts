/** What one caller reaches of the database, whatever the statement: row-level security alone, without any filter of the store. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountUrl } from '../../platform/database/access-roles.js';
import { newCause } from '../../platform/events/envelope.js';
import { outboxRow } from '../../platform/events/outbox.js';
import { ANONYMOUS, type Identity, scopeFor, tenantsOf } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import type { Payment } from './domain/records.js';
import { capturedEvent } from './published.js';
import { updateCaptured } from './store/capture.js';
import { type OwnPaymentDatabase, openPaymentDatabase } from './store/database.js';
import { insertPayment } from './store/payments.js';
import { customer, staff } from './testing/harness.js';

/** An order with its payment and everything that belongs to it. */
interface Sale {
  readonly franchiseId: string;
  readonly outletId: string;
  readonly customerId: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly refundId: string;
  readonly disputeId: string;
  readonly bookingId: string;
}

function saleAt(franchiseId: string, outletId: string, customerId = newId()): Sale {
  const [orderId, paymentId, refundId] = [newId(), newId(), newId()];
  const [disputeId, bookingId] = [newId(), newId()];
  return { franchiseId, outletId, customerId, orderId, paymentId, refundId, disputeId, bookingId };
}

const [franchiseA, franchiseB] = [newId(), newId()];
const [outletA, neighbour, outletB] = [newId(), newId(), newId()];
const own = saleAt(franchiseA, outletA);
/** The same guest's, elsewhere. */
const abroad = saleAt(franchiseB, outletB, own.customerId);
const sales = [
  own,
  saleAt(franchiseA, outletA),
  saleAt(franchiseA, neighbour),
  abroad,
  saleAt(franchiseB, outletB),
];

interface Caller {
  readonly name: string;
  readonly identity: Identity;
  isStaffOf(sale: Sale): boolean;
  isGuestOf(sale: Sale): boolean;
}

const never = () => false;
const stranger: Caller = {
  name: 'a caller who is not signed in',
  identity: ANONYMOUS,
  isStaffOf: never,
  isGuestOf: never,
};
const guest: Caller = {
  name: 'a guest',
  identity: customer(own.customerId),
  isStaffOf: never,
  isGuestOf: ({ customerId }) => customerId === own.customerId,
};
const barista: Caller = {
  name: 'a barista',
  identity: staff('BARISTA', { outletId: outletA }),
  isStaffOf: ({ outletId }) => outletId === outletA,
  isGuestOf: never,
};
const owner: Caller = {
  name: 'the owner of a franchise',
  identity: staff('OWNER', { franchiseId: franchiseA }),
  isStaffOf: ({ franchiseId }) => franchiseId === franchiseA,
  isGuestOf: never,
};
const headOffice: Caller = {
  name: 'head office',
  identity: staff('HQ'),
  isStaffOf: () => true,
  isGuestOf: never,
};
const callers = [stranger, guest, barista, owner, headOffice];
const EACH = callers.map((caller) => [caller.name, caller] as const);

interface Table {
  /** Identifies a row. */
  readonly key: string;
  /** The keys of the rows that are a caller's to read; null where it may read none, not even by asking. */
  readonly readable: (caller: Caller) => readonly string[] | null;
  /** A change of every row, and the keys of the rows that a caller's changes; by default none. */
  readonly change: string;
  readonly changeable?: (caller: Caller) => readonly string[];
}

const ofGuestAndStaff = (key: 'orderId' | 'paymentId') => (caller: Caller) =>
  sales.filter((sale) => caller.isGuestOf(sale) || caller.isStaffOf(sale)).map((sale) => sale[key]);
const ofStaff = (key: 'paymentId' | 'bookingId') => (caller: Caller) =>
  sales.filter((sale) => caller.isStaffOf(sale)).map((sale) => sale[key]);
const internal = (column: string) => ({ key: column, readable: () => null, change: `${column} = ${column}` });
const keysOf = ({ identity: { customerId } }: Caller) => (customerId === null ? [] : [customerId]);

/** A day of each sale's own. */
const dayOf = (sale: Sale) => `2026-11-0${sales.indexOf(sale) + 1}`;
/** Of what has the same id as the sale's booking. */
const ofBooking = (key: string): Table => ({
  key,
  readable: ofStaff('bookingId'),
  change: `${key} = ${key}`,
});

const TABLES: Readonly<Record<string, Table>> = {
  till: {
    ...ofBooking('id'),
    change: 'closed_by = opened_by, closed_at = now()',
    changeable: ofStaff('bookingId'),
  },
  till_movement: ofBooking('till_id'),
  till_count: ofBooking('till_id'),
  daily_close: ofBooking('id'),
  daily_close_day: ofBooking('close_id'),
  daily_close_method: ofBooking('close_id'),
  daily_close_till: ofBooking('till_id'),
  outlet_series: internal('last_number'),
  sales_day_copy: {
    key: 'day',
    readable: (caller) => sales.filter((sale) => caller.isStaffOf(sale)).map(dayOf),
    change: 'orders = orders + 1',
  },
  setting_copy: internal('version'),
  order_copy: { key: 'id', readable: ofGuestAndStaff('orderId'), change: 'id = id' },
  outlet_copy: { key: 'id', readable: () => [outletA, neighbour, outletB], change: 'version = version + 1' },
  franchise_copy: {
    key: 'id',
    readable(caller) {
      if (caller === headOffice) return [franchiseA, franchiseB];
      return caller === owner ? [franchiseA] : [];
    },
    change: 'id = id',
  },
  payment: {
    key: 'id',
    readable: ofGuestAndStaff('paymentId'),
    change: 'version = version + 1',
    changeable: ofStaff('paymentId'),
  },
  refund: {
    key: 'payment_id',
    readable: ofGuestAndStaff('paymentId'),
    change: `failure_reason = 'Changed'`,
    changeable: ofStaff('paymentId'),
  },
  dispute: {
    key: 'payment_id',
    readable: ofStaff('paymentId'),
    change: `evidence = 'Changed'`,
    changeable: ofStaff('paymentId'),
  },
  ledger_transaction: { key: 'id', readable: ofStaff('bookingId'), change: 'id = id' },
  ledger_entry: {
    key: 'transaction_id',
    readable: (caller) => ofStaff('bookingId')(caller).flatMap((id) => [id, id]),
    change: 'amount = amount',
  },
  idempotency: {
    key: `split_part(scope, ':', 1)`,
    readable: (caller) => (caller === headOffice ? callers.flatMap(keysOf) : keysOf(caller)),
    change: 'result_id = result_id',
  },
  provider_callback: internal('event_id'),
  provider_transaction: internal('payment_id'),
  settlement: {
    key: 'id',
    readable: (caller) => (caller === headOffice ? [] : null),
    change: 'lines = lines',
  },
  settlement_line: { key: 'id', readable: () => [], change: 'line = line' },
  standing_payment: {
    key: 'payment_id',
    readable: ofGuestAndStaff('paymentId'),
    change: 'payment_id = payment_id',
  },
  receipt: { key: 'order_id', readable: ofGuestAndStaff('orderId'), change: 'total = total' },
  receipt_number: { key: 'order_id', readable: ofGuestAndStaff('orderId'), change: 'number = number' },
  ledger_subject: internal('subject_id'),
  live_change: { key: 'id', readable: ofStaff('paymentId'), change: 'version = version' },
  misdated_booking: {
    key: 'transaction_id',
    readable: ofStaff('bookingId'),
    change: 'transaction_id = transaction_id',
  },
  event_log: internal('version'),
  inbox: internal('event_id'),
  outbox: internal('version'),
  reporting_account: internal('name'),
  _prisma_migrations: internal('checksum'),
};

const ALL_TABLES = `
  SELECT relname AS name, relrowsecurity AS "isWalled" FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f') ORDER BY relname`;

describe('behind the wall of the payment database', () => {
  let fresh: FreshDatabase;
  let platform: Awaited<ReturnType<typeof openTestPlatform>>;
  let database: OwnPaymentDatabase;
  /** The account that migrates. */
  let owning: pg.Pool;

  beforeAll(async () => {
    fresh = await freshDatabase('payment');
    platform = await openTestPlatform({ PAYMENT_DATABASE_URL: fresh.url });
    database = openPaymentDatabase(platform);
    owning = new pg.Pool({ connectionString: fresh.url, max: 1 });
    await fill();
  });

  afterAll(async () => {
    await owning.end();
    await database.close();
    await platform.drop();
    await fresh.drop();
  });

  async function fill(): Promise<void> {
    const client = await owning.connect();
    const insert = (table: string, row: Readonly<Record<string, unknown>>) =>
      client.query(
        `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map((_, index) => `$${index + 1}`)})`,
        Object.values(row),
      );
    await client.query('BEGIN');
    for (const id of [franchiseA, franchiseB]) await insert('franchise_copy', { id });
    for (const [id, franchise_id] of [
      [outletA, franchiseA],
      [neighbour, franchiseA],
      [outletB, franchiseB],
    ])
      await insert('outlet_copy', { id, franchise_id, name: 'Menteng', time_zone: 'UTC', version: 1 });
    // Of another day than the ids say.
    const booked_at = new Date(Date.now() - 2 * 86_400_000);
    for (const sale of sales) {
      const tenant = { outlet_id: sale.outletId, franchise_id: sale.franchiseId };
      const whose = { customer_id: sale.customerId, ...tenant };
      const { orderId: order_id, paymentId: payment_id } = sale;
      const order = { id: order_id, number: 'A001', total: 1_000, status: 'AWAITING_PAYMENT', version: 2 };
      await insert('order_copy', { ...order, ...whose });
      const how = { method: 'QRIS', provider: 'MIDTRANS' };
      const figures = { amount: 1_000, refunds_held: 100, disputes_held: 200 };
      const paid = { status: 'PAID', paid_at: new Date() };
      await insert('payment', { id: payment_id, order_id, ...whose, ...how, ...figures, ...paid });
      await insert('refund', {
        ...{ id: sale.refundId, payment_id, ...whose },
        ...{ amount: 100, reason: 'Spilled', origin: 'STAFF', status: 'PENDING' },
      });
      const evidence = {
        status: 'EVIDENCE_SUBMITTED',
        evidence: 'Signed',
        evidence_submitted_at: new Date(),
      };
      await insert('dispute', {
        ...{ id: sale.disputeId, payment_id, ...tenant, opened_by: newId() },
        ...{ amount: 200, reason: 'Unknown', ...evidence },
      });
      const booking = {
        id: sale.bookingId,
        reason: 'CAPTURE',
        subject_id: payment_id,
        payment_id,
        booked_at,
      };
      await insert('ledger_transaction', { ...booking, ...how, ...tenant });
      for (const [account, amount] of [
        ['SALES', -1_000],
        ['MIDTRANS_CLEARING', 1_000],
      ])
        await insert('ledger_entry', { transaction_id: sale.bookingId, account, amount, ...tenant });
      const [id, day] = [sale.bookingId, dayOf(sale)];
      await insert('till', { id, ...tenant, drawer: id, float: 0, opened_by: newId() });
      await insert('till_movement', {
        ...{ id, till_id: id, ...tenant, kind: 'CASH_IN', amount: 1, reason: 'Change', recorded_by: newId() },
      });
      await insert('till_count', { till_id: id, ...tenant, method: 'CASH', expected: 1, counted: 1 });
      const sold = { day, ...tenant, orders: 1, units: 1, discounts: 0, revenue: 1_000 };
      await insert('sales_day_copy', sold);
      await insert('daily_close_day', { close_id: id, ...sold, tips: 0, fees: 0, owed: 0 });
      await insert('daily_close_method', {
        ...{ close_id: id, day, ...tenant, ...how, captured: 1_000, refunded: 0, disputed: 0 },
      });
      await insert('daily_close_till', { till_id: id, close_id: id, ...tenant });
      const number = sales.indexOf(sale) + 1;
      await insert('daily_close', { id, day, ...tenant, number, cash_outside_tills: 0 });
      await insert('receipt', {
        ...{ id: newId(), series: 'RECEIPT', order_id, payment_id, ...whose, total: 1_000, content: {} },
      });
    }
    for (const id of callers.flatMap(keysOf))
      await insert('idempotency', {
        scope: `${id}:payOrder`,
        key: 'once',
        input_hash: '',
        result_id: newId(),
      });
    await insert('provider_callback', { provider: 'XENDIT', event_id: 'event' });
    await insert('event_log', {
      ...{ id: newId(), type: 'order.placed', version: 1, source: 'test', occurred_at: new Date() },
      ...{ aggregate_id: newId(), aggregate_version: 1, data: {}, metadata: {} },
    });
    await insert('inbox', { consumer: 'payment.orders', event_id: newId() });
    await insert('reporting_account', { name: 'somebody', outlet_id: newId() });
    await insert('outbox', {
      ...{ id: newId(), type: 'payment.captured', version: 1, source: 'payment', occurred_at: new Date() },
      ...{ aggregate_id: own.paymentId, aggregate_version: 1, data: {}, metadata: {} },
    });
    await client.query('COMMIT');
    client.release();
  }

  async function seenBy({ identity }: Caller, name: string, { key }: Table): Promise<string[] | null> {
    try {
      const { rows } = await database.as(identity).pool.query(`SELECT (${key})::text AS key FROM ${name}`);
      return rows.map((row) => row.key).sort();
    } catch (error) {
      expect(String(error)).toMatch(/permission denied/);
      return null;
    }
  }

  /** The keys of the rows that a statement of the caller's changes; undone. Null where it is refused. */
  async function changedBy({ identity }: Caller, statement: string): Promise<string[] | null> {
    const undo = new Error('Undone');
    let keys: string[] | null = null;
    try {
      await database.as(identity).work(newCause(), async ({ tx }) => {
        const rows = await tx.$queryRawUnsafe<{ key: string }[]>(statement);
        keys = rows.map(({ key }) => key).sort();
        throw undo;
      });
    } catch (error) {
      if (error !== undo)
        expect(String(error)).toMatch(/permission denied|row-level security|of another tenant/);
    }
    return keys;
  }

  it('every table has its wall and its case here', async () => {
    const { rows } = await owning.query<{ name: string; isWalled: boolean }>(ALL_TABLES);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(TABLES).sort());
    expect(rows.filter(({ isWalled }) => !isWalled).map(({ name }) => name)).toEqual(['_prisma_migrations']);
  });

  it.each(EACH)('%s reads the rows that are theirs, and no other, of every table', async (_name, caller) => {
    for (const [name, table] of Object.entries(TABLES)) {
      const expected = table.readable(caller);
      expect({ [name]: await seenBy(caller, name, table) }).toEqual({
        [name]: expected && [...expected].sort(),
      });
    }
  });

  it.each(EACH)('%s changes what staff may change of their own, and nothing else', async (_name, caller) => {
    for (const [name, { key, change, changeable = () => [] }] of Object.entries(TABLES)) {
      const changed = await changedBy(caller, `UPDATE ${name} SET ${change} RETURNING (${key})::text AS key`);
      // Refused, or without a row that it reaches.
      expect({ [name]: changed ?? [] }).toEqual({ [name]: [...changeable(caller)].sort() });
    }
  });

  it.each(EACH)('%s deletes nothing', async (_name, caller) => {
    for (const [name, { key }] of Object.entries(TABLES)) {
      expect({
        [name]: await changedBy(caller, `DELETE FROM ${name} RETURNING (${key})::text AS key`),
      }).toEqual({ [name]: null });
    }
  });

  it.each(EACH)('%s never changes whose a row is, or of how much', async (_name, caller) => {
    for (const name of ['payment', 'refund', 'dispute']) {
      for (const column of ['outlet_id', 'franchise_id', 'amount']) {
        const statement = `UPDATE ${name} SET ${column} = ${column} RETURNING id::text AS key`;
        expect(await changedBy(caller, statement)).toBeNull();
      }
    }
  });

  describe('a barista', () => {
    const refundOf = (payment: Sale, tenant: Sale) => `
      INSERT INTO refund (id, payment_id, customer_id, outlet_id, franchise_id, amount, reason, origin, status, settled_at)
      VALUES ('${newId()}', '${payment.paymentId}', '${tenant.customerId}', '${tenant.outletId}', '${tenant.franchiseId}',
              100, 'Spilled', 'STAFF', 'FAILED', now()) RETURNING payment_id::text AS key`;
    const disputeOf = (payment: Sale, tenant: Sale) => `
      INSERT INTO dispute (id, payment_id, outlet_id, franchise_id, amount, reason, status, opened_by)
      VALUES ('${newId()}', '${payment.paymentId}', '${tenant.outletId}', '${tenant.franchiseId}', 100, 'Unknown', 'OPENED',
              '${newId()}') RETURNING payment_id::text AS key`;
    const bookingOf = (payment: Sale, tenant: Sale) => `
      INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
      VALUES ('${newId()}', 'REFUND', '${newId()}', '${payment.paymentId}', 'CASH', 'CASH', '${tenant.outletId}',
              '${tenant.franchiseId}') RETURNING payment_id::text AS key`;

    const creditNoteOf = (payment: Sale, tenant: Sale) => `
      INSERT INTO receipt (id, series, order_id, payment_id, refund_id, customer_id, outlet_id, franchise_id, total, content)
      VALUES ('${newId()}', 'CREDIT_NOTE', '${payment.orderId}', '${payment.paymentId}', '${newId()}', '${tenant.customerId}',
              '${tenant.outletId}', '${tenant.franchiseId}', 100, '{}') RETURNING payment_id::text AS key`;

    it.each([
      ['refund', refundOf],
      ['dispute', disputeOf],
      ['ledger transaction', bookingOf],
      ['credit note', creditNoteOf],
    ])(
      'writes a %s of the own outlet’s payment, and of no other under whatever tenant',
      async (_name, insert) => {
        expect(await changedBy(barista, insert(own, own))).toEqual([own.paymentId]);
        expect(await changedBy(barista, insert(abroad, own))).toBeNull();
        expect(await changedBy(barista, insert(abroad, abroad))).toBeNull();
        expect(await changedBy(barista, insert(own, abroad))).toBeNull();
      },
    );

    it('locks the order of a payment of the own outlet, and no other', async () => {
      const statement = 'SELECT id::text AS key FROM order_copy FOR UPDATE';
      const expected = sales.filter(({ outletId }) => outletId === outletA).map(({ orderId }) => orderId);
      expect(await changedBy(barista, statement)).toEqual(expected.sort());
    });
  });

  it('a guest gives nothing back, also not the own payment', async () => {
    const refund = `INSERT INTO refund (id, payment_id, customer_id, outlet_id, franchise_id, amount, reason, origin, status)
      VALUES ('${newId()}', '${own.paymentId}', '${own.customerId}', '${own.outletId}', '${own.franchiseId}', 100, 'Spilled',
              'STAFF', 'PENDING') RETURNING id::text AS key`;
    expect(await changedBy(guest, refund)).toBeNull();
  });

  it('a guest issues no receipt, also not of the own payment', async () => {
    const receipt = `INSERT INTO receipt (id, series, order_id, payment_id, customer_id, outlet_id, franchise_id, total, content)
      VALUES ('${newId()}', 'RECEIPT', '${own.orderId}', '${own.paymentId}', '${own.customerId}', '${own.outletId}',
              '${own.franchiseId}', 100, '{}') RETURNING id::text AS key`;
    expect(await changedBy(guest, receipt)).toBeNull();
  });

  it('sums of refunds and disputes are checked of what a tenant writes, too', async () => {
    for (const figure of ['refunds_held', 'disputes_held']) {
      const unfounded = database
        .as(barista.identity)
        .work(newCause(), ({ tx }) =>
          tx.$executeRawUnsafe(`UPDATE payment SET ${figure} = 7 WHERE id = $1::uuid`, own.paymentId),
        );
      await expect(unfounded).rejects.toThrow(/do not add up/);
    }
  });

  it('reads write nothing', async () => {
    for (const { identity } of callers) {
      const write = database.as(identity).pool.query('UPDATE payment SET version = version + 1');
      await expect(write).rejects.toThrow(/read-only transaction/);
    }
  });

  it('the account of requests reaches nothing until it takes a role', async () => {
    const client = new pg.Client({ connectionString: accountUrl(fresh.url, 'payment', 'requests') });
    await client.connect();
    try {
      for (const name of Object.keys(TABLES)) {
        await expect(client.query(`SELECT FROM ${name}`)).rejects.toThrow(/permission denied/);
      }
      await expect(client.query('SET ROLE kedai_payment_worker')).rejects.toThrow(/permission denied/);
    } finally {
      await client.end();
    }
  });

  it('no role bypasses the wall, owns anything or makes anything', async () => {
    const { rows } = await owning.query(`
      SELECT rolname AS name FROM pg_roles WHERE rolname ~ '^kedai_payment(_tenant|_chain|_worker)?$'
        AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcreaterole AND NOT rolcreatedb
        AND NOT EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
        AND NOT has_schema_privilege(rolname, 'public', 'CREATE')
      ORDER BY name`);
    expect(rows.map(({ name }) => name)).toEqual([
      'kedai_payment',
      'kedai_payment_chain',
      'kedai_payment_tenant',
      'kedai_payment_worker',
    ]);
    const { rows: session } = await database.pool.query('SELECT current_user AS name');
    expect(session).toEqual([{ name: 'kedai_payment_worker' }]);
  });

  it('the worker itself changes nothing of the ledger', async () => {
    for (const statement of [
      'UPDATE ledger_entry SET amount = amount',
      'DELETE FROM ledger_entry',
      'DELETE FROM ledger_transaction',
    ]) {
      await expect(database.pool.query(statement)).rejects.toThrow(/permission denied/);
    }
  });

  it('a payment is begun for an order within the caller’s scope, and captured for that order alone', async () => {
    const { orderId, customerId } = abroad;
    const order = { id: newId(), customer_id: customerId, outlet_id: outletB, franchise_id: franchiseB };
    await owning.query(
      `INSERT INTO order_copy (id, customer_id, outlet_id, franchise_id, number, total, status, version)
       VALUES ($1, $2, $3, $4, 'A002', 1000, 'AWAITING_PAYMENT', 2)`,
      Object.values(order),
    );
    const beginAs = ({ identity }: Caller) =>
      insertPayment(
        database,
        { scope: scopeFor(identity, 'payments:confirm'), reach: tenantsOf(identity) },
        {
          ...{ id: newId(), orderId: order.id, customerId, method: 'CASH', provider: 'CASH', channel: null },
          ...{ amount: null, tip: 0, tendered: null, leaseSeconds: 60 },
          idempotency: { scope: `${newId()}:payOrder`, key: 'once', inputHash: '' },
          record: null,
        },
      );
    for (const caller of [stranger, barista, owner]) expect(await beginAs(caller)).toBeNull();
    const payment = await beginAs(guest);
    if (payment === null) throw new Error('The guest cannot pay the own order');
    const captureOf = (captured: Payment) => {
      const paidAt = new Date();
      const capture = {
        payment: captured,
        transactionId: null,
        paidAt,
        refundLookupAt: null,
      };
      const condition = { payment: 'PENDING', order: 'AWAITING_PAYMENT' } as const;
      const event = outboxRow('payment', capturedEvent(captured, paidAt), newCause());
      return updateCaptured(database, capture, condition, { event, callbackId: null });
    };
    expect(await captureOf({ ...payment, orderId })).toBeNull();
    expect(await captureOf(payment)).toMatchObject({ id: payment.id, status: 'PAID' });
  });
});

import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, accountUrl } from '../../platform/database/access-roles.js';
import type { Statements } from '../../platform/database/caller-database.js';
import { newCause } from '../../platform/events/envelope.js';
import { ANONYMOUS, type Identity } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { sqlFailureOf } from '../../platform/sql/sql-failure.js';
import { readMigrationFiles } from '../../prisma/migration-files.js';
import { freshDatabase } from '../../tests/support/database.js';
import { recordMovements } from './operations/record-movements.js';
import { insertDelivery } from './store/deliveries.js';
import { rollUpLevels } from './store/level-history.js';
import { insertReadings, updateLevels } from './store/readings.js';
import { insertReservations } from './store/reservations.js';
import {
  eventsOf,
  figuresOf,
  type GivenItem,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  type Place,
  type TestStock,
} from './testing/harness.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * Who reads a table: everybody every row; tenants their own rows and head office all; staff the rows of suppliers of the chain and of the
 * franchises where they work; head office alone; a person their own; no caller at all.
 */
const READERS: Readonly<Record<string, 'everybody' | 'tenants' | 'suppliers' | 'chain' | 'person' | 'none'>> =
  {
    _prisma_migrations: 'none',
    dead_letter: 'chain',
    delivery: 'tenants',
    delivery_line: 'tenants',
    event_log: 'none',
    expiry_alert: 'tenants',
    hand_availability_copy: 'none',
    idempotency: 'person',
    inbox: 'none',
    ingredient: 'everybody',
    level_day: 'tenants',
    level_five_minutes: 'tenants',
    level_hour: 'tenants',
    level_mark: 'tenants',
    level_roll_up: 'none',
    limited_item: 'none',
    order_promise: 'none',
    outbox: 'none',
    outlet: 'everybody',
    purchase_order: 'tenants',
    purchase_order_line: 'tenants',
    purchase_order_number: 'none',
    reading: 'tenants',
    reading_batch: 'none',
    reporting_account: 'none',
    reservation: 'tenants',
    seen_seq_range: 'none',
    seen_seqs: 'none',
    serving_recipe: 'none',
    sold_out_item: 'none',
    setting_copy: 'none',
    shelf: 'tenants',
    shelf_boot: 'tenants',
    stock_count: 'tenants',
    stock_count_line: 'tenants',
    stock_item: 'tenants',
    stock_movement: 'tenants',
    supplier: 'suppliers',
    supplier_price: 'suppliers',
    transfer: 'tenants',
    waste: 'tenants',
  };

/** What a caller may change of their rows. Nothing is ever deleted by one. */
const CHANGEABLE: Readonly<Record<string, readonly string[]>> = {
  purchase_order: [
    ...['approved_at', 'approved_by', 'end_reason', 'ended_at', 'expected_on', 'is_closed_short', 'sent_at'],
    ...['note', 'status', 'supplier_id', 'total', 'version'],
  ],
  purchase_order_line: ['received'],
  reservation: ['consumed', 'drawn_left', 'state'],
  shelf: [
    ...['health_at', 'health_filtered', 'health_state', 'health_version'],
    ...[
      'grams_per_unit',
      'pending_count',
      'pending_grams',
      'pending_last_grams',
      'pending_since',
      'pending_trace',
    ],
    ...['removed_at', 'settled_units', 'stable_milliseconds', 'steady_grams', 'stock_item_id', 'tare_grams'],
    ...['threshold_grams', 'token_hash', 'units', 'weighed_units'],
  ],
  stock_item: [
    'edit_trace_id',
    'edit_version',
    'edited_at',
    'edited_by',
    'removed_at',
    'reorder_point',
    'tracking',
    'version',
  ],
  supplier: [
    ...['delivery_weekdays', 'email', 'is_active', 'lead_time_days', 'minimum_order', 'name', 'phone'],
  ],
  supplier_price: [
    ...['is_preferred', 'minimum_packs', 'pack_size', 'price', 'reference', 'removed_at', 'shelf_life_days'],
    'updated_at',
  ],
  stock_count: ['ended_at', 'ended_by', 'status'],
  stock_count_line: ['adjusted', 'counted', 'counted_at', 'counted_by', 'expected'],
  transfer: ['end_note', 'ended_at', 'ended_by', 'received', 'status', 'version'],
};

const REFUSED = 'refused';
const PERMISSION_DENIED = '42501';
const FOREIGN_KEY_VIOLATION = '23503';
const CHECK_VIOLATION = '23514';

let stock: TestStock;
let owner: pg.Client;
let tables: string[];
/** Two outlets of a franchise, and one of another, with an item each. */
let own: GivenItem;
let sister: GivenItem;
let foreign: GivenItem;
/** Of each item, by its id. */
const counts = new Map<string, string>();
const supplies = new Map<string, { readonly supplierId: string; readonly purchaseOrderId: string }>();
let callers: Record<'nobody' | 'guest' | 'barista' | 'franchisee' | 'headOffice', Identity>;

beforeAll(async () => {
  stock = await openTestStock();
  owner = new pg.Client({ connectionString: stock.url });
  await owner.connect();
  const outlet = await givenOutlet(stock);
  own = await stocked(outlet);
  sister = await stocked(await givenOutlet(stock, outlet.franchiseId));
  foreign = await stocked(await givenOutlet(stock));
  await countLevels();
  const { franchiseId, outletId } = outlet;
  callers = {
    nobody: ANONYMOUS,
    guest: { customerId: newId(), roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }] },
    barista: { customerId: newId(), roles: [{ role: 'BARISTA', outletId, franchiseId }] },
    franchisee: { customerId: newId(), roles: [{ role: 'OWNER', outletId: null, franchiseId }] },
    headOffice: { customerId: newId(), roles: [{ role: 'HQ', outletId: null, franchiseId: null }] },
  };
  for (const { customerId } of Object.values(callers)) {
    if (customerId !== null) await insertAs(owner, 'idempotency', keyOf(customerId));
  }
  const ofChain = newId();
  await insertAs(owner, 'supplier', supplierRow(ofChain, null));
  await insertAs(owner, 'supplier_price', priceRow(ofChain, null, own.ingredientId));
  await insertAs(owner, 'setting_copy', { place_id: newId(), settings: {}, version: 1 });
  await insertAs(owner, 'seen_seq_range', { batch_id: newId(), boot: 1, first_seq: 0, last_seq: 1 });
  await insertAs(owner, 'hand_availability_copy', {
    ...{ outlet_id: newId(), subject_id: newId(), is_available: false, version: 1 },
  });
  await insertAs(owner, 'limited_item', {
    menu_item_id: newId(),
    is_limited: true,
    ingredient_ids: [],
    version: 1,
  });
  await insertAs(owner, 'serving_recipe', {
    menu_item_id: newId(),
    recipe: [],
    is_archived: false,
    version: 1,
  });
  await insertAs(owner, 'sold_out_item', {
    ...{ outlet_id: newId(), menu_item_id: newId(), franchise_id: newId(), is_sold_out: true, version: 1 },
  });
  await insertAs(owner, 'event_log', {
    ...{ id: newId(), type: 'order.placed', version: 1, source: 'test', occurred_at: new Date() },
    ...{ aggregate_id: newId(), aggregate_version: 1, data: {}, metadata: {} },
  });
  await insertAs(owner, 'reporting_account', { name: 'somebody', outlet_id: newId() });
  await insertAs(owner, 'dead_letter', { topic: 't', payload: '\\x00', size: 1, reason: 'SYNTAX' });
  const { rows } = await owner.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')",
  );
  tables = rows.map(({ name }) => name).sort();
});
afterAll(async () => {
  await owner.end();
  await stock.close();
});

/** An item that has been weighed, reserved and delivered. */
async function stocked(outlet: Place): Promise<GivenItem> {
  const item = await givenItem(stock, { ...outlet, tracking: 'SHELF' });
  const { id: shelfId, outletId } = await givenShelf(stock, item);
  const { batchId } = await insertReadings(stock.database, [
    {
      kind: 'reading',
      ...{ shelfId, outletId, bootId: 'boot-1', seq: 1, at: new Date(), grams: 100, batteryPercent: 80 },
      message: { topic: '', payload: new Uint8Array() },
    },
  ]);
  await updateLevels(stock.database, [batchId]);
  const requirements = [{ ingredientId: item.ingredientId, quantity: 10 }];
  const order = { eventId: newId(), orderId: newId(), outletId, requirements, cause: newCause() };
  await insertReservations(stock.database.pool, 'test.reservations', [order]);
  await stock.database.work(newCause(), ({ tx }) =>
    insertDelivery(tx, {
      ...{ id: newId(), ...outlet, supplier: null, reference: null, receivedBy: newId() },
      lines: [{ stockItemId: item.id, quantity: 5 }],
    }),
  );
  await insertAs(owner, 'waste', wasteRow(item));
  const countId = newId();
  counts.set(item.id, countId);
  await insertAs(owner, 'expiry_alert', {
    ...{ delivery_id: newId(), position: 0, outlet_id: item.outletId, franchise_id: item.franchiseId },
    ...{ stock_item_id: item.id, alerted_at: new Date() },
  });
  await insertAs(owner, 'stock_count', countRow(item, countId));
  await insertAs(owner, 'stock_count_line', { ...countLineRow(item), stock_item_id: newId() });
  await insertAs(owner, 'transfer', transferRow(item, { ...item, outletId: newId() }));
  const [supplierId, purchaseOrderId] = [newId(), newId()];
  supplies.set(item.id, { supplierId, purchaseOrderId });
  await insertAs(owner, 'supplier', supplierRow(supplierId, outlet.franchiseId));
  await insertAs(owner, 'supplier_price', priceRow(supplierId, outlet.franchiseId, item.ingredientId));
  await insertAs(owner, 'purchase_order', { ...purchaseOrderRow(item), id: purchaseOrderId });
  await insertAs(owner, 'purchase_order_line', purchaseOrderLineRow(item));
  return item;
}

/** Counts every movement so far. */
async function countLevels(): Promise<void> {
  const later = new Date(Date.now() + 600_000);
  for (;;) {
    const { countedUntil, due } = await rollUpLevels(stock.database, later, {
      fiveMinutesDays: 90,
      hourDays: 730,
    });
    if (countedUntil !== null && countedUntil >= due) return;
  }
}

function wasteRow({ id, outletId, franchiseId }: GivenItem): Row {
  return {
    ...{ id: newId(), outlet_id: outletId, franchise_id: franchiseId, stock_item_id: id, quantity: 1 },
    ...{ reason: 'Jatuh', made_by: newId(), made_at: new Date() },
  };
}

function countRow({ outletId, franchiseId }: GivenItem, id = newId()): Row {
  return {
    ...{ id, outlet_id: outletId, franchise_id: franchiseId, status: 'ABANDONED', started_by: newId() },
    ...{ started_at: new Date(), ended_by: newId(), ended_at: new Date() },
  };
}

/** Of the count of the item. */
function countLineRow({ id, outletId, franchiseId }: GivenItem): Row {
  return {
    ...{ stock_count_id: counts.get(id), stock_item_id: id, outlet_id: outletId, franchise_id: franchiseId },
    expected: 1,
  };
}

function transferRow({ id, ingredientId, outletId, franchiseId }: GivenItem, to: Place): Row {
  return {
    ...{ id: newId(), outlet_id: outletId, franchise_id: franchiseId, stock_item_id: id },
    ...{
      ingredient_id: ingredientId,
      to_outlet_id: to.outletId,
      to_franchise_id: to.franchiseId,
      quantity: 1,
    },
    ...{ batches: [], status: 'SENT', sent_by: newId(), sent_at: new Date(), version: 1 },
  };
}

function supplierRow(id: string, franchiseId: string | null): Row {
  return {
    ...{ id, franchise_id: franchiseId, name: `PT ${id}`, lead_time_days: 1, delivery_weekdays: [] },
    ...{ minimum_order: 0, is_active: true, created_at: new Date() },
  };
}

function priceRow(supplierId: string, franchiseId: string | null, ingredientId: string): Row {
  return {
    ...{ id: newId(), supplier_id: supplierId, franchise_id: franchiseId, ingredient_id: ingredientId },
    ...{ pack_size: 1, price: 1, minimum_packs: 1, updated_at: new Date() },
  };
}

function purchaseOrderRow({ id, outletId, franchiseId }: GivenItem): Row {
  return {
    ...{ id: newId(), outlet_id: outletId, franchise_id: franchiseId, total: 1, status: 'DRAFT' },
    ...{ supplier_id: supplies.get(id)?.supplierId, made_by: newId(), made_at: new Date() },
    ...{ is_closed_short: false, version: 1 },
  };
}

/** Of the order of the item. */
function purchaseOrderLineRow({ id, outletId, franchiseId }: GivenItem): Row {
  return {
    ...{ purchase_order_id: supplies.get(id)?.purchaseOrderId, position: 0, stock_item_id: id },
    ...{ outlet_id: outletId, franchise_id: franchiseId, pack_size: 1, pack_price: 1, packs: 1, received: 0 },
  };
}

function keyOf(customerId: string): Row {
  return { scope: `${customerId}:adjustStock`, key: newId(), input_hash: '', result_id: newId() };
}

/** The rows of a table, without any filter. */
async function rowsOf(statements: Statements, table: string): Promise<string[] | typeof REFUSED> {
  const found = statements.query<{ row: string }>(`SELECT to_jsonb(seen)::text AS row FROM ${table} AS seen`);
  return refusedOr(found.then(({ rows }) => rows.map(({ row }) => row).sort()));
}

async function refusedOr<Result>(statement: Promise<Result>): Promise<Result | typeof REFUSED> {
  return statement.catch((error) => {
    if (sqlFailureOf(error)?.sqlState === PERMISSION_DENIED) return REFUSED;
    throw error;
  });
}

async function rowsOfAll(statements: Statements): Promise<Record<string, string[] | typeof REFUSED>> {
  const seen: Record<string, string[] | typeof REFUSED> = {};
  for (const table of tables) seen[table] = await rowsOf(statements, table);
  return seen;
}

/** Which of a table's rows belong to a caller. */
function isOf({ customerId, roles }: Identity, row: Row): boolean {
  const { outlet_id, franchise_id, scope } = row;
  return roles.some(
    ({ role, outletId, franchiseId }) =>
      role === 'HQ' ||
      (role === 'OWNER' ? franchiseId === franchise_id : outletId !== null && outletId === outlet_id) ||
      (typeof scope === 'string' && scope.startsWith(`${customerId}:`)),
  );
}

async function ownRowsOf(identity: Identity, table: string): Promise<string[]> {
  const all = await rowsOf(owner, table);
  if (all === REFUSED) throw new Error('The owner reads every table');
  expect(all).not.toEqual([]);
  return all.filter((row) => isOf(identity, JSON.parse(row)));
}

/** @returns the SQLSTATE of the refusal; undefined where the row was inserted. Takes it back. */
async function refusalOfInsert(identity: Identity, table: string, row: Row): Promise<string | undefined> {
  const done = new Error('Taken back');
  try {
    await stock.database.as(identity).work(newCause(), async ({ tx }) => {
      await insertAs(
        { query: (statement, values) => tx.$executeRawUnsafe(statement, ...values) },
        table,
        row,
      );
      throw done;
    });
  } catch (error) {
    return error === done ? undefined : sqlFailureOf(error)?.sqlState;
  }
  throw new Error('A failed unit of work has succeeded');
}

async function insertAs(
  client: { query(statement: string, values: unknown[]): Promise<unknown> },
  table: string,
  row: Row,
): Promise<void> {
  const columns = Object.keys(row).join(', ');
  await client.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`,
    [JSON.stringify(row)],
  );
}

describe('without a filter, a caller reads the rows that belong to them and no other:', () => {
  test.each(['nobody', 'guest', 'barista', 'franchisee', 'headOffice'] as const)('%s', async (name) => {
    const identity = callers[name];
    const expected: Record<string, string[] | typeof REFUSED> = {};
    for (const [table, readers] of Object.entries(READERS)) {
      if (readers === 'none' || (readers === 'chain' && name !== 'headOffice')) expected[table] = REFUSED;
      else if (readers === 'everybody') expected[table] = await everyRowOf(table);
      else if (readers === 'suppliers') expected[table] = await suppliersRowsFor(identity, table);
      else expected[table] = await ownRowsOf(identity, table);
    }
    expect(await rowsOfAll(stock.database.as(identity).pool)).toEqual(expected);
  });

  async function suppliersRowsFor(identity: Identity, table: string): Promise<string[]> {
    const rows = await everyRowOf(table);
    const isStaff = identity.roles.some(({ role }) => role === 'BARISTA' || role === 'OWNER');
    const isReadByStaff = ({ franchise_id }: Row) =>
      franchise_id === null || franchise_id === own.franchiseId;
    return rows.filter(
      (row) => isOf(identity, JSON.parse(row)) || (isStaff && isReadByStaff(JSON.parse(row))),
    );
  }

  async function everyRowOf(table: string): Promise<string[]> {
    const rows = await rowsOf(owner, table);
    if (rows === REFUSED) throw new Error('The owner reads every table');
    expect(rows).not.toEqual([]);
    return rows;
  }
});

describe('without a filter, a caller changes the rows that belong to them and no other:', () => {
  test.each(['nobody', 'guest', 'barista', 'franchisee', 'headOffice'] as const)('%s', async (name) => {
    const identity = callers[name];
    const { rows: columns } = await owner.query<{ table: string; column: string }>(
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema = 'public' AND is_generated = 'NEVER' AND table_name = ANY ($1)`,
      [tables],
    );
    const changed: Record<string, Record<string, unknown>> = {};
    for (const { table, column } of columns) {
      const count = await changeCount(identity, `UPDATE ${table} SET "${column}" = "${column}"`);
      if (count !== REFUSED) changed[table] = { ...changed[table], [column]: count };
    }
    const expected: Record<string, Record<string, unknown>> = {};
    for (const [table, names] of Object.entries(CHANGEABLE)) {
      const { length } = await ownRowsOf(identity, table);
      expected[table] = Object.fromEntries(names.map((column) => [column, length]));
    }
    expect(changed).toEqual(expected);
  });

  test('none is deleted', async () => {
    for (const identity of Object.values(callers)) {
      for (const table of tables) {
        expect(await changeCount(identity, `DELETE FROM ${table}`)).toBe(REFUSED);
        expect(await changeCount(identity, `TRUNCATE ${table} CASCADE`)).toBe(REFUSED);
      }
    }
  });

  async function changeCount(identity: Identity, statement: string): Promise<number | typeof REFUSED> {
    return refusedOr(
      stock.database.as(identity).work(newCause(), ({ tx }) => tx.$executeRawUnsafe(statement)),
    );
  }
});

describe('a caller inserts rows of their outlets alone:', () => {
  const ROWS: Readonly<Record<string, (item: GivenItem) => Row | Promise<Row>>> = {
    stock_item: async ({ outletId, franchiseId }) => {
      const { ingredientId } = await givenItem(stock, await givenOutlet(stock));
      return {
        ...{ id: newId(), ...tenant({ outletId, franchiseId }), ingredient_id: ingredientId },
        ...{ tracking: 'COUNT', reorder_point: 0 },
      };
    },
    stock_movement: (item) => ({
      ...{ stock_item_id: item.id, ...tenant(item), figure: 'ON_HAND', delta: 0, kind: 'COUNT' },
      ...{ trace_id: newId(), person_id: newId() },
    }),
    shelf: (item) => ({
      ...{ id: newId(), ...tenant(item), stock_item_id: item.id, grams_per_unit: 1, tare_grams: 0 },
      token_hash: '\\x00',
    }),
    delivery: (item) => ({ id: newId(), ...tenant(item), received_by: newId() }),
    delivery_line: async (item) => {
      const { rows } = await owner.query<{ id: string }>('SELECT id FROM delivery WHERE outlet_id = $1', [
        item.outletId,
      ]);
      const line = { delivery_id: rows[0]?.id, position: 7, stock_item_id: item.id, quantity: 1 };
      return { ...line, ...tenant(item) };
    },
    purchase_order: (item) => purchaseOrderRow(item),
    stock_count: (item) => countRow(item),
    stock_count_line: (item) => countLineRow(item),
    transfer: (item) => transferRow(item, item === own ? sister : own),
    waste: (item) => wasteRow(item),
    purchase_order_line: (item) => ({
      ...{ ...purchaseOrderLineRow(item), stock_item_id: newId(), position: 7 },
    }),
  };

  test.each(Object.keys(ROWS))('%s', async (table) => {
    const refusals: Record<string, unknown> = {};
    for (const [name, identity] of Object.entries(callers)) {
      const answers = [];
      for (const item of [own, sister, foreign]) {
        const row = await ROWS[table]?.(item);
        answers.push((await refusalOfInsert(identity, table, row ?? {})) ?? 'inserted');
      }
      refusals[name] = answers;
    }
    expect(refusals).toEqual({
      nobody: [PERMISSION_DENIED, PERMISSION_DENIED, PERMISSION_DENIED],
      guest: [PERMISSION_DENIED, PERMISSION_DENIED, PERMISSION_DENIED],
      barista: ['inserted', PERMISSION_DENIED, PERMISSION_DENIED],
      franchisee: ['inserted', 'inserted', PERMISSION_DENIED],
      headOffice: ['inserted', 'inserted', 'inserted'],
    });
  });

  test('suppliers and their prices by those who own the franchise, the chain’s by head office', async () => {
    const refusals: Record<string, unknown> = {};
    for (const [name, identity] of Object.entries(callers)) {
      const answers = [];
      for (const item of [own, foreign]) {
        const { supplierId = '' } = supplies.get(item.id) ?? {};
        const { ingredientId } = sister;
        answers.push(
          await refusalOfInsert(identity, 'supplier', supplierRow(newId(), item.franchiseId)),
          await refusalOfInsert(
            identity,
            'supplier_price',
            priceRow(supplierId, item.franchiseId, ingredientId),
          ),
        );
      }
      answers.push(await refusalOfInsert(identity, 'supplier', supplierRow(newId(), null)));
      refusals[name] = answers.map((answer) => answer ?? 'inserted');
    }
    const none = Array.from({ length: 5 }, () => PERMISSION_DENIED);
    expect(refusals).toEqual({
      ...{ nobody: none, guest: none, barista: none },
      franchisee: ['inserted', 'inserted', ...none.slice(2)],
      headOffice: Array.from({ length: 5 }, () => 'inserted'),
    });
    const { supplierId = '' } = supplies.get(foreign.id) ?? {};
    const named = priceRow(supplierId, own.franchiseId, sister.ingredientId);
    expect(await refusalOfInsert(callers.franchisee, 'supplier_price', named)).toBe(FOREIGN_KEY_VIOLATION);
  });

  test('not into the other tables, but for events and keys of their own', async () => {
    const { guest, barista, headOffice } = callers;
    for (const table of tables) {
      if (table in ROWS || ['idempotency', 'outbox', 'supplier', 'supplier_price'].includes(table)) continue;
      if (table !== 'ingredient')
        expect(await refusalOfInsert(headOffice, table, await aRowOf(table))).toBe(PERMISSION_DENIED);
      expect(await refusalOfInsert(barista, table, await aRowOf(table))).toBe(PERMISSION_DENIED);
    }
    expect(await refusalOfInsert(guest, 'idempotency', keyOf(guest.customerId ?? ''))).toBeUndefined();
    expect(await refusalOfInsert(guest, 'idempotency', keyOf(newId()))).toBe(PERMISSION_DENIED);
  });

  /** One that exists: a caller who may insert it gets a unique violation instead of a refusal. */
  async function aRowOf(table: string): Promise<Row> {
    const { rows } = await owner.query<{ row: Row }>(
      `SELECT to_jsonb(one) AS row FROM ${table} AS one LIMIT 1`,
    );
    return rows[0]?.row ?? {};
  }

  test('nor such as name an outlet of theirs and an item, franchise or delivery of another', async () => {
    for (const identity of [callers.barista, callers.franchisee, callers.headOffice]) {
      const moved = { ...(await ROWS.stock_movement?.(foreign)), ...tenant(own) };
      expect(await refusalOfInsert(identity, 'stock_movement', moved)).toBe(PERMISSION_DENIED);
      const weighed = { ...(await ROWS.shelf?.(foreign)), ...tenant(own) };
      expect(await refusalOfInsert(identity, 'shelf', weighed)).toBe(FOREIGN_KEY_VIOLATION);
      const delivered = { ...(await ROWS.delivery_line?.(foreign)), ...tenant(own) };
      expect(await refusalOfInsert(identity, 'delivery_line', delivered)).toBe(FOREIGN_KEY_VIOLATION);
      const ordered = { ...(await ROWS.purchase_order_line?.(foreign)), ...tenant(own) };
      expect(await refusalOfInsert(identity, 'purchase_order_line', ordered)).toBe(FOREIGN_KEY_VIOLATION);
      const supplier = { supplier_id: supplies.get(foreign.id)?.supplierId };
      const toForeign = { ...purchaseOrderRow(own), ...supplier };
      expect(await refusalOfInsert(identity, 'purchase_order', toForeign)).toBe(CHECK_VIOLATION);
      const received = {
        ...(await ROWS.delivery?.(own)),
        purchase_order_id: supplies.get(foreign.id)?.purchaseOrderId,
      };
      expect(await refusalOfInsert(identity, 'delivery', received)).toBe(FOREIGN_KEY_VIOLATION);
      for (const table of ['stock_item', 'delivery']) {
        const given = { ...(await ROWS[table]?.(own)), franchise_id: foreign.franchiseId };
        expect(await refusalOfInsert(identity, table, given)).toBe(PERMISSION_DENIED);
      }
    }
  });

  function tenant({ outletId, franchiseId }: Place): Row {
    return { outlet_id: outletId, franchise_id: franchiseId };
  }
});

test('a movement that a caller inserts moves the figure and publishes what follows, which they could not do themselves', async () => {
  const { outletId, franchiseId } = own;
  const item = await givenItem(stock, { outletId, franchiseId, onHand: 10, reorderPoint: 5 });
  const count = { figure: 'ON_HAND', kind: 'COUNT', delta: -6, personId: newId() } as const;
  await stock.database
    .as(callers.barista)
    .work(newCause(), (work) =>
      recordMovements(work, [{ stockItemId: item.id, franchiseId, outletId, ...count }]),
    );
  expect(await figuresOf(stock, item)).toMatchObject({ onHand: 4 });
  expect(await eventsOf(stock, item.id)).toMatchObject([{ type: 'stock.low' }]);
});

test('no reservation is made for an order of one outlet from the stock of another', async () => {
  const reserving = stock.database.pool.query(
    'SELECT reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    [
      ...['test.reservations', [newId()], [newId()], [own.outletId], [newId()], ['1'], ['1'], [null]],
      ...[[foreign.outletId], [foreign.ingredientId], [1], [1], [1]],
    ],
  );
  await expect(reserving).rejects.toMatchObject({ constraint: 'reserved_at_own_outlet' });
});

describe('the accounts that the subgraph connects as', () => {
  async function connected<Result>(account: Account, use: (client: pg.Client) => Promise<Result>) {
    const client = new pg.Client({ connectionString: accountUrl(stock.url, 'stock', account) });
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  test('read nothing as requests, before they have taken a role, and cannot become the worker', async () => {
    await connected('requests', async (client) => {
      expect(await rowsOfAll(client)).toEqual(Object.fromEntries(tables.map((table) => [table, REFUSED])));
      expect(await refusedOr(client.query('SET ROLE kedai_stock_worker'))).toBe(REFUSED);
    });
  });

  test('read every table as the worker', async () => {
    await connected('worker', async (client) => {
      for (const table of tables) {
        const expected = table === '_prisma_migrations' ? REFUSED : await rowsOf(owner, table);
        expect(await rowsOf(client, table)).toEqual(expected);
      }
    });
  });

  test('own nothing, and are neither superusers nor beyond row-level security', async () => {
    const { rows } = await owner.query(
      `SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              EXISTS (SELECT FROM pg_class WHERE relowner = role.oid) OR
              EXISTS (SELECT FROM pg_proc WHERE proowner = role.oid) AS owns
       FROM pg_roles AS role WHERE rolname LIKE 'kedai\\_stock%' ORDER BY rolname`,
    );
    const plain = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      owns: false,
    };
    const names = [
      'kedai_stock',
      'kedai_stock_chain',
      'kedai_stock_reporting',
      'kedai_stock_tenant',
      'kedai_stock_worker',
    ];
    expect(rows).toEqual(names.map((rolname) => ({ rolname, ...plain })));
  });
});

test('rows from before the wall get the franchise and outlet of what they belong to', async () => {
  const database = await freshDatabase('platform');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { migrations } = await readMigrationFiles(join(PROJECT_FOLDER, 'prisma/stock'));
    const wall = migrations.findIndex(({ name }) => name.endsWith('_walls'));
    for (const { sql } of migrations.slice(0, wall)) await client.query(sql);
    const tenants = [givenBefore(), givenBefore()];
    for (const { rows } of tenants) {
      for (const [table, row] of rows) await insertAs(client, table, row);
    }
    for (const { sql } of migrations.slice(wall)) await client.query(sql);
    for (const table of ['stock_movement', 'reservation', 'shelf_boot', 'reading', 'delivery_line']) {
      const found = await client.query(
        `SELECT outlet_id AS "outletId", franchise_id AS "franchiseId" FROM ${table}`,
      );
      expect(new Set(found.rows)).toEqual(new Set(tenants.map(({ place }) => place)));
    }
  } finally {
    await client.end();
    await database.drop();
  }
});

let boots = 0;

/** A row of each table, as they were before the wall. */
function givenBefore(): { readonly place: Place; readonly rows: [table: string, row: Row][] } {
  const place = { outletId: newId(), franchiseId: newId() };
  const tenant = { outlet_id: place.outletId, franchise_id: place.franchiseId };
  const [ingredientId, itemId, shelfId, batchId, deliveryId] = [newId(), newId(), newId(), newId(), newId()];
  const [of, at] = [{ stock_item_id: itemId }, new Date().toISOString()];
  boots += 1;
  const movement = { figure: 'ON_HAND', delta: 1, kind: 'OPENING', trace_id: newId(), person_id: newId() };
  const item = { id: itemId, ingredient_id: ingredientId, tracking: 'SHELF', reorder_point: 0 };
  const shelf = { id: shelfId, ...of, grams_per_unit: 1, tare_grams: 0, token_hash: '\\x00' };
  return {
    place,
    rows: [
      ['ingredient', { id: ingredientId, name: ingredientId, unit: 'GRAM' }],
      ['stock_item', { ...item, ...tenant }],
      ['stock_movement', { ...of, ...movement }],
      ['reservation', { order_id: newId(), ...of, quantity: 1, state: 'RELEASED' }],
      ['shelf', { ...shelf, ...tenant }],
      ['shelf_boot', { number: boots, shelf_id: shelfId, boot_id: 'boot-1' }],
      ['reading_batch', { id: batchId, trace_id: newId() }],
      ['reading', { boot: boots, seq: 0, batch_id: batchId, grams: 1, at }],
      ['delivery', { id: deliveryId, received_by: newId(), ...tenant }],
      ['delivery_line', { delivery_id: deliveryId, position: 0, ...of, quantity: 1 }],
    ],
  };
}

/** What each kind of caller reaches of the database where no filter or check of the application stands before it. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../platform/bus/bus.js';
import { accountUrl } from '../../platform/database/access-roles.js';
import { newCause } from '../../platform/events/envelope.js';
import { ANONYMOUS, type Identity, type RoleGrant } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { NO_CHARGES } from '../../platform/order-charges.js';
import { sqlFailureOf } from '../../platform/sql/sql-failure.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { advanceOrders } from './operations/advance-orders.js';
import { type OwnOrderDatabase, openOrderDatabase } from './store/database.js';
import { INSERT_PLAIN, INSERT_WITH_EXTRAS, insertOrders, type NewOrder } from './store/insert-orders.js';
import { findSecondsBefore } from './store/order-details.js';
import { findOrders } from './store/orders.js';

type Row = Readonly<Record<string, unknown>>;

const [FRANCHISE, OTHER_FRANCHISE] = [newId(), newId()];
const [OUTLET, SISTER, ELSEWHERE] = [newId(), newId(), newId()];
const OUTLETS = [
  { id: OUTLET, franchise_id: FRANCHISE },
  { id: SISTER, franchise_id: FRANCHISE },
  { id: ELSEWHERE, franchise_id: OTHER_FRANCHISE },
];
const [GUEST, STRANGER] = [newId(), newId()];
const [ITEM, PROMOTION] = [newId(), newId()];
const SALES_DAY = '2026-11-20';

const GUEST_IDENTITY = signedIn(GUEST);
const BARISTA = signedIn(newId(), { role: 'BARISTA', outletId: OUTLET, franchiseId: null });
const OWNER = signedIn(newId(), { role: 'OWNER', outletId: null, franchiseId: FRANCHISE });
const HQ = signedIn(newId(), { role: 'HQ', outletId: null, franchiseId: null });

const CALLERS: [who: string, identity: Identity][] = [
  ['nobody', ANONYMOUS],
  ['a guest', GUEST_IDENTITY],
  ['a barista of one outlet', BARISTA],
  ['the owner of one franchise', OWNER],
  ['head office', HQ],
];

function signedIn(customerId: string, ...grants: RoleGrant[]): Identity {
  return { customerId, roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }, ...grants] };
}

type Belonging = (row: Row, identity: Identity) => boolean;

const toGuest: Belonging = (row, { customerId }) => customerId !== null && row.customer_id === customerId;
const toStaff: Belonging = (row, { roles }) =>
  roles.some(
    ({ outletId, franchiseId }) =>
      (outletId !== null && row.outlet_id === outletId) ||
      (franchiseId !== null && row.franchise_id === franchiseId),
  );
const toGuestOrStaff: Belonging = (row, identity) => toGuest(row, identity) || toStaff(row, identity);
const toCallerOfKey: Belonging = (row, { customerId }) => String(row.scope).startsWith(`${customerId}:`);
const toAll: Belonging = () => true;
const toNobody: Belonging = () => false;

type Write = 'INSERT' | 'UPDATE' | 'DELETE';

interface Wall {
  /** Whose rows a caller other than head office sees. */
  readonly belongs: Belonging;
  /** What every caller may do with them besides; head office with every row. */
  readonly writes?: readonly Write[];
  /** What head office alone may do. */
  readonly chainWrites?: readonly Write[];
}

/** Tables of which no caller reads anything, not even head office. */
const INTERNAL: Wall = { belongs: toNobody };

const WALLS: Readonly<Record<string, Wall>> = {
  _prisma_migrations: INTERNAL,
  event_log: INTERNAL,
  inbox: INTERNAL,
  erased_customer: INTERNAL,
  analytics_consent_copy: INTERNAL,
  basket_day: { belongs: toStaff },
  customer_count: { belongs: toAll },
  customer_day: { belongs: toStaff },
  customer_model: { belongs: toStaff },
  calendar_day: { belongs: toAll, chainWrites: ['INSERT', 'UPDATE', 'DELETE'] },
  demand_day: { belongs: toGuestOrStaff },
  demand_state: { belongs: toGuestOrStaff },
  sales_forecast: { belongs: toGuestOrStaff },
  sold_out_change: { belongs: toGuestOrStaff },
  limited_availability: INTERNAL,
  member_code: INTERNAL,
  member_code_failure: INTERNAL,
  member_phone: INTERNAL,
  setting_copy: INTERNAL,
  kitchen_station: { belongs: toGuestOrStaff, writes: ['INSERT', 'UPDATE', 'DELETE'] },
  outbox: { ...INTERNAL, writes: ['INSERT'] },
  reporting_account: INTERNAL,
  cart: { belongs: toGuest, writes: ['INSERT', 'UPDATE'] },
  cart_line: { belongs: toGuest, writes: ['INSERT', 'UPDATE', 'DELETE'] },
  favourite: { belongs: toGuest, writes: ['INSERT', 'UPDATE', 'DELETE'] },
  franchise_copy: { belongs: toAll },
  hand_availability_copy: { belongs: toAll },
  idempotency: { belongs: toCallerOfKey, writes: ['INSERT'] },
  live_change: { belongs: toGuestOrStaff },
  menu_item_copy: { belongs: toAll },
  order_number: INTERNAL,
  order_guest: { belongs: toGuestOrStaff },
  order_line: { belongs: toGuestOrStaff },
  order_reward: { belongs: toGuestOrStaff },
  order_status_entry: { belongs: toGuestOrStaff, writes: ['INSERT'] },
  orders: { belongs: toGuestOrStaff, writes: ['UPDATE'] },
  outlet_copy: { belongs: toAll },
  outlet_price_copy: { belongs: toAll },
  promotion_copy: { belongs: toAll },
  redemption_copy: { belongs: toGuest },
  sales_change: { belongs: toGuestOrStaff },
  sales_day: { belongs: toGuestOrStaff },
  sales_day_group: { belongs: toGuestOrStaff },
  sales_day_item: { belongs: toGuestOrStaff },
  spent_redemption: { belongs: toGuest },
};

const SILENT_BUS: Bus = {
  publish: () => undefined,
  subscribe: () => Promise.reject(new Error('Nothing subscribes here')),
  close: async () => undefined,
};

describe('row-level security of the order database', () => {
  let fresh: FreshDatabase;
  /** Of the account that migrates. */
  let migrating: pg.Client;
  let database: OwnOrderDatabase;

  beforeAll(async () => {
    fresh = await freshDatabase('order');
    migrating = new pg.Client({ connectionString: fresh.url });
    await migrating.connect();
    await fill(migrating);
    database = openOrderDatabase(fresh.url, SILENT_BUS);
  });
  afterAll(async () => {
    await database.close();
    await migrating.end();
    await fresh.drop();
  });

  async function rowsOf(table: string): Promise<Row[]> {
    const { rows } = await migrating.query<{ row: Row }>(`SELECT to_jsonb(${table}) AS row FROM ${table}`);
    return rows.map(({ row }) => row);
  }

  /** What the caller reads of a table; undefined where the caller may not. */
  async function seen(identity: Identity, table: string): Promise<Row[] | undefined> {
    const select = `SELECT to_jsonb(${table}) AS row FROM ${table}`;
    try {
      const { rows } = await database.as(identity).pool.query<{ row: Row }>(select);
      return rows.map(({ row }) => row);
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
  }

  /** How many rows a statement of the caller's changes, before it is rolled back; undefined where it is refused. */
  async function changed(
    identity: Identity,
    statement: string,
    ...values: unknown[]
  ): Promise<number | undefined> {
    try {
      return await database.as(identity).work(newCause(), async ({ tx }) => {
        throw new RolledBack(await tx.$executeRawUnsafe(statement, ...values));
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.changed;
      if (isRefused(error)) return undefined;
      throw error;
    }
  }

  async function orderOf(customerId: string, outletId: string): Promise<Row & { id: string }> {
    const rows = await rowsOf('orders');
    const order = rows.find((row) => row.customer_id === customerId && row.outlet_id === outletId);
    if (order === undefined) throw new Error('There is no such order');
    return { ...order, id: String(order.id) };
  }

  it('guards every table', async () => {
    const { rows } = await migrating.query<{ relname: string; relrowsecurity: boolean }>(
      `SELECT relname, relrowsecurity FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f') ORDER BY relname`,
    );
    expect(rows.map(({ relname }) => relname)).toEqual(Object.keys(WALLS).sort());
    const open = rows.filter(({ relrowsecurity }) => !relrowsecurity);
    expect(open.map(({ relname }) => relname)).toEqual(['_prisma_migrations']);
    for (const table of Object.keys(WALLS)) expect(await rowsOf(table), table).not.toEqual([]);
  });

  it('lets callers read the views with the rights of their own', async () => {
    const { rows } = await migrating.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')`,
    );
    const ofOrders = ['orders', 'order_line', 'order_status_entry', 'order_reward', 'sales_change'];
    const ofEvents = ['event_history', 'event_log_with_archive'];
    const views = [...ofEvents, ...ofOrders.map((table) => `${table}_with_archive`)];
    expect(rows.map(({ relname }) => relname).sort()).toEqual(views.sort());
    for (const [who, identity] of CALLERS) {
      for (const view of ofEvents) expect(await seen(identity, view), `${view} for ${who}`).toBeUndefined();
      for (const table of ofOrders) {
        const own = await seen(identity, table);
        expect(await seen(identity, `${table}_with_archive`), `${table} for ${who}`).toEqual(own);
      }
    }
  });

  describe.each(CALLERS)('for %s', (_who, identity) => {
    const isChain = identity === HQ;

    it.each(Object.entries(WALLS))('shows exactly what belongs to them of %s', async (table, wall) => {
      const { belongs } = wall;
      const all = await rowsOf(table);
      const own = isChain ? all : all.filter((row) => belongs(row, identity));
      const expected = belongs === toNobody ? undefined : own;
      expect(await seen(identity, table)).toEqual(expected && expect.arrayContaining(expected));
      expect((await seen(identity, table))?.length).toBe(expected?.length);
    });

    it.each(Object.entries(WALLS))('lets nothing else of %s be changed', async (table, wall) => {
      const { belongs, chainWrites = [] } = wall;
      const writes = [...(wall.writes ?? []), ...(isChain ? chainWrites : [])];
      const all = await rowsOf(table);
      const own = isChain ? all : all.filter((row) => belongs(row, identity));
      const [column] = Object.keys(all[0] ?? {});
      const within = (privilege: 'UPDATE' | 'DELETE') =>
        writes.includes(privilege) ? own.length : undefined;
      expect(await changed(identity, `UPDATE ${table} SET ${column} = ${column}`)).toBe(within('UPDATE'));
      expect(await changed(identity, `DELETE FROM ${table}`)).toBe(within('DELETE'));
      if (table === 'outbox') return;
      const insert = `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`;
      for (const row of writes.includes('INSERT') ? all.filter((one) => !own.includes(one)) : all) {
        expect(await changed(identity, insert, JSON.stringify(row))).toBeUndefined();
      }
    });
  });

  it('lets no order be given to another guest or outlet', async () => {
    const { id } = await orderOf(GUEST, OUTLET);
    const give = (column: string) => `UPDATE orders SET ${column} = $1::uuid WHERE id = $2::uuid`;
    expect(await changed(GUEST_IDENTITY, give('customer_id'), STRANGER, id)).toBeUndefined();
    expect(await changed(BARISTA, give('outlet_id'), ELSEWHERE, id)).toBeUndefined();
    expect(await changed(OWNER, give('franchise_id'), OTHER_FRANCHISE, id)).toBeUndefined();
  });

  it("refuses a status of another's order and a line in another's cart, whomever they say that they belong to", async () => {
    const [own, others] = [await orderOf(GUEST, OUTLET), await orderOf(STRANGER, OUTLET)];
    const enter = `INSERT INTO order_status_entry (order_id, customer_id, outlet_id, franchise_id, version, status, at)
      VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, 9, 'CANCELLED', now())`;
    expect(await changed(GUEST_IDENTITY, enter, own.id, GUEST, OUTLET, FRANCHISE)).toBe(1);
    expect(await changed(GUEST_IDENTITY, enter, others.id, GUEST, OUTLET, FRANCHISE)).toBeUndefined();
    expect(await changed(GUEST_IDENTITY, enter, own.id, GUEST, ELSEWHERE, FRANCHISE)).toBeUndefined();
    const carts = await rowsOf('cart');
    const add = `INSERT INTO cart_line (id, cart_id, customer_id, menu_item_id, quantity, choice)
      SELECT uuidv7(), $1::uuid, $2::uuid, uuidv7(), 1, 'another'`;
    for (const { id, customer_id } of carts)
      expect(await changed(GUEST_IDENTITY, add, id, GUEST)).toBe(customer_id === GUEST ? 1 : undefined);
    const othersCart = carts.find(({ customer_id }) => customer_id === STRANGER);
    const move = 'UPDATE cart_line SET cart_id = $1::uuid';
    expect(await changed(GUEST_IDENTITY, move, othersCart?.id)).toBeUndefined();
  });

  it('shows a guest no other orders, and changes none, where the application forgets to ask', async () => {
    const ids = (await rowsOf('orders')).map(({ id }) => String(id));
    const everywhere = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };
    const found = await findOrders(database.as(GUEST_IDENTITY), everywhere, ids);
    expect(found.map(({ customerId }) => customerId)).toEqual(OUTLETS.map(() => GUEST));
    const others = await orderOf(STRANGER, OUTLET);
    expect(await cancel(GUEST_IDENTITY, others.id)).toEqual([]);
    expect(await orderOf(STRANGER, OUTLET)).toEqual(others);
  });

  it("counts other guests' orders in the queue before an order, of which it shows the seconds alone", async () => {
    const caller = database.as(GUEST_IDENTITY);
    const [order] = await findOrders(
      caller,
      { customerId: GUEST, everywhere: false, franchiseIds: [], outletIds: [] },
      [(await orderOf(GUEST, OUTLET)).id],
    );
    if (order === undefined) throw new Error('The guest has an order');
    expect(await findSecondsBefore(caller, [{ ...order, status: 'PLACED' }])).toEqual([120]);
  });

  it('adds to the sales of an outlet only with a change of an order there that the caller may change', async () => {
    const [own, others] = [await orderOf(GUEST, OUTLET), await orderOf(STRANGER, ELSEWHERE)];
    const add = `SELECT add_to_sales(ARRAY[$1, $2]::uuid[], jsonb_build_array(jsonb_build_object('outlet_id', $3::uuid,
      'franchise_id', $4::uuid, 'day', '${SALES_DAY}', 'orders', 0, 'units', 0, 'revenue', 1)))`;
    const during = (identity: Identity, outletId: string, franchiseId: string, change: string) =>
      database
        .as(identity)
        .work(newCause(), async ({ tx }) => {
          await tx.$executeRawUnsafe(change);
          await tx.$executeRawUnsafe(add, own.id, others.id, outletId, franchiseId);
          throw new RolledBack(1);
        })
        .catch((error) => (error instanceof RolledBack ? 'added' : isRefused(error) ? 'refused' : error));
    const touch = 'UPDATE orders SET status_reason = NULL';
    expect(await during(GUEST_IDENTITY, OUTLET, FRANCHISE, touch)).toBe('added');
    expect(await during(GUEST_IDENTITY, OUTLET, FRANCHISE, 'SELECT 1')).toBe('refused');
    expect(await during(BARISTA, ELSEWHERE, OTHER_FRANCHISE, touch)).toBe('refused');
    expect(await during(GUEST_IDENTITY, OUTLET, OTHER_FRANCHISE, touch)).toBe('refused');
    expect(await during(ANONYMOUS, OUTLET, FRANCHISE, touch)).toBe('refused');
  });

  it("returns a promotion's units only with the end of an order that the caller may end", async () => {
    const [own, others] = [await orderOf(GUEST, OUTLET), await orderOf(STRANGER, OUTLET)];
    const give = (identity: Identity, end: string) =>
      database
        .as(identity)
        .work(newCause(), async ({ tx }) => {
          await tx.$executeRawUnsafe(end);
          const ids = [own.id, others.id];
          await tx.$executeRawUnsafe('SELECT return_promotion_units($1::uuid[])', ids);
          const [row] = await tx.promotionCopy.findMany();
          throw new RolledBack(row?.used ?? 0);
        })
        .catch((error) => (error instanceof RolledBack ? error.changed : error));
    const end = `UPDATE orders SET status = 'CANCELLED'`;
    expect(await give(GUEST_IDENTITY, 'SELECT 1')).toBe(12);
    expect(await give(GUEST_IDENTITY, 'UPDATE orders SET status_reason = NULL')).toBe(12);
    expect(await give(GUEST_IDENTITY, end)).toBe(10);
    expect(await give(BARISTA, end)).toBe(8);
    expect(await give(ANONYMOUS, end)).toBe(12);
  });

  it('takes the sale and the units of a paid order back when its guest cancels it', async () => {
    const { id } = await orderOf(GUEST, SISTER);
    expect(await cancel(GUEST_IDENTITY, id)).toMatchObject([{ order: { id, status: 'CANCELLED' } }]);
    // Not once more, without a change of the order.
    await database
      .as(GUEST_IDENTITY)
      .work(newCause(), ({ tx }) => tx.$executeRawUnsafe('SELECT return_promotion_units($1::uuid[])', [id]));
    const { rows } = await migrating.query(
      `SELECT sum(orders)::int AS orders, sum(units)::int AS units, sum(revenue)::int AS revenue,
         (SELECT used FROM promotion_copy) AS used FROM sales_day WHERE outlet_id = $1`,
      [SISTER],
    );
    expect(rows).toEqual([{ orders: 1, units: 2, revenue: 25_000, used: 10 }]);
  });

  async function cancel(identity: Identity, orderId: string) {
    const rules = { paymentWindowSecondsOf: () => 900, timeZoneOf: () => 'UTC' };
    const cause = newCause();
    const trigger = () => ({ type: 'cancelled', by: 'guest', reason: 'Late' }) as const;
    return database
      .as(identity)
      .work(cause, (work) => advanceOrders(rules, work, [{ orderId, cause, trigger }]));
  }

  it.each<[what: string, bend: Partial<NewOrder['order']>, refused: object | undefined]>([
    ['writes a new order of its caller at an outlet', {}, undefined],
    [
      'writes a new order that its caller has taken for another',
      { customerId: STRANGER, placedBy: GUEST },
      undefined,
    ],
    [
      'writes a new order that its caller has taken for a guest',
      { customerId: null, placedBy: GUEST },
      undefined,
    ],
    [
      "refuses a new order whose franchise is not its outlet's",
      { franchiseId: OTHER_FRANCHISE },
      { code: NOT_NULL_VIOLATION, column: 'franchise_id' },
    ],
    [
      'refuses a new order at an outlet that there is not',
      { outletId: newId() },
      { code: NOT_NULL_VIOLATION, column: 'franchise_id' },
    ],
    ['refuses a new order of another guest than its caller', { customerId: STRANGER }, OF_NOBODY],
    ['refuses a new order that another has taken', { customerId: STRANGER, placedBy: STRANGER }, OF_NOBODY],
    ['refuses a new order of nobody', { customerId: null }, OF_NOBODY],
  ])('%s', async (_what, bend, refused) => {
    for (const statement of [INSERT_PLAIN, INSERT_WITH_EXTRAS]) {
      const placed = insertOrders(database.pool, statement, [newOrder(bend)]);
      if (refused === undefined) expect((await placed).written.size).toBe(1);
      else await expect(placed).rejects.toMatchObject(refused);
    }
  });

  it('lets the account of requests read nothing before it takes a role', async () => {
    const client = new pg.Client({ connectionString: accountUrl(fresh.url, 'order', 'requests') });
    await client.connect();
    for (const table of Object.keys(WALLS))
      await expect(client.query(`SELECT 1 FROM ${table}`)).rejects.toMatchObject({ code: REFUSED });
    await expect(client.query('SET ROLE kedai_order_worker')).rejects.toMatchObject({ code: REFUSED });
    await client.end();
  });

  it('has roles that are no superusers, own nothing and bypass nothing', async () => {
    const { rows } = await migrating.query(
      `SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS is_powerful,
         EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
           OR EXISTS (SELECT FROM pg_proc WHERE proowner = pg_roles.oid)
           OR EXISTS (SELECT FROM pg_database WHERE datdba = pg_roles.oid) AS owns
       FROM pg_roles WHERE rolname LIKE 'kedai_order%' ORDER BY rolname`,
    );
    expect(rows).toEqual(
      [
        'kedai_order',
        'kedai_order_chain',
        'kedai_order_reporting',
        'kedai_order_tenant',
        'kedai_order_worker',
      ].map((rolname) => ({
        ...{ rolname, is_powerful: false, owns: false },
      })),
    );
    expect((await database.pool.query('SELECT current_user')).rows).toEqual([
      { current_user: 'kedai_order_worker' },
    ]);
  });
});

/** Thrown to change nothing. */
class RolledBack extends Error {
  readonly changed: number;

  constructor(changed: number) {
    super('Rolled back');
    this.changed = changed;
  }
}

const REFUSED = '42501';
const NOT_NULL_VIOLATION = '23502';
const OF_NOBODY = { code: '23514', constraint: 'orders_placed' };

/** By a missing privilege or a policy. */
function isRefused(error: unknown): boolean {
  return sqlFailureOf(error)?.sqlState === REFUSED;
}

/** Two guests with an order, a cart and a reward at each outlet. */
async function fill(client: pg.Client): Promise<void> {
  const insert = (table: string, row: Row) =>
    client.query(
      `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map((_, index) => `$${index + 1}`)})`,
      Object.values(row),
    );
  await client.query('BEGIN');
  for (const id of [FRANCHISE, OTHER_FRANCHISE]) await insert('franchise_copy', { id, version: 1 });
  await insert('calendar_day', { day: SALES_DAY, kind: 'PROMOTION' });
  await insert('menu_item_copy', {
    ...{
      id: ITEM,
      name: 'Teh',
      price: 18_000,
      is_limited: false,
      is_archived: false,
      preparation_seconds: 60,
    },
    ...{ recipe: '[]', option_groups: '[]', version: 1 },
  });
  await insert('promotion_copy', {
    ...{ id: PROMOTION, name: 'Promo', menu_item_ids: [ITEM], outlet_ids: [], starts_at: new Date(0) },
    ...{ ends_at: new Date(1), quantity: 100, used: 12, source_version: 1, version: 1 },
  });
  for (const outlet of OUTLETS) {
    const tenant = { outlet_id: outlet.id, franchise_id: outlet.franchise_id };
    await insert('outlet_copy', { ...outlet, name: 'Kedai', time_zone: 'UTC', version: 1 });
    await insert('outlet_price_copy', {
      ...{ menu_item_id: ITEM, outlet_id: outlet.id, is_offered: true, version: 1 },
    });
    await insert('setting_copy', { place_id: outlet.id, settings: {}, version: 1 });
    await insert('demand_day', {
      ...tenant,
      day: SALES_DAY,
      menu_item_id: ITEM,
      units: [1],
      sold_out_minutes: [0],
    });
    await insert('demand_state', { ...tenant, counted_until: SALES_DAY });
    await insert('sales_forecast', {
      ...{ ...tenant, menu_item_id: ITEM, made_at: new Date(0), from_day: SALES_DAY, model: 'ETS_ANN' },
      ...{ hour_below: 0, hour_above: 0 },
    });
    await insert('sold_out_change', {
      ...{ ...tenant, menu_item_id: ITEM, source: 'STOCK', version: 1, at: new Date(0), is_sold_out: true },
    });
    await insert('basket_day', { ...tenant, day: SALES_DAY, one_id: ITEM, other_id: newId(), orders: 1 });
    await insert('customer_model', {
      ...{ ...tenant, place_id: outlet.id, made_at: new Date(0), until: SALES_DAY, fitted_to: 0 },
    });
    for (const customer_id of [GUEST, STRANGER])
      await insert('customer_day', { ...tenant, customer_id, day: SALES_DAY, orders: 1, revenue: 18_000 });
    await insert('kitchen_station', { ...tenant, menu_item_id: ITEM, station: 'Bar' });
    await insert('hand_availability_copy', {
      ...{ outlet_id: outlet.id, subject_id: ITEM, is_available: false, version: 1 },
    });
    await insert('limited_availability', {
      ...{ stock_item_id: newId(), outlet_id: outlet.id, ingredient_id: newId(), available: 1, version: 1 },
    });
    const sold = { ...tenant, day: SALES_DAY, orders: 2, units: 4, revenue: 50_000 };
    await insert('sales_day', sold);
    await insert('sales_day_item', { ...sold, menu_item_id: ITEM });
    const charges = { service_charge: 0, tax_added: 0, tax_included: 0, rounding: 0, tips: 0 };
    const group = { grouping: 'HOUR', part: '09', gross: 50_000, refunds: 0, ...charges };
    await insert('sales_day_group', { ...sold, ...group });
    const known = { recorded_at: new Date(), sold: 1, units: 2, gross: 25_000 };
    await insert('sales_change', { id: newId(), ...tenant, day: SALES_DAY, ...known });
    for (const customer_id of [GUEST, STRANGER]) await insertGuestAt(insert, { ...tenant, customer_id });
  }
  await insert('member_phone', { customer_id: GUEST, phone: '+6281234567890', version: 1 });
  await insert('member_code', { customer_id: GUEST, code: '12345678', expires_at: new Date() });
  await insert('member_code_failure', { staff_id: newId(), failures: 1, window_ends_at: new Date() });
  await insert('analytics_consent_copy', { customer_id: GUEST, is_granted: true, version: 1 });
  await insert('erased_customer', { customer_id: newId(), erased_at: new Date() });
  await insert('event_log', {
    ...{ id: newId(), type: 'order.placed', version: 1, source: 'test', occurred_at: new Date() },
    ...{ aggregate_id: newId(), aggregate_version: 1, data: {}, metadata: {} },
  });
  await insert('inbox', { consumer: 'order.saga', event_id: newId() });
  await insert('reporting_account', { name: 'somebody', outlet_id: newId() });
  await insert('outbox', {
    ...{ id: newId(), type: 'order.placed', version: 1, source: 'order', occurred_at: new Date() },
    ...{ aggregate_id: newId(), aggregate_version: 1, data: {}, metadata: {} },
  });
  await client.query('COMMIT');
}

/** A paid order of two drinks with a promotion and a reward, a cart, and a key. */
async function insertGuestAt(
  insert: (table: string, row: Row) => Promise<unknown>,
  whose: Row,
): Promise<void> {
  const { customer_id, outlet_id } = whose;
  const [order_id, redemption_id, cart_id] = [newId(), newId(), newId()];
  const at = new Date(`${SALES_DAY}T03:00:00Z`);
  await insert('orders', {
    ...{ ...whose, id: order_id, number: order_id, status: 'PAID', status_at: at, version: 3, total: 25_000 },
    ...{ reward_discount: 10_000, preparation_seconds: 60, placed_at: at, payment_id: newId(), paid_at: at },
    sales_day: SALES_DAY,
  });
  await insert('order_line', {
    ...{ ...whose, order_id, position: 0, menu_item_id: ITEM, name: 'Teh', quantity: 2, unit_price: 18_000 },
    ...{ discount: 1_000, promotion_id: PROMOTION, promotion_name: 'Promo', subtotal: 35_000, options: '[]' },
  });
  await insert('order_status_entry', { ...whose, order_id, version: 1, status: 'PLACED', at });
  await insert('redemption_copy', { id: redemption_id, customer_id, name: 'Teh gratis', amount_off: 10_000 });
  await insert('order_reward', { ...whose, redemption_id, order_id });
  await insert('cart', { id: cart_id, customer_id, outlet_id });
  const { franchise_id } = whose;
  await insert('live_change', {
    ...{ kind: 'order', id: order_id, outlet_id, franchise_id, version: 1, changed_in: '1', at },
  });
  await insert('order_guest', { ...whose, order_id, name: 'Ina', table_name: '12', placed_at: at });
  const line = { menu_item_id: ITEM, quantity: 1, option_ids: [], choice: 'plain' };
  await insert('cart_line', { id: newId(), cart_id, customer_id, ...line });
  await insert('favourite', { id: newId(), customer_id, menu_item_id: newId(), option_ids: [] });
  const key = { key: newId(), input_hash: 'x', result_id: order_id, created_at: at };
  await insert('idempotency', { scope: `${customer_id}:placeOrder`, ...key });
}

/** The guest's, with the guest's key. */
function newOrder(bend: Partial<NewOrder['order']>): NewOrder {
  const id = newId();
  const now = new Date();
  const line = { menuItemId: ITEM, name: 'Teh', quantity: 1, options: [], note: null };
  return {
    order: {
      ...{ id, number: id, customerId: GUEST, outletId: OUTLET, franchiseId: FRANCHISE, total: 18_000 },
      ...{ rewardDiscount: 0, preparationSeconds: 60, status: 'PLACED', statusAt: now, statusReason: null },
      ...{ version: 1, placedAt: now, priority: 'NORMAL', drink: null, pickupAt: null, placedBy: null },
      ...{ isPartPaid: false, substitution: null, ...NO_CHARGES, ...bend },
    },
    lines: [{ ...line, unitPrice: 18_000, subtotal: 18_000, discount: 0, promotion: null }],
    requirements: [],
    takenUnits: [],
    unpaidBounds: null,
    redemptionIds: [],
    request: { scope: `${GUEST}:placeOrder`, key: id, inputHash: id },
    cause: newCause(),
    counter: null,
  };
}

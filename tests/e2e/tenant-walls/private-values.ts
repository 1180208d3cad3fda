/**
 * What is private in the databases, and whose: the ids and texts of every row that carries a tenant or a customer. Read beside
 * the subgraphs, as the databases' owner, from the catalogue: a new table is included by itself.
 */
import type pg from 'pg';
import type { Identity } from '../../../platform/identity/identity.js';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import type { Chain, Tenant } from './two-tenants.js';

/** The tenant columns of a row; null where the table has no such column. */
export interface Belonging {
  readonly customerId: string | null;
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface PrivateRow extends Belonging {
  readonly table: string;
  /** Ids and texts that no other row of the table's kind has by chance. */
  readonly values: readonly string[];
}

/** Rows that everybody may read although they carry a tenant. */
const PUBLIC_TABLES = new Set([
  'customer.outlet',
  'customer.franchise',
  'menu.outlet',
  'menu.franchise',
  'menu.outlet_price',
  'menu.promotion',
  'menu.promotion_outlet',
  'order.outlet_copy',
  'order.franchise_copy',
  'order.outlet_price_copy',
  'order.promotion_copy',
  'payment.outlet_copy',
  'payment.franchise_copy',
  'stock.outlet',
  'messages.outlet',
]);
/** Tables whose rows an outlet's staff read although no row says the outlet. */
const KNOWN_TO_STAFF = new Set(['customer.customer', 'stock.supplier', 'stock.supplier_price']);
/** Columns that say nothing of a row: what it belongs to, and what is public of its outlet. */
const TELLING_NOTHING =
  /^(?:customer_id|(?:to_)?outlet_id|(?:to_)?franchise_id|menu_item_id|ingredient_id|promotion_id|reward_id|event_type|entity_type|type|kind|time_zone|scope|key|input_hash|rule|trace_id|traceparent|tracestate|password_hash|token_hash)$/;
const SHORTEST_TEXT = 8;

/** The rows of the chain's two tenants. Texts that the menu shows to everybody are left out. */
export async function privateRows({ pools, ours, theirs }: Chain): Promise<PrivateRow[]> {
  const rows = (await Promise.all(SUBGRAPH_NAMES.map((name) => rowsOf(name, pools[name])))).flat();
  const isPublic = new Set(await textsOf(pools.menu));
  return [ours, theirs].flatMap((tenant) =>
    rows
      .filter((row) => isOf(tenant, row))
      .map((row) => ({
        ...row,
        // An outlet's staff know its guests and one another, and whom it can order from.
        ...(KNOWN_TO_STAFF.has(row.table) && {
          outletId: tenant.outletId,
          franchiseId: tenant.franchiseId,
        }),
        values: row.values.filter((value) => !isPublic.has(value)),
      })),
  );
}

function isOf({ outletId, franchiseId, guest, barista, manager, owner }: Tenant, row: Belonging): boolean {
  const people = [guest, barista, manager, owner].map(({ customerId }) => customerId);
  if (row.customerId !== null) return people.includes(row.customerId);
  return row.outletId === null ? row.franchiseId === franchiseId : row.outletId === outletId;
}

/** Texts and ids of the menu, which all may read. */
async function textsOf(menu: pg.Pool): Promise<string[]> {
  const { rows } = await menu.query<{ text: string }>(
    'SELECT name AS text FROM menu_item UNION SELECT name FROM menu_option UNION SELECT name FROM option_group UNION SELECT name FROM promotion UNION SELECT id::text FROM promotion UNION SELECT id::text FROM menu_item UNION SELECT id::text FROM menu_option',
  );
  return rows.map(({ text }) => text);
}

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** The tables whose rows carry a tenant or a customer. */
async function tablesOf(pool: pg.Pool): Promise<Table[]> {
  const { rows } = await pool.query<Table>(
    `SELECT relname AS name, jsonb_agg(jsonb_build_object('name', attname, 'type', typname)) AS columns
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped JOIN pg_type ON pg_type.oid = atttypid
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     GROUP BY relname HAVING bool_or(attname IN ('customer_id', 'outlet_id', 'franchise_id')) OR relname = 'customer'`,
  );
  return rows;
}

async function rowsOf(subgraph: string, pool: pg.Pool): Promise<PrivateRow[]> {
  const found: PrivateRow[] = [];
  for (const { name, columns } of await tablesOf(pool)) {
    const table = `${subgraph}.${name}`;
    if (PUBLIC_TABLES.has(table)) continue;
    const telling = columns.filter(
      (column) => ['uuid', 'text'].includes(column.type) && !TELLING_NOTHING.test(column.name),
    );
    const { rows } = await pool.query<Record<string, string | null>>(`SELECT * FROM "${name}"`);
    for (const row of rows) {
      found.push({
        table,
        customerId: (table === 'customer.customer' ? row.id : row.customer_id) ?? null,
        outletId: row.outlet_id ?? null,
        franchiseId: row.franchise_id ?? null,
        values: telling
          .flatMap((column) => row[column.name] ?? [])
          .filter((value) => value.length >= SHORTEST_TEXT)
          // A row about an outlet as a whole has the outlet's id, which is public.
          .filter((value) => value !== row.outlet_id && value !== row.franchise_id),
      });
    }
  }
  return found;
}

/** A digest of every row of the tenant and its people, by table: equal as long as nothing of theirs has changed. */
export async function digestOf(
  { pools }: Pick<Chain, 'pools'>,
  tenant: Tenant,
): Promise<Record<string, string>> {
  const { outletId, franchiseId, guest, barista, manager, owner } = tenant;
  const people = [guest, barista, manager, owner].map(({ customerId }) => customerId);
  const digests: Record<string, string> = {};
  for (const subgraph of SUBGRAPH_NAMES) {
    for (const { name, columns } of await tablesOf(pools[subgraph])) {
      if (CLOCKED_TABLES.test(name)) continue;
      const belongs =
        name === 'customer' ? ['id = ANY ($3)'] : columns.flatMap((column) => CONDITIONS[column.name] ?? []);
      const { rows } = await pools[subgraph].query<{ digest: string }>(
        `SELECT md5(coalesce(string_agg(row_text, ' ' ORDER BY row_text), '')) AS digest
         FROM (SELECT (to_jsonb(given) - $4::text[])::text AS row_text FROM "${name}" AS given, (SELECT $1::uuid, $2::uuid, $3::uuid[]) AS tenant WHERE ${belongs.join(' OR ')}) AS rows`,
        [outletId, franchiseId, people, CLOCKED_COLUMNS],
      );
      digests[`${subgraph}.${name}`] = rows[0]?.digest ?? '';
    }
  }
  return digests;
}

/** Tables that background work fills by the clock, from what other tables have or say. */
const CLOCKED_TABLES =
  /^(?:level_|member_code|demand_|sales_forecast$|customer_(?:day|count|model)$|basket_|sold_out_|webhook_(?:delivery|event)$|stream_(?:event|lease)$|push_delivery$|account_roles$)/;

/** Columns that background work changes by the clock. */
const CLOCKED_COLUMNS = [
  ...['next_check_at', 'checks', 'asked_at', 'refund_lookup_at'],
  ...['health_at', 'health_filtered', 'health_state', 'health_version', 'failing_since', 'next_run_at'],
];

const CONDITIONS: Readonly<Record<string, string>> = {
  outlet_id: 'outlet_id = $1',
  franchise_id: 'franchise_id = $2',
  customer_id: 'customer_id = ANY ($3)',
};

/** Whether the row is the caller's or of a tenant where the caller works. */
function mayReach({ customerId, roles }: Identity, row: Belonging): boolean {
  return (
    (row.customerId !== null && row.customerId === customerId) ||
    roles.some(
      ({ role, outletId, franchiseId }) =>
        role === 'HQ' ||
        (outletId !== null && outletId === row.outletId) ||
        (role === 'OWNER' && franchiseId !== null && franchiseId === row.franchiseId),
    )
  );
}

export interface ForeignValues {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Those that a text contains. */
  in(text: string): (readonly [value: string, tables: readonly string[]])[];
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Values that only rows out of the caller's reach have, with the tables that each is of. */
export function foreignValues(identity: Identity, rows: readonly PrivateRow[]): ForeignValues {
  const own = new Set(rows.filter((row) => mayReach(identity, row)).flatMap(({ values }) => values));
  const foreign = tablesByValue(rows.filter((row) => !mayReach(identity, row)));
  const values = new Map([...foreign].filter(([value]) => !own.has(value)));
  // Most values are ids: a text is searched for all of them at once.
  const others = [...values.keys()].filter((value) => value.replace(UUID, '') !== '');
  return {
    values,
    in(text) {
      const found = new Set([...(text.match(UUID) ?? []), ...others.filter((value) => text.includes(value))]);
      return [...found].flatMap((value) => {
        const tables = values.get(value);
        return tables === undefined ? [] : [[value, tables] as const];
      });
    },
  };
}

/** Every value with the tables that have it. */
export function tablesByValue(rows: readonly PrivateRow[]): ReadonlyMap<string, readonly string[]> {
  const tables = new Map<string, string[]>();
  for (const { table, values } of rows) {
    for (const value of values) {
      const known = tables.get(value);
      if (known === undefined) tables.set(value, [table]);
      else if (!known.includes(table)) known.push(table);
    }
  }
  return tables;
}

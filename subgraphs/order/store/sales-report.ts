/**
 * Sales by any grouping, as they were known at a moment: the roll-ups, less what `sales_change` has recorded since. A report never reads orders. So
 * a moment that was reported at answers the same for good.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { firstIdAt } from '../../../platform/ids.js';
import { dayIn, type Period } from '../../../platform/kit/calendar.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { DayCharges } from '../domain/sale-lines.js';
import type { SalesFigures } from '../domain/sales.js';
import type { OrderDatabase } from './database.js';

export type SalesGrouping =
  | 'HOUR'
  | 'DAY'
  | 'WEEKDAY'
  | 'MONTH'
  | 'OUTLET'
  | 'FRANCHISE'
  | 'CITY'
  | 'CATEGORY'
  | 'MENU_ITEM'
  | 'OPTION'
  | 'STAFF'
  | 'CHANNEL'
  | 'METHOD'
  | 'PROMOTION';

export interface SalesQuery extends Period {
  /** Null for everything within the scope. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
  /** Null for all of these. */
  readonly outletIds: readonly string[] | null;
  readonly asOf: Date;
}

export interface FullFigures extends SalesFigures, DayCharges {}

export interface KeyedFigures extends FullFigures {
  readonly key: string;
}

interface RollUp {
  readonly table: string;
  /** What a row of the roll-up is of, besides outlet and day, and the same of a change. */
  readonly part: string;
  readonly partOfChange: string;
  readonly condition?: string;
  /** What a change counts for. */
  readonly join?: string;
  readonly hasCharges: boolean;
}

const OF_DAYS: RollUp = { table: 'sales_day', part: 'NULL', partOfChange: 'NULL', hasCharges: true };
const OF_ITEMS: RollUp = {
  ...{ table: 'sales_day_item', part: 'menu_item_id::text', partOfChange: 'menu_item_id::text' },
  ...{ condition: 'menu_item_id IS NOT NULL', hasCharges: false },
};

function ofGroups(grouping: string, partOfChange: string, join?: string): RollUp {
  const condition = `"grouping" = '${grouping}'`;
  const optional = join === undefined ? {} : { join };
  return { table: 'sales_day_group', part: 'part', partOfChange, condition, ...optional, hasCharges: true };
}

const OF_STAFF = ofGroups('STAFF', `coalesce(staff_id::text, 'NONE')`);

/** `isWhole`: every order counts in one row alone, so that rows add up to the total in every figure. */
const GROUPINGS: Readonly<
  Record<SalesGrouping, { of: RollUp; key: string; join?: string; isWhole: boolean }>
> = {
  HOUR: { of: ofGroups('HOUR', `coalesce(lpad(hour::text, 2, '0'), 'NONE')`), key: 'part', isWhole: true },
  DAY: { of: OF_DAYS, key: `to_char(day, 'YYYY-MM-DD')`, isWhole: true },
  WEEKDAY: { of: OF_DAYS, key: `to_char(day, 'ID')`, isWhole: true },
  MONTH: { of: OF_DAYS, key: `to_char(day, 'YYYY-MM')`, isWhole: true },
  OUTLET: { of: OF_DAYS, key: 'known.outlet_id::text', isWhole: true },
  FRANCHISE: { of: OF_DAYS, key: 'known.franchise_id::text', isWhole: true },
  CITY: {
    ...{ of: OF_DAYS, join: 'LEFT JOIN outlet_copy ON outlet_copy.id = known.outlet_id', isWhole: true },
    key: `coalesce(nullif(outlet_copy.city, ''), 'NONE')`,
  },
  CATEGORY: {
    ...{ of: OF_ITEMS, join: 'LEFT JOIN menu_item_copy ON menu_item_copy.id = part::uuid', isWhole: false },
    key: `coalesce(menu_item_copy.category, 'NONE')`,
  },
  MENU_ITEM: { of: OF_ITEMS, key: 'part', isWhole: false },
  OPTION: {
    of: ofGroups('OPTION', 'option_id::text', 'CROSS JOIN LATERAL unnest(option_ids) AS option_id'),
    ...{ key: 'part', isWhole: false },
  },
  STAFF: { of: OF_STAFF, key: 'part', isWhole: true },
  CHANNEL: { of: OF_STAFF, key: `CASE part WHEN 'NONE' THEN 'APP' ELSE 'COUNTER' END`, isWhole: true },
  METHOD: { of: ofGroups('METHOD', `coalesce(method, 'NONE')`), key: 'part', isWhole: true },
  PROMOTION: {
    of: ofGroups('PROMOTION', `coalesce(promotion_id::text, 'NONE')`),
    ...{ key: 'part', isWhole: false },
  },
};

/** Whether every order counts in one row alone. */
export function addsUp(grouping: SalesGrouping): boolean {
  return GROUPINGS[grouping].isWhole;
}

const CHARGES = ['service_charge', 'tax_added', 'tax_included', 'rounding', 'tips'] as const;
const FIGURES = ['orders', 'units', 'gross', 'refunds', 'revenue', ...CHARGES] as const;

/** What is recorded in less than this is found by its time, among few; what is older, by its day. */
const RECENT_MILLISECONDS = 3_600_000;
/** The clocks of no zone are further ahead of UTC. */
const AHEAD_MILLISECONDS = 14 * 3_600_000;

/** One row for each key that anything counts for, in any order. */
export async function findSales(
  { pool }: OrderDatabase,
  scope: Scope,
  query: SalesQuery,
  grouping: SalesGrouping,
): Promise<KeyedFigures[]> {
  const { of, key, join = '' } = GROUPINGS[grouping];
  return find(pool, scope, query, of, { key, join });
}

export async function findSalesTotal(
  { pool }: OrderDatabase,
  scope: Scope,
  query: SalesQuery,
): Promise<FullFigures> {
  const [total] = await find(pool, scope, query, OF_DAYS, { key: `'total'`, join: '' });
  return total ?? sumOf([]);
}

/** Outlets that sold anything in both periods. */
export async function findOutletsSelling(
  { pool }: OrderDatabase,
  scope: Scope,
  [one, other]: readonly [SalesQuery, SalesQuery],
): Promise<string[]> {
  const [first, second] = await Promise.all(
    [one, other].map((query) =>
      find(pool, scope, query, OF_DAYS, { key: 'known.outlet_id::text', join: '' }),
    ),
  );
  const sold = new Set(second?.filter(({ orders }) => orders > 0).map(({ key }) => key));
  return (first ?? []).flatMap(({ key, orders }) => (orders > 0 && sold.has(key) ? [key] : []));
}

async function find(
  pool: OrderDatabase['pool'],
  scope: Scope,
  query: SalesQuery,
  of: RollUp,
  { key, join }: { readonly key: string; readonly join: string },
): Promise<KeyedFigures[]> {
  const { from, to, outletId, franchiseId, outletIds, asOf } = query;
  const covered = coveredSql(scope, { after: 7 });
  const isRecent = Date.now() - asOf.getTime() < RECENT_MILLISECONDS;
  const lastDay = dayIn('UTC', new Date(asOf.getTime() + AHEAD_MILLISECONDS));
  const within = `day BETWEEN $1::date AND $2::date AND ($3::uuid IS NULL OR outlet_id = $3::uuid)
    AND ($4::uuid IS NULL OR franchise_id = $4::uuid) AND ($5::uuid[] IS NULL OR outlet_id = ANY ($5::uuid[])) AND ${covered.condition}`;
  const charges = (expression: (name: string) => string) =>
    CHARGES.map((name) => (of.hasCharges ? expression(name) : `0 AS ${name}`)).join(', ');
  const orders = `count(DISTINCT order_id) FILTER (WHERE sold = 1) - count(DISTINCT order_id) FILTER (WHERE sold = -1)
    + coalesce(sum(sold) FILTER (WHERE order_id IS NULL), 0)`;
  const { rows } = await pool.query<StoredFigures>({
    text: `
      WITH known AS (
        SELECT outlet_id, franchise_id, day, ${of.part} AS part, orders, units, gross, refunds, revenue, ${charges((name) => name)}
        FROM ${of.table} WHERE ${within} ${of.condition === undefined ? '' : `AND ${of.condition}`} ${isRecent ? '' : 'AND day <= $7::date'}
        UNION ALL
        SELECT outlet_id, franchise_id, day, ${of.partOfChange} AS part, sign * (${orders}), sign * sum(units), sign * sum(gross),
          sign * sum(refunds), sign * sum(gross - discounts - refunds), ${charges((name) => `sign * sum(${name})`)}
        FROM (${isRecent ? RECENT_CHANGES : PAST_CHANGES}) AS change ${of.join ?? ''}
        WHERE ${within} ${of.table === 'sales_day_item' ? `AND ${of.condition}` : ''} GROUP BY outlet_id, franchise_id, day, 4, sign
      )
      SELECT ${key} AS key, ${FIGURES.map((name) => `sum(${name})::float8 AS ${name}`).join(', ')}
      FROM known ${join} WHERE $7::date IS NOT NULL GROUP BY 1 HAVING ${FIGURES.map((name) => `sum(${name}) <> 0`).join(' OR ')}`,
    values: [
      ...[from, to, outletId, franchiseId, outletIds, firstIdAt(asOf.getTime() + 1), lastDay],
      ...covered.values,
    ],
  });
  return rows.map(({ service_charge, tax_added, tax_included, ...row }) => ({
    ...row,
    ...{ serviceCharge: service_charge, taxAdded: tax_added, taxIncluded: tax_included },
  }));
}

type StoredFigures = SalesFigures &
  Pick<DayCharges, 'rounding' | 'tips'> & {
    readonly key: string;
    readonly service_charge: number;
    readonly tax_added: number;
    readonly tax_included: number;
  };

/** Found by the time that is in their ids. */
const RECENT_CHANGES = 'SELECT *, -1 AS sign FROM sales_change WHERE id >= $6::uuid';

/**
 * Found by days: of those that had begun by then, what was recorded since; of those that had not, the little that was known before, such as by a
 * clock that was ahead.
 */
const PAST_CHANGES = `
  SELECT recorded.*, -1 AS sign
  FROM generate_series($1::date, least($2::date, $7::date), interval '1 day') AS past (at),
    LATERAL (SELECT * FROM sales_change_with_archive WHERE day = past.at::date AND id >= $6::uuid) AS recorded
  UNION ALL
  SELECT recorded.*, 1
  FROM generate_series(greatest($1::date, $7::date + 1), $2::date, interval '1 day') AS coming (at),
    LATERAL (SELECT * FROM sales_change_with_archive WHERE day = coming.at::date AND id < $6::uuid) AS recorded`;

/** Of rows that add up. */
export function sumOf(rows: readonly FullFigures[]): FullFigures {
  const none: FullFigures = {
    ...{ orders: 0, units: 0, gross: 0, refunds: 0, revenue: 0 },
    ...{ serviceCharge: 0, taxAdded: 0, taxIncluded: 0, rounding: 0, tips: 0 },
  };
  return rows.reduce<FullFigures>(
    (sum, row) => ({
      orders: sum.orders + row.orders,
      units: sum.units + row.units,
      gross: sum.gross + row.gross,
      refunds: sum.refunds + row.refunds,
      revenue: sum.revenue + row.revenue,
      serviceCharge: sum.serviceCharge + row.serviceCharge,
      taxAdded: sum.taxAdded + row.taxAdded,
      taxIncluded: sum.taxIncluded + row.taxIncluded,
      rounding: sum.rounding + row.rounding,
      tips: sum.tips + row.tips,
    }),
    none,
  );
}

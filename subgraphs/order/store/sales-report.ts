/** Sums of the sales figures within the scope: by day, month, outlet or menu item, whatever the number of orders. */
import type { Scope } from '../../../platform/identity/identity.js';
import { NO_SALES, type SalesFigures } from '../domain/sales.js';
import type { OrderDatabase } from './database.js';

export type SalesGrouping = 'DAY' | 'MONTH' | 'OUTLET' | 'MENU_ITEM';

export interface SalesQuestion {
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  /** Null for all that the scope covers. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface SalesRow extends SalesFigures {
  readonly key: string;
}

interface StoredFigures {
  readonly orders: bigint;
  readonly units: bigint;
  readonly revenue: bigint;
}

/** Days and months come in their order, outlets and items by revenue. */
const GROUPINGS: Readonly<Record<SalesGrouping, { table: string; key: string; order: string }>> = {
  DAY: { table: 'sales_day', key: `to_char(day, 'YYYY-MM-DD')`, order: 'key' },
  MONTH: { table: 'sales_day', key: `to_char(day, 'YYYY-MM')`, order: 'key' },
  OUTLET: { table: 'sales_day', key: 'outlet_id::text', order: 'revenue DESC, key' },
  MENU_ITEM: { table: 'sales_day_item', key: 'menu_item_id::text', order: 'revenue DESC, key' },
};

const SUMS = `coalesce(sum(orders), 0)::bigint AS orders, coalesce(sum(units), 0)::bigint AS units,
  coalesce(sum(revenue), 0)::bigint AS revenue`;

const WITHIN = `day BETWEEN $1::date AND $2::date
  AND ($3::uuid IS NULL OR outlet_id = $3::uuid) AND ($4::uuid IS NULL OR franchise_id = $4::uuid)
  AND ($5::boolean OR franchise_id = ANY($6::uuid[]) OR outlet_id = ANY($7::uuid[]))`;

export async function findSales(
  { prisma }: OrderDatabase,
  scope: Scope,
  question: SalesQuestion,
  by: SalesGrouping,
): Promise<SalesRow[]> {
  const { table, key, order } = GROUPINGS[by];
  const rows = await prisma.$queryRawUnsafe<(StoredFigures & { key: string })[]>(
    `SELECT ${key} AS key, ${SUMS} FROM ${table} WHERE ${WITHIN}
     GROUP BY 1 HAVING sum(orders) > 0 ORDER BY ${order}`,
    ...boundsOf(scope, question),
  );
  return rows.map((row) => ({ key: row.key, ...figuresOf(row) }));
}

export async function findSalesTotal(
  { prisma }: OrderDatabase,
  scope: Scope,
  question: SalesQuestion,
): Promise<SalesFigures> {
  const [row] = await prisma.$queryRawUnsafe<StoredFigures[]>(
    `SELECT ${SUMS} FROM sales_day WHERE ${WITHIN}`,
    ...boundsOf(scope, question),
  );
  return row === undefined ? NO_SALES : figuresOf(row);
}

function boundsOf(
  { everywhere, franchiseIds, outletIds }: Scope,
  { from, to, outletId, franchiseId }: SalesQuestion,
): unknown[] {
  return [from, to, outletId, franchiseId, everywhere, franchiseIds, outletIds];
}

function figuresOf({ orders, units, revenue }: StoredFigures): SalesFigures {
  return { orders: Number(orders), units: Number(units), revenue: Number(revenue) };
}

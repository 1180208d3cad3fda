/**
 * Sales figures by outlet and day, and by menu item. They are updated in the transaction that makes an order a sale or takes
 * it back, so that a report adds up days and never reads the orders themselves.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { groupedBy } from '../../../platform/kit/loaders.js';
import { coveredSql, type SqlCondition } from '../../../platform/kit/tenant-scope.js';
import {
  type ChangedSale,
  type DayCharges,
  type DaySales,
  NO_DAY_CHARGES,
  NO_SALES,
  type SalesFigures,
  type SoldLine,
  salesChanges,
  salesOfOrder,
} from '../domain/sales.js';
import type { OrderDatabase, Transaction } from './database.js';

/** An order whose share has changed; its lines are read here. */
export interface ChangedOrderSale extends Omit<ChangedSale, 'lines'> {
  readonly orderId: string;
}

/**
 * For orders that `tx` has changed, and events that report it.
 * @returns what each of `sales` has added.
 */
export async function updateSales(
  tx: Transaction,
  sales: readonly ChangedOrderSale[],
): Promise<Map<ChangedOrderSale, DaySales[]>> {
  if (sales.length === 0) return new Map();
  const lines = await findSoldLines(
    tx,
    sales.map(({ orderId }) => orderId),
  );
  const changed = sales.map((sale, index) => ({ sale, changed: { ...sale, lines: lines[index] ?? [] } }));
  const rows = salesChanges(changed.map((one) => one.changed)).map(
    ({ outletId, franchiseId, menuItemId, charges, ...change }) => ({
      ...change,
      ...{ outlet_id: outletId, franchise_id: franchiseId, menu_item_id: menuItemId },
      ...(charges !== undefined && {
        service_charge: charges.serviceCharge,
        tax_added: charges.taxAdded,
        tax_included: charges.taxIncluded,
        rounding: charges.rounding,
      }),
    }),
  );
  await tx.$executeRaw`
    SELECT add_to_sales(${sales.map(({ orderId }) => orderId)}::uuid[], ${JSON.stringify(rows)}::jsonb, true)`;
  return new Map(changed.map((one) => [one.sale, salesOfOrder(one.changed)]));
}

/** In the order of `orderIds`. */
async function findSoldLines(tx: Transaction, orderIds: string[]): Promise<SoldLine[][]> {
  const rows = await tx.orderLine.findMany({
    where: { orderId: { in: orderIds } },
    select: { orderId: true, menuItemId: true, quantity: true, subtotal: true, discount: true },
    orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
  });
  return groupedBy(orderIds, rows, ({ orderId }) => orderId).map((lines) =>
    lines.map(({ menuItemId, quantity, subtotal, discount }) => ({
      ...{ menuItemId, quantity },
      subtotal: Number(subtotal),
      discount: Number(discount),
    })),
  );
}

export type SalesGrouping = 'DAY' | 'MONTH' | 'OUTLET' | 'MENU_ITEM';

export interface SalesQuery {
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  /** Null for everything within the scope. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface SalesRow extends SalesFigures {
  readonly key: string;
  /** Null by MENU_ITEM: they are of whole orders. */
  readonly charges: DayCharges | null;
}

interface StoredFigures {
  readonly orders: bigint;
  readonly units: bigint;
  readonly revenue: bigint;
}

interface StoredCharges {
  readonly serviceCharge: bigint;
  readonly taxAdded: bigint;
  readonly taxIncluded: bigint;
  readonly rounding: bigint;
}

/** Days and months are in calendar order, outlets and items by revenue. */
const GROUPINGS: Readonly<Record<SalesGrouping, { table: string; key: string; order: string }>> = {
  DAY: { table: 'sales_day', key: `to_char(day, 'YYYY-MM-DD')`, order: 'key' },
  MONTH: { table: 'sales_day', key: `to_char(day, 'YYYY-MM')`, order: 'key' },
  OUTLET: { table: 'sales_day', key: 'outlet_id::text', order: 'revenue DESC, key' },
  MENU_ITEM: { table: 'sales_day_item', key: 'menu_item_id::text', order: 'revenue DESC, key' },
};

const SUMS = `coalesce(sum(orders), 0)::bigint AS orders, coalesce(sum(units), 0)::bigint AS units,
  coalesce(sum(revenue), 0)::bigint AS revenue`;

const CHARGE_SUMS = `, coalesce(sum(service_charge), 0)::bigint AS "serviceCharge", coalesce(sum(tax_added), 0)::bigint AS "taxAdded",
  coalesce(sum(tax_included), 0)::bigint AS "taxIncluded", coalesce(sum(rounding), 0)::bigint AS rounding`;
const ANY_CHARGES = `OR sum(service_charge) <> 0 OR sum(tax_added) <> 0 OR sum(tax_included) <> 0 OR sum(rounding) <> 0`;

/** Takes the parameters from $1 on. */
function withinSql(scope: Scope, { from, to, outletId, franchiseId }: SalesQuery): SqlCondition {
  const covered = coveredSql(scope, { after: 4 });
  return {
    condition: `day BETWEEN $1::date AND $2::date
      AND ($3::uuid IS NULL OR outlet_id = $3::uuid) AND ($4::uuid IS NULL OR franchise_id = $4::uuid)
      AND ${covered.condition}`,
    values: [from, to, outletId, franchiseId, ...covered.values],
  };
}

export async function findSales(
  { prisma }: OrderDatabase,
  scope: Scope,
  query: SalesQuery,
  by: SalesGrouping,
): Promise<SalesRow[]> {
  const { table, key, order } = GROUPINGS[by];
  const { condition, values } = withinSql(scope, query);
  const isOfDays = table === 'sales_day';
  const rows = await prisma.$queryRawUnsafe<(StoredFigures & Partial<StoredCharges> & { key: string })[]>(
    `SELECT ${key} AS key, ${SUMS} ${isOfDays ? CHARGE_SUMS : ''} FROM ${table} WHERE ${condition}
     GROUP BY 1 HAVING sum(orders) <> 0 OR sum(units) <> 0 OR sum(revenue) <> 0 ${isOfDays ? ANY_CHARGES : ''} ORDER BY ${order}`,
    ...values,
  );
  return rows.map((row) => ({
    key: row.key,
    ...figuresOf(row),
    charges: isOfDays ? chargesOf(row) : null,
  }));
}

export async function findSalesTotal(
  { prisma }: OrderDatabase,
  scope: Scope,
  query: SalesQuery,
): Promise<SalesFigures & { readonly charges: DayCharges }> {
  const { condition, values } = withinSql(scope, query);
  const [row] = await prisma.$queryRawUnsafe<(StoredFigures & StoredCharges)[]>(
    `SELECT ${SUMS} ${CHARGE_SUMS} FROM sales_day WHERE ${condition}`,
    ...values,
  );
  return row === undefined
    ? { ...NO_SALES, charges: NO_DAY_CHARGES }
    : { ...figuresOf(row), charges: chargesOf(row) };
}

function chargesOf({
  serviceCharge = 0n,
  taxAdded = 0n,
  taxIncluded = 0n,
  rounding = 0n,
}: Partial<StoredCharges>): DayCharges {
  return {
    serviceCharge: Number(serviceCharge),
    taxAdded: Number(taxAdded),
    taxIncluded: Number(taxIncluded),
    rounding: Number(rounding),
  };
}

function figuresOf({ orders, units, revenue }: StoredFigures): SalesFigures {
  return { orders: Number(orders), units: Number(units), revenue: Number(revenue) };
}

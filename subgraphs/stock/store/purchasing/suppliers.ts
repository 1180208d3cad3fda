/** Suppliers and their prices: those of the whole chain, and of the franchises that a scope has anything to do with. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { isId } from '../../../../platform/ids.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import { type CountedConnection, keysetOf, type Page } from '../../../../platform/kit/paging.js';
import { isStaff } from '../../../../platform/kit/tenant-scope.js';
import type { Supplier, SupplierPrice } from '../../domain/purchasing/records.js';
import type { StockDatabase, Transaction } from '../database.js';

const COLUMNS = `id, franchise_id AS "franchiseId", name, email, phone, lead_time_days AS "leadTimeDays",
  delivery_weekdays AS "deliveryWeekdays", minimum_order::float8 AS "minimumOrder", is_active AS "isActive"`;

const PRICE_COLUMNS = `price.id, price.supplier_id AS "supplierId", price.ingredient_id AS "ingredientId", price.pack_size AS "packSize",
  price.price, price.minimum_packs AS "minimumPacks", price.reference, price.is_preferred AS "isPreferred",
  price.shelf_life_days AS "shelfLifeDays", price.updated_at AS "updatedAt"`;

/** `$n`: whether the scope is everywhere, its franchises, its outlets. Who works nowhere is not asked for. */
const within = (
  n: number,
) => `(franchise_id IS NULL OR $${n}::boolean OR franchise_id = ANY ($${n + 1}::uuid[])
  OR franchise_id IN (SELECT outlet.franchise_id FROM outlet WHERE outlet.id = ANY ($${n + 2}::uuid[])))`;

function valuesOf({ everywhere, franchiseIds, outletIds }: Scope): unknown[] {
  return [everywhere, franchiseIds, outletIds];
}

/** Those that the scope's outlets can order from. */
export async function findSuppliersByIds(
  { pool }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Supplier[]> {
  if (!isStaff(scope)) return [];
  const { rows } = await pool.query<Supplier>(
    `SELECT ${COLUMNS} FROM supplier WHERE id = ANY ($1::uuid[]) AND ${within(2)}`,
    [ids.filter(isId), ...valuesOf(scope)],
  );
  return rows;
}

export interface SupplierFilter {
  /** Those that outlets of this franchise can order from; null for all of the scope. */
  readonly franchiseId: string | null;
  readonly ingredientId: string | null;
  readonly isActive: boolean | null;
}

/** Newest first. */
export function findSupplierPage(
  database: StockDatabase,
  scope: Scope,
  { franchiseId, ingredientId, isActive }: SupplierFilter,
  page: Page,
): Promise<CountedConnection<Supplier>> {
  const from = `supplier WHERE ($1::uuid IS NULL OR franchise_id IS NULL OR franchise_id = $1)
    AND ($2::uuid IS NULL OR EXISTS (
      SELECT FROM supplier_price AS price WHERE price.supplier_id = supplier.id AND price.ingredient_id = $2 AND removed_at IS NULL
    ))
    AND ($3::boolean IS NULL OR is_active = $3) AND ${within(4)}`;
  const values = [franchiseId, ingredientId, isActive, ...valuesOf(scope)];
  return readIdPage<Supplier>(database, { columns: COLUMNS, from, values }, page);
}

export interface NewSupplier extends Omit<Supplier, 'isActive'> {}

/** @throws a violation of `supplier_name` where another one of the chain, or of the franchise, has the name. */
export async function insertSupplier(tx: Transaction, supplier: NewSupplier): Promise<void> {
  const { deliveryWeekdays, minimumOrder, ...rest } = supplier;
  await tx.supplier.create({
    data: { ...rest, deliveryWeekdays: [...deliveryWeekdays], minimumOrder: BigInt(minimumOrder) },
  });
}

/** Locked for a change by the caller; null where the caller may not change it. */
export async function findSupplierForUpdate(tx: Transaction, id: string): Promise<Supplier | null> {
  const rows = await tx.$queryRawUnsafe<Supplier[]>(
    `SELECT ${COLUMNS} FROM supplier WHERE id = $1::uuid FOR UPDATE`,
    id,
  );
  return rows[0] ?? null;
}

export async function findSupplier(tx: Transaction, id: string): Promise<Supplier> {
  const rows = await tx.$queryRawUnsafe<Supplier[]>(
    `SELECT ${COLUMNS} FROM supplier WHERE id = $1::uuid`,
    id,
  );
  const [supplier] = rows;
  if (supplier === undefined) throw new Error(`No supplier ${id}`);
  return supplier;
}

/** @throws as `insertSupplier`. */
export async function updateSupplierRow(
  tx: Transaction,
  { id, franchiseId: _, deliveryWeekdays, minimumOrder, ...rest }: Supplier,
): Promise<void> {
  const data = { ...rest, deliveryWeekdays: [...deliveryWeekdays], minimumOrder: BigInt(minimumOrder) };
  await tx.supplier.update({ where: { id }, data });
}

export interface NewPrice extends Omit<SupplierPrice, 'supplierId' | 'updatedAt'> {}

/** One of each ingredient; the price that there is of it is changed. */
export async function upsertPrices(
  tx: Transaction,
  { id: supplierId, franchiseId }: Pick<Supplier, 'id' | 'franchiseId'>,
  prices: readonly NewPrice[],
): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO supplier_price
       (id, supplier_id, franchise_id, ingredient_id, pack_size, price, minimum_packs, reference, is_preferred, shelf_life_days)
     SELECT id, $1::uuid, $2::uuid, "ingredientId", "packSize", price, "minimumPacks", reference, "isPreferred", "shelfLifeDays"
     FROM jsonb_to_recordset($3::jsonb) AS row
       (id uuid, "ingredientId" uuid, "packSize" integer, price integer, "minimumPacks" integer, reference text,
        "isPreferred" boolean, "shelfLifeDays" integer)
     ORDER BY "ingredientId"
     ON CONFLICT (supplier_id, ingredient_id) DO UPDATE SET pack_size = excluded.pack_size, price = excluded.price,
       minimum_packs = excluded.minimum_packs, reference = excluded.reference, is_preferred = excluded.is_preferred,
       shelf_life_days = excluded.shelf_life_days, updated_at = now(), removed_at = NULL`,
    supplierId,
    franchiseId,
    JSON.stringify(prices),
  );
}

export async function updatePricesRemoved(
  tx: Transaction,
  supplierId: string,
  ingredientIds: readonly string[],
): Promise<void> {
  await tx.supplierPrice.updateMany({
    where: { supplierId, ingredientId: { in: [...ingredientIds] }, removedAt: null },
    data: { removedAt: new Date() },
  });
}

/** Its prices of these ingredients. */
export async function findPrices(
  tx: Transaction,
  supplierId: string,
  ingredientIds: readonly string[],
): Promise<SupplierPrice[]> {
  return tx.supplierPrice.findMany({
    where: { supplierId, ingredientId: { in: [...ingredientIds] }, removedAt: null },
    omit: { franchiseId: true, removedAt: true },
  });
}

/**
 * SQL of what a unit of an item costs in rupiah: the price that was updated last among the active suppliers that its outlet can order from; null
 * where nobody sells it. @param item a table or alias with the columns `ingredient_id` and `franchise_id`.
 */
export function unitPriceOf(item: string): string {
  return `(
    SELECT price.price::numeric / price.pack_size
    FROM supplier_price AS price JOIN supplier ON supplier.id = price.supplier_id
    WHERE price.ingredient_id = ${item}.ingredient_id AND price.removed_at IS NULL
      AND supplier.is_active AND (supplier.franchise_id IS NULL OR supplier.franchise_id = ${item}.franchise_id)
    ORDER BY price.updated_at DESC, price.id DESC LIMIT 1
  )`;
}

export interface PriceFilter {
  /** Null for all. */
  readonly ingredientId: string | null;
}

/** The rows of a page of each supplier's prices, oldest first. The caller has read the suppliers already. */
export async function findPricePages(
  { pool }: StockDatabase,
  supplierIds: readonly string[],
  { ingredientId, page }: PriceFilter & { readonly page: Page },
): Promise<SupplierPrice[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const { rows } = await pool.query<SupplierPrice>({
    name: `supplier-price-pages-${direction}`,
    text: `
      SELECT ${PRICE_COLUMNS}
      FROM unnest($1::uuid[]) AS supplier (id), LATERAL (
        SELECT * FROM supplier_price AS one
        WHERE supplier_id = supplier.id AND removed_at IS NULL AND ($2::uuid IS NULL OR ingredient_id = $2)
          AND ($3::uuid IS NULL OR one.id > $3) AND ($4::uuid IS NULL OR one.id < $4)
        ORDER BY one.id ${direction} LIMIT $5
      ) AS price`,
    values: [supplierIds, ingredientId, above, below, take],
  });
  return rows;
}

/** How many prices each supplier has; suppliers without any are left out. */
export async function countPrices(
  { pool }: StockDatabase,
  supplierIds: readonly string[],
  { ingredientId }: PriceFilter,
): Promise<{ readonly id: string; readonly count: number }[]> {
  const { rows } = await pool.query<{ id: string; count: number }>({
    name: 'count-supplier-prices',
    text: `
      SELECT supplier_id AS id, count(*)::integer AS count FROM supplier_price
      WHERE supplier_id = ANY ($1::uuid[]) AND removed_at IS NULL AND ($2::uuid IS NULL OR ingredient_id = $2)
      GROUP BY supplier_id`,
    values: [supplierIds, ingredientId],
  });
  return rows;
}

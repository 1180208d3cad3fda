/** Menu items as the chain has them. A read shows the prices in effect at that moment. */
import { calendarDay, dateOfDay } from '../../../platform/kit/calendar.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import { TAX_CLASSES, type TaxClass } from '../../../platform/order-charges.js';
import { Prisma } from '../../../prisma/menu/client/client.js';
import type { Dated } from '../domain/dated-price.js';
import {
  ALLERGENS,
  type Allergen,
  CATEGORIES,
  type Category,
  type MenuItem,
  type Season,
  type StoredMenuItem,
  shownItem,
} from '../domain/menu-item.js';
import type { MenuDatabase, Transaction } from './database.js';

/** The columns of an item that a change writes. */
export interface MenuItemColumns {
  readonly name: string;
  readonly nameEn: string | null;
  readonly description: string;
  readonly descriptionEn: string | null;
  readonly category: Category;
  readonly imageUrl: string | null;
  readonly allergens: readonly Allergen[];
  readonly taxClass: TaxClass;
  readonly price: Dated<number>;
  readonly isLimited: boolean;
  readonly season: Season | null;
  readonly preparationSeconds: number;
}

/** Amounts are numbers, days texts. */
export interface MenuItemRow {
  readonly id: string;
  readonly barcode: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly description: string;
  readonly descriptionEn: string | null;
  readonly category: string;
  readonly imageUrl: string | null;
  readonly allergens: readonly string[];
  readonly taxClass: string;
  readonly price: number;
  readonly previousPrice: number | null;
  readonly priceEffectiveAt: Date | null;
  readonly isLimited: boolean;
  readonly isArchived: boolean;
  readonly preparationSeconds: number;
  readonly seasonName: string | null;
  readonly seasonFrom: string | null;
  readonly seasonUntil: string | null;
  readonly version: number;
}

/** The columns of a `MenuItemRow`, of a table named `item`. */
export const COLUMNS = Prisma.sql`
  item.id, item.barcode, item.name, item.name_en AS "nameEn", item.description, item.description_en AS "descriptionEn", item.category, item.image_url AS "imageUrl",
  item.allergens, item.tax_class AS "taxClass", item.price::float8 AS price,
  item.previous_price::float8 AS "previousPrice", item.price_effective_at AS "priceEffectiveAt",
  item.is_limited AS "isLimited", item.is_archived AS "isArchived", item.preparation_seconds AS "preparationSeconds",
  item.season_name AS "seasonName", item.season_from::text AS "seasonFrom", item.season_until::text AS "seasonUntil",
  item.version`;

/** In any order; unknown ids are left out. */
export async function findMenuItems({ prisma }: MenuDatabase, ids: readonly string[]): Promise<MenuItem[]> {
  const rows = await prisma.$queryRaw<MenuItemRow[]>`
    SELECT ${COLUMNS} FROM menu_item item WHERE item.id = ANY (${[...ids]}::uuid[])`;
  return rows.map(chainItem);
}

/** By canonical barcode, archived items, too; unknown ones are left out. */
export async function findStoredItemsByBarcode(
  { prisma }: MenuDatabase,
  canonicalBarcodes: readonly string[],
): Promise<Map<string, StoredMenuItem>> {
  const rows = await prisma.$queryRaw<(MenuItemRow & { canonicalBarcode: string })[]>`
    SELECT ${COLUMNS}, canonical_barcode(item.barcode) AS "canonicalBarcode"
    FROM menu_item item WHERE canonical_barcode(item.barcode) = ANY (${[...canonicalBarcodes]})`;
  return new Map(rows.map((row) => [row.canonicalBarcode, storedItem(row)]));
}

/** The rows of a page of the chain's items that are not archived, by age. */
export async function findStoredItemPage({ prisma }: MenuDatabase, page: Page): Promise<StoredMenuItem[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const rows = await prisma.$queryRaw<MenuItemRow[]>`
    SELECT ${COLUMNS} FROM menu_item item
    WHERE NOT item.is_archived
      AND (${above}::uuid IS NULL OR item.id > ${above}::uuid) AND (${below}::uuid IS NULL OR item.id < ${below}::uuid)
    ORDER BY item.id ${Prisma.raw(direction)} LIMIT ${take}`;
  return rows.map(storedItem);
}

/** The item of each canonical barcode; null where there is none. */
export async function findMenuItemsByBarcode(
  database: MenuDatabase,
  canonicalBarcodes: readonly string[],
): Promise<(MenuItem | null)[]> {
  const found = await findStoredItemsByBarcode(database, canonicalBarcodes);
  const now = new Date();
  return canonicalBarcodes.map((barcode) => {
    const item = found.get(barcode);
    return item === undefined ? null : shownItem(item, now);
  });
}

/**
 * Locks the item against other changes until the transaction ends. The database does so for callers who may not change it, too:
 * an outlet's price depends on it.
 */
export async function findMenuItemForUpdate(tx: Transaction, id: string): Promise<StoredMenuItem | null> {
  await tx.$executeRaw`SELECT lock_menu_item(${id}::uuid)`;
  const [row] = await tx.$queryRaw<MenuItemRow[]>`
    SELECT ${COLUMNS} FROM menu_item item WHERE item.id = ${id}::uuid`;
  return row === undefined ? null : storedItem(row);
}

/** @throws a unique violation when another item has a barcode. */
export async function insertMenuItems(tx: Transaction, items: readonly StoredMenuItem[]): Promise<void> {
  await tx.menuItem.createMany({
    data: items.map(({ id, barcode, isArchived, version, ...columns }) => ({
      ...{ id, barcode, isArchived, version, ...rowOf(columns) },
    })),
  });
}

/** Raises the version. */
export async function updateMenuItem(tx: Transaction, id: string, columns: MenuItemColumns): Promise<void> {
  await tx.menuItem.update({ where: { id }, data: { ...rowOf(columns), version: { increment: 1 } } });
}

/** Raises the version. */
export async function updateMenuItemArchived(
  tx: Transaction,
  { id, isArchived }: { readonly id: string; readonly isArchived: boolean },
): Promise<void> {
  await tx.menuItem.update({ where: { id }, data: { isArchived, version: { increment: 1 } } });
}

function rowOf({ price, season, allergens, ...columns }: MenuItemColumns) {
  return {
    ...columns,
    allergens: [...allergens],
    price: price.amount,
    previousPrice: price.effectiveAt === null ? null : price.previous,
    priceEffectiveAt: price.effectiveAt,
    seasonName: season?.name ?? null,
    seasonFrom: season === null ? null : dateOfDay(season.from),
    seasonUntil: season === null ? null : dateOfDay(season.until),
  };
}

function chainItem(row: MenuItemRow): MenuItem {
  return shownItem(storedItem(row), new Date());
}

export function storedItem(row: MenuItemRow): StoredMenuItem {
  const { id, barcode, name, nameEn, description, descriptionEn, imageUrl } = row;
  const { isLimited, isArchived, preparationSeconds, version, price, previousPrice, priceEffectiveAt } = row;
  return {
    ...{ id, barcode, name, nameEn, description, descriptionEn, imageUrl },
    ...{ isLimited, isArchived, preparationSeconds, version },
    allergens: ALLERGENS.filter((allergen) => row.allergens.includes(allergen)),
    category: categoryOf(row.category),
    taxClass: taxClassOf(row.taxClass),
    price: { amount: price, previous: previousPrice ?? price, effectiveAt: priceEffectiveAt },
    season: seasonOf(row),
  };
}

function seasonOf({ seasonName, seasonFrom, seasonUntil }: MenuItemRow): Season | null {
  if (seasonName === null || seasonFrom === null || seasonUntil === null) return null;
  return { name: seasonName, from: calendarDay(seasonFrom), until: calendarDay(seasonUntil) };
}

function taxClassOf(taxClass: string): TaxClass {
  const known = TAX_CLASSES.find((each) => each === taxClass);
  if (known === undefined) throw new Error(`No such tax class: ${taxClass}`);
  return known;
}

function categoryOf(category: string): Category {
  const known = CATEGORIES.find((each) => each === category);
  if (known === undefined) throw new Error(`No such category: ${category}`);
  return known;
}

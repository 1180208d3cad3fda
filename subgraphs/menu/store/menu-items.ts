/**
 * Menu items, and each outlet's menu at its own prices. A read shows the prices in effect at that moment; a search compares
 * words as the database's `search_words` spells them.
 */
import { type CalendarDay, calendarDay, dateOfDay } from '../../../platform/kit/calendar.js';
import { type CountedConnection, connectionOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import { Prisma } from '../../../prisma/menu/client/client.js';
import { amountAt, type Dated } from '../domain/dated-price.js';
import {
  CATEGORIES,
  type Category,
  type MenuItem,
  type Season,
  type StoredMenuItem,
} from '../domain/menu-item.js';
import type { MenuDatabase, Transaction } from './database.js';

export interface MenuFilter {
  readonly outletId: string;
  /** Today in the outlet's calendar. */
  readonly day: CalendarDay;
  readonly category: Category | null;
  /** Words that the name and description have, or begin with, in any order. */
  readonly search: string | null;
}

/** The columns of an item that a change writes. */
export interface MenuItemColumns {
  readonly name: string;
  readonly description: string;
  readonly category: Category;
  readonly price: Dated<number>;
  readonly isLimited: boolean;
  readonly season: Season | null;
  readonly preparationSeconds: number;
}

interface MenuItemRow {
  readonly id: string;
  readonly barcode: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
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

interface OutletItemRow extends MenuItemRow {
  readonly ownPrice: number | null;
  readonly ownPreviousPrice: number | null;
  readonly ownPriceEffectiveAt: Date | null;
  readonly sortKey: string;
}

const COLUMNS = Prisma.sql`
  item.id, item.barcode, item.name, item.description, item.category, item.price::float8 AS price,
  item.previous_price::float8 AS "previousPrice", item.price_effective_at AS "priceEffectiveAt",
  item.is_limited AS "isLimited", item.is_archived AS "isArchived", item.preparation_seconds AS "preparationSeconds",
  item.season_name AS "seasonName", item.season_from::text AS "seasonFrom", item.season_until::text AS "seasonUntil",
  item.version`;

/** Matches come by rank: the name itself, names that begin with the search, names with all its words, other matches. */
function rankOf(search: string): Prisma.Sql {
  return Prisma.sql`
  CASE WHEN item.search_name = search_words(${search}) THEN 0
       WHEN item.search_name LIKE search_words(${search}) || '%' THEN 1
       WHEN item.search_name LIKE ALL (${prefixes(search)}) THEN 2
       ELSE 3 END`;
}

/** What an outlet sells on a day: in the order of ids, or by rank where it is searched. */
export async function findMenuPage(
  { prisma }: MenuDatabase,
  { outletId, day, category, search }: MenuFilter,
  page: Page,
): Promise<CountedConnection<MenuItem>> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const offered = Prisma.sql`
    FROM menu_item item LEFT JOIN outlet_price own ON own.menu_item_id = item.id AND own.outlet_id = ${outletId}::uuid
    WHERE NOT item.is_archived AND own.is_offered IS NOT FALSE
      AND (item.season_from IS NULL OR ${day}::date BETWEEN item.season_from AND item.season_until)
      AND (${category}::text IS NULL OR item.category = ${category}::text)
      AND ${search === null ? Prisma.sql`TRUE` : matching(search)}`;
  const sortKey =
    search === null
      ? Prisma.sql`item.id::text COLLATE "C"`
      : Prisma.sql`((${rankOf(search)})::text || item.id::text) COLLATE "C"`;
  const rows = await prisma.$queryRaw<OutletItemRow[]>`
    SELECT * FROM (
      SELECT ${COLUMNS}, own.price::float8 AS "ownPrice",
             own.previous_price::float8 AS "ownPreviousPrice", own.price_effective_at AS "ownPriceEffectiveAt",
             ${sortKey} AS "sortKey" ${offered}
    ) AS menu
    WHERE (${above}::text IS NULL OR "sortKey" > ${above}::text) AND (${below}::text IS NULL OR "sortKey" < ${below}::text)
    ORDER BY "sortKey" ${Prisma.raw(direction)} LIMIT ${take}`;
  const sortKeys = new Map(rows.map((row) => [row.id, row.sortKey]));
  const now = new Date();
  return connectionOf(
    page,
    rows.map((row) => itemAtOutlet(row, now)),
    ({ id }) => sortKeys.get(id) ?? id,
    async () => {
      const [counted] = await prisma.$queryRaw<{ items: number }[]>`SELECT count(*)::int AS items ${offered}`;
      return counted?.items ?? 0;
    },
  );
}

/** In any order; unknown ids are left out. */
export async function findMenuItems({ prisma }: MenuDatabase, ids: readonly string[]): Promise<MenuItem[]> {
  const rows = await prisma.$queryRaw<MenuItemRow[]>`
    SELECT ${COLUMNS} FROM menu_item item WHERE item.id = ANY (${[...ids]}::uuid[])`;
  return rows.map(chainItem);
}

/** The item of each canonical barcode; null where there is none. */
export async function findMenuItemsByBarcode(
  { prisma }: MenuDatabase,
  canonicalBarcodes: readonly string[],
): Promise<(MenuItem | null)[]> {
  const rows = await prisma.$queryRaw<(MenuItemRow & { canonicalBarcode: string })[]>`
    SELECT ${COLUMNS}, canonical_barcode(item.barcode) AS "canonicalBarcode"
    FROM menu_item item WHERE canonical_barcode(item.barcode) = ANY (${[...canonicalBarcodes]})`;
  const byBarcode = new Map(rows.map((row) => [row.canonicalBarcode, chainItem(row)]));
  return canonicalBarcodes.map((barcode) => byBarcode.get(barcode) ?? null);
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

export async function insertMenuItem(
  tx: Transaction,
  id: string,
  barcode: string,
  columns: MenuItemColumns,
): Promise<void> {
  await tx.menuItem.create({ data: { id, barcode, ...rowOf(columns), version: 1 } });
}

/** Raises the version. */
export async function updateMenuItem(tx: Transaction, id: string, columns: MenuItemColumns): Promise<void> {
  await tx.menuItem.update({ where: { id }, data: { ...rowOf(columns), version: { increment: 1 } } });
}

/** Raises the version. */
export async function updateMenuItemArchived(tx: Transaction, id: string): Promise<void> {
  await tx.menuItem.update({ where: { id }, data: { isArchived: true, version: { increment: 1 } } });
}

function rowOf({ price, season, ...columns }: MenuItemColumns) {
  return {
    ...columns,
    price: price.amount,
    previousPrice: price.effectiveAt === null ? null : price.previous,
    priceEffectiveAt: price.effectiveAt,
    seasonName: season?.name ?? null,
    seasonFrom: season === null ? null : dateOfDay(season.from),
    seasonUntil: season === null ? null : dateOfDay(season.until),
  };
}

function itemAtOutlet(row: OutletItemRow, now: Date): MenuItem {
  const chainPrice = amountAt(priceOf(row), now);
  const ownPrice = amountAt(
    { amount: row.ownPrice, previous: row.ownPreviousPrice, effectiveAt: row.ownPriceEffectiveAt },
    now,
  );
  return itemOf(row, ownPrice ?? chainPrice);
}

function chainItem(row: MenuItemRow): MenuItem {
  return itemOf(row, amountAt(priceOf(row), new Date()));
}

function storedItem(row: MenuItemRow): StoredMenuItem {
  return itemOf(row, priceOf(row));
}

function itemOf<Price>(row: MenuItemRow, price: Price) {
  const { id, barcode, name, description, isLimited, isArchived, preparationSeconds, version } = row;
  return {
    ...{ id, barcode, name, description, isLimited, isArchived, preparationSeconds, version },
    category: categoryOf(row.category),
    price,
    season: seasonOf(row),
  };
}

function priceOf({ price, previousPrice, priceEffectiveAt }: MenuItemRow): Dated<number> {
  return { amount: price, previous: previousPrice ?? price, effectiveAt: priceEffectiveAt };
}

function seasonOf({ seasonName, seasonFrom, seasonUntil }: MenuItemRow): Season | null {
  if (seasonName === null || seasonFrom === null || seasonUntil === null) return null;
  return { name: seasonName, from: calendarDay(seasonFrom), until: calendarDay(seasonUntil) };
}

function categoryOf(category: string): Category {
  const known = CATEGORIES.find((each) => each === category);
  if (known === undefined) throw new Error(`No such category: ${category}`);
  return known;
}

/** Every word begins one of the item's words, or the whole search stands in the name when blanks are left out of both. */
function matching(search: string): Prisma.Sql {
  return Prisma.sql`(
    (cardinality(${prefixes(search)}) > 0 AND item.search_text LIKE ALL (${prefixes(search)}))
    OR (length(${joined(search)}) >= 3 AND replace(item.search_name, ' ', '') LIKE '%' || ${joined(search)} || '%'))`;
}

/** A pattern for each word: `search_words` leaves no character in a word that LIKE takes for a wildcard. */
function prefixes(search: string): Prisma.Sql {
  return Prisma.sql`
    ARRAY(SELECT '% ' || word || '%' FROM unnest(string_to_array(btrim(search_words(${search})), ' ')) AS word)`;
}

function joined(search: string): Prisma.Sql {
  return Prisma.sql`replace(search_words(${search}), ' ', '')`;
}

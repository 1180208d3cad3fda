/**
 * Each outlet's menu at its own prices, a page at a time: in the order of ids, or, where it is searched, the best matches first. A
 * search that no item matches as it is written is tried again with typing errors (`domain/search.ts`).
 */
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { type CountedConnection, connectionOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import { Prisma } from '../../../prisma/menu/client/client.js';
import { type Category, type MenuItem, shownAtOutlet, shownItem } from '../domain/menu-item.js';
import {
  allBegin,
  allNear,
  allPresent,
  type Condition,
  isNear,
  spellingsOf,
  tellingWords,
  wordsOf,
} from '../domain/search.js';
import type { MenuDatabase } from './database.js';
import { COLUMNS, type MenuItemRow, storedItem } from './menu-items.js';

export interface MenuFilter {
  readonly outletId: string;
  /** Today in the outlet's calendar. */
  readonly day: CalendarDay;
  readonly category: Category | null;
  /** A category of the chain's own. */
  readonly categoryId: string | null;
  readonly search: string | null;
}

/** Which items are on a list: conditions on `item` and on the outlet's `own` price. */
interface Selection {
  readonly matches: Prisma.Sql;
  /** What it is sorted by before the id. */
  readonly rank: Prisma.Sql;
}

interface OutletItemRow extends MenuItemRow {
  readonly ownPrice: number | null;
  readonly ownPreviousPrice: number | null;
  readonly ownPriceEffectiveAt: Date | null;
  readonly sortKey: string;
}

const UNRANKED = Prisma.sql`''`;

/** The first rank of what is found by correcting typing errors: a cursor says of which list it is. */
const FIRST_CORRECTED_RANK = 7;

/** What an outlet sells on a day. @param page whose cursors are those of `isSearchCursor` where it is searched. */
export async function findMenuPage(
  database: MenuDatabase,
  filter: MenuFilter,
  page: Page,
): Promise<CountedConnection<MenuItem>> {
  const find = ({ matches, rank }: Selection) =>
    findPage(
      database,
      filter.outletId,
      { matches: Prisma.sql`${onSale(filter)} AND ${matches}`, rank },
      page,
    );
  if (filter.search === null) return find({ matches: Prisma.sql`TRUE`, rank: UNRANKED });
  const words = wordsOf(filter.search);
  if (words.length === 0)
    return connectionOf<MenuItem>(
      page,
      [],
      ({ id }) => id,
      async () => 0,
    );
  const cursor = page.after ?? page.before;
  if (cursor === null || Number(cursor[0]) < FIRST_CORRECTED_RANK) {
    const found = await find(asWritten(words));
    if (cursor !== null || found.nodes.length > 0) return found;
  }
  return find(await corrected(database, words));
}

/** The chain's items that are not archived, in the order of ids. @param isOffered null for both. */
export function findItemPage(
  database: MenuDatabase,
  outletId: string,
  isOffered: boolean | null,
  page: Page,
): Promise<CountedConnection<MenuItem>> {
  const matches = Prisma.sql`(${isOffered}::boolean IS NULL OR coalesce(own.is_offered, true) = ${isOffered}::boolean)`;
  return findPage(database, outletId, { matches, rank: UNRANKED }, page);
}

/** The chain's items that are archived, at the chain's prices. */
export async function findArchivedPage(
  { prisma }: MenuDatabase,
  page: Page,
): Promise<CountedConnection<MenuItem>> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const rows = await prisma.$queryRaw<MenuItemRow[]>`
    SELECT ${COLUMNS} FROM menu_item item
    WHERE item.is_archived AND (${above}::uuid IS NULL OR item.id > ${above}::uuid) AND (${below}::uuid IS NULL OR item.id < ${below}::uuid)
    ORDER BY item.id ${Prisma.raw(direction)} LIMIT ${take}`;
  const now = new Date();
  return connectionOf(
    page,
    rows.map((row) => shownItem(storedItem(row), now)),
    ({ id }) => id,
    () => prisma.menuItem.count({ where: { isArchived: true } }),
  );
}

/** A rank, the number of words of the name, and the id. */
export function isSearchCursor(sortKey: string): boolean {
  return /^[0-9]{3}[0-9a-f-]{36}$/.test(sortKey);
}

async function findPage(
  { prisma }: MenuDatabase,
  outletId: string,
  { matches, rank }: Selection,
  page: Page,
): Promise<CountedConnection<MenuItem>> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const offered = Prisma.sql`
    FROM menu_item item LEFT JOIN outlet_price own ON own.menu_item_id = item.id AND own.outlet_id = ${outletId}::uuid
    WHERE NOT item.is_archived AND ${matches}`;
  // Ids are sorted, and of the page alone the rows are read: a broad search matches thousands.
  const rows = await prisma.$queryRaw<OutletItemRow[]>`
    SELECT ${COLUMNS}, own.price::float8 AS "ownPrice",
           own.previous_price::float8 AS "ownPreviousPrice", own.price_effective_at AS "ownPriceEffectiveAt", "sortKey"
    FROM (
      SELECT id, "sortKey" FROM (SELECT item.id, (${rank} || item.id::text) COLLATE "C" AS "sortKey" ${offered}) AS matching
      WHERE (${above}::text IS NULL OR "sortKey" > ${above}::text) AND (${below}::text IS NULL OR "sortKey" < ${below}::text)
      ORDER BY "sortKey" ${Prisma.raw(direction)} LIMIT ${take}
    ) AS found JOIN menu_item item USING (id)
    LEFT JOIN outlet_price own ON own.menu_item_id = item.id AND own.outlet_id = ${outletId}::uuid
    ORDER BY "sortKey" ${Prisma.raw(direction)}`;
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

function onSale({ day, category, categoryId }: MenuFilter): Prisma.Sql {
  return Prisma.sql`own.is_offered IS NOT FALSE
    AND (item.season_from IS NULL OR ${day}::date BETWEEN item.season_from AND item.season_until)
    AND (${category}::text IS NULL OR item.category = ${category}::text)
    AND ${categoryId === null ? Prisma.sql`TRUE` : inCategory(categoryId)}`;
}

function inCategory(categoryId: string): Prisma.Sql {
  return Prisma.sql`item.id IN (SELECT menu_item_id FROM category_item WHERE category_id = ${categoryId}::uuid)`;
}

/**
 * The name itself comes first, then names that begin with the search, that have all its words, those of them that say something, words
 * which begin with these, names that are also called so, and what only a category or a description says.
 */
function asWritten(words: readonly string[]): Selection {
  const phrase = ` ${words.join(' ')}`;
  const telling = tellingWords(words);
  return {
    matches: satisfies(allBegin(telling)),
    rank: Prisma.sql`CASE
      WHEN ${phrase} IN (item.search_name, item.search_name_en) THEN '0'
      WHEN starts_with(item.search_name, ${phrase}) OR starts_with(item.search_name_en, ${phrase}) THEN '1'
      WHEN ${satisfies(allPresent(words, 'A'))} THEN '2'
      ${telling.length === words.length ? Prisma.empty : Prisma.sql`WHEN ${satisfies(allPresent(telling, 'A'))} THEN '3'`}
      WHEN ${satisfies(allBegin(telling, 'A'))} THEN '4'
      WHEN ${satisfies(allBegin(telling, 'AB'))} THEN '5'
      ELSE '6' END || ${LENGTH_OF_NAME}`,
  };
}

async function corrected({ prisma }: MenuDatabase, words: readonly string[]): Promise<Selection> {
  const telling = tellingWords(words);
  const candidates = await prisma.$queryRaw<{ word: string }[]>`
    SELECT word FROM search_word WHERE spellings && ${telling.flatMap(spellingsOf)}::text[] ORDER BY word`;
  const known = candidates
    .map(({ word }) => word)
    .filter((word) => telling.some((typed) => isNear(typed, word)));
  return {
    matches: satisfies(allNear(telling, known)),
    rank: Prisma.sql`CASE
      WHEN ${satisfies(allNear(telling, known, 'A'))} THEN '7'
      WHEN ${satisfies(allNear(telling, known, 'AB'))} THEN '8'
      ELSE '9' END || ${LENGTH_OF_NAME}`,
  };
}

/** Of names that match alike, the shorter one has less that was not asked for. Bytes are counted faster than letters. */
const LENGTH_OF_NAME = Prisma.sql`
  right('0' || least(99, octet_length(item.search_name) - octet_length(replace(item.search_name, ' ', '')))::text, 2)`;

function satisfies(condition: Condition): Prisma.Sql {
  return Prisma.sql`item.search_document @@ ${condition}::tsquery`;
}

function itemAtOutlet(row: OutletItemRow, now: Date): MenuItem {
  const { ownPrice: amount, ownPreviousPrice: previous, ownPriceEffectiveAt: effectiveAt } = row;
  return shownAtOutlet(storedItem(row), { amount, previous, effectiveAt }, now);
}

/** Categories of the chain's own, and which items are in them. */
import {
  type CountedConnection,
  connectionOf,
  idKeysetOf,
  keysetOf,
  type Page,
} from '../../../platform/kit/paging.js';
import { Prisma } from '../../../prisma/menu/client/client.js';
import type { Category, CategoryColumns } from '../domain/category.js';
import type { MenuDatabase, Transaction } from './database.js';

/** A category of an item. */
export interface OwnedCategory extends Category {
  readonly menuItemId: string;
}

const COLUMNS = Prisma.sql`category.id, category.name, category.name_en AS "nameEn", category.position,
  category.is_archived AS "isArchived", category.version`;
const SORT_KEY = Prisma.sql`(lpad(category.position::text, 4, '0') || category.id::text) COLLATE "C"`;

/** In their order. @param page whose cursors are those of `isCategoryCursor`. */
export async function findCategoryPage(
  { prisma }: MenuDatabase,
  isArchived: boolean,
  page: Page,
): Promise<CountedConnection<Category>> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const rows = await prisma.$queryRaw<Category[]>`
    SELECT ${COLUMNS} FROM category
    WHERE is_archived = ${isArchived}
      AND (${above}::text IS NULL OR ${SORT_KEY} > ${above}::text) AND (${below}::text IS NULL OR ${SORT_KEY} < ${below}::text)
    ORDER BY ${SORT_KEY} ${Prisma.raw(direction)} LIMIT ${take}`;
  return connectionOf(
    page,
    rows,
    ({ id, position }) => `${String(position).padStart(4, '0')}${id}`,
    () => prisma.category.count({ where: { isArchived } }),
  );
}

/** A position and the id. */
export function isCategoryCursor(sortKey: string): boolean {
  return /^[0-9]{4}[0-9a-f-]{36}$/.test(sortKey);
}

export async function findCategories({ prisma }: MenuDatabase, ids: readonly string[]): Promise<Category[]> {
  return prisma.$queryRaw`SELECT ${COLUMNS} FROM category WHERE id = ANY (${[...ids]}::uuid[])`;
}

/** Every one that is not archived, in their order. */
export async function findAllCategories({ prisma }: MenuDatabase): Promise<Category[]> {
  return prisma.$queryRaw`SELECT ${COLUMNS} FROM category WHERE NOT is_archived ORDER BY ${SORT_KEY}`;
}

/** The rows of a page of those that are not archived, by age. */
export async function findCategoriesById({ prisma }: MenuDatabase, page: Page): Promise<Category[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const found = { AND: [{ isArchived: false }, where] };
  return prisma.category.findMany({ where: found, orderBy, take, omit: { createdAt: true } });
}

/** Those of each item that are not archived, in their order. */
export async function findCategoriesOfItems(
  { prisma }: MenuDatabase,
  menuItemIds: readonly string[],
): Promise<OwnedCategory[]> {
  return prisma.$queryRaw`
    SELECT ${COLUMNS}, menu_item_id AS "menuItemId"
    FROM category JOIN category_item ON category_id = category.id
    WHERE menu_item_id = ANY (${[...menuItemIds]}::uuid[]) AND NOT is_archived
    ORDER BY ${SORT_KEY}`;
}

/** Locks the category until the transaction ends. */
export async function findCategoryForUpdate(tx: Transaction, id: string): Promise<Category | null> {
  const [row] = await tx.$queryRaw<Category[]>`
    SELECT ${COLUMNS} FROM category WHERE id = ${id}::uuid FOR UPDATE`;
  return row ?? null;
}

/** Which of these exist and are not archived. */
export async function findUsableCategoryIds(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.category.findMany({
    where: { id: { in: [...ids] }, isArchived: false },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** The ids of every category of an item, archived ones too, in ascending order. */
export async function findCategoryIdsOf(tx: Transaction, menuItemId: string): Promise<string[]> {
  const rows = await tx.categoryItem.findMany({ where: { menuItemId }, orderBy: { categoryId: 'asc' } });
  return rows.map(({ categoryId }) => categoryId);
}

/** @throws a unique violation when another category has the name. */
export async function insertCategory(tx: Transaction, id: string, columns: CategoryColumns): Promise<void> {
  await tx.category.create({ data: { id, ...columns, version: 1 } });
}

/** Raises the version. @throws a unique violation when another category has the name. */
export async function updateCategory(
  tx: Transaction,
  { id, name, nameEn, position, isArchived }: Omit<Category, 'version'>,
): Promise<void> {
  await tx.category.update({
    where: { id },
    data: { name, nameEn, position, isArchived, version: { increment: 1 } },
  });
}

/** Replaces the categories of an item, where they differ. */
export async function updateCategoriesOf(
  tx: Transaction,
  menuItemId: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const removed = before.filter((id) => !after.includes(id));
  const added = after.filter((id) => !before.includes(id));
  if (removed.length > 0)
    await tx.categoryItem.deleteMany({ where: { menuItemId, categoryId: { in: removed } } });
  await insertCategoryItems(
    tx,
    added.map((categoryId) => ({ menuItemId, categoryId })),
  );
}

export async function insertCategoryItems(
  tx: Transaction,
  items: readonly { readonly menuItemId: string; readonly categoryId: string }[],
): Promise<void> {
  if (items.length > 0) await tx.categoryItem.createMany({ data: [...items] });
}

/** Head office makes, changes and archives categories of the chain's own. An archived one is on no menu and in no list of items. */
import { z } from 'zod';
import { notFound, UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { isId, newId } from '../../../platform/ids.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import type { Category, CategoryColumns } from '../domain/category.js';
import { findCategoryForUpdate, insertCategory, updateCategory as updateRow } from '../store/categories.js';
import type { Work } from '../store/database.js';
import { changeMenu } from './change-menu.js';
import { requireHeadOffice } from './who-may.js';

const MAXIMUM_POSITION = 9_999;

const fields = {
  name,
  nameEn: name.nullable(),
  position: z
    .int()
    .min(0, 'A position is at least 0')
    .max(MAXIMUM_POSITION, `A position is at most ${MAXIMUM_POSITION}`),
};
export const newCategory = z.object({ ...fields, nameEn: fields.nameEn.default(null) });
/** What is left out stays. */
export const categoryChanges = z.object(fields).partial();

/** @throws UserFault ALREADY_EXISTS when another category has the name. */
export async function createCategory(context: Context, input: unknown): Promise<Category> {
  requireHeadOffice(context);
  const columns = parseInput(newCategory, input);
  return unlessNameIsTaken(
    changeMenu(context, (work) => insertNewCategory(work, context, 'createCategory', columns)),
  );
}

/** Within a transaction that may change more. @throws a unique violation when another category has the name. */
export async function insertNewCategory(
  work: Work,
  context: Context,
  action: string,
  columns: CategoryColumns,
): Promise<Category> {
  const category = { id: newId('Category'), ...columns, isArchived: false, version: 1 };
  await insertCategory(work.tx, category.id, columns);
  recordChange(work, context, {
    ...{ action, entity: { type: 'Category', id: category.id }, tenant: CHAIN },
    ...{ before: null, after: { ...columns } },
  });
  return category;
}

/** @throws NOT_FOUND, UserFault ALREADY_EXISTS when another category has the name. */
export async function updateCategory(
  context: Context,
  { categoryId, ...input }: { readonly categoryId: string },
): Promise<Category> {
  // Null clears the English name; any other null counts as left out.
  const given = Object.entries(input).filter(([field, value]) => value !== null || field === 'nameEn');
  requireHeadOffice(context);
  const { name, nameEn, position } = parseInput(categoryChanges, Object.fromEntries(given));
  return change(context, 'updateCategory', categoryId, (before) => ({
    ...before,
    name: name ?? before.name,
    nameEn: nameEn === undefined ? before.nameEn : nameEn,
    position: position ?? before.position,
  }));
}

/** Changes nothing when the category is archived already. @throws NOT_FOUND */
export async function archiveCategory(context: Context, categoryId: string): Promise<Category> {
  requireHeadOffice(context);
  return change(context, 'archiveCategory', categoryId, (before) => ({ ...before, isArchived: true }));
}

async function change(
  context: Context,
  action: string,
  id: string,
  changed: (before: Category) => Category,
): Promise<Category> {
  if (!isId(id)) throw notFound('Category');
  return unlessNameIsTaken(
    changeMenu(context, (work) => changeCategory(work, context, { action, id, changed })),
  );
}

export interface CategoryChange {
  readonly action: string;
  readonly id: string;
  changed(before: Category): Category;
}

/** Within a transaction that may change more. @throws NOT_FOUND, a unique violation when another category has the name. */
export async function changeCategory(
  work: Work,
  context: Context,
  { action, id, changed }: CategoryChange,
): Promise<Category> {
  const before = await findCategoryForUpdate(work.tx, id);
  if (before === null) throw notFound('Category');
  const after = changed(before);
  const [was, is] = [recorded(before), recorded(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return before;
  await updateRow(work.tx, after);
  recordChange(work, context, {
    ...{ action, entity: { type: 'Category', id }, tenant: CHAIN, before: was, after: is },
  });
  return { ...after, version: before.version + 1 };
}

/** What the audit trail compares. */
function recorded({ name, nameEn, position, isArchived }: Category) {
  return { name, nameEn, position, isArchived };
}

async function unlessNameIsTaken<Result>(write: Promise<Result>): Promise<Result> {
  try {
    return await write;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another category has this name', ['name']);
  }
}

/**
 * Changes of the menu. Each is made under the item's lock, raises its version and tells the whole state it leaves behind,
 * so that copies elsewhere need nothing but the newest event. Only head office changes items: the schema's scope says so.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { faultsOf, type GroupDraft, priceFaults, type RecipeLine } from '../domain/menu-item.js';
import { isUniqueViolation, type MenuDatabase, type Transaction, type Work } from '../store/database.js';
import { type Category, type MenuItemRow, menuItemOf, type Season } from '../store/menu-items.js';
import { type OptionGroupRow, readOptionGroups, readRecipes } from '../store/recipes-and-options.js';

export interface ItemInput {
  readonly name: string;
  readonly description: string;
  readonly category: Category;
  readonly price: number;
  readonly isLimited: boolean;
  readonly season: Season | null;
  readonly preparationSeconds: number;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly GroupDraft[];
}

/** What is undefined stays. */
export type ItemChanges = { readonly [Field in keyof ItemInput]?: ItemInput[Field] | undefined };

/** @throws UserFault when the item cannot be sold, ALREADY_EXISTS when the barcode is taken. */
export async function createMenuItem(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  { barcode, ...input }: ItemInput & { readonly barcode: string },
): Promise<MenuItemRow> {
  requireHeadOffice(scope);
  refuseFaulty(input);
  const id = newId();
  try {
    return await database.work(cause, async (work) => {
      await work.tx.menuItem.create({ data: { id, barcode, ...columnsOf(input), version: 1 } });
      await writeRecipe(work.tx, id, input.recipe);
      await writeOptionGroups(work.tx, id, input.optionGroups);
      return tellChanged(work, id);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another item has this barcode', ['barcode']);
  }
}

/** @throws NOT_FOUND, UserFault when what results cannot be sold. */
export async function updateMenuItem(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  id: string,
  changes: ItemChanges,
): Promise<MenuItemRow> {
  requireHeadOffice(scope);
  return database.work(cause, async (work) => {
    const { tx } = work;
    const before = await lockMenuItem(tx, id);
    const [[recipe = []], [optionGroups = []]] = [
      await readRecipes(tx, [id]),
      await readOptionGroups(tx, [id]),
    ];
    const after = changed({ ...before, recipe, optionGroups }, changes);
    refuseFaulty(after);
    await refuseFaultyAtOutlets(tx, id, after.optionGroups);
    await tx.menuItem.update({ where: { id }, data: { ...columnsOf(after), version: { increment: 1 } } });
    if (changes.recipe !== undefined) {
      await tx.recipeLine.deleteMany({ where: { menuItemId: id } });
      await writeRecipe(tx, id, changes.recipe);
    }
    if (changes.optionGroups !== undefined) {
      await tx.optionGroup.deleteMany({ where: { menuItemId: id } });
      await writeOptionGroups(tx, id, changes.optionGroups, optionGroups);
    }
    return tellChanged(work, id);
  });
}

/** Archiving what is archived changes nothing. @throws NOT_FOUND */
export async function archiveMenuItem(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  id: string,
): Promise<MenuItemRow> {
  requireHeadOffice(scope);
  return database.work(cause, async (work) => {
    const before = await lockMenuItem(work.tx, id);
    if (before.isArchived) return before;
    await work.tx.menuItem.update({ where: { id }, data: { isArchived: true, version: { increment: 1 } } });
    return tellChanged(work, id);
  });
}

/** Until the transaction ends nobody else changes the item. @throws NOT_FOUND */
export async function lockMenuItem(tx: Transaction, id: string): Promise<MenuItemRow> {
  if (!isId(id)) throw notFound('Menu item');
  await tx.$queryRaw`SELECT 1 FROM menu_item WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.menuItem.findUnique({ where: { id } });
  if (row === null) throw notFound('Menu item');
  return menuItemOf(row);
}

async function tellChanged({ tx, emit }: Work, id: string): Promise<MenuItemRow> {
  const item = menuItemOf(await tx.menuItem.findUniqueOrThrow({ where: { id } }));
  const [recipe = []] = await readRecipes(tx, [id]);
  const [optionGroups = []] = await readOptionGroups(tx, [id]);
  const { name, category, price, isLimited, isArchived, preparationSeconds, season } = item;
  emit({
    type: 'menu-item.changed',
    aggregateId: id,
    aggregateVersion: item.version,
    data: {
      menuItemId: id,
      ...{ name, category, price, isLimited, isArchived, preparationSeconds },
      season: season && {
        name: season.name,
        from: season.from.toISOString(),
        until: season.until.toISOString(),
      },
      recipe,
      optionGroups: optionGroups.map((group) => ({
        ...group,
        options: group.options.map((option) => ({ ...option, recipe: [...option.recipe] })),
      })),
    },
  });
  return item;
}

function changed(before: ItemInput, changes: ItemChanges): ItemInput {
  return {
    name: changes.name ?? before.name,
    description: changes.description ?? before.description,
    category: changes.category ?? before.category,
    price: changes.price ?? before.price,
    isLimited: changes.isLimited ?? before.isLimited,
    season: changes.season === undefined ? before.season : changes.season,
    preparationSeconds: changes.preparationSeconds ?? before.preparationSeconds,
    recipe: changes.recipe ?? before.recipe,
    optionGroups: changes.optionGroups ?? before.optionGroups,
  };
}

function columnsOf({ name, description, category, price, isLimited, season, preparationSeconds }: ItemInput) {
  return {
    ...{ name, description, category, price, isLimited, preparationSeconds },
    seasonName: season?.name ?? null,
    seasonFrom: season?.from ?? null,
    seasonUntil: season?.until ?? null,
  };
}

async function writeRecipe(
  tx: Transaction,
  menuItemId: string,
  recipe: readonly RecipeLine[],
): Promise<void> {
  await tx.recipeLine.createMany({
    data: recipe.map((line, position) => ({ menuItemId, position, ...line })),
  });
}

/** A group or option that keeps its name keeps its id, so that carts that hold it stay good. */
async function writeOptionGroups(
  tx: Transaction,
  menuItemId: string,
  groups: readonly GroupDraft[],
  before: readonly OptionGroupRow[] = [],
): Promise<void> {
  const drafts = groups.map(({ name, minimum, maximum, options }, position) => {
    const known = before.find((group) => group.name === name);
    const id = known?.id ?? newId();
    return {
      row: { id, menuItemId, position, name, minimum, maximum },
      options: options.map((option, place) => ({
        id: known?.options.find((each) => each.name === option.name)?.id ?? newId(),
        position: place,
        groupId: id,
        ...option,
      })),
    };
  });
  const options = drafts.flatMap((draft) => draft.options);
  await tx.optionGroup.createMany({ data: drafts.map(({ row }) => row) });
  await tx.menuOption.createMany({ data: options.map(({ recipe, ...option }) => option) });
  await tx.optionRecipeLine.createMany({
    data: options.flatMap(({ id, recipe }) =>
      recipe.map((line, position) => ({ optionId: id, position, ...line })),
    ),
  });
}

function refuseFaulty(item: ItemInput): void {
  const faults = faultsOf(item);
  if (faults.length > 0) throw new UserFault(faults);
}

/** The options have to suit every outlet's own price too. */
async function refuseFaultyAtOutlets(tx: Transaction, menuItemId: string, groups: readonly GroupDraft[]) {
  const { _min } = await tx.outletPrice.aggregate({ where: { menuItemId }, _min: { price: true } });
  if (_min.price === null || priceFaults(Number(_min.price), groups).length === 0) return;
  throw UserFault.of('INVALID_INPUT', "With these options an outlet's own price would be nothing", [
    'optionGroups',
  ]);
}

/** Items are the whole chain's: whoever holds the permission for a part of it alone sees none to change. */
function requireHeadOffice(scope: Scope): void {
  if (!scope.everywhere) throw notFound('Menu item');
}

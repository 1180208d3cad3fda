/** What items are made of: recipes, and option groups with their options. Each kind is one query, however many items. */
import type { MenuOption, OptionGroup, RecipeLine } from '../domain/menu-item.js';
import type { MenuDatabase, Transaction } from './database.js';

/** A line of the recipe of an item. */
export interface OwnedRecipeLine extends RecipeLine {
  readonly menuItemId: string;
}

type Client = Pick<MenuDatabase['prisma'] & Transaction, 'recipeLine' | 'optionGroup' | 'menuOption'>;

const BY_POSITION = { orderBy: { position: 'asc' } } as const;
const WITH_RECIPE = { recipe: BY_POSITION } as const;

/** In the order of each recipe. */
export async function findRecipeLines(
  client: Client,
  menuItemIds: readonly string[],
): Promise<OwnedRecipeLine[]> {
  return client.recipeLine.findMany({ where: { menuItemId: { in: [...menuItemIds] } }, ...BY_POSITION });
}

/** In the order of each item. */
export async function findOptionGroups(
  client: Client,
  menuItemIds: readonly string[],
): Promise<OptionGroup[]> {
  const rows = await client.optionGroup.findMany({
    where: { menuItemId: { in: [...menuItemIds] } },
    include: { options: { include: WITH_RECIPE, ...BY_POSITION } },
    ...BY_POSITION,
  });
  return rows.map(({ id, menuItemId, name, nameEn, minimum, maximum, options }) => ({
    ...{ id, menuItemId, name, nameEn, minimum, maximum },
    options: options.map(optionOf),
  }));
}

export async function findOptions(client: Client, ids: readonly string[]): Promise<MenuOption[]> {
  const rows = await client.menuOption.findMany({
    where: { id: { in: [...ids] } },
    include: WITH_RECIPE,
  });
  return rows.map(optionOf);
}

/** The id of the item that has the option; null where there is no such option. */
export async function findItemOfOption(tx: Transaction, optionId: string): Promise<string | null> {
  const row = await tx.menuOption.findUnique({
    where: { id: optionId },
    select: { group: { select: { menuItemId: true } } },
  });
  return row?.group.menuItemId ?? null;
}

export async function insertRecipes(
  tx: Transaction,
  recipes: readonly { readonly menuItemId: string; readonly recipe: readonly RecipeLine[] }[],
): Promise<void> {
  await tx.recipeLine.createMany({
    data: recipes.flatMap(({ menuItemId, recipe }) =>
      recipe.map(({ ingredientId, quantity }, position) => ({
        ...{ menuItemId, position, ingredientId, quantity },
      })),
    ),
  });
}

export async function deleteRecipe(tx: Transaction, menuItemId: string): Promise<void> {
  await tx.recipeLine.deleteMany({ where: { menuItemId } });
}

/** @param groups all of each item, in their order. */
export async function insertOptionGroups(tx: Transaction, groups: readonly OptionGroup[]): Promise<void> {
  const options = groups.flatMap((group) =>
    group.options.map((option, position) => ({ ...option, position, groupId: group.id })),
  );
  const counts = new Map<string, number>();
  const placed = groups.map((group) => {
    const position = counts.get(group.menuItemId) ?? 0;
    counts.set(group.menuItemId, position + 1);
    return { ...group, position };
  });
  await tx.optionGroup.createMany({
    data: placed.map(({ id, menuItemId, name, nameEn, minimum, maximum, position }) => ({
      ...{ id, menuItemId, name, nameEn, minimum, maximum, position },
    })),
  });
  await tx.menuOption.createMany({
    data: options.map(({ id, groupId, position, name, nameEn, isDefault, isExclusive, priceDelta }) => ({
      ...{ id, groupId, position, name, nameEn, isDefault, isExclusive, priceDelta: priceDelta.amount },
      previousPriceDelta: priceDelta.effectiveAt === null ? null : priceDelta.previous,
      priceEffectiveAt: priceDelta.effectiveAt,
    })),
  });
  await tx.optionRecipeLine.createMany({
    data: options.flatMap(({ id, recipe }) =>
      recipe.map(({ ingredientId, quantity }, position) => ({
        ...{ optionId: id, position, ingredientId, quantity },
      })),
    ),
  });
}

/** With their options. */
export async function deleteOptionGroups(tx: Transaction, menuItemId: string): Promise<void> {
  await tx.optionGroup.deleteMany({ where: { menuItemId } });
}

interface OptionRow extends Omit<MenuOption, 'priceDelta'> {
  readonly priceDelta: bigint;
  readonly previousPriceDelta: bigint | null;
  readonly priceEffectiveAt: Date | null;
}

function optionOf({ id, name, nameEn, isDefault, isExclusive, recipe, ...price }: OptionRow): MenuOption {
  const { priceDelta, previousPriceDelta, priceEffectiveAt } = price;
  return {
    ...{ id, name, nameEn, isDefault, isExclusive },
    priceDelta: {
      amount: Number(priceDelta),
      previous: Number(previousPriceDelta ?? priceDelta),
      effectiveAt: priceEffectiveAt,
    },
    recipe: recipe.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
  };
}

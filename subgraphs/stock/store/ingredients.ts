/** The chain's ingredients. They belong to no tenant: every outlet's recipes name them. */
import { newId } from '../../../platform/ids.js';
import { idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import type { Ingredient, Unit } from '../domain/records.js';
import type { StockDatabase, Transaction } from './database.js';

export async function findIngredients({ prisma }: StockDatabase): Promise<Ingredient[]> {
  return prisma.ingredient.findMany({ orderBy: { name: 'asc' } });
}

/** The rows of a page, by age. */
export async function findIngredientPage({ prisma }: StockDatabase, page: Page): Promise<Ingredient[]> {
  return prisma.ingredient.findMany(idKeysetOf(page, 'asc'));
}

export async function findIngredientsByIds(
  { prisma }: StockDatabase,
  ids: readonly string[],
): Promise<Ingredient[]> {
  return prisma.ingredient.findMany({ where: { id: { in: [...ids] } } });
}

export async function findIngredient(tx: Transaction, id: string): Promise<Ingredient | null> {
  return tx.ingredient.findUnique({ where: { id } });
}

/** @throws a violation of `ingredient_name_key` where the name is taken. */
export async function insertIngredient(tx: Transaction, name: string, unit: Unit): Promise<Ingredient> {
  return tx.ingredient.create({ data: { id: newId('Ingredient'), name, unit } });
}

/** The ids of those that exist. */
export async function findIngredientIds(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.ingredient.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  return rows.map(({ id }) => id);
}

/** The chain's ingredients. They belong to no tenant: everybody's recipes name them. */
import { UserFault } from '../../../platform/errors.js';
import { isId, newId } from '../../../platform/ids.js';
import type { Ingredient, Unit } from '../../../prisma/stock/client/client.js';
import { isUniqueViolation, type StockDatabase } from './database.js';

export async function ingredientsByName({ prisma }: StockDatabase): Promise<Ingredient[]> {
  return prisma.ingredient.findMany({ orderBy: { name: 'asc' } });
}

export async function ingredientsByIds(
  { prisma }: StockDatabase,
  ids: readonly string[],
): Promise<Ingredient[]> {
  return prisma.ingredient.findMany({ where: { id: { in: ids.filter(isId) } } });
}

export async function createIngredient(
  { prisma }: StockDatabase,
  name: string,
  unit: Unit,
): Promise<Ingredient> {
  return prisma.ingredient.create({ data: { id: newId(), name, unit } }).catch((error) => {
    if (isUniqueViolation(error)) throw UserFault.of('ALREADY_EXISTS', `${name} exists`, ['name']);
    throw error;
  });
}

/** Where outlets differ from the chain: their own price of an item, or that they do not offer it. */
import type { OutletPrice } from '../domain/menu-item.js';
import type { Transaction } from './database.js';

export async function findOutletPrice(
  tx: Transaction,
  menuItemId: string,
  outletId: string,
): Promise<OutletPrice | null> {
  const row = await tx.outletPrice.findUnique({ where: { menuItemId_outletId: { menuItemId, outletId } } });
  if (row === null) return null;
  return {
    ...{ menuItemId, outletId, isOffered: row.isOffered, version: row.version },
    price: {
      amount: amountOf(row.price),
      previous: row.priceEffectiveAt === null ? amountOf(row.price) : amountOf(row.previousPrice),
      effectiveAt: row.priceEffectiveAt,
    },
  };
}

/**
 * Inserts or replaces it.
 * @param franchiseId of the outlet.
 * @returns it with its version, which rises by one.
 */
export async function updateOutletPrice(
  tx: Transaction,
  franchiseId: string,
  { menuItemId, outletId, price, isOffered }: Omit<OutletPrice, 'version'>,
): Promise<OutletPrice> {
  const columns = {
    isOffered,
    price: price.amount,
    previousPrice: price.effectiveAt === null ? null : price.previous,
    priceEffectiveAt: price.effectiveAt,
  };
  const { version } = await tx.outletPrice.upsert({
    where: { menuItemId_outletId: { menuItemId, outletId } },
    create: { menuItemId, outletId, franchiseId, ...columns, version: 1 },
    update: { ...columns, version: { increment: 1 } },
  });
  return { menuItemId, outletId, price, isOffered, version };
}

/** The lowest price of its own that an outlet has for an item; null where none has one. */
export async function findLowestOutletPrice(tx: Transaction, menuItemId: string): Promise<number | null> {
  const { _min } = await tx.outletPrice.aggregate({ where: { menuItemId }, _min: { price: true } });
  return amountOf(_min.price);
}

function amountOf(price: bigint | null): number | null {
  return price === null ? null : Number(price);
}

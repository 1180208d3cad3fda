/** Where outlets differ from the chain: their own price of an item, or that they do not offer it. */
import type { OutletPrice as StoredPrice } from '../../../prisma/menu/client/client.js';
import type { OutletPrice } from '../domain/menu-item.js';
import type { Transaction } from './database.js';

export async function findOutletPrice(
  tx: Transaction,
  menuItemId: string,
  outletId: string,
): Promise<OutletPrice | null> {
  const row = await tx.outletPrice.findUnique({ where: { menuItemId_outletId: { menuItemId, outletId } } });
  return row && outletPriceOf(row);
}

function outletPriceOf(row: StoredPrice): OutletPrice {
  const { menuItemId, outletId, isOffered, version } = row;
  return {
    ...{ menuItemId, outletId, isOffered, version },
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

/** Writes for an outlet the prices and offers of another. @returns them. */
export async function copyOutletPrices(
  tx: Transaction,
  templateId: string,
  { outletId, franchiseId }: { readonly outletId: string; readonly franchiseId: string },
): Promise<OutletPrice[]> {
  const rows = await tx.outletPrice.findMany({
    where: { outletId: templateId },
    orderBy: { menuItemId: 'asc' },
  });
  const copied = rows.map((row) => ({ ...row, outletId, franchiseId, version: 1 }));
  await tx.outletPrice.createMany({ data: copied });
  return copied.map(outletPriceOf);
}

/** The lowest price of its own that an outlet has for an item; null where none has one. */
export async function findLowestOutletPrice(tx: Transaction, menuItemId: string): Promise<number | null> {
  const { _min } = await tx.outletPrice.aggregate({ where: { menuItemId }, _min: { price: true } });
  return amountOf(_min.price);
}

function amountOf(price: bigint | null): number | null {
  return price === null ? null : Number(price);
}

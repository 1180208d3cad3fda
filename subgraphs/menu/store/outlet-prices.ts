/** Where outlets differ from the chain: their own price of an item, or that they do not offer it. */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Prisma, OutletPrice as StoredPrice } from '../../../prisma/menu/client/client.js';
import type { OutletPrice } from '../domain/menu-item.js';
import type { MenuDatabase, Transaction } from './database.js';

export async function findOutletPrice(
  tx: Transaction,
  menuItemId: string,
  outletId: string,
): Promise<OutletPrice | null> {
  const row = await tx.outletPrice.findUnique({ where: { menuItemId_outletId: { menuItemId, outletId } } });
  return row && outletPriceOf(row);
}

/** By item and outlet, `itemId:outletId`: those of any of the items at any of the outlets. */
export async function findOutletPrices(
  { prisma }: MenuDatabase,
  menuItemIds: readonly string[],
  outletIds: readonly string[],
): Promise<Map<string, OutletPrice>> {
  const rows = await prisma.outletPrice.findMany({
    where: { menuItemId: { in: [...new Set(menuItemIds)] }, outletId: { in: [...new Set(outletIds)] } },
  });
  return new Map(rows.map((row) => [keyOf(row), outletPriceOf(row)]));
}

/** A price with what people know item and outlet by. */
export interface NamedPrice extends OutletPrice {
  /** `itemId:outletId`, by which pages are sorted. */
  readonly id: string;
  readonly outlet: { readonly id: string; readonly name: string };
  readonly item: { readonly barcode: string; readonly name: string };
}

/** The rows of a page, of items that are not archived. @param outletId of one outlet of the scope; null for all of them. */
export async function findOutletPricePage(
  { prisma }: MenuDatabase,
  scope: Scope,
  outletId: string | null,
  page: Page,
): Promise<NamedPrice[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const after = (cursor: string | null, rule: 'gt' | 'lt'): Prisma.OutletPriceWhereInput => {
    if (cursor === null) return {};
    const [itemId = '', placeId = ''] = cursor.split(':');
    return {
      OR: [{ menuItemId: { [rule]: itemId } }, { menuItemId: itemId, outletId: { [rule]: placeId } }],
    };
  };
  const rows = await prisma.outletPrice.findMany({
    where: {
      AND: [
        whereCovered(scope),
        { menuItem: { isArchived: false }, ...(outletId !== null && { outletId }) },
        after(above, 'gt'),
        after(below, 'lt'),
      ],
    },
    orderBy: [{ menuItemId: direction }, { outletId: direction }],
    take,
    include: {
      outlet: { select: { id: true, name: true } },
      menuItem: { select: { barcode: true, name: true } },
    },
  });
  return rows.map(({ outlet, menuItem: item, ...row }) => ({
    id: keyOf(row),
    ...outletPriceOf(row),
    outlet,
    item,
  }));
}

export function isPriceCursor(cursor: string): boolean {
  return cursor.split(':').every(isId);
}

function keyOf({ menuItemId, outletId }: Pick<StoredPrice, 'menuItemId' | 'outletId'>): string {
  return `${menuItemId}:${outletId}`;
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

/** The lowest price of its own, present or to come, that an outlet has for an item; null where none has one. */
export async function findLowestOutletPrice(tx: Transaction, menuItemId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ lowest: bigint | null }[]>`
    SELECT min(least(price, previous_price)) AS lowest FROM outlet_price WHERE menu_item_id = ${menuItemId}::uuid`;
  return amountOf(row?.lowest ?? null);
}

/** The lowest price, present or to come, of any of these items at any of these outlets, or at any outlet where none is named. */
export async function findLowestPrice(
  tx: Transaction,
  menuItemIds: readonly string[],
  outletIds: readonly string[],
): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ lowest: bigint | null }[]>`
    SELECT min(price) AS lowest FROM (
      SELECT least(price, previous_price) AS price FROM menu_item WHERE id = ANY (${[...menuItemIds]}::uuid[])
      UNION ALL
      SELECT least(price, previous_price) FROM outlet_price
      WHERE menu_item_id = ANY (${[...menuItemIds]}::uuid[])
        AND (${outletIds.length === 0} OR outlet_id = ANY (${[...outletIds]}::uuid[]))
    ) AS prices`;
  return amountOf(row?.lowest ?? null);
}

/** Whether a price of the chain or of an outlet took effect after a moment and up to another. */
export async function hasPriceTakenEffect(
  { prisma }: MenuDatabase,
  after: Date,
  upTo: Date,
): Promise<boolean> {
  const [row] = await prisma.$queryRaw<{ has: boolean }[]>`
    SELECT has_price_taken_effect(${after}, ${upTo}) AS has`;
  return row?.has ?? false;
}

function amountOf(price: bigint | null): number | null {
  return price === null ? null : Number(price);
}

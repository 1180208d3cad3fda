/** What the chain sells, as anybody may read it: the items, and each outlet's menu at its own prices. */
import { isId } from '../../../platform/ids.js';
import { type Connection, connectionOf, type Page } from '../../../platform/paging.js';
import type { Prisma } from '../../../prisma/menu/client/client.js';
import type { MenuDatabase } from './database.js';

export const CATEGORIES = [
  'MILK_TEA',
  'FRUIT_TEA',
  'COFFEE',
  'CHOCOLATE',
  'SIGNATURE',
  'SNACK',
  'MERCHANDISE',
] as const;
export type Category = (typeof CATEGORIES)[number];

export interface Season {
  readonly name: string;
  readonly from: Date;
  readonly until: Date;
}

/** An item with the price it is read at: an outlet's on its menu, otherwise the chain's. */
export interface MenuItemRow {
  readonly id: string;
  readonly barcode: string;
  readonly name: string;
  readonly description: string;
  readonly category: Category;
  readonly price: number;
  readonly isLimited: boolean;
  readonly isArchived: boolean;
  readonly preparationSeconds: number;
  readonly season: Season | null;
  readonly version: number;
}

export interface MenuFilter {
  readonly outletId: string;
  /** The outlet's calendar day. */
  readonly day: Date;
  readonly category: Category | null;
  /** Part of a name or description, whatever its case. */
  readonly search: string | null;
}

/** What an outlet sells on a day, at its prices. */
export async function readMenu(
  { prisma }: MenuDatabase,
  { outletId, day, category, search }: MenuFilter,
  page: Page,
): Promise<Connection<MenuItemRow>> {
  const rows = await prisma.menuItem.findMany({
    where: {
      isArchived: false,
      prices: { none: { outletId, isOffered: false } },
      AND: [
        { OR: [{ seasonFrom: null }, { seasonFrom: { lte: day }, seasonUntil: { gte: day } }] },
        ...(search === null ? [] : [{ OR: [{ name: holding(search) }, { description: holding(search) }] }]),
      ],
      ...(category !== null && { category }),
      ...(page.after !== null && { id: { gt: page.after } }),
    },
    include: { prices: { where: { outletId } } },
    orderBy: { id: 'asc' },
    take: page.limit + 1,
  });
  const items = rows.map(({ prices, ...row }) => menuItemOf(row, prices[0]?.price ?? row.price));
  return connectionOf(page, items, ({ id }) => id);
}

export async function readMenuItems(
  { prisma }: MenuDatabase,
  ids: readonly string[],
): Promise<(MenuItemRow | null)[]> {
  const rows = await prisma.menuItem.findMany({ where: { id: { in: ids.filter(isId) } } });
  const byId = new Map(rows.map((row) => [row.id, menuItemOf(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** @param barcodes well formed. */
export async function readMenuItemsByBarcode(
  { prisma }: MenuDatabase,
  barcodes: readonly string[],
): Promise<(MenuItemRow | null)[]> {
  const rows = await prisma.menuItem.findMany({ where: { barcode: { in: [...barcodes] } } });
  const byBarcode = new Map(rows.map((row) => [row.barcode, menuItemOf(row)]));
  return barcodes.map((barcode) => byBarcode.get(barcode) ?? null);
}

export function menuItemOf(
  { category, seasonName, seasonFrom, seasonUntil, ...row }: Prisma.MenuItemModel,
  price: bigint = row.price,
): MenuItemRow {
  return {
    ...row,
    category: categoryOf(category),
    price: Number(price),
    season:
      seasonName === null || seasonFrom === null || seasonUntil === null
        ? null
        : { name: seasonName, from: seasonFrom, until: seasonUntil },
  };
}

function categoryOf(category: string): Category {
  const known = CATEGORIES.find((each) => each === category);
  if (known === undefined) throw new Error(`No such category: ${category}`);
  return known;
}

/** Prisma does not escape what LIKE takes for wildcards. */
function holding(text: string): Prisma.StringFilter {
  return { contains: text.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' };
}

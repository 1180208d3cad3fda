/**
 * Carts: one for each customer and outlet, made when it is first looked at. Changes to a cart happen one after the other;
 * the same item with the same options and note is one line.
 */
import { createHash } from 'node:crypto';
import { notFound, UserFault } from '../../../platform/errors.js';
import { isId, newId } from '../../../platform/ids.js';
import { MAXIMUM_LINES, MAXIMUM_QUANTITY, type WantedLine } from '../domain/lines.js';
import type { OrderDatabase, Transaction } from './database.js';

export interface CartRecord {
  readonly id: string;
  readonly customerId: string;
  readonly outletId: string;
}

export interface CartLineRecord extends WantedLine {
  readonly id: string;
  readonly cartId: string;
}

/** The customer's cart at an outlet; made when there is none yet. */
export async function openCart(
  { prisma }: OrderDatabase,
  customerId: string,
  outletId: string,
): Promise<CartRecord> {
  const place = { customerId_outletId: { customerId, outletId } };
  const known = await prisma.cart.findUnique({ where: place });
  if (known !== null) return known;
  // Whoever else makes it at the same moment has made the same one.
  await prisma.cart.createMany({ data: [{ id: newId(), customerId, outletId }], skipDuplicates: true });
  return prisma.cart.findUniqueOrThrow({ where: place });
}

/** Null for what does not exist or is another's. */
export async function findCarts(
  { prisma }: OrderDatabase,
  customerId: string | null,
  ids: readonly string[],
): Promise<(CartRecord | null)[]> {
  if (customerId === null) return ids.map(() => null);
  const rows = await prisma.cart.findMany({ where: { id: { in: ids.filter(isId) }, customerId } });
  return ids.map((id) => rows.find((row) => row.id === id) ?? null);
}

/** The lines of carts that the caller has been given, in the order in which they were added. */
export async function findCartLines(
  { prisma }: OrderDatabase,
  cartIds: readonly string[],
): Promise<CartLineRecord[][]> {
  const rows = await prisma.cartLine.findMany({
    where: { cartId: { in: [...cartIds] } },
    orderBy: { id: 'asc' },
  });
  return cartIds.map((id) => rows.filter(({ cartId }) => cartId === id));
}

/** Null for what does not exist or is in another's cart. */
export async function findOwnCartLines(
  { prisma }: OrderDatabase,
  customerId: string | null,
  ids: readonly string[],
): Promise<(CartLineRecord | null)[]> {
  if (customerId === null) return ids.map(() => null);
  const rows = await prisma.cartLine.findMany({
    where: { id: { in: ids.filter(isId) }, cart: { customerId } },
  });
  return ids.map((id) => rows.find((row) => row.id === id) ?? null);
}

export async function addCartLine(
  { prisma }: OrderDatabase,
  cart: CartRecord,
  line: WantedLine,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await lockCart(tx, cart.id);
    await putLine(tx, cart.id, newId(), line);
    if ((await tx.cartLine.count({ where: { cartId: cart.id } })) > MAXIMUM_LINES) {
      throw UserFault.of('INVALID_QUANTITY', `A cart has at most ${MAXIMUM_LINES} lines.`);
    }
  });
}

/**
 * Changes a line of the customer's own cart, or removes it.
 * @param change null to remove the line.
 * @throws NOT_FOUND for another's.
 */
export async function changeCartLine(
  { prisma }: OrderDatabase,
  customerId: string,
  lineId: string,
  change: ((line: CartLineRecord) => WantedLine) | null,
): Promise<CartRecord> {
  if (!isId(lineId)) throw notFound('Cart line');
  return prisma.$transaction(async (tx) => {
    const cart = await tx.cart.findFirst({ where: { customerId, lines: { some: { id: lineId } } } });
    if (cart === null) throw notFound('Cart line');
    await lockCart(tx, cart.id);
    const line = await tx.cartLine.findUnique({ where: { id: lineId } });
    if (line === null) throw notFound('Cart line');
    const changed = change?.(line);
    await tx.cartLine.delete({ where: { id: lineId } });
    if (changed !== undefined) await putLine(tx, cart.id, lineId, changed);
    return cart;
  });
}

/** Takes all lines out of the customer's cart; two who do so at once take them one after the other. */
export async function emptyCart(
  tx: Transaction,
  customerId: string,
  outletId: string,
): Promise<CartLineRecord[]> {
  const cart = await tx.cart.findUnique({ where: { customerId_outletId: { customerId, outletId } } });
  if (cart === null) return [];
  await lockCart(tx, cart.id);
  const lines = await tx.cartLine.findMany({ where: { cartId: cart.id }, orderBy: { id: 'asc' } });
  await tx.cartLine.deleteMany({ where: { cartId: cart.id } });
  return lines;
}

async function lockCart(tx: Transaction, cartId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM cart WHERE id = ${cartId}::uuid FOR UPDATE`;
}

async function putLine(tx: Transaction, cartId: string, id: string, line: WantedLine): Promise<void> {
  const choice = choiceOf(line);
  const { menuItemId, quantity, note } = line;
  const optionIds = [...line.optionIds];
  const same = await tx.cartLine.findUnique({ where: { cartId_choice: { cartId, choice } } });
  const sum = quantity + (same?.quantity ?? 0);
  if (sum > MAXIMUM_QUANTITY) {
    throw UserFault.of('INVALID_QUANTITY', `At most ${MAXIMUM_QUANTITY} of one item.`, ['quantity']);
  }
  if (same !== null) await tx.cartLine.update({ where: { id: same.id }, data: { quantity: sum } });
  else await tx.cartLine.create({ data: { id, cartId, menuItemId, quantity, optionIds, note, choice } });
}

function choiceOf({ menuItemId, optionIds, note }: WantedLine): string {
  return createHash('sha256')
    .update(JSON.stringify([menuItemId, [...optionIds].sort(), note]))
    .digest('base64url');
}

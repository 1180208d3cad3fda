/**
 * Carts, one per customer and outlet, created on first use. A cart's row is locked while its lines change, so that changes
 * are serialised; the same item with the same options and note is one line.
 */
import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { isId, newId } from '../../../platform/ids.js';
import type { CartLine } from '../../../prisma/order/client/client.js';
import type { CartLineRecord, CartRecord, NewCartLine } from '../domain/cart.js';
import { MAXIMUM_LINES, MAXIMUM_QUANTITY, type RequestedLine } from '../domain/requested-line.js';
import type { OrderDatabase, Transaction } from './database.js';

/** The customer's cart at an outlet, inserted if there is none. */
export async function findOrInsertCart(
  database: OrderDatabase,
  cause: Cause,
  customerId: string,
  outletId: string,
): Promise<CartRecord> {
  const where = { customerId_outletId: { customerId, outletId } };
  const existing = await database.prisma.cart.findUnique({ where });
  if (existing !== null) return existing;
  return database.work(cause, async ({ tx }) => {
    // A concurrent request may insert it first; both then find the same cart.
    await tx.cart.createMany({ data: [{ id: newId('Cart'), customerId, outletId }], skipDuplicates: true });
    return tx.cart.findUniqueOrThrow({ where });
  });
}

/** Those that exist and are the customer's own, in any order. */
export async function findCarts(
  { prisma }: OrderDatabase,
  customerId: string | null,
  ids: readonly string[],
): Promise<CartRecord[]> {
  return customerId === null ? [] : prisma.cart.findMany({ where: { id: { in: [...ids] }, customerId } });
}

/** The lines of carts that the caller has read already, in the order in which they were added. */
export async function findCartLines(
  { prisma }: OrderDatabase,
  cartIds: readonly string[],
): Promise<CartLineRecord[]> {
  const rows = await prisma.cartLine.findMany({
    where: { cartId: { in: [...cartIds] } },
    omit: { customerId: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(cartLineRecord);
}

/** Those that exist in the customer's own carts, in any order. */
export async function findOwnCartLines(
  { prisma }: OrderDatabase,
  customerId: string | null,
  ids: readonly string[],
): Promise<CartLineRecord[]> {
  if (customerId === null) return [];
  const rows = await prisma.cartLine.findMany({
    where: { id: { in: [...ids] }, customerId },
    omit: { customerId: true },
  });
  return rows.map(cartLineRecord);
}

export async function insertCartLine(
  database: OrderDatabase,
  cause: Cause,
  cart: CartRecord,
  line: NewCartLine,
): Promise<void> {
  await database.work(cause, async ({ tx }) => {
    await lockCart(tx, cart.id);
    await mergeLine(tx, cart, newId('CartLine'), line);
    if ((await tx.cartLine.count({ where: { cartId: cart.id } })) > MAXIMUM_LINES) {
      throw UserFault.of('INVALID_QUANTITY', `A cart has at most ${MAXIMUM_LINES} lines.`);
    }
  });
}

/**
 * Changes a line of the customer's own cart, or deletes it.
 * @param change called with the cart locked; null deletes the line.
 * @throws NOT_FOUND for another customer's line.
 */
export async function updateCartLine(
  database: OrderDatabase,
  cause: Cause,
  customerId: string,
  lineId: string,
  change: ((line: CartLineRecord, cart: CartRecord) => NewCartLine) | null,
): Promise<CartRecord> {
  if (!isId(lineId)) throw notFound('Cart line');
  return database.work(cause, async ({ tx }) => {
    const cart = await tx.cart.findFirst({ where: { customerId, lines: { some: { id: lineId } } } });
    if (cart === null) throw notFound('Cart line');
    await lockCart(tx, cart.id);
    const line = await tx.cartLine.findUnique({ where: { id: lineId } });
    if (line === null) throw notFound('Cart line');
    const changed = change?.(cartLineRecord(line), cart);
    await tx.cartLine.delete({ where: { id: lineId } });
    if (changed !== undefined) await mergeLine(tx, cart, lineId, changed);
    return cart;
  });
}

/** Deletes and returns all lines of the customer's cart. Concurrent calls are serialised by the lock on the cart. */
export async function deleteCartLines(
  client: PoolClient,
  customerId: string,
  outletId: string,
): Promise<RequestedLine[]> {
  const carts = await client.query<{ id: string }>(
    'SELECT id FROM cart WHERE customer_id = $1 AND outlet_id = $2 FOR UPDATE',
    [customerId, outletId],
  );
  const { rows } = await client.query<RequestedLine>(
    `WITH deleted AS (
       DELETE FROM cart_line WHERE cart_id = ANY($1::uuid[]) AND customer_id = $2
       RETURNING id, menu_item_id AS "menuItemId", quantity, option_ids AS "optionIds", note
     )
     SELECT "menuItemId", quantity, "optionIds", note FROM deleted ORDER BY id`,
    [carts.rows.map(({ id }) => id), customerId],
  );
  return rows;
}

async function lockCart(tx: Transaction, cartId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM cart WHERE id = ${cartId}::uuid FOR UPDATE`;
}

async function mergeLine(
  tx: Transaction,
  { id: cartId, customerId }: CartRecord,
  id: string,
  line: NewCartLine,
): Promise<void> {
  const choice = choiceOf(line);
  const { menuItemId, quantity, note, shownPrice } = line;
  const optionIds = [...line.optionIds];
  const same = await tx.cartLine.findUnique({ where: { cartId_choice: { cartId, choice } } });
  const sum = quantity + (same?.quantity ?? 0);
  if (sum > MAXIMUM_QUANTITY) {
    throw UserFault.of('INVALID_QUANTITY', `At most ${MAXIMUM_QUANTITY} of one item.`, ['quantity']);
  }
  if (same !== null)
    await tx.cartLine.update({ where: { id: same.id }, data: { quantity: sum, shownPrice } });
  else {
    const data = { id, cartId, customerId, menuItemId, quantity, optionIds, note, choice, shownPrice };
    await tx.cartLine.create({ data });
  }
}

function cartLineRecord({ shownPrice, ...row }: Omit<CartLine, 'customerId'>): CartLineRecord {
  return { ...row, shownPrice: shownPrice === null ? null : Number(shownPrice) };
}

function choiceOf({ menuItemId, optionIds, note }: RequestedLine): string {
  return createHash('sha256')
    .update(JSON.stringify([menuItemId, [...optionIds].sort(), note]))
    .digest('base64url');
}

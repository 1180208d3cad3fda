/** What the story does at one outlet of the demo chain, through the gateway alone. */
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';

export interface Outlet {
  readonly id: string;
  readonly drinkId: string;
  readonly tumblerId: string;
  /** Manages it. */
  readonly manager: FrontEnd;
}

export async function outletOfBudi(url: string): Promise<Outlet> {
  const manager = await new FrontEnd(url).signIn('budi@kedai.test');
  const { me } = await manager.execute<{ me: { roles: { role: string; outletId: string }[] } }>(
    '{ me { roles { role outletId } } }',
  );
  const id = me.roles.find(({ role }) => role === 'MANAGER')?.outletId;
  const { tea, limited } = await manager.execute<Record<string, { nodes: { id: string }[] }>>(
    `query ($id: ID!) {
       tea: menu(outletId: $id, category: MILK_TEA, first: 1) { nodes { id } }
       limited: menu(outletId: $id, search: "Tumbler", first: 1) { nodes { id } } }`,
    { id },
  );
  const [drinkId, tumblerId] = [tea?.nodes[0]?.id, limited?.nodes[0]?.id];
  if (!id || !drinkId || !tumblerId) throw new Error('The demo chain sells tea and tumblers at its outlets.');
  return { id, drinkId, tumblerId, manager };
}

export async function newGuest(url: string): Promise<FrontEnd> {
  const email = `${newId()}@kedai.test`;
  const input = { email, password: 'kedai-demo', name: 'Tamu' };
  await new FrontEnd(url).execute(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
    { input },
  );
  return new FrontEnd(url).signIn(email);
}

/** @returns the order's id; it is accepted and nothing more. */
export async function place(guest: FrontEnd, outletId: string, menuItemId: string): Promise<string> {
  const { placeOrder } = await guest.execute<{ placeOrder: { order: { id: string; status: string } } }>(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id status } userErrors { code } } }',
    { input: { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: newId() } },
  );
  expect(placeOrder).toEqual({
    order: { id: expect.any(String), status: 'PLACED' },
    userErrors: [],
  });
  return placeOrder.order.id;
}

/** Every status that an order has had. */
export async function historyOf(guest: FrontEnd, orderId: string): Promise<string[]> {
  const { order } = await guest.execute<{ order: { statusHistory: { status: string }[] } }>(
    'query ($orderId: ID!) { order(id: $orderId) { statusHistory { status } } }',
    { orderId },
  );
  return order.statusHistory.map(({ status }) => status);
}

export async function untilLast(guest: FrontEnd, orderId: string, status: string): Promise<void> {
  await eventually(async () => expect((await historyOf(guest, orderId)).at(-1)).toBe(status));
}

/** An order that is paid and that the kitchen has not begun. @returns its id and its payment's. */
export async function placeAndPay(guest: FrontEnd, { id: outletId, drinkId }: Outlet) {
  const orderId = await place(guest, outletId, drinkId);
  await untilLast(guest, orderId, 'AWAITING_PAYMENT');
  // Payment consumes the order's event independently.
  const paymentId = await eventually(async () => {
    const { payOrder } = await guest.execute<{ payOrder: { payment: { id: string } | null } }>(
      'mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } userErrors { code } } }',
      { input: { orderId, method: 'GOPAY', idempotencyKey: newId() } },
    );
    if (payOrder.payment === null) throw new Error('It cannot be paid yet');
    return payOrder.payment.id;
  });
  await untilLast(guest, orderId, 'PAID');
  return { orderId, paymentId };
}

/** What is reserved at an outlet, by ingredient; nothing where nothing is. */
export async function reservedAt({ id, manager }: Outlet): Promise<Record<string, number>> {
  const { stockItems } = await manager.execute<{
    stockItems: { nodes: { reserved: number; ingredient: { name: string } }[] };
  }>(
    'query ($id: ID!) { stockItems(outletId: $id, first: 100) { nodes { reserved ingredient { name } } } }',
    { id },
  );
  return Object.fromEntries(
    stockItems.nodes
      .filter(({ reserved }) => reserved > 0)
      .map(({ reserved, ingredient }) => [ingredient.name, reserved]),
  );
}

/** Sets how many tumblers are there. @returns the item. */
export async function countTumblers({ id, manager }: Outlet, countedOnHand: number): Promise<string> {
  const { stockItems } = await manager.execute<{
    stockItems: { nodes: { id: string; ingredient: { name: string } }[] };
  }>('query ($id: ID!) { stockItems(outletId: $id, first: 100) { nodes { id ingredient { name } } } }', {
    id,
  });
  const stockItemId = stockItems.nodes.find(({ ingredient }) => ingredient.name.startsWith('Tumbler'))?.id;
  if (stockItemId === undefined) throw new Error('The outlet stocks tumblers.');
  await manager.execute(
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { stockItem { id } userErrors { code } } }',
    { input: { stockItemId, countedOnHand, reason: 'Hitung', idempotencyKey: newId() } },
  );
  return stockItemId;
}

/** The titles of a guest's notifications, by order, oldest first. */
export async function toldOf(guest: FrontEnd): Promise<ReadonlyMap<string, readonly string[]>> {
  const { me } = await guest.with({ 'accept-language': 'en' }).execute<{
    me: { notifications: { nodes: { title: string; order: { id: string } }[] } };
  }>('{ me { notifications(first: 100) { nodes { title order { id } } } } }');
  const titles = new Map<string, string[]>();
  for (const { title, order } of me.notifications.nodes.toReversed())
    titles.set(order.id, [...(titles.get(order.id) ?? []), title.replace(/^Order \S+ /, '')]);
  return titles;
}

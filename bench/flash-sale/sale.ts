/** A flash sale through the gateway over HTTP: each buyer wants one of the limited tumblers of one outlet, all at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { newId } from '../../platform/ids.js';
import { FrontEnd } from '../../tests/support/front-end.js';

export interface SaleResult {
  /** How long each buyer waited for the first answer. */
  readonly milliseconds: readonly number[];
  /** From the first order until every buyer has the last word. */
  readonly seconds: number;
  /** What each buyer was told at once: an order's id, or null for OUT_OF_STOCK. */
  readonly orderIds: readonly (string | null)[];
  /** The status of every order that was taken, once stock has answered. */
  readonly statuses: readonly string[];
}

const CONNECTIONS = 256;
const ORDERS_A_QUERY = 25;
const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id } userErrors { code message } } }`;

interface Placed {
  readonly order: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

/**
 * @param url of the gateway.
 * @param at which outlet: the number of its place in the list, from 0.
 */
export async function holdFlashSale(url: string, buyers: number, at = 0): Promise<SaleResult> {
  const visitor = new FrontEnd(url);
  const { session } = (
    await visitor.ask<{ signIn: { session: { accessToken: string } } }>(
      `mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { accessToken } } }`,
    )
  ).signIn;
  const guest = new FrontEnd(url, session.accessToken);
  const { outletId, menuItemId } = await limitedItem(visitor, at);

  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const milliseconds: number[] = [];
  const start = performance.now();
  const orderIds = await Promise.all(
    Array.from({ length: buyers }, async () => {
      const input = { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: newId() };
      const { body } = await pool.request({
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${session.accessToken}` },
        body: JSON.stringify({ query: PLACE, variables: { input } }),
      });
      const answer: { data: { placeOrder: Placed } } = JSON.parse(await body.text());
      milliseconds.push(performance.now() - start);
      return idOrNull(answer.data.placeOrder);
    }),
  );
  const statuses = await settledStatuses(
    guest,
    orderIds.flatMap((id) => (id === null ? [] : [id])),
  );
  const seconds = (performance.now() - start) / 1_000;
  await pool.close();
  return { milliseconds, seconds, orderIds, statuses };
}

async function limitedItem(visitor: FrontEnd, at: number): Promise<{ outletId: string; menuItemId: string }> {
  const { outlets } = await visitor.ask<{ outlets: { nodes: { id: string }[] } }>(
    '{ outlets(first: 10) { nodes { id } } }',
  );
  const outlet = outlets.nodes[at];
  const { menu } = await visitor.ask<{ menu: { nodes: { id: string; isLimited: boolean }[] } }>(
    `query ($outletId: ID!) { menu(outletId: $outletId, search: "Tumbler", first: 10) { nodes { id isLimited } } }`,
    { outletId: outlet?.id },
  );
  const item = menu.nodes.find(({ isLimited }) => isLimited);
  if (outlet === undefined || item === undefined) throw new Error('The demo chain sells a limited tumbler.');
  return { outletId: outlet.id, menuItemId: item.id };
}

function idOrNull({ order, userErrors }: Placed): string | null {
  if (order !== null) return order.id;
  if (userErrors.every(({ code }) => code === 'OUT_OF_STOCK')) return null;
  throw new Error(`A buyer was told ${JSON.stringify(userErrors)}`);
}

/** Asks until stock has answered every order. */
export async function settledStatuses(guest: FrontEnd, ids: readonly string[]): Promise<string[]> {
  const statuses: string[] = [];
  for (let from = 0; from < ids.length; from += ORDERS_A_QUERY) {
    const fields = ids
      .slice(from, from + ORDERS_A_QUERY)
      .map((id, index) => `o${index}: order(id: "${id}") { status }`);
    for (;;) {
      const orders = Object.values(
        await guest.ask<Record<string, { status: string }>>(`{ ${fields.join(' ')} }`),
      );
      if (orders.every(({ status }) => status !== 'PLACED')) {
        statuses.push(...orders.map(({ status }) => status));
        break;
      }
      await delay(50);
    }
  }
  return statuses;
}

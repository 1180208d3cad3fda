/** A flash sale through the gateway over HTTP: all buyers order one of an outlet's limited tumblers at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { newId } from '../../platform/ids.js';
import { FrontEnd } from '../../tests/support/front-end.js';

/** A signed-in customer. */
export interface Guest {
  readonly accessToken: string;
  readonly frontEnd: FrontEnd;
}

export interface SaleOptions {
  /** Index of the outlet in the list. Default 0. */
  readonly at?: number;
  /** Buyers, in turn. Default: Rina alone. */
  readonly guests?: readonly Guest[];
}

/** A buyer's input and immediate answer: an order's id, or null for OUT_OF_STOCK. */
export interface Purchase {
  readonly guest: Guest;
  readonly input: { readonly outletId: string; readonly idempotencyKey: string; readonly lines: object[] };
  readonly orderId: string | null;
}

export interface SaleResult {
  /** How long each buyer waited for the first answer. */
  readonly milliseconds: readonly number[];
  /** From the first order until every buyer has a final answer. */
  readonly seconds: number;
  readonly purchases: readonly Purchase[];
  /** Of every accepted order, by its id, once stock has answered. */
  readonly statuses: ReadonlyMap<string, string>;
}

const CONNECTIONS = 256;
const ORDERS_A_QUERY = 25;
const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id } userErrors { code message } } }`;

interface Placed {
  readonly order: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string }[];
}

/** @param url of the gateway. */
export async function holdFlashSale(
  url: string,
  buyers: number,
  { at = 0, guests }: SaleOptions = {},
): Promise<SaleResult> {
  const visitor = new FrontEnd(url);
  const crowd = guests ?? [await rina(visitor, url)];
  const { outletId, menuItemId } = await limitedItem(visitor, at);

  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const milliseconds: number[] = [];
  const start = performance.now();
  const purchases = await Promise.all(
    Array.from({ length: Math.ceil(buyers / crowd.length) }, () => crowd)
      .flat()
      .slice(0, buyers)
      .map(async (guest): Promise<Purchase> => {
        const input = { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: newId() };
        const { body } = await pool.request({
          method: 'POST',
          path: pathname,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${guest.accessToken}` },
          body: JSON.stringify({ query: PLACE, variables: { input } }),
        });
        const answer: { data: { placeOrder: Placed } } = JSON.parse(await body.text());
        milliseconds.push(performance.now() - start);
        return { guest, input, orderId: idOrNull(answer.data.placeOrder) };
      }),
  );
  const settled: [string, string][] = [];
  for (const guest of crowd) {
    const own = purchases.filter((purchase) => purchase.guest === guest);
    settled.push(
      ...(await settledStatuses(
        guest.frontEnd,
        own.flatMap(({ orderId }) => orderId ?? []),
      )),
    );
  }
  const seconds = (performance.now() - start) / 1_000;
  await pool.close();
  return { milliseconds, seconds, purchases, statuses: new Map(settled) };
}

/** Repeats the request. @returns its answer. */
export async function repeatOrder({ guest, input }: Purchase): Promise<string | null> {
  const { placeOrder } = await guest.frontEnd.execute<{ placeOrder: Placed }>(PLACE, { input });
  return idOrNull(placeOrder);
}

async function rina(visitor: FrontEnd, url: string): Promise<Guest> {
  const { signIn } = await visitor.execute<{ signIn: { session: { accessToken: string } } }>(
    `mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { accessToken } } }`,
  );
  const { accessToken } = signIn.session;
  return { accessToken, frontEnd: new FrontEnd(url, accessToken) };
}

async function limitedItem(visitor: FrontEnd, at: number): Promise<{ outletId: string; menuItemId: string }> {
  const { outlets } = await visitor.execute<{ outlets: { nodes: { id: string }[] } }>(
    '{ outlets(first: 10) { nodes { id } } }',
  );
  const outlet = outlets.nodes[at];
  const { menu } = await visitor.execute<{ menu: { nodes: { id: string; isLimited: boolean }[] } }>(
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
  throw new Error(`A buyer was answered ${JSON.stringify(userErrors)}`);
}

/** Polls until stock has answered every order. @returns each order's id and status. */
async function settledStatuses(guest: FrontEnd, ids: readonly string[]): Promise<[string, string][]> {
  const settled: [string, string][] = [];
  for (let from = 0; from < ids.length; from += ORDERS_A_QUERY) {
    const fields = ids
      .slice(from, from + ORDERS_A_QUERY)
      .map((id, index) => `o${index}: order(id: "${id}") { id status }`);
    for (;;) {
      const orders = Object.values(
        await guest.execute<Record<string, { id: string; status: string }>>(`{ ${fields.join(' ')} }`),
      );
      if (orders.every(({ status }) => status !== 'PLACED')) {
        settled.push(...orders.map(({ id, status }): [string, string] => [id, status]));
        break;
      }
      await delay(50);
    }
  }
  return settled;
}

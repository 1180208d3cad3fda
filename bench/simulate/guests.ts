/** Guests: at a steady rate, each with a phone and an account, one of them orders some drinks and pays. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../platform/ids.js';
import type { FrontEnd } from '../../tests/support/front-end.js';
import type { Tally } from './tally.js';

export interface GuestOptions {
  readonly visitor: FrontEnd;
  readonly outletIds: readonly string[];
  readonly perMinute: number;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

const GUESTS = 5;
const METHODS = ['GOPAY', 'QRIS', 'CARD', 'OVO', 'DANA'];

/** A running part of the simulation; `ended` resolves when it has completed its pending work. */
export interface Part {
  readonly ended: Promise<void>;
}

export async function startGuests({
  visitor,
  outletIds,
  perMinute,
  signal,
  tally,
}: GuestOptions): Promise<Part> {
  const guests = await Promise.all(Array.from({ length: GUESTS }, () => signUp(visitor)));
  const menus = await Promise.all(outletIds.map((outletId) => menuOf(visitor, outletId)));
  const visits = new Set<Promise<void>>();

  async function come(): Promise<void> {
    while (!signal.aborted) {
      const at = Math.floor(Math.random() * outletIds.length);
      const visit = orderAndPay(pick(guests), outletIds[at], pick(menus[at] ?? []), tally)
        .catch(() => tally.count('failed'))
        .finally(() => visits.delete(visit));
      visits.add(visit);
      await sleep(60_000 / perMinute, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(visits);
  }
  return { ended: come() };
}

async function signUp(visitor: FrontEnd): Promise<FrontEnd> {
  const email = `guest-${newId()}@kedai.test`;
  await visitor.execute(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { message } } }',
    {
      input: { email, password: 'kedai-demo', name: 'Simulated Guest' },
    },
  );
  return visitor.signIn(email);
}

async function menuOf(visitor: FrontEnd, outletId: string): Promise<string[]> {
  const { menu } = await visitor.execute<{ menu: { nodes: { id: string; isLimited: boolean }[] } }>(
    'query ($outletId: ID!) { menu(outletId: $outletId, first: 100) { nodes { id isLimited } } }',
    { outletId },
  );
  return menu.nodes.flatMap(({ id, isLimited }) => (isLimited ? [] : [id]));
}

async function orderAndPay(guest: FrontEnd, outletId: string | undefined, menuItemId: string, tally: Tally) {
  const quantity = 1 + Math.floor(Math.random() * 3);
  const { placeOrder } = await guest.execute<{ placeOrder: { order: { id: string } | null } }>(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }',
    { input: { outletId, lines: [{ menuItemId, quantity }], idempotencyKey: newId() } },
  );
  if (placeOrder.order === null) return tally.count('refused');
  tally.count('ordered');
  const { payOrder } = await guest.execute<{ payOrder: { payment: object | null } }>(
    'mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } userErrors { code } } }',
    { input: { orderId: placeOrder.order.id, method: pick(METHODS), idempotencyKey: newId() } },
  );
  tally.count(payOrder.payment === null ? 'unpaid' : 'paid');
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

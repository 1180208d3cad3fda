/**
 * Places orders through the gateway over HTTP with a constant number in flight. Every fourth is for a limited item, of which
 * each outlet has a hundred; the others are for a plentiful drink.
 */
import { Pool } from 'undici';
import { z } from 'zod';
import { newId } from '../../platform/ids.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { OUTLETS, PLACE_ORDER, someDrink } from '../orders/orders.js';

/** An order that was accepted. */
export interface Accepted {
  readonly id: string;
  readonly outletId: string;
  readonly isLimited: boolean;
  /** When it was sent and when its answer came, by one clock. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

const IN_FLIGHT = 64;
const LIMITED = CATALOGUE.menuItems.find(({ isLimited }) => isLimited);

const answerSchema = z.object({
  data: z.object({
    placeOrder: z.object({ order: z.object({ id: z.string(), status: z.literal('PLACED') }) }),
  }),
});

/** @param onAccepted called with how many there are so far. */
export async function placeOrders(
  url: string,
  count: number,
  onAccepted: (soFar: number) => void,
): Promise<Accepted[]> {
  const { signIn } = await new FrontEnd(url).execute<{ signIn: { session: { accessToken: string } } }>(
    'mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { accessToken } } }',
  );
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: IN_FLIGHT });
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${signIn.session.accessToken}`,
  };
  const accepted: Accepted[] = [];
  let sent = 0;

  async function placeOne(ordinal: number): Promise<void> {
    const isLimited = ordinal % 4 === 0;
    const input = isLimited ? limitedItemAt(ordinal) : someDrink();
    const sentAt = performance.now();
    const { body } = await pool.request({
      ...{ method: 'POST', path: pathname, headers },
      body: JSON.stringify({ query: PLACE_ORDER, variables: { input } }),
    });
    const { order } = answerSchema.parse(await body.json()).data.placeOrder;
    const { outletId } = input;
    accepted.push({ id: order.id, outletId, isLimited, sentAt, answeredAt: performance.now() });
    onAccepted(accepted.length);
  }

  async function lane(): Promise<void> {
    while (sent < count) {
      sent += 1;
      await placeOne(sent);
    }
  }

  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await pool.close();
  return accepted;
}

function limitedItemAt(ordinal: number) {
  const outlet = OUTLETS[(ordinal / 4) % OUTLETS.length];
  if (outlet === undefined || LIMITED === undefined) throw new Error('The demo chain sells a limited item.');
  return {
    outletId: outlet.id,
    lines: [{ menuItemId: LIMITED.id, quantity: 1 }],
    idempotencyKey: newId(),
  };
}

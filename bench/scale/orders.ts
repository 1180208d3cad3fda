/**
 * Orders from the menu to the counter, as a chain has them: a guest orders, watches on a socket, pays by QRIS, and the kitchen starts, makes and hands
 * it over. What follows is what the socket says: nothing polls.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../platform/ids.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { someDrink } from '../orders/orders.js';

const STEPS = ['startPreparing', 'markReady', 'completeOrder'] as const;
const LONGEST_MILLISECONDS = 120_000;

export interface Chain {
  readonly guest: FrontEnd;
  readonly headOffice: FrontEnd;
}

export async function signIn(url: string): Promise<Chain> {
  const visitor = new FrontEnd(url);
  const [guest, headOffice] = await Promise.all([
    visitor.signIn('rina@kedai.test'),
    visitor.signIn('hq@kedai.test'),
  ]);
  return { guest, headOffice };
}

/** @throws Error for an order that takes more than two minutes to a step. */
export async function completeOrder({ guest, headOffice }: Chain): Promise<void> {
  const { placeOrder } = await untilAnswered<{ placeOrder: { order: { id: string } | null } }>(
    guest,
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }',
    { input: someDrink() },
  );
  if (placeOrder.order === null) throw new Error('The order was refused');
  const { id } = placeOrder.order;
  const watching = guest.subscribe<{ orderStatusChanged: { status: string } }>(
    'subscription ($id: ID!) { orderStatusChanged(orderId: $id) { status order { number estimatedReadyAt } } }',
    { id },
  );
  const until = async (status: string) => {
    const limit = Date.now() + LONGEST_MILLISECONDS;
    while (!watching.events.some(({ orderStatusChanged }) => orderStatusChanged.status === status)) {
      if (Date.now() > limit)
        throw new Error(`Order ${id} did not become ${status}: ${watching.errors.join()}`);
      await delay(10);
    }
  };
  try {
    await until('AWAITING_PAYMENT');
    await untilAnswered(
      guest,
      'mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } userErrors { code } } }',
      { input: { orderId: id, method: 'QRIS', idempotencyKey: newId() } },
    );
    await until('PAID');
    for (const step of STEPS) {
      await untilAnswered(
        headOffice,
        `mutation ($id: ID!) { ${step}(orderId: $id) { order { status } userErrors { code } } }`,
        { id },
      );
    }
    await until('COMPLETED');
  } finally {
    watching.close();
  }
}

/** Asks again, by the same key, while a subgraph is unavailable: more processes than cores answer late at first. */
async function untilAnswered<Data>(as: FrontEnd, operation: string, variables: object): Promise<Data> {
  for (;;) {
    const { data, errors } = await as.answer<Data>(operation, variables);
    if (data !== null && errors.length === 0) return data;
    if (errors.some(({ extensions }) => extensions.code !== 'SUBGRAPH_UNAVAILABLE'))
      throw new Error(`${JSON.stringify(errors)} for ${operation}`);
    await delay(200);
  }
}

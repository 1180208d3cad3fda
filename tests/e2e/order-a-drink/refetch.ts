/** What a Relay client does after the story: refetches entities of every subgraph by id alone. */
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';

interface Entity {
  readonly id: string;
}

const NODE = `query Node($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Customer { email }
    ... on Outlet { city }
    ... on MenuItem { name }
    ... on Order { number status payment { method } }
    ... on StockItem { onHand ingredient { name } }
    ... on Payment { method order { number } }
  }
}`;

/** Selects nothing that the subgraph of the type would be requested for. */
const BARE = 'query Bare($id: ID!) { node(id: $id) { id } }';

export async function refetchByIds(url: string): Promise<void> {
  const visitor = new FrontEnd(url);
  const [rina, budi, dewi] = await Promise.all(
    ['rina@kedai.test', 'budi@kedai.test', 'dewi@kedai.test'].map((email) => visitor.signIn(email)),
  );
  if (!rina || !budi || !dewi) throw new Error('The demo accounts are seeded.');
  const { me } = await rina.execute<{
    me: Entity & {
      orders: {
        nodes: (Entity & {
          number: string;
          outlet: Entity;
          payment: Entity;
          lines: { menuItem: Entity }[];
        })[];
      };
    };
  }>(
    '{ me { id orders(first: 1) { nodes { id number outlet { id } payment { id } lines { menuItem { id } } } } } }',
  );
  const [order] = me.orders.nodes;
  if (order === undefined) throw new Error('The story leaves an order.');

  const node = async (frontEnd: FrontEnd, id: string | undefined) =>
    (await frontEnd.execute<{ node: Record<string, unknown> }>(NODE, { id })).node;
  expect(await node(rina, me.id)).toMatchObject({ __typename: 'Customer', email: 'rina@kedai.test' });
  expect(await node(rina, order.id)).toMatchObject({ __typename: 'Order', number: order.number });
  expect(await node(rina, order.payment.id)).toMatchObject({
    __typename: 'Payment',
    order: { number: order.number },
  });
  expect(await node(visitor, order.lines[0]?.menuItem.id)).toMatchObject({
    __typename: 'MenuItem',
    name: expect.any(String),
  });
  expect(await node(visitor, ` ${order.outlet.id.toUpperCase()} `)).toMatchObject({
    __typename: 'Outlet',
    id: order.outlet.id,
  });
  const outlet = await budi.execute<{ outlet: { stockItems: { nodes: Entity[] } } }>(
    'query ($id: ID!) { outlet(id: $id) { stockItems(first: 1) { nodes { id } } } }',
    { id: order.outlet.id },
  );
  const stockItemId = outlet.outlet.stockItems.nodes[0]?.id;
  expect(await node(budi, stockItemId)).toMatchObject({
    __typename: 'StockItem',
    onHand: expect.any(Number),
  });

  // Another customer's order, another outlet's stock and an unused id are answered alike.
  const stranger = await signUp(visitor);
  for (const [frontEnd, id] of [
    [stranger, order.id],
    [stranger, order.payment.id],
    [stranger, stockItemId],
    [stranger, newId('Order')],
    [stranger, newId('Outlet')],
    [stranger, newId()],
    [stranger, 'no id'],
  ] as const) {
    for (const query of [NODE, BARE]) {
      const answer = await frontEnd.answer<{ node: object | null }>(query, { id });
      expect(answer.data?.node ?? null, id).toBeNull();
      expect(answer.errors, id).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    }
  }
}

async function signUp(visitor: FrontEnd): Promise<FrontEnd> {
  const email = `${newId()}@kedai.test`;
  await visitor.execute('mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }', {
    input: { email, password: 'a long enough password', name: 'A Stranger', phone: '081234567890' },
  });
  return visitor.signIn(email, 'a long enough password');
}

/**
 * The story that every deployment must pass: a guest orders a drink, pays, and watches its status; the stock falls by the
 * reservation and by a scale's reading; subscribers receive each step, with fields from every subgraph.
 */
import { connectAsync } from 'mqtt';
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';

export interface Place {
  /** The gateway's GraphQL address over HTTP. */
  readonly url: string;
  /** The broker that shelves publish to. */
  readonly mqttUrl: string;
}

interface FeedOrder {
  readonly id: string;
  readonly status: string;
  readonly outlet: { readonly city: string };
  readonly lines: readonly { readonly menuItem: { readonly name: string } }[];
  readonly payment: { readonly status: string } | null;
}

interface OrderView {
  id: string;
  number: string;
  status: string;
  customer: { id: string; name: string; loyalty: { points: number } };
  outlet: { id: string; name: string; city: string };
  lines: { quantity: number; menuItem: { name: string }; subtotal: { amount: number } }[];
  total: { amount: number; currency: string };
  payment: { status: string; method: string } | null;
  pointsEarned: number;
  statusHistory: { status: string }[];
}

const ORDER = `
  fragment OrderView on Order {
    id number status
    customer { id name loyalty { points } }
    outlet { id name city }
    lines { quantity menuItem { name } subtotal { amount } }
    total { amount currency }
    payment { status method }
    pointsEarned
    statusHistory { status }
  }`;

export async function orderADrink({ url, mqttUrl }: Place): Promise<void> {
  const visitor = new FrontEnd(url);
  const [rina, sari, budi] = await Promise.all(
    ['rina@kedai.test', 'sari@kedai.test', 'budi@kedai.test'].map((email) => visitor.signIn(email)),
  );
  if (!rina || !sari || !budi) throw new Error('The demo accounts are seeded.');
  const { me } = await sari.execute<{ me: { roles: { role: string; outletId: string | null }[] } }>(
    '{ me { roles { role outletId } } }',
  );
  const outletId = me.roles.find(({ role }) => role === 'BARISTA')?.outletId;
  expect(outletId).toEqual(expect.any(String));

  const drink = await aDrinkOnTheMenu(visitor, outletId);
  const levels = budi.subscribe<{
    stockLevelChanged: {
      onHand: number;
      available: number;
      version: number;
      stockItem: {
        id: string;
        reserved: number;
        ingredient: { name: string };
        outlet: { name: string; city: string };
      };
      cause: { __typename: string; traceId: string } | null;
    };
  }>(
    `subscription ($outletId: ID!) { stockLevelChanged(outletId: $outletId) {
       onHand available version cause { __typename traceId }
       stockItem { id reserved ingredient { name } outlet { name city } } } }`,
    { outletId },
  );
  const kitchen = sari.subscribe<{
    kitchenQueueChanged: { queue: { id: string; status: string; customer: { name: string } }[] };
  }>(
    `subscription ($outletId: ID!) { kitchenQueueChanged(outletId: $outletId) { queue { id status customer { name } } } }`,
    { outletId },
  );
  const feed = sari.subscribe<{ ordersChanged: { version: number; order: FeedOrder } }>(
    `subscription ($scope: SalesScopeInput) { ordersChanged(scope: $scope) {
       version order { id status outlet { city } lines { menuItem { name } } payment { status } } } }`,
    { scope: { outletId } },
  );
  const takings = sari.subscribe<{ paymentsChanged: { payment: { status: string; order: { id: string } } } }>(
    `subscription ($scope: SalesScopeInput) { paymentsChanged(scope: $scope) { payment { status order { id } } } }`,
    { scope: { outletId } },
  );
  const available = rina.subscribe<{ availabilityChanged: { menuItem: { name: string } } }>(
    `subscription ($outletId: ID!) { availabilityChanged(outletId: $outletId) { menuItem { name } availability { servings } } }`,
    { outletId },
  );
  const notices = rina.subscribe<{
    notificationReceived: { title: string; order: { number: string } | null };
  }>('subscription { notificationReceived { title order { number } } }');
  await eventually(() => expect(levels.events.length).toBeGreaterThan(0));
  await eventually(() => expect(kitchen.events.length).toBeGreaterThan(0));

  const input = { outletId, lines: [{ menuItemId: drink.id, quantity: 2 }], idempotencyKey: newId() };
  const placing = `mutation ($input: PlaceOrderInput!) {
    placeOrder(input: $input) { order { ...OrderView } userErrors { code message } } } ${ORDER}`;
  const { placeOrder } = await rina.execute<{ placeOrder: { order: OrderView; userErrors: object[] } }>(
    placing,
    {
      input,
    },
  );
  expect(placeOrder.userErrors).toEqual([]);
  const { order } = placeOrder;
  expect(order).toMatchObject({
    status: 'PLACED',
    customer: { name: expect.any(String) },
    outlet: { id: outletId, name: expect.any(String), city: expect.any(String) },
    lines: [{ quantity: 2, menuItem: { name: drink.name } }],
    total: { amount: drink.price * 2, currency: 'IDR' },
  });
  const again = await rina.execute<{ placeOrder: { order: OrderView } }>(placing, { input });
  expect(again.placeOrder.order.id).toBe(order.id);

  const statuses = rina.subscribe<{ orderStatusChanged: { status: string; order: OrderView } }>(
    `subscription ($orderId: ID!) { orderStatusChanged(orderId: $orderId) { status order { ...OrderView } } } ${ORDER}`,
    { orderId: order.id },
  );
  const payments = rina.subscribe<{
    paymentStatusChanged: { status: string; payment: { order: { number: string } } };
  }>(
    `subscription ($orderId: ID!) { paymentStatusChanged(orderId: $orderId) { status payment { order { number } } } }`,
    { orderId: order.id },
  );
  const seen = () => statuses.events.map(({ orderStatusChanged }) => orderStatusChanged.status);
  await eventually(() => expect(seen()).toContain('AWAITING_PAYMENT'));

  const { payOrder } = await rina.execute<{
    payOrder: { payment: { status: string; method: string }; userErrors: object[] };
  }>(
    `mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { status method } userErrors { code message } } }`,
    { input: { orderId: order.id, method: 'GOPAY', idempotencyKey: newId() } },
  );
  expect(payOrder).toMatchObject({ payment: { method: 'GOPAY' }, userErrors: [] });
  await eventually(() => expect(seen()).toContain('PAID'));
  await eventually(() =>
    expect(payments.events.at(-1)?.paymentStatusChanged).toEqual({
      status: 'PAID',
      payment: { order: { number: order.number } },
    }),
  );
  await eventually(() =>
    expect(kitchen.events.at(-1)?.kitchenQueueChanged.queue).toContainEqual({
      id: order.id,
      status: 'PAID',
      customer: { name: order.customer.name },
    }),
  );

  for (const [step, status] of [
    ['startPreparing', 'PREPARING'],
    ['markReady', 'READY'],
    ['completeOrder', 'COMPLETED'],
  ] as const) {
    const data = await sari.execute<Record<string, { order: { status: string }; userErrors: object[] }>>(
      `mutation ($orderId: ID!) { ${step}(orderId: $orderId) { order { status } userErrors { code message } } }`,
      { orderId: order.id },
    );
    expect(data[step]).toEqual({ order: { status }, userErrors: [] });
  }
  await eventually(() => expect(seen().at(-1)).toBe('COMPLETED'));
  const inOrder = ['PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED'];
  expect(inOrder.slice(-seen().length)).toEqual(seen());
  expect(statuses.events.at(-1)?.orderStatusChanged.order).toMatchObject({
    lines: [{ menuItem: { name: drink.name } }],
    payment: { status: 'PAID', method: 'GOPAY' },
    statusHistory: inOrder.map((status) => ({ status })),
  });

  const ofOrder = () =>
    feed.events.map(({ ordersChanged }) => ordersChanged).filter((change) => change.order.id === order.id);
  await eventually(() =>
    expect(ofOrder().at(-1)?.order).toEqual({
      ...{ id: order.id, status: 'COMPLETED', outlet: { city: expect.any(String) } },
      ...{ lines: [{ menuItem: { name: drink.name } }], payment: { status: 'PAID' } },
    }),
  );
  const versions = ofOrder().map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
  await eventually(() =>
    expect(takings.events.map(({ paymentsChanged }) => paymentsChanged.payment)).toContainEqual({
      ...{ status: 'PAID', order: { id: order.id } },
    }),
  );
  expect(available.events.map(({ availabilityChanged }) => availabilityChanged.menuItem.name)).toContain(
    drink.name,
  );

  const points = Math.floor((drink.price * 2) / 1_000);
  await eventually(async () => {
    const { order: done } = await rina.execute<{ order: OrderView }>(
      `query ($id: ID!) { order(id: $id) { ...OrderView } } ${ORDER}`,
      {
        id: order.id,
      },
    );
    expect(done.pointsEarned).toBe(points);
    expect(done.customer.loyalty.points).toBe(order.customer.loyalty.points + points);
  });
  await eventually(() =>
    expect(notices.events.map(({ notificationReceived }) => notificationReceived.order?.number)).toContain(
      order.number,
    ),
  );
  await eventually(() =>
    expect(levels.events.map(({ stockLevelChanged }) => stockLevelChanged.cause?.__typename)).toContain(
      'OrderCause',
    ),
  );

  await readAShelf(budi, mqttUrl, outletId);
  await eventually(() =>
    expect(levels.events.map(({ stockLevelChanged }) => stockLevelChanged.cause?.__typename)).toContain(
      'ReadingCause',
    ),
  );
  for (const stream of [levels, kitchen, notices, statuses, payments]) {
    expect(stream.errors).toEqual([]);
    stream.close();
  }
}

async function aDrinkOnTheMenu(visitor: FrontEnd, outletId: string | null | undefined) {
  const { menu } = await visitor.execute<{
    menu: {
      nodes: {
        id: string;
        name: string;
        isLimited: boolean;
        price: { amount: number };
        availability: { inStock: boolean };
      }[];
    };
  }>(
    `query ($outletId: ID!) { menu(outletId: $outletId, category: MILK_TEA) {
       nodes { id name isLimited price { amount } availability(outletId: $outletId) { inStock } } } }`,
    { outletId },
  );
  const drink = menu.nodes.find(({ isLimited, availability }) => !isLimited && availability.inStock);
  if (drink === undefined) throw new Error('The outlet sells milk tea.');
  return { id: drink.id, name: drink.name, price: drink.price.amount };
}

/** A new scale is registered for an item; the item's level becomes the sum of its shelves, with a ledger entry. */
async function readAShelf(
  budi: FrontEnd,
  mqttUrl: string,
  outletId: string | null | undefined,
): Promise<void> {
  interface Item {
    id: string;
    tracking: string;
    onHand: number;
    movements: {
      nodes: {
        figure: string;
        delta: number;
        kind: string;
        cause: { __typename: string; traceId: string };
      }[];
    };
  }
  const { stockItems } = await budi.execute<{ stockItems: { nodes: Item[] } }>(
    `query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) {
       nodes { id tracking onHand movements(first: 5) { nodes { figure delta kind cause { __typename traceId } } } } } }`,
    { outletId },
  );
  const item = stockItems.nodes.find(({ tracking }) => tracking === 'SHELF');
  if (item === undefined) throw new Error('The outlet weighs some of its stock.');
  const { registerShelf } = await budi.execute<{
    registerShelf: { shelf: { id: string; topic: string }; deviceToken: string; userErrors: object[] };
  }>(
    `mutation ($input: RegisterShelfInput!) { registerShelf(input: $input) { shelf { id topic } deviceToken userErrors { code message } } }`,
    { input: { outletId, stockItemId: item.id, gramsPerUnit: 1, tareGrams: 200 } },
  );
  expect(registerShelf.userErrors).toEqual([]);
  const { shelf, deviceToken } = registerShelf;
  expect(shelf.topic).toBe(`kedai/v1/${outletId}/shelves/${shelf.id}/reading`);

  const scale = await eventually(() =>
    connectAsync(mqttUrl, { username: shelf.id, password: deviceToken, reconnectPeriod: 0 }),
  );
  const publish = (seq: number, grams: number) =>
    scale.publishAsync(
      shelf.topic,
      JSON.stringify({ seq, bootId: 'b7f3', at: new Date().toISOString(), grams, batteryPct: 87 }),
      { qos: 1 },
    );
  const onHand = async () =>
    (
      await budi.execute<{ stockItem: Item }>(
        `query ($id: ID!) { stockItem(id: $id) { id tracking onHand
           movements(first: 5) { nodes { figure delta kind cause { __typename traceId } } } } }`,
        { id: item.id },
      )
    ).stockItem;

  await publish(1, 5_200);
  await eventually(async () => expect((await onHand()).onHand).toBe(item.onHand + 5_000));
  await publish(2, 4_200);
  await publish(2, 4_200);
  await publish(1, 5_200);
  await eventually(async () => expect((await onHand()).onHand).toBe(item.onHand + 4_000));
  expect((await onHand()).movements.nodes).toContainEqual({
    figure: 'ON_HAND',
    delta: -1_000,
    kind: 'READING',
    cause: { __typename: 'ReadingCause', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
  });
  await scale.endAsync();
}

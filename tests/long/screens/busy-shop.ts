/** An hour of the demo's outlet in Menteng, so that each screen has something to show: orders in every step, cash that waits, a guest's own order. */
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';

export interface BusyShop {
  readonly outletId: string;
  /** Of Rina, while it waits for its payment. */
  readonly unpaidOrderId: string;
  /** Of Rina, while it is made. */
  readonly startedOrderId: string;
}

interface Item {
  readonly id: string;
  readonly optionGroups: readonly {
    readonly options: readonly { readonly id: string; readonly isDefault: boolean }[];
  }[];
}

const STEP = (name: string) =>
  `mutation ($orderId: ID!) { ${name}(orderId: $orderId) { userErrors { code message } } }`;

export async function fillShop(url: string): Promise<BusyShop> {
  const visitor = new FrontEnd(url);
  const [guest, barista] = await Promise.all([
    visitor.signIn('rina@kedai.test'),
    visitor.signIn('sari@kedai.test'),
  ]);
  const { me } = await barista.execute<{ me: { roles: { outletId: string | null }[] } }>(
    '{ me { roles { outletId } } }',
  );
  const outletId = me.roles.find((role) => role.outletId !== null)?.outletId;
  if (outletId == null) throw new Error('The demo’s barista works at an outlet');
  const { menu } = await guest.execute<{ menu: { nodes: Item[] } }>(
    `query ($outletId: ID!) { menu(outletId: $outletId, first: 30) { nodes { id optionGroups { options { id isDefault } } } } }`,
    { outletId },
  );
  const line = (index: number, quantity = 1, note?: string) => {
    const item = menu.nodes[index % menu.nodes.length];
    if (item === undefined) throw new Error('The demo has a menu');
    const options = item.optionGroups.map(
      ({ options }) => (quantity > 1 ? options.at(-1) : options.find(({ isDefault }) => isDefault))?.id,
    );
    return { menuItemId: item.id, quantity, optionIds: options.filter((id) => id !== undefined), note };
  };
  const place = (as: FrontEnd, lines: object[], input: object = {}) => placed(as, outletId, lines, input);
  const paid = async (...order: Parameters<typeof place>) => {
    const id = await place(...order);
    await pay(order[0], id, 'QRIS');
    await reaches(barista, id, 'PAID');
    return id;
  };
  const step = async (name: string, orderId: string) => {
    const answer = await barista.execute<Record<string, { userErrors: object[] }>>(STEP(name), { orderId });
    expectNone(answer[name]?.userErrors);
  };

  const done = await paid(guest, [line(2), line(5)]);
  for (const name of ['startPreparing', 'markReady', 'completeOrder']) await step(name, done);
  const ready = await paid(guest, [line(7, 2)]);
  for (const name of ['startPreparing', 'markReady']) await step(name, ready);
  const startedOrderId = await paid(guest, [line(1, 2, 'Tanpa sedotan'), line(9)]);
  await step('startPreparing', startedOrderId);
  await paid(guest, [line(3), line(4, 3)]);
  await paid(barista, [line(6, 2, 'Gelas dipisah')], { guest: { name: 'Bu Ratna', table: '7' } });
  await paid(guest, [line(8)]);
  await pay(guest, await place(guest, [line(0, 2)]), 'CASH');
  const unpaidOrderId = await place(guest, [line(2, 2)]);
  await reaches(barista, unpaidOrderId, 'AWAITING_PAYMENT');
  return { outletId, unpaidOrderId, startedOrderId };
}

async function placed(as: FrontEnd, outletId: string, lines: object[], input: object): Promise<string> {
  const { placeOrder } = await as.execute<{
    placeOrder: { order: { id: string } | null; userErrors: object[] };
  }>(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code message } } }',
    { input: { outletId, lines, idempotencyKey: newId(), ...input } },
  );
  expectNone(placeOrder.userErrors);
  if (placeOrder.order === null) throw new Error('The order was accepted');
  return placeOrder.order.id;
}

async function pay(as: FrontEnd, orderId: string, method: string): Promise<void> {
  const idempotencyKey = newId();
  await eventually(async () => {
    const { payOrder } = await as.execute<{ payOrder: { userErrors: object[] } }>(
      'mutation ($input: PayOrderInput!) { payOrder(input: $input) { userErrors { code message } } }',
      { input: { orderId, method, idempotencyKey } },
    );
    expectNone(payOrder.userErrors);
  });
}

async function reaches(as: FrontEnd, orderId: string, status: string): Promise<void> {
  await eventually(async () => {
    const { order } = await as.execute<{ order: { status: string } }>(
      'query ($orderId: ID!) { order(id: $orderId) { status } }',
      { orderId },
    );
    if (order.status !== status) throw new Error(`The order is ${order.status}`);
  });
}

function expectNone(userErrors: readonly object[] | undefined): void {
  if (userErrors?.length !== 0) throw new Error(JSON.stringify(userErrors));
}

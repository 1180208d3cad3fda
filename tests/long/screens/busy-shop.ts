/** An hour of the demo's outlet in Menteng, so that each screen has something to show: orders in every step, cash that waits, a guest's own order. */
import { FrontEnd } from '../../support/front-end.js';
import { payOrder, placeOrder, untilStatus, workplaceOf } from '../../support/ordering.js';

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
  const outletId = await workplaceOf(barista);
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
  const place = async (as: FrontEnd, lines: object[], input: object = {}) =>
    (await placeOrder(as, outletId, lines, input)).orderId;
  const paid = async (...order: Parameters<typeof place>) => {
    const id = await place(...order);
    await payOrder(order[0], id, 'QRIS');
    await untilStatus(barista, id, 'PAID');
    return id;
  };
  const step = async (name: string, orderId: string) => {
    const answer = await barista.execute<Record<string, { userErrors: object[] }>>(STEP(name), { orderId });
    if (answer[name]?.userErrors.length !== 0) throw new Error(JSON.stringify(answer));
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
  await payOrder(guest, await place(guest, [line(0, 2)]), 'CASH');
  const unpaidOrderId = await place(guest, [line(2, 2)]);
  await untilStatus(barista, unpaidOrderId, 'AWAITING_PAYMENT');
  return { outletId, unpaidOrderId, startedOrderId };
}

/** Stock is away while the shop goes on, and comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalFleet, startLocalFleet } from '../../../deploy/local-fleet/local-fleet.js';
import { newId } from '../../../platform/ids.js';
import type { Answer, FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import {
  countTumblers,
  historyOf,
  newGuest,
  type Outlet,
  outletOfBudi,
  place,
  placeAndPay,
  reservedAt,
  toldOf,
  untilLast,
} from './chain.js';

const UNITS = 3;
const BUYERS = 8;

let fleet: LocalFleet;
let outlet: Outlet;
/** Paid for before stock went, and of a guest of its own. */
let paid: { orderId: string; paymentId: string };
let payer: FrontEnd;

beforeAll(async () => {
  fleet = await startLocalFleet();
  outlet = await outletOfBudi(fleet.url);
  payer = await newGuest(fleet.url);
  paid = await placeAndPay(payer, outlet);
});
afterAll(() => fleet?.stop());

function unit(name: string) {
  const found = fleet.units.get(name);
  if (found === undefined) throw new Error(`The fleet has no ${name}`);
  return found;
}

describe('while stock is away', () => {
  let guest: FrontEnd;
  const orders: string[] = [];
  beforeAll(async () => {
    guest = await newGuest(fleet.url);
    await countTumblers(outlet, UNITS);
    await unit('stock').stop();
  });

  it('orders are accepted, and wait', async () => {
    for (let buyer = 0; buyer < BUYERS; buyer += 1)
      orders.push(await place(guest, outlet.id, outlet.tumblerId));
    expect(await Promise.all(orders.map((id) => historyOf(guest, id)))).toEqual(orders.map(() => ['PLACED']));
  });

  it('the menu is served, with null for the fields of stock', async () => {
    const answer = await guest.answer<{ menu: { nodes: { name: string; availability: null }[] } }>(
      `query ($id: ID!) { menu(outletId: $id, search: "Tumbler") {
         nodes { name price { amount } availability(outletId: $id) { inStock } } } }`,
      { id: outlet.id },
    );
    expect(answer.data?.menu.nodes).toEqual([
      { name: 'Tumbler Edisi Terbatas', price: { amount: expect.any(Number) }, availability: null },
    ]);
    expect(codesOf(answer)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });

  it('a paid order that is cancelled is refunded once', async () => {
    await payer.execute(
      'mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "Tidak jadi") { userErrors { code } } }',
      { id: paid.orderId },
    );
    await untilLast(payer, paid.orderId, 'REFUNDED');
    const { payment } = await payer.execute<{
      payment: { amount: object; refunded: object; refunds: object[] };
    }>('query ($id: ID!) { payment(id: $id) { amount { amount } refunded { amount } refunds { status } } }', {
      id: paid.paymentId,
    });
    expect(payment.refunded).toEqual(payment.amount);
    expect(payment.refunds).toEqual([{ status: 'SUCCEEDED' }]);
  });

  describe('after it has returned', () => {
    beforeAll(() => unit('stock').start());

    it('the backlog settles in the order of placement: the first orders get the stock, the others are rejected', async () => {
      await eventually(async () =>
        expect(await Promise.all(orders.map((id) => historyOf(guest, id)))).toEqual(
          orders.map((_, place) => ['PLACED', place < UNITS ? 'AWAITING_PAYMENT' : 'REJECTED']),
        ),
      );
    });

    it('exactly the stock on hand is reserved, and that of the refunded order is released', async () => {
      await eventually(async () =>
        expect(await reservedAt(outlet)).toEqual({ 'Tumbler Edisi Terbatas': UNITS }),
      );
    });

    it('every guest is notified once', async () => {
      const last = await place(guest, outlet.id, outlet.drinkId);
      const titles = await eventually(async () => {
        const all = await toldOf(guest);
        expect([...all.keys()]).toContain(last);
        return all;
      });
      expect(orders.map((id) => titles.get(id))).toEqual(
        orders.map((_, place) => [place < UNITS ? 'is reserved' : 'cannot be made']),
      );
      expect((await toldOf(payer)).get(paid.orderId)?.toSorted()).toEqual([
        'Your refund is on its way',
        'is cancelled',
        'is paid',
        'is refunded',
        'is reserved',
      ]);
    });
  });
});

describe('where less is found than is reserved', () => {
  /** Paid for, and what it reserves is found to be missing. */
  async function orderAtRisk() {
    const before = await reservedAt(outlet);
    const covered = before['Tumbler Edisi Terbatas'] ?? 0;
    await countTumblers(outlet, covered + 1);
    const guest = await newGuest(fleet.url);
    const paidFor = await placeAndPay(guest, { ...outlet, drinkId: outlet.tumblerId });
    return { before, covered, guest, ...paidFor, stockItemId: await countTumblers(outlet, covered) };
  }

  it('orders at risk are named with guest and payment, and refunded by one call, also where orders are away then', async () => {
    const { before, guest, orderId, paymentId, stockItemId } = await orderAtRisk();
    const { stockItem } = await outlet.manager.execute<{ stockItem: { ordersAtRisk: object } }>(
      `query ($id: ID!) { stockItem(id: $id) { ordersAtRisk { totalCount nodes {
         quantity order { id status customer { name } payment { id status } } } } } }`,
      { id: stockItemId },
    );
    const payment = { id: paymentId, status: 'PAID' };
    expect(stockItem.ordersAtRisk).toEqual({
      totalCount: 1,
      nodes: [{ quantity: 1, order: { id: orderId, status: 'PAID', customer: { name: 'Tamu' }, payment } }],
    });
    await unit('order').stop();
    const input = { stockItemId, orderIds: [orderId], action: 'REFUND', idempotencyKey: newId() };
    const { resolveOrdersAtRisk } = await outlet.manager.execute<{ resolveOrdersAtRisk: object }>(
      `mutation ($input: ResolveOrdersAtRiskInput!) { resolveOrdersAtRisk(input: $input) { userErrors { code } } }`,
      { input },
    );
    expect(resolveOrdersAtRisk).toEqual({ userErrors: [] });
    await unit('order').start();
    await untilLast(guest, orderId, 'REFUNDED');
    const { payment: refunded } = await guest.execute<{ payment: object }>(
      'query ($id: ID!) { payment(id: $id) { status refunds { status } } }',
      { id: paymentId },
    );
    expect(refunded).toEqual({ status: 'REFUNDED', refunds: [{ status: 'SUCCEEDED' }] });
    await eventually(async () => expect(await reservedAt(outlet)).toEqual(before));
  });

  it('a guest who takes something else in its place gets that made, for what was paid', async () => {
    const { before, covered, guest, orderId, paymentId, stockItemId } = await orderAtRisk();
    const input = { stockItemId, orderIds: [orderId], action: 'OFFER', menuItemId: outlet.drinkId };
    await outlet.manager.execute(
      `mutation ($input: ResolveOrdersAtRiskInput!) { resolveOrdersAtRisk(input: $input) { userErrors { code } } }`,
      { input: { ...input, idempotencyKey: newId() } },
    );
    const substitution = async () =>
      Object(
        await guest.execute(
          `query ($id: ID!) { order(id: $id) { substitution { status menuItem { id } lines { name } } } }`,
          { id: orderId },
        ),
      ).order.substitution;
    const offered = { menuItem: { id: outlet.drinkId }, lines: [{ name: 'Tumbler Edisi Terbatas' }] };
    await eventually(async () => expect(await substitution()).toEqual({ status: 'OFFERED', ...offered }));
    await guest.execute(
      `mutation ($id: ID!, $item: ID!) { acceptSubstitution(orderId: $id, menuItemId: $item) { userErrors { code } } }`,
      {
        id: orderId,
        item: outlet.drinkId,
      },
    );
    await eventually(async () => expect(await substitution()).toMatchObject({ status: 'TAKEN' }));
    const { order } = await outlet.manager.execute<{ order: object }>(
      `query ($id: ID!) { order(id: $id) { total { amount } lines { substitute { id } } payment { id amount { amount } } } }`,
      { id: orderId },
    );
    expect(order).toMatchObject({
      lines: [{ substitute: { id: outlet.drinkId } }],
      payment: { id: paymentId, amount: Object(order).total },
    });
    await eventually(async () => {
      const { 'Tumbler Edisi Terbatas': tumblers = 0, ...others } = await reservedAt(outlet);
      const { 'Tumbler Edisi Terbatas': _before, ...reserved } = before;
      expect(tumblers).toBe(covered);
      expect(others).not.toEqual(reserved);
    });
  });
});

describe('whichever subgraph is away', () => {
  /** A field of each, and what others add to its objects. */
  const QUERY = `query ($order: ID!, $payment: ID!, $outlet: ID!) {
    customer: me { name }
    menu: outlet(id: $outlet) { city }
    order: order(id: $order) { number }
    stock: stockItems(outletId: $outlet, first: 1) { nodes { onHand } }
    payment: payment(id: $payment) { method }
    whole: order(id: $order) {
      total { amount } customer { name } outlet { city } lines { quantity menuItem { name } } payment { method } pointsEarned
    } }`;
  const ASKED = ['customer', 'menu', 'order', 'stock', 'payment'] as const;
  type Data = Record<(typeof ASKED)[number], unknown> & { whole: Record<string, unknown> | null };

  const query = () =>
    outlet.manager.answer<Data>(QUERY, {
      order: paid.orderId,
      payment: paid.paymentId,
      outlet: outlet.id,
    });
  /** What of the whole order each of them answers. */
  const SHARES: Readonly<Record<string, object>> = {
    customer: { customer: null, pointsEarned: null },
    menu: { outlet: null, lines: [{ quantity: 1, menuItem: null }] },
    stock: {},
    payment: { payment: null },
  };

  it.each(ASKED)('the four others answer without %s', async (name) => {
    const all = await eventually(async () => {
      const answer = await query();
      expect(answer.errors).toEqual([]);
      return answer.data;
    });
    await unit(name).stop();
    try {
      const { data, errors } = await query();
      expect(data).toEqual({
        ...all,
        [name]: null,
        whole: name === 'order' ? null : { ...all?.whole, ...SHARES[name] },
      });
      expect(new Set(codesOf({ errors }))).toEqual(new Set(['SUBGRAPH_UNAVAILABLE']));
    } finally {
      await unit(name).start();
    }
  });
});

function codesOf({ errors }: Pick<Answer<unknown>, 'errors'>): string[] {
  return errors.map(({ extensions }) => extensions.code);
}

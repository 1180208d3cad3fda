/** A guest looks around without an account, opens one, orders, pays, changes their mind, and leaves. */
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { anOrder, type Connection, type GetPlace, type Money } from './place.js';

export function customersDay(at: GetPlace): void {
  /** A round for friends: it earns points enough for a reward. */
  const CUPS = 6;
  const email = `${newId()}@kedai.test`;
  let ayu: FrontEnd;
  let orderId = '';

  it('looks around without an account: outlets, the menu, prices and what is left', async () => {
    const { visitor, floor } = at();
    const { outlets, menu } = await visitor.execute<{
      outlets: Connection<{ name: string; isOpenNow: boolean }>;
      menu: Connection<{ id: string; price: Money; availability: { inStock: boolean } }>;
    }>(
      `query ($outletId: ID!) {
         outlets(city: "jakarta") { nodes { name isOpenNow } }
         menu(outletId: $outletId, search: "tea milk", first: 100) { nodes { id price { amount } availability(outletId: $outletId) { inStock } } } }`,
      { outletId: floor.outletId },
    );
    expect(outlets.nodes).toContainEqual({ name: 'Kedai Menteng', isOpenNow: true });
    const drink = menu.nodes.find(({ id }) => id === floor.drinkId);
    expect(drink).toMatchObject({ price: { amount: expect.any(Number) }, availability: { inStock: true } });
  });

  it('has to sign in to order, and sees nothing of people or stock', async () => {
    const { visitor, floor } = at();
    expect(await floor.refusals(visitor, 'placeOrder', { input: anOrder(at()) })).toEqual([
      'UNAUTHENTICATED',
    ]);
    for (const query of [
      '{ me { id } }',
      'query ($outletId: ID!) { orders(outletId: $outletId) { nodes { id } } }',
      'query ($outletId: ID!) { stockItems(outletId: $outletId) { nodes { id } } }',
    ]) {
      expect(await visitor.codes(query, query.includes('$') ? { outletId: floor.outletId } : {})).toEqual([
        'UNAUTHENTICATED',
      ]);
    }
  });

  it('opens an account, which has no role but the guest’s', async () => {
    const { visitor, floor } = at();
    await floor.execute(visitor, 'signUp', { input: { email, password: 'kedai-demo', name: 'Ayu' } });
    ayu = await visitor.signIn(email);
    const { me } = await ayu.execute<{ me: object }>(
      '{ me { name roles { role } loyalty { tier points } orders { nodes { id } } } }',
    );
    expect(me).toEqual({
      name: 'Ayu',
      roles: [{ role: 'CUSTOMER' }],
      loyalty: { tier: 'BRONZE', points: 0 },
      orders: { nodes: [] },
    });
  });

  it('sees in the cart what is taken off meanwhile, before checkout refuses it', async () => {
    const { floor } = at();
    const { outletId, drinkId: menuItemId } = floor;
    await floor.execute(ayu, 'addToCart', { input: { outletId, menuItemId, quantity: CUPS } });
    const takeOff = (isAvailable: boolean) =>
      floor.execute(floor.people.sari, 'setAvailability', { input: { outletId, menuItemId, isAvailable } });
    await takeOff(false);
    const { cart } = await ayu.execute<{ cart: object }>(
      'query ($outletId: ID!) { cart(outletId: $outletId) { problems { code } } }',
      { outletId },
    );
    expect(cart).toEqual({ problems: [{ code: 'ITEM_UNAVAILABLE' }] });
    const checkout = { input: { outletId, idempotencyKey: newId() } };
    expect(await floor.refusals(ayu, 'checkout', checkout)).toEqual(['ITEM_UNAVAILABLE']);
    await takeOff(true);
  });

  it('checks out, pays, and watches the order until it is handed over', async () => {
    const { floor } = at();
    const { order } = await floor.execute<{ order: { id: string; total: Money } }>(
      ayu,
      'checkout',
      { input: { outletId: floor.outletId, idempotencyKey: newId() } },
      'order { id total { amount } }',
    );
    orderId = order.id;
    const steps = ayu.subscribe<{ orderStatusChanged: { status: string } }>(
      'subscription ($orderId: ID!) { orderStatusChanged(orderId: $orderId) { status } }',
      { orderId },
    );
    const seen = () => steps.events.map(({ orderStatusChanged }) => orderStatusChanged.status);
    await eventually(() => expect(seen().at(-1)).toBe('AWAITING_PAYMENT'));
    await floor.execute(ayu, 'payOrder', { input: { orderId, method: 'QRIS', idempotencyKey: newId() } });
    await eventually(() => expect(seen().at(-1)).toBe('PAID'));
    for (const step of ['startPreparing', 'markReady', 'completeOrder'])
      await floor.execute(floor.people.sari, step, { orderId });
    await eventually(() => expect(seen().slice(-4)).toEqual(['PAID', 'PREPARING', 'READY', 'COMPLETED']));
    steps.close();

    const points = Math.floor(order.total.amount / 1_000);
    await eventually(async () => {
      const { me, receipt } = await ayu.execute<{
        me: { loyalty: { points: number }; notifications: Connection<{ kind: string }> };
        receipt: { total: Money; lines: object[] };
      }>(
        `query ($orderId: ID!) {
           me { loyalty { points } notifications { nodes { kind } } }
           receipt(orderId: $orderId) { total { amount } lines { quantity } } }`,
        { orderId },
      );
      expect(me.loyalty.points).toBe(points);
      expect(me.notifications.nodes).toContainEqual({ kind: 'ORDER_STATUS' });
      expect(receipt).toEqual({ total: order.total, lines: [{ quantity: CUPS }] });
    });
  });

  it('spends points on a reward, and gets them back when the order comes to nothing', async () => {
    const { floor } = at();
    const { rewards, me } = await ayu.execute<{
      rewards: { id: string; points: number; amountOff: Money }[];
      me: { loyalty: { points: number } };
    }>('{ rewards { id points amountOff { amount } } me { loyalty { points } } }');
    const dear = { rewardId: rewards.at(-1)?.id, idempotencyKey: newId() };
    expect(await floor.refusals(ayu, 'redeemReward', { input: dear })).toEqual(['INSUFFICIENT_POINTS']);
    const [reward] = rewards;
    const { redemption } = await floor.execute<{ redemption: { id: string } }>(
      ayu,
      'redeemReward',
      { input: { rewardId: reward?.id, idempotencyKey: newId() } },
      'redemption { id }',
    );
    const input = { ...anOrder(at(), 2), redemptionIds: [redemption.id] };
    const { order } = await eventually(() =>
      floor.execute<{ order: { id: string; rewardDiscount: Money } }>(
        ...([ayu, 'placeOrder', { input }, 'order { id rewardDiscount { amount } }'] as const),
      ),
    );
    expect(order.rewardDiscount).toEqual(reward?.amountOff);
    await floor.execute(ayu, 'cancelOrder', { orderId: order.id, reason: null });
    await eventually(async () => {
      const after = await ayu.execute<{ me: object }>(
        '{ me { loyalty { points } redemptions { nodes { status } } } }',
      );
      expect(after.me).toEqual({
        loyalty: { points: me.loyalty.points },
        redemptions: { nodes: [{ status: 'RETURNED' }] },
      });
    });
  });

  it('cancels before the kitchen starts, and gets the money back', async () => {
    const { floor } = at();
    const { order } = await floor.execute<{ order: { id: string } }>(
      ...([ayu, 'placeOrder', { input: anOrder(at()) }, 'order { id }'] as const),
    );
    const input = { orderId: order.id, method: 'GOPAY', idempotencyKey: newId() };
    await floor.execute(ayu, 'payOrder', { input });
    await floor.untilOrderIs(order.id, 'PAID', ayu);
    await floor.execute(ayu, 'cancelOrder', { orderId: order.id, reason: 'The train was early' });
    await eventually(async () => {
      const { order: cancelled } = await ayu.execute<{ order: object }>(
        'query ($id: ID!) { order(id: $id) { payment { status } statusReason } }',
        { id: order.id },
      );
      expect(cancelled).toEqual({ payment: { status: 'REFUNDED' }, statusReason: 'The train was early' });
    });
  });

  it('sees no order of another guest, and does nothing that is for staff', async () => {
    const { floor } = at();
    const { id: hers } = await floor.awaitingPayment();
    expect(await ayu.codes('query ($id: ID!) { order(id: $id) { id } }', { id: hers })).toEqual([
      'NOT_FOUND',
    ]);
    const refusals = {
      cancelOrder: { orderId: hers, reason: null },
      placeOrder: { input: { ...anOrder(at()), guest: { name: 'Somebody else' } } },
      startPreparing: { orderId },
      confirmCashPayment: { paymentId: newId() },
      setAvailability: { input: { outletId: floor.outletId, menuItemId: floor.drinkId, isAvailable: false } },
    };
    const codes = [];
    for (const [field, argument] of Object.entries(refusals))
      codes.push([field, ...(await floor.refusals(ayu, field, argument))]);
    expect(codes).toEqual([
      ['cancelOrder', 'NOT_FOUND'],
      ['placeOrder', 'FORBIDDEN'],
      ['startPreparing', 'FORBIDDEN'],
      ['confirmCashPayment', 'FORBIDDEN'],
      ['setAvailability', 'FORBIDDEN'],
    ]);
  });

  it('takes all data along and deletes the account; the order stays, of nobody', async () => {
    const { visitor, floor } = at();
    const { accountExport } = await ayu.execute<{ accountExport: { orders: Connection<{ id: string }> } }>(
      '{ accountExport { orders { nodes { id } } } }',
    );
    expect(accountExport.orders.nodes.map(({ id }) => id)).toContain(orderId);
    await floor.execute(ayu, 'deleteAccount', { password: 'kedai-demo' });
    await expect(visitor.signIn(email)).rejects.toThrow('INVALID_CREDENTIALS');
    const { order } = await floor.people.sari.execute<{ order: { customer: { name: string } } }>(
      'query ($id: ID!) { order(id: $id) { customer { name } } }',
      { id: orderId },
    );
    expect(order.customer.name).toBe('Deleted account');
  });
}

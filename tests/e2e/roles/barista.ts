/** A barista's shift in the kitchen: the queue, urgent orders, slips, spilt drinks, what runs out. */
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../support/wait.js';
import { anOrder, type Connection, type GetPlace, outletNamed } from './place.js';

interface Ticket {
  readonly id: string;
  readonly customer: { readonly name: string } | null;
}

export function baristasDay(at: GetPlace): void {
  let orderId = '';

  it('sees an order in the queue as soon as it is paid, with its guest’s name', async () => {
    const { floor } = at();
    const queue = floor.people.sari.subscribe<{ kitchenQueueChanged: { queue: Ticket[] } }>(
      `subscription ($outletId: ID!) { kitchenQueueChanged(outletId: $outletId) { queue { id customer { name } } } }`,
      { outletId: floor.outletId },
    );
    await eventually(() => expect(queue.events).not.toEqual([]));
    orderId = (await floor.capturedPayment()).orderId;
    await eventually(() =>
      expect(queue.events.at(-1)?.kitchenQueueChanged.queue).toContainEqual({
        id: orderId,
        customer: { name: 'Rina Wulandari' },
      }),
    );
    queue.close();
  });

  it('can call its guest, and sees neither the e-mail address nor what was ordered elsewhere', async () => {
    const { floor } = at();
    const { sari, rina } = floor.people;
    const sanur = await outletNamed(at(), 'Kedai Sanur');
    await floor.execute(rina, 'placeOrder', { input: { ...anOrder(at()), outletId: sanur } });
    const { order } = await sari.execute<{
      order: { customer: { phone: string; orders: Connection<{ outlet: { name: string } }> } };
    }>(
      'query ($id: ID!) { order(id: $id) { customer { phone orders(first: 50) { nodes { outlet { name } } } } } }',
      { id: orderId },
    );
    expect(order.customer.phone).toBe('+6281200000000');
    expect(new Set(order.customer.orders.nodes.map(({ outlet }) => outlet.name))).toEqual(
      new Set(['Kedai Menteng']),
    );
    expect(
      await sari.codes('query ($id: ID!) { order(id: $id) { customer { email } } }', { id: orderId }),
    ).toEqual(['FORBIDDEN']);
  });

  it('puts an urgent order before all others', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const { orderId: urgent } = await floor.capturedPayment();
    await floor.execute(sari, 'setPriority', { orderId: urgent, priority: 'RUSH' });
    const { kitchenQueue } = await sari.execute<{ kitchenQueue: Ticket[] }>(
      'query ($outletId: ID!) { kitchenQueue(outletId: $outletId) { id } }',
      { outletId: floor.outletId },
    );
    expect(kitchenQueue[0]?.id).toBe(urgent);
    for (const step of ['startPreparing', 'markReady', 'completeOrder'])
      await floor.execute(sari, step, { orderId: urgent });
  });

  it('makes it line by line, and takes a slip of the finger back', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const step = async (field: string) =>
      (
        await floor.execute<{ order: { status: string } }>(
          ...([sari, field, { orderId }, 'order { status }'] as const),
        )
      ).order.status;
    expect(await floor.refusals(sari, 'markReady', { orderId })).toEqual(['INVALID_STATE']);
    expect(await step('startPreparing')).toBe('PREPARING');
    const { order } = await floor.execute<{ order: object }>(
      sari,
      'setLineReady',
      { orderId, lineId: `${orderId}.0`, isReady: true },
      'order { status lines { isReady } }',
    );
    expect(order).toEqual({ status: 'PREPARING', lines: [{ isReady: true }] });
    expect(await step('markReady')).toBe('READY');
    expect(await step('undoStep')).toBe('PREPARING');
    expect(await step('markReady')).toBe('READY');
  });

  it('makes a spilt drink again, hands it over, and finds the ticket afterwards', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const input = { orderId, lineIds: [`${orderId}.0`], reason: 'It fell' };
    await floor.execute(sari, 'remakeLines', { input });
    for (const step of ['markReady', 'completeOrder']) await floor.execute(sari, step, { orderId });
    const { kitchenRecall } = await sari.execute<{ kitchenRecall: Connection<object> }>(
      'query ($outletId: ID!) { kitchenRecall(outletId: $outletId) { nodes { id status lines { timesRemade } } } }',
      { outletId: floor.outletId },
    );
    expect(kitchenRecall.nodes).toContainEqual({
      id: orderId,
      status: 'COMPLETED',
      lines: [{ timesRemade: 1 }],
    });
  });

  it('takes an item off until later, so that nobody orders it', async () => {
    const { floor } = at();
    const { sari, rina } = floor.people;
    const item = { outletId: floor.outletId, menuItemId: floor.drinkId };
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await floor.execute(sari, 'setAvailability', { input: { ...item, isAvailable: false, until } });
    expect(await floor.refusals(rina, 'placeOrder', { input: anOrder(at()) })).toEqual(['ITEM_UNAVAILABLE']);
    await floor.execute(sari, 'setAvailability', { input: { ...item, isAvailable: true } });
  });

  it('cancels a drink that cannot be made, and the guest gets the money back', async () => {
    const { floor } = at();
    const { sari, rina } = floor.people;
    const { orderId: broken } = await floor.capturedPayment();
    await floor.execute(sari, 'startPreparing', { orderId: broken });
    await floor.execute(sari, 'cancelOrder', {
      ...{ orderId: broken, reason: 'The shaker broke', drink: 'WASTED' },
    });
    await eventually(async () => {
      const { order } = await rina.execute<{ order: object }>(
        'query ($id: ID!) { order(id: $id) { statusReason payment { status } } }',
        { id: broken },
      );
      expect(order).toEqual({ statusReason: 'The shaker broke', payment: { status: 'REFUNDED' } });
    });
  });

  it('reads the stock, and leaves counts, prices, refunds, figures and staff to the manager', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const { outletId } = floor;
    const { stockItems } = await sari.execute<{ stockItems: Connection<{ id: string }> }>(
      'query ($outletId: ID!) { stockItems(outletId: $outletId, first: 1) { nodes { id } } }',
      { outletId },
    );
    const stockItemId = stockItems.nodes[0]?.id;
    const idempotencyKey = newId();
    for (const [field, input] of Object.entries({
      adjustStock: { stockItemId, countedOnHand: 1, reason: 'A look', idempotencyKey },
      setOutletPrice: { outletId, menuItemId: floor.drinkId, price: 1_000 },
      refundPayment: { paymentId: newId(), amount: 1_000, reason: 'Spilt', idempotencyKey },
      inviteStaff: { email: 'friend@kedai.test', role: 'BARISTA', outletId },
      updateOutlet: { outletId, name: 'Kedai Sari' },
    })) {
      expect([field, ...(await floor.refusals(sari, field, { input }))]).toEqual([field, 'FORBIDDEN']);
    }
    for (const query of [
      '{ salesReport(from: "2026-01-01", to: "2026-01-31") { orders } }',
      '{ financialReport(from: "2026-01-01", to: "2026-01-31") { net { amount } } }',
      '{ auditLog { nodes { id } } }',
      '{ staff { nodes { id } } }',
    ]) {
      expect([query, ...(await sari.codes(query))]).toEqual([query, 'FORBIDDEN']);
    }
  });

  it('sees nothing of the outlet next door', async () => {
    const { sari } = at().floor.people;
    const outletId = await outletNamed(at(), 'Kedai Blok M');
    for (const field of ['kitchenQueue', 'orders', 'stockItems', 'menuItems']) {
      const selection = field === 'kitchenQueue' ? '{ id }' : '{ nodes { id } }';
      const query = `query ($outletId: ID!) { ${field}(outletId: $outletId) ${selection} }`;
      expect([field, ...(await sari.codes(query, { outletId }))]).toEqual([field, 'NOT_FOUND']);
    }
  });
}

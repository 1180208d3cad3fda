import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { cutBus } from '../../../tests/support/cut-bus.js';
import { orderTopic } from '../published.js';
import {
  BARISTA,
  GUEST,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  STRANGER,
  startHarness,
} from '../testing/harness.js';

const STATUSES = `subscription ($id: ID!) { orderStatusChanged(orderId: $id) {
  status at order { id lines { name } statusHistory { status } } } }`;
const QUEUE = `subscription ($outletId: ID!) { kitchenQueueChanged(outletId: $outletId) {
  outlet { id name } order { id } queue { id status } at } }`;

describe("an order's status, live", () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  const change = (status: string) =>
    expect.objectContaining({ data: { orderStatusChanged: expect.objectContaining({ status }) } });

  async function insertEntry(orderId: string, version: number, status: string): Promise<void> {
    await unit.pool.query(
      `INSERT INTO order_status_entry (order_id, customer_id, outlet_id, franchise_id, version, status, at)
       SELECT id, customer_id, outlet_id, franchise_id, $2, $3::order_status, now() FROM orders WHERE id = $1`,
      [orderId, version, status],
    );
  }

  it('is the present status first, then each change once, in order', async () => {
    const id = await unit.place(GUEST);
    const stream = await unit.subscribe(GUEST, STATUSES, { id });
    expect((await stream.next()).value).toEqual(change('PLACED'));
    await unit.stockReserved(id);
    expect((await stream.next()).value).toEqual(change('AWAITING_PAYMENT'));
    await unit.captured(id);
    const { value: paid } = await stream.next();
    expect(paid).toMatchObject({
      data: {
        orderStatusChanged: {
          status: 'PAID',
          order: {
            id,
            statusHistory: [{ status: 'PLACED' }, { status: 'AWAITING_PAYMENT' }, { status: 'PAID' }],
          },
        },
      },
    });
    await stream.return();
  });

  it('skips no status when messages are late, repeated or lost', async () => {
    const id = await unit.place(GUEST);
    const stream = await unit.subscribe(GUEST, STATUSES, { id });
    expect((await stream.next()).value).toEqual(change('PLACED'));
    await unit.pool.query(
      `UPDATE orders SET version = 3, status = 'CANCELLED', status_reason = 'x' WHERE id = $1`,
      [id],
    );
    await insertEntry(id, 2, 'AWAITING_PAYMENT');
    await insertEntry(id, 3, 'CANCELLED');
    for (const version of [1, 3, 3, 2]) unit.platform.bus.publish(orderTopic(id), { id, version });
    expect((await stream.next()).value).toEqual(change('AWAITING_PAYMENT'));
    expect((await stream.next()).value).toEqual(change('CANCELLED'));
    await unit.pool.query('UPDATE orders SET version = 4 WHERE id = $1', [id]);
    await insertEntry(id, 4, 'REFUNDED');
    unit.platform.bus.publish(orderTopic(id), { id, version: 4 });
    expect((await stream.next()).value).toEqual(change('REFUNDED'));
    await stream.return();
  });

  it('catches up without a message when the bus is reconnected, every status once', async () => {
    const id = await unit.place(GUEST);
    const stream = await unit.subscribe(GUEST, STATUSES, { id });
    expect((await stream.next()).value).toEqual(change('PLACED'));
    await unit.pool.query(
      `UPDATE orders SET version = 3, status = 'CANCELLED', status_reason = 'x' WHERE id = $1`,
      [id],
    );
    await insertEntry(id, 2, 'AWAITING_PAYMENT');
    await insertEntry(id, 3, 'CANCELLED');
    await cutBus(unit.platform);
    expect((await stream.next()).value).toEqual(change('AWAITING_PAYMENT'));
    expect((await stream.next()).value).toEqual(change('CANCELLED'));
    unit.platform.bus.publish(orderTopic(id), { id, version: 3 });
    await unit.pool.query('UPDATE orders SET version = 4 WHERE id = $1', [id]);
    await insertEntry(id, 4, 'REFUNDED');
    unit.platform.bus.publish(orderTopic(id), { id, version: 4 });
    expect((await stream.next()).value).toEqual(change('REFUNDED'));
    await stream.return();
  });

  it('is NOT_FOUND for callers who may not see the order', async () => {
    const id = await unit.place(GUEST);
    for (const [identity, orderId] of [
      [STRANGER, id],
      [MANAGER_ELSEWHERE, id],
      [GUEST, newId()],
      [GUEST, 'x'],
    ] as const) {
      await expect(unit.subscribe(identity, STATUSES, { id: orderId })).rejects.toThrow('NOT_FOUND');
    }
    await expect(unit.subscribe({ customerId: null, roles: [] }, STATUSES, { id })).rejects.toThrow(
      'UNAUTHENTICATED',
    );
  });

  it("is each order that changes in a kitchen's queue or leaves it, by rising versions, for who keeps the queue by itself", async () => {
    const changes = await unit.subscribe(
      BARISTA,
      'subscription ($outletId: ID!) { kitchenQueueChanged(outletId: $outletId) { order { id status priority } version at } }',
      { outletId: OUTLET.id },
    );
    expect((await changes.next()).value).toMatchObject({
      data: { kitchenQueueChanged: { order: null, version: null } },
    });
    const { orderId: id } = await unit.paid(GUEST);
    const steps: [string, object][] = [
      [`setPriority(orderId: "${id}", priority: RUSH)`, { status: 'PAID', priority: 'RUSH' }],
      [`startPreparing(orderId: "${id}")`, { status: 'PREPARING' }],
      [`markReady(orderId: "${id}")`, { status: 'READY' }],
      [`completeOrder(orderId: "${id}")`, { status: 'COMPLETED' }],
    ];
    const versions: unknown[] = [];
    const sees = async (order: object) => {
      const { value }: IteratorResult<ExecutionResult> = await changes.next();
      expect(value).toMatchObject({ data: { kitchenQueueChanged: { order: { id, ...order } } } });
      versions.push(Reflect.get(Object(value?.data?.kitchenQueueChanged), 'version'));
    };
    await sees({ status: 'PAID' });
    for (const [step, order] of steps) {
      await unit.run(BARISTA, `mutation { ${step} { userErrors { code } } }`);
      await sees(order);
    }
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => Number(one) - Number(other)));
    await changes.return();
  });

  it("is the kitchen's queue first, then the queue after each change and after a reconnection of the bus", async () => {
    const stream = await unit.subscribe(BARISTA, QUEUE, { outletId: OUTLET.id });
    const { value: present }: IteratorResult<ExecutionResult> = await stream.next();
    expect(present).toMatchObject({
      data: { kitchenQueueChanged: { outlet: { id: OUTLET.id, name: OUTLET.name }, order: null } },
    });
    const { orderId: id } = await unit.paid(GUEST);
    expect((await stream.next()).value).toMatchObject({
      data: {
        kitchenQueueChanged: { order: { id }, queue: expect.arrayContaining([{ id, status: 'PAID' }]) },
      },
    });
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { id } } }', { id });
    const { value: after }: IteratorResult<ExecutionResult> = await stream.next();
    expect(after).toMatchObject({ data: { kitchenQueueChanged: { order: { id } } } });
    expect(JSON.stringify(after?.data?.kitchenQueueChanged)).not.toContain(`{"id":"${id}","status"`);
    await cutBus(unit.platform);
    expect((await stream.next()).value).toMatchObject({ data: { kitchenQueueChanged: { order: null } } });
    await stream.return();
    await expect(unit.subscribe(MANAGER_ELSEWHERE, QUEUE, { outletId: OUTLET.id })).rejects.toThrow(
      'NOT_FOUND',
    );
    await expect(unit.subscribe(GUEST, QUEUE, { outletId: OUTLET.id })).rejects.toThrow('FORBIDDEN');
  });
});

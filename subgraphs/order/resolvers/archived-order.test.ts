/** Orders of months that are over and done with, moved whole to the archive: read as before, and never changed again. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { codesOf, textAt } from '../../../tests/support/subgraph.js';
import { redeem } from '../testing/discounts.js';
import {
  BARISTA,
  HQ,
  MANAGER,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  person,
  placing,
  refusal,
  STRANGER,
  startHarness,
} from '../testing/harness.js';

const WHOLE = `{ id number status statusReason total { amount } rewardDiscount { amount } redemptionIds estimatedReadyAt
  lines { id name quantity unitPrice { amount } subtotal { amount } options { name } promotion { id } menuItem { id } }
  statusHistory { status at } customer { id } outlet { id } }`;
const ORDER = `query ($id: ID!) { order(id: $id) ${WHOLE} }`;
const REFERENCES = `query ($references: [_Any!]!) { _entities(representations: $references) { ... on Order ${WHOLE} } }`;
const OF_CUSTOMER = `query ($references: [_Any!]!, $first: Int, $after: String, $last: Int, $before: String) {
  _entities(representations: $references) { ... on Customer {
    orders(first: $first, after: $after, last: $last, before: $before) {
      totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }`;
const OF_OUTLET = `query ($outletId: ID!, $status: [OrderStatus!]) {
  orders(outletId: $outletId, status: $status, first: 100) { totalCount nodes { id } } }`;
const CANCEL = `mutation ($id: ID!) { cancelOrder(orderId: $id) { order { status } userErrors { code field message } } }`;
const COMPLETE = `mutation ($id: ID!) { completeOrder(orderId: $id) { order { status } userErrors { code message } } }`;
const STEPS = ['startPreparing', 'markReady', 'completeOrder'] as const;

const pageSchema = z.object({
  _entities: z.tuple([
    z.object({
      orders: z.object({
        totalCount: z.number(),
        nodes: z.array(z.object({ id: z.string() })),
        pageInfo: z.object({
          hasNextPage: z.boolean(),
          hasPreviousPage: z.boolean(),
          startCursor: z.string().nullable(),
          endCursor: z.string().nullable(),
        }),
      }),
    }),
  ]),
});

describe('a month with an order that has not ended', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  it('is not archived', async () => {
    const guest = person();
    const ended = await unit.place(guest);
    await unit.run(guest, CANCEL, { id: ended });
    const { orderId } = await unit.paid(guest);
    const { rows } = await unit.pool.query<{ in_use: string }>(
      `SELECT in_use FROM archive_partitions('orders', period_start('month', 1)) WHERE in_use > 0`,
    );
    expect(rows).toEqual([{ in_use: '1' }]);
    for (const step of STEPS) {
      const mutation = `mutation ($id: ID!) { ${step}(orderId: $id) { userErrors { code } } }`;
      expect(await unit.run(BARISTA, mutation, { id: orderId })).toEqual({
        data: { [step]: { userErrors: [] } },
      });
    }
    expect(await unit.status(orderId)).toBe('COMPLETED');
    expect(await unit.status(ended)).toBe('CANCELLED');
  });
});

describe('an archived order', () => {
  const guest = person();
  let unit: OrderHarness;
  let redemptionId: string;
  let completed: { orderId: string; paymentId: string };
  let cancelled: string;
  /** What its guest read of it before it was archived. */
  let before: unknown;
  const key = newId();
  /** The guest's orders, newest first. */
  let all: string[];

  beforeAll(async () => {
    unit = await startHarness();
    redemptionId = await redeem(unit, guest.customerId, 5_000);
    completed = await unit.paid(guest, { redemptionIds: [redemptionId], idempotencyKey: key });
    for (const step of STEPS) {
      const mutation = `mutation ($id: ID!) { ${step}(orderId: $id) { userErrors { code } } }`;
      await unit.run(BARISTA, mutation, { id: completed.orderId });
    }
    cancelled = await unit.place(guest);
    await unit.run(guest, CANCEL, { id: cancelled });
    before = await unit.run(guest, ORDER, { id: completed.orderId });
    await archive();
    const later = [await unit.place(guest), await unit.place(guest)];
    all = [...later.toReversed(), cancelled, completed.orderId];
    // Two months on: no younger order is looked for in the archive. Ids made from here on are of that time.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 62 * 86_400_000 });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await unit.stop();
  });

  /** Archives this month and those before it, as the job does when they are old. @returns rows that are in use. */
  async function archive(): Promise<number> {
    const { rows } = await unit.pool.query<{ inUse: number }>(
      `SELECT coalesce(sum(in_use), 0)::int AS "inUse" FROM archive_partitions('orders', period_start('month', 1))`,
    );
    return rows[0]?.inUse ?? 0;
  }

  async function page(args: object) {
    const references = [{ __typename: 'Customer', id: guest.customerId }];
    const result = await unit.run(guest, OF_CUSTOMER, { references, ...args });
    return pageSchema.parse(result.data)._entities[0].orders;
  }

  it('is in the archive with all that belongs to it, and nowhere else', async () => {
    for (const [table, id] of [
      ['orders', 'id'],
      ['order_line', 'order_id'],
      ['order_status_entry', 'order_id'],
      ['order_reward', 'order_id'],
    ]) {
      const count = async (schema: string) =>
        (await unit.pool.query(`SELECT 1 FROM ${schema}.${table} WHERE ${id} = $1`, [completed.orderId]))
          .rowCount;
      expect(await count('public'), table).toBe(0);
      expect(await count('archive'), table).toBeGreaterThan(0);
    }
  });

  it('is read by id and by reference as before, with lines, history and rewards', async () => {
    expect(await unit.run(guest, ORDER, { id: completed.orderId })).toEqual(before);
    const references = [{ __typename: 'Order', id: completed.orderId }];
    const { order } = z.object({ order: z.unknown() }).parse(Object(before).data);
    expect(await unit.run(guest, REFERENCES, { references })).toEqual({ data: { _entities: [order] } });
    expect(order).toMatchObject({ status: 'COMPLETED', redemptionIds: [redemptionId] });
  });

  it('is read by its guest and the staff of its outlet alone', async () => {
    for (const identity of [guest, MANAGER, BARISTA, HQ]) {
      expect(textAt(await unit.run(identity, ORDER, { id: completed.orderId }), 'order', 'id')).toBe(
        completed.orderId,
      );
    }
    for (const identity of [STRANGER, MANAGER_ELSEWHERE]) {
      expect(codesOf(await unit.run(identity, ORDER, { id: completed.orderId }))).toEqual(['NOT_FOUND']);
    }
  });

  it('follows those in use in lists, without a gap, from either end, and is counted', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo, totalCount } = await page({ first: 1, after });
      expect(totalCount).toBe(all.length);
      seen.push(...nodes.map(({ id }) => id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(all);

    const first = await page({ first: 3 });
    expect(first.nodes.map(({ id }) => id)).toEqual(all.slice(0, 3));
    expect(first.pageInfo.hasNextPage).toBe(true);
    const oldest = await page({ last: 1 });
    expect(oldest.nodes.map(({ id }) => id)).toEqual(all.slice(-1));
    const earlier = await page({ last: 3, before: oldest.pageInfo.startCursor });
    expect(earlier.nodes.map(({ id }) => id)).toEqual(all.slice(0, 3));
    expect(earlier.pageInfo.hasPreviousPage).toBe(false);
  });

  it('is among the orders of its outlet, by status too', async () => {
    const list = async (status: readonly string[] | null) =>
      (await unit.run(MANAGER, OF_OUTLET, { outletId: OUTLET.id, status })).data;
    expect(await list(['COMPLETED'])).toEqual({
      orders: { totalCount: 1, nodes: [{ id: completed.orderId }] },
    });
    expect(await list(null)).toEqual({
      orders: { totalCount: all.length, nodes: all.map((id) => ({ id })) },
    });
  });

  it('is changed by nobody: who may not learns no more than of one in use', async () => {
    const refused = [
      {
        code: 'INVALID_STATE',
        field: ['orderId'],
        message: 'The order is COMPLETED and archived: it changes no more.',
      },
    ];
    for (const identity of [guest, MANAGER]) {
      expect(await unit.run(identity, CANCEL, { id: completed.orderId })).toEqual({
        data: { cancelOrder: { order: null, userErrors: refused } },
      });
    }
    expect(codesOf(await unit.run(STRANGER, CANCEL, { id: completed.orderId }))).toEqual(
      codesOf(await unit.run(STRANGER, CANCEL, { id: all[0] })),
    );
    expect(codesOf(await unit.run(BARISTA, CANCEL, { id: completed.orderId }))).toEqual(['FORBIDDEN']);
    expect(await unit.run(BARISTA, COMPLETE, { id: cancelled })).toMatchObject({
      data: { completeOrder: { order: null, userErrors: [{ code: 'INVALID_STATE' }] } },
    });
  });

  it('changes by no late event of its payment, which holds up no other', async () => {
    await unit.refunded(completed.orderId, completed.paymentId);
    const { orderId } = await unit.paid(guest);
    expect(await unit.status(orderId)).toBe('PAID');
    expect(await unit.run(guest, ORDER, { id: completed.orderId })).toEqual(before);
    await unit.run(guest, CANCEL, { id: orderId });
  });

  it('is what its idempotency key leads to, and keeps its rewards spent', async () => {
    const again = await placing(unit, guest, { redemptionIds: [redemptionId], idempotencyKey: key });
    expect(textAt(again, 'placeOrder', 'order', 'id')).toBe(completed.orderId);
    expect(await placing(unit, guest, { redemptionIds: [redemptionId] })).toEqual(
      refusal('INVALID_STATE', ['redemptionIds', '0']),
    );
  });
});

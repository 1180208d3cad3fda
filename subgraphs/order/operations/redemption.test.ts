import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { redeem } from '../testing/discounts.js';
import {
  DRINK,
  type OrderHarness,
  OUTLET,
  person,
  placing,
  refusal,
  STRANGER,
  startHarness,
} from '../testing/harness.js';

describe('a redeemed reward', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  async function eventsOf(redemptionId: string): Promise<unknown[]> {
    const { rows } = await unit.pool.query(
      `SELECT type, aggregate_version AS version, data FROM outbox WHERE aggregate_id = $1 ORDER BY id`,
      [redemptionId],
    );
    return rows;
  }

  const placedIds = (results: readonly ExecutionResult[]): string[] =>
    results.flatMap(({ data }) => Object(data).placeOrder?.order?.id ?? []);

  it('is taken off the total, shown on the order and published to the customer subgraph', async () => {
    const guest = person();
    const ids = [await redeem(unit, guest.customerId, 5_000), await redeem(unit, guest.customerId, 3_000)];
    const result = await unit.run(
      guest,
      `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { userErrors { code } order {
         id redemptionIds rewardDiscount { amount } total { amount } lines { subtotal { amount } discount { amount } } } } }`,
      {
        input: {
          ...{ outletId: OUTLET.id, lines: [{ menuItemId: DRINK.id, quantity: 2 }], redemptionIds: ids },
          ...{ expectedTotal: DRINK.price * 2 - 8_000, idempotencyKey: newId() },
        },
      },
    );
    const orderId = textAt(result, 'placeOrder', 'order', 'id');
    expect(result.data).toEqual({
      placeOrder: {
        userErrors: [],
        order: {
          ...{ id: orderId, redemptionIds: ids, rewardDiscount: { amount: 8_000 } },
          total: { amount: DRINK.price * 2 - 8_000 },
          lines: [{ subtotal: { amount: DRINK.price * 2 }, discount: { amount: 0 } }],
        },
      },
    });
    for (const redemptionId of ids) {
      const data = { redemptionId, orderId, customerId: guest.customerId };
      expect(await eventsOf(redemptionId)).toEqual([{ type: 'order.reward-applied', version: 1, data }]);
    }
    const read = await unit.run(
      guest,
      'query ($id: ID!) { order(id: $id) { redemptionIds rewardDiscount { amount } } }',
      {
        id: orderId,
      },
    );
    expect(read.data).toEqual({ order: { redemptionIds: ids, rewardDiscount: { amount: 8_000 } } });
  });

  it('is good for one order among many concurrent ones', async () => {
    const guest = person();
    const redemptionIds = [await redeem(unit, guest.customerId, 5_000)];
    const results = await Promise.all(
      Array.from({ length: 50 }, () => placing(unit, guest, { redemptionIds })),
    );
    expect(placedIds(results)).toHaveLength(1);
    for (const { data } of results) {
      const { order, userErrors } = Object(data).placeOrder;
      expect(userErrors.map(({ code }: { code: string }) => code)).toEqual(
        order === null ? ['INVALID_STATE'] : [],
      );
    }
    expect(await placing(unit, guest, { redemptionIds })).toEqual(
      refusal('INVALID_STATE', ['redemptionIds', '0']),
    );
  });

  it('is spent once by 50 duplicates of one request, all answered with the same order', async () => {
    const guest = person();
    const redemptionIds = [await redeem(unit, guest.customerId, 5_000)];
    const input = { redemptionIds, idempotencyKey: newId() };
    const results = await Promise.all(Array.from({ length: 50 }, () => placing(unit, guest, input)));
    expect(placedIds(results)).toHaveLength(50);
    expect(new Set(placedIds(results)).size).toBe(1);
    expect(await placing(unit, guest, { ...input, redemptionIds: [] })).toEqual(
      refusal('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']),
    );
  });

  it("must be the caller's own, named once, and fit into the order's total", async () => {
    const guest = person();
    const [mine, large] = [
      await redeem(unit, guest.customerId, 1_000),
      await redeem(unit, guest.customerId, DRINK.price - 999),
    ];
    const ordering = (identity: typeof guest, ...redemptionIds: string[]) =>
      placing(unit, identity, { redemptionIds });
    expect(await ordering(STRANGER, mine)).toEqual(refusal('NOT_FOUND', ['redemptionIds', '0']));
    expect(await ordering(guest, mine, 'nonsense')).toEqual(refusal('NOT_FOUND', ['redemptionIds', '1']));
    expect(await ordering(guest, mine, mine)).toEqual(refusal('INVALID_INPUT', ['redemptionIds', '1']));
    expect(await ordering(guest, large)).toEqual(refusal('INVALID_INPUT', ['redemptionIds']));
    expect(await ordering(guest, ...Array.from({ length: 11 }, newId))).toEqual(
      refusal('INVALID_INPUT', ['redemptionIds']),
    );
    expect(placedIds([await ordering(guest, mine)])).toHaveLength(1);
  });

  it('takes nothing off once its points were taken back, whichever event comes first', async () => {
    const guest = person();
    const { customerId } = guest;
    const voided = async (redemptionId: string) => {
      const event = { type: 'reward.voided', aggregateId: redemptionId, aggregateVersion: 2 } as const;
      await unit.deliver('order.redemption-copy', { ...event, data: { redemptionId, customerId } });
    };
    const [usual, late] = [await redeem(unit, customerId, 5_000), newId()];
    await voided(usual);
    await voided(late);
    await eventually(async () =>
      expect(await placing(unit, guest, { redemptionIds: [late], expectedTotal: 0 })).toEqual(
        refusal('INVALID_STATE', ['redemptionIds', '0']),
      ),
    );
    await redeem(unit, customerId, 5_000, late);
    for (const redemptionId of [usual, late]) {
      expect(await placing(unit, guest, { redemptionIds: [redemptionId] })).toEqual(
        refusal('INVALID_STATE', ['redemptionIds', '0']),
      );
    }
  });

  it('is waited for while its event is on the way', async () => {
    const guest = person();
    const [redemptionId, input] = [newId(), { outletId: OUTLET.id }];
    const placingIt = placing(unit, guest, { ...input, redemptionIds: [redemptionId] });
    const data = { redemptionId, customerId: guest.customerId, name: 'Potongan', amountOff: 1_000 };
    await unit.deliver('order.redemption-copy', {
      ...{ type: 'reward.redeemed', aggregateId: redemptionId, aggregateVersion: 1, data },
    });
    expect(placedIds([await placingIt])).toHaveLength(1);
  });

  it('is returned once by an order that is voided before handover, and never by one that was handed over', async () => {
    const guest = person();
    const ids = await Promise.all(Array.from({ length: 3 }, () => redeem(unit, guest.customerId, 1_000)));
    const [cancelled = '', refunded = '', completed = ''] = ids;
    const returned = (redemptionId: string, orderId: string) => [
      expect.objectContaining({ type: 'order.reward-applied' }),
      {
        ...{ type: 'order.reward-returned', version: 2 },
        data: { redemptionId, orderId, customerId: guest.customerId },
      },
    ];

    const first = await unit.place(guest, { redemptionIds: [cancelled] });
    const cancel = 'mutation ($id: ID!) { cancelOrder(orderId: $id) { userErrors { code } } }';
    await unit.run(guest, cancel, { id: first });
    // A late capture publishes its end again, but returns nothing twice.
    await unit.captured(first);
    await eventually(async () => expect(await unit.publishedTypes(first)).toHaveLength(3));
    expect(await eventsOf(cancelled)).toEqual(returned(cancelled, first));

    const second = await unit.paid(guest, { redemptionIds: [refunded] });
    await unit.refunded(second.orderId, second.paymentId);
    await unit.reaches(second.orderId, 'REFUNDED');
    expect(await eventsOf(refunded)).toEqual(returned(refunded, second.orderId));

    const third = await unit.paid(guest, { redemptionIds: [completed] });
    const { pool } = unit;
    await pool.query("UPDATE orders SET status = 'COMPLETED' WHERE id = $1", [third.orderId]);
    await unit.refunded(third.orderId, third.paymentId);
    await unit.reaches(third.orderId, 'REFUNDED');
    expect(await eventsOf(completed)).toHaveLength(1);
  });

  it('leaves the sales figures at the amount that was paid', async () => {
    const guest = person();
    const sums = async () => {
      const { rows } = await unit.pool.query<{ day: number; items: number }>(
        `SELECT coalesce((SELECT sum(revenue) FROM sales_day), 0)::int AS day,
                coalesce((SELECT sum(revenue) FROM sales_day_item), 0)::int AS items`,
      );
      return rows[0] ?? { day: 0, items: 0 };
    };
    const before = await sums();
    const redemptionIds = [await redeem(unit, guest.customerId, 5_001)];
    const lines = [
      { menuItemId: DRINK.id, quantity: 1 },
      { menuItemId: DRINK.id, quantity: 2, note: 'es' },
    ];
    const { orderId, paymentId } = await unit.paid(guest, { lines, redemptionIds });
    const paid = DRINK.price * 3 - 5_001;
    expect(await sums()).toEqual({ day: before.day + paid, items: before.items + paid });
    await unit.refunded(orderId, paymentId);
    await unit.reaches(orderId, 'REFUNDED');
    expect(await sums()).toEqual(before);
  });
});

import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { endPromotion, promote } from '../testing/discounts.js';
import {
  DRINK,
  ELSEWHERE,
  GUEST,
  type OrderHarness,
  OUTLET,
  person,
  placing,
  startHarness,
} from '../testing/harness.js';

const QUARTER = Math.floor(DRINK.price / 4);

describe('a promotion', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  const SHOWN = `total { amount } lines { quantity unitPrice { amount } discount { amount } subtotal { amount }
    promotion { id name unitsLeft } }`;

  async function placed(quantities: readonly number[], outletId = OUTLET.id): Promise<unknown> {
    const lines = quantities.map((quantity) => ({ menuItemId: DRINK.id, quantity }));
    const result = await unit.run(
      GUEST,
      `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { ${SHOWN} } userErrors { code field } } }`,
      { input: { outletId, lines, idempotencyKey: newId() } },
    );
    return Object(result.data).placeOrder;
  }

  /** Retried until the menu in memory has caught up with the copy. */
  const priced = (quantities: readonly number[], expected: object) =>
    eventually(async () =>
      expect(await placed(quantities)).toMatchObject({ order: expected, userErrors: [] }),
    );

  async function used(promotionId: string): Promise<number | undefined> {
    const { rows } = await unit.pool.query<{ used: number }>(
      'SELECT used FROM promotion_copy WHERE id = $1',
      [promotionId],
    );
    return rows[0]?.used;
  }

  function codes(result: ExecutionResult): unknown {
    return Object(result.data).placeOrder.userErrors.map(({ code }: { code: string }) => code);
  }

  it('takes its saving off each unit at its outlets, and shows it on the line', async () => {
    const id = await promote(unit);
    const [unitPrice, subtotal] = [DRINK.price, (DRINK.price - QUARTER) * 2];
    await priced([2], {
      total: { amount: subtotal },
      lines: [
        {
          ...{ quantity: 2, unitPrice: { amount: unitPrice }, discount: { amount: QUARTER * 2 } },
          ...{ subtotal: { amount: subtotal }, promotion: { id, name: 'Hari Teh', unitsLeft: null } },
        },
      ],
    });
    expect(await placed([1], ELSEWHERE.id)).toMatchObject({ order: { lines: [{ promotion: null }] } });
    await endPromotion(unit, id);
    await priced([2], {
      total: { amount: unitPrice * 2 },
      lines: [{ discount: { amount: 0 }, promotion: null }],
    });
  });

  it('that ended stays ended when the event of its start comes late', async () => {
    const promotionId = newId();
    await promote(unit, { promotionId, endedAt: new Date().toISOString() }, 2);
    await promote(unit, { promotionId }, 1);
    const { rows } = await unit.pool.query('SELECT ended_at FROM promotion_copy WHERE id = $1', [
      promotionId,
    ]);
    expect(rows).toEqual([{ ended_at: expect.any(Date) }]);
  });

  it('that is limited applies to whole lines while units are left for them, and then to none', async () => {
    const id = await promote(unit, { quantity: 5 });
    const ordinary = { promotion: null, discount: { amount: 0 } };
    await priced([3, 3, 2], { lines: [{ promotion: { id } }, ordinary, { promotion: { id } }] });
    expect(await used(id)).toBe(5);
    await priced([1], { lines: [ordinary], total: { amount: DRINK.price } });
    expect(await used(id)).toBe(5);
    await endPromotion(unit, id);
  });

  it('sells exactly its units to concurrent guests, and no one pays more than the total that was shown', async () => {
    const id = await promote(unit, { quantity: 100 });
    const total = DRINK.price - QUARTER;
    const placeOne = () => placing(unit, person(), { expectedTotal: total });
    await eventually(async () => expect(codes(await placeOne())).toEqual([]));
    const tries = Array.from({ length: 300 }, (_, index) => {
      const lines = [{ menuItemId: DRINK.id, quantity: 1 + (index % 3) }];
      const expectedTotal = total * (1 + (index % 3));
      return placing(unit, person(), { lines, expectedTotal });
    });
    const results = await Promise.all(tries);
    for (const result of results) expect([[], ['PRICE_CHANGED']]).toContainEqual(codes(result));
    const { rows } = await unit.pool.query<{ units: number }>(
      'SELECT sum(quantity)::int AS units FROM order_line WHERE promotion_id = $1',
      [id],
    );
    expect(rows[0]?.units).toBe(await used(id));
    expect(rows[0]?.units).toBeLessThanOrEqual(100);
    // Single units fill up what lines of two or three no longer fitted into.
    for (let index = 0; index < 3; index += 1) await placeOne();
    expect(await used(id)).toBe(100);
    expect(codes(await placeOne())).toEqual(['PRICE_CHANGED']);
    await endPromotion(unit, id);
  });

  it('gets its units back, once, from each order that is voided before handover', async () => {
    const id = await promote(unit, { quantity: 10 });
    const lines = [{ menuItemId: DRINK.id, quantity: 3 }];
    const count = () => used(id);
    await priced([1], { lines: [{ promotion: { id } }] });
    const already = (await count()) ?? 0;

    const rejected = await unit.place(GUEST, { lines });
    expect(await count()).toBe(already + 3);
    const data = { orderId: rejected, outletId: OUTLET.id, shortages: [] };
    const rejection = { type: 'stock.rejected', aggregateId: rejected, aggregateVersion: 1, data } as const;
    const event = await unit.deliver('order.saga', rejection);
    await unit.reaches(rejected, 'REJECTED');
    expect(await count()).toBe(already);
    await unit.deliver('order.saga', event);

    const { orderId, paymentId } = await unit.paid(GUEST, { lines });
    expect(await count()).toBe(already + 3);
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { userErrors { code } } }', {
      id: orderId,
    });
    await unit.refunded(orderId, paymentId);
    await unit.reaches(orderId, 'REFUNDED');
    expect(await count()).toBe(already);
    await endPromotion(unit, id);
  });

  it('prices a cart as the order is then priced, lines sharing the units left', async () => {
    const id = await promote(unit, { quantity: 4 });
    await priced([1], { lines: [{ promotion: { id } }] });
    const guest = person();
    const add = (quantity: number, note: string) =>
      unit.run(
        guest,
        `mutation ($input: AddToCartInput!) { addToCart(input: $input) { cart { ${SHOWN} } userErrors { code } } }`,
        { input: { outletId: OUTLET.id, menuItemId: DRINK.id, quantity, note } },
      );
    await add(2, 'es');
    const shown = {
      lines: [{ promotion: { id } }, { promotion: null }],
      total: { amount: DRINK.price * 4 - QUARTER * 2 },
    };
    expect(await add(2, 'panas')).toMatchObject({ data: { addToCart: { cart: shown } } });
    const checkout = (expectedTotal: number) =>
      unit.run(
        guest,
        `mutation ($input: CheckoutInput!) { checkout(input: $input) { order { ${SHOWN} } userErrors { code field } } }`,
        { input: { outletId: OUTLET.id, expectedTotal, idempotencyKey: newId() } },
      );
    expect(await checkout(shown.total.amount - 1)).toMatchObject({
      data: { checkout: { order: null, userErrors: [{ code: 'PRICE_CHANGED', field: ['expectedTotal'] }] } },
    });
    expect(await checkout(shown.total.amount)).toMatchObject({
      data: { checkout: { order: shown, userErrors: [] } },
    });
    expect(await used(id)).toBe(3);
    await endPromotion(unit, id);
  });

  it('refuses a checkout whose units were just taken, and leaves the cart full', async () => {
    const id = await promote(unit, { quantity: 2 });
    await priced([1], { lines: [{ promotion: { id } }] });
    const guest = person();
    const input = { outletId: OUTLET.id, menuItemId: DRINK.id, quantity: 1 };
    await unit.run(
      guest,
      'mutation ($input: AddToCartInput!) { addToCart(input: $input) { userErrors { code } } }',
      {
        input,
      },
    );
    // Taken by another process, which this one has not read yet.
    await unit.pool.query('UPDATE promotion_copy SET used = quantity WHERE id = $1', [id]);
    const checkout = async (): Promise<unknown> =>
      (
        await unit.run(
          guest,
          'mutation ($input: CheckoutInput!) { checkout(input: $input) { order { total { amount } } userErrors { code } } }',
          { input: { outletId: OUTLET.id, idempotencyKey: newId() } },
        )
      ).data;
    expect(await checkout()).toEqual({ checkout: { order: null, userErrors: [{ code: 'PRICE_CHANGED' }] } });
    await unit.pool.query('UPDATE promotion_copy SET version = version + 1 WHERE id = $1', [id]);
    await eventually(async () =>
      expect(await checkout()).toEqual({
        checkout: { order: { total: { amount: DRINK.price } }, userErrors: [] },
      }),
    );
    await endPromotion(unit, id);
  });

  it('is protected by constraints of the database', async () => {
    const id = await promote(unit, { quantity: 3 });
    for (const amount of [4, -1]) {
      const change = unit.pool.query('UPDATE promotion_copy SET used = $2 WHERE id = $1', [id, amount]);
      await expect(change).rejects.toMatchObject({ constraint: 'promotion_copy_used' });
    }
    const line = unit.pool.query('UPDATE order_line SET discount = unit_price * quantity + 1');
    await expect(line).rejects.toMatchObject({ constraint: expect.stringMatching(/^order_line_/) });
    await endPromotion(unit, id);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import {
  DRINK,
  GUEST,
  type OrderHarness,
  placing,
  refusal,
  startHarness,
  UNKNOWN_ID,
} from '../testing/harness.js';

describe('placing an order with invalid input', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  async function countOrders(): Promise<number> {
    const { rows } = await unit.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM orders');
    return rows[0]?.count ?? 0;
  }

  it.each([
    ['no lines', [], 'INVALID_QUANTITY', ['lines']],
    ['too many lines', Array(51).fill({ menuItemId: DRINK.id, quantity: 1 }), 'INVALID_QUANTITY', ['lines']],
    [
      'a quantity of nothing',
      [{ menuItemId: DRINK.id, quantity: 0 }],
      'INVALID_QUANTITY',
      ['lines', '0', 'quantity'],
    ],
    [
      'a negative quantity',
      [{ menuItemId: DRINK.id, quantity: -1 }],
      'INVALID_QUANTITY',
      ['lines', '0', 'quantity'],
    ],
    [
      'a huge quantity',
      [{ menuItemId: DRINK.id, quantity: 2 ** 31 - 1 }],
      'INVALID_QUANTITY',
      ['lines', '0', 'quantity'],
    ],
    [
      'an unknown item',
      [{ menuItemId: "'; DROP TABLE orders", quantity: 1 }],
      'ITEM_UNAVAILABLE',
      ['lines', '0', 'menuItemId'],
    ],
    [
      'an unknown option',
      [{ menuItemId: DRINK.id, quantity: 1, optionIds: [UNKNOWN_ID] }],
      'INVALID_OPTION',
      ['lines', '0', 'optionIds'],
    ],
    [
      'half a character',
      [{ menuItemId: DRINK.id, quantity: 1, note: '\ud83d' }],
      'INVALID_INPUT',
      ['lines', '0', 'note'],
    ],
    [
      'a note with a NUL',
      [{ menuItemId: DRINK.id, quantity: 1, note: 'a\u0000b' }],
      'INVALID_INPUT',
      ['lines', '0', 'note'],
    ],
  ])('refuses %s, and nothing is written', async (_what, lines, code, field) => {
    const before = await countOrders();
    expect(await placing(unit, GUEST, { lines })).toEqual(refusal(code, field));
    expect(await countOrders()).toBe(before);
  });

  const line = { menuItemId: DRINK.id, quantity: 1 };
  it.each<[what: string, input: object]>([
    ['a price of the guest’s own', { lines: [{ ...line, price: 1 }] }],
    ['a unit price of the guest’s own', { lines: [{ ...line, unitPrice: 1 }] }],
    ['a subtotal of the guest’s own', { lines: [{ ...line, subtotal: 1 }] }],
    ['a discount of the guest’s own', { lines: [{ ...line, discount: 1 }] }],
    ['a promotion of the guest’s choice', { lines: [{ ...line, promotionId: newId() }] }],
    ['a total of the guest’s own', { total: 1 }],
    ['another currency', { currency: 'USD' }],
    ['a part of a drink', { lines: [{ ...line, quantity: 0.5 }] }],
    ['more drinks than can be counted', { lines: [{ ...line, quantity: 2 ** 31 }] }],
    ['a quantity in words', { lines: [{ ...line, quantity: '1' }] }],
    ['a total of a part of a rupiah', { expectedTotal: 0.5 }],
    ['a total that overflows', { expectedTotal: 2 ** 53 }],
  ])('does not accept %s', async (_what, input) => {
    const before = await countOrders();
    expect(codesOf(await placing(unit, GUEST, input))).toEqual(['BAD_USER_INPUT']);
    expect(await countOrders()).toBe(before);
  });

  it.each([DRINK.price - 1, 1, 0, -DRINK.price])(
    'is refused at an expected total of %i rupiah where the menu has another',
    async (expectedTotal) => {
      const before = await countOrders();
      const { data } = await placing(unit, GUEST, { expectedTotal });
      expect(data).toMatchObject({
        placeOrder: { order: null, userErrors: [{ code: 'PRICE_CHANGED', field: ['expectedTotal'] }] },
      });
      expect(await countOrders()).toBe(before);
    },
  );

  it.each(['', 'x'.repeat(129), 'a\u0000b'])('refuses %j as an idempotency key', async (idempotencyKey) => {
    expect(await placing(unit, GUEST, { idempotencyKey })).toEqual(
      refusal('INVALID_INPUT', ['idempotencyKey']),
    );
  });
});

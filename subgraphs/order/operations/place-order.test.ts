import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codesOf, statementsDuring } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  GUEST,
  LIMITED,
  type OrderHarness,
  OUTLET,
  PLACE,
  placing,
  refusal,
  soldOut,
  startHarness,
  UNKNOWN_ID,
} from '../testing/harness.js';

describe('placing an order', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  it('answers PLACED with lines at the prices of the menu, options defaulted', async () => {
    const large = DRINK.optionGroups[0]?.options.find(({ isDefault }) => !isDefault);
    const result = await unit.run(
      GUEST,
      `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { userErrors { code } order {
         number status customer { id } outlet { id name } placedAt total { amount currency } statusReason
         lines { id name menuItem { id } quantity unitPrice { amount } subtotal { amount } note options { name group { name } } }
         statusHistory { status at } estimatedReadyAt } } }`,
      {
        input: {
          outletId: OUTLET.id,
          lines: [
            { menuItemId: DRINK.id, quantity: 2, note: 'Tanpa sedotan' },
            { menuItemId: DRINK.id, quantity: 1, optionIds: [large?.id] },
          ],
          idempotencyKey: newId(),
        },
      },
    );
    const larger = DRINK.price + (large?.priceDelta ?? 0);
    const defaults = DRINK.optionGroups.map(({ name, options }) => ({
      name: options.find(({ isDefault }) => isDefault)?.name,
      group: { name },
    }));
    expect(result).toEqual({
      data: {
        placeOrder: {
          userErrors: [],
          order: {
            number: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4,}$/),
            status: 'PLACED',
            customer: { id: GUEST.customerId },
            outlet: { id: OUTLET.id, name: OUTLET.name },
            placedAt: expect.anything(),
            total: { amount: DRINK.price * 2 + larger, currency: 'IDR' },
            statusReason: null,
            lines: [
              {
                id: expect.any(String),
                name: DRINK.name,
                menuItem: { id: DRINK.id },
                quantity: 2,
                unitPrice: { amount: DRINK.price },
                subtotal: { amount: DRINK.price * 2 },
                note: 'Tanpa sedotan',
                options: defaults,
              },
              expect.objectContaining({ unitPrice: { amount: larger }, note: null }),
            ],
            statusHistory: [{ status: 'PLACED', at: expect.anything() }],
            estimatedReadyAt: expect.anything(),
          },
        },
      },
    });
  });

  it('sends one statement to the database', async () => {
    await placing(unit, GUEST);
    const sent: string[][] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const statements = await statementsDuring(() => placing(unit, GUEST));
      sent.push(statements.filter((text) => /\b(order_line|idempotency|orders)\b/.test(text)));
    }
    // Jobs that count, prune and end orders send theirs at times beside it, never beside each.
    const [fewest] = sent.sort((one, other) => one.length - other.length);
    expect(fewest).toEqual([expect.stringContaining('INSERT INTO orders')]);
  });

  it('publishes what it requires from the stock: recipes and default options, times quantities, summed', async () => {
    const orderId = await unit.place(GUEST, {
      lines: [
        { menuItemId: DRINK.id, quantity: 2 },
        { menuItemId: DRINK.id, quantity: 3 },
      ],
    });
    const { rows } = await unit.pool.query<{ data: object }>(
      'SELECT data FROM outbox WHERE aggregate_id = $1',
      [orderId],
    );
    expect(rows[0]?.data).toMatchObject({
      orderId,
      total: DRINK.price * 5,
      requirements: DRINK.recipe.map(({ ingredientId, quantity }) => ({
        ingredientId,
        quantity: quantity * 5,
      })),
    });
  });

  it('answers NOT_FOUND for an unknown outlet', async () => {
    for (const outletId of [UNKNOWN_ID, 'no id at all']) {
      const result = await placing(unit, GUEST, { outletId });
      expect(codesOf(result)).toEqual(['NOT_FOUND']);
      expect(result.data).toEqual({ placeOrder: null });
    }
  });

  it('requires a signed-in caller', async () => {
    const result = await unit.run({ customerId: null, roles: [] }, PLACE, {
      input: { outletId: OUTLET.id, lines: [], idempotencyKey: '' },
    });
    expect(codesOf(result)).toEqual(['UNAUTHENTICATED']);
  });

  it('refuses a sold-out limited item without a write, and accepts orders again when it is available', async () => {
    await soldOut(unit, 3);
    const lines = [{ menuItemId: LIMITED.id, quantity: 1 }];
    const sold = refusal('OUT_OF_STOCK', ['lines', '0', 'menuItemId']);
    await eventually(async () => expect(await placing(unit, GUEST, { lines })).toEqual(sold));
    const statements = await statementsDuring(() => placing(unit, GUEST, { lines }));
    // The relay writes to the outbox meanwhile, but never to these tables.
    const writes = /(INSERT INTO|UPDATE|DELETE FROM) (orders|order_line|order_status_entry|idempotency)\b/;
    expect(statements.filter((text) => writes.test(text))).toEqual([]);
    await unit.place(GUEST, { outletId: CATALOGUE.outlets[1]?.id, lines });
    await soldOut(unit, 4, 1);
    await eventually(() => unit.place(GUEST, { lines }));
  });

  it('follows the menu to a new price, and refuses what is archived', async () => {
    const item =
      CATALOGUE.menuItems.filter(({ isLimited, season }) => !isLimited && season === null)[1] ?? DRINK;
    const { id, name, category, isLimited, preparationSeconds, season, recipe, optionGroups } = item;
    const change = (version: number, price: number, isArchived: boolean) =>
      unit.deliver('order.menu-copy', {
        type: 'menu-item.changed',
        aggregateId: id,
        aggregateVersion: version,
        data: {
          ...{ menuItemId: id, name, category, price, isLimited, isArchived, preparationSeconds, season },
          recipe: [...recipe],
          optionGroups: [...optionGroups],
        },
      });
    const lines = [{ menuItemId: id, quantity: 1 }];
    const priced = (amount: number) => ({ data: { placeOrder: { order: { total: { amount } } } } });

    await change(5, 77_000, false);
    await eventually(async () => expect(await placing(unit, GUEST, { lines })).toMatchObject(priced(77_000)));
    // A late event of an older version changes nothing.
    await change(4, 1, false);
    await change(6, 78_000, false);
    await eventually(async () => expect(await placing(unit, GUEST, { lines })).toMatchObject(priced(78_000)));
    await change(7, 78_000, true);
    await eventually(async () =>
      expect(await placing(unit, GUEST, { lines })).toEqual(
        refusal('ITEM_UNAVAILABLE', ['lines', '0', 'menuItemId']),
      ),
    );
  });

  it('fails no other order when the database refuses one', async () => {
    const outlet = CATALOGUE.outlets[2] ?? OUTLET;
    await unit.pool.query(`ALTER TABLE orders ADD CONSTRAINT refuse_one CHECK (outlet_id <> '${outlet.id}')`);
    const results = await Promise.all([
      placing(unit, GUEST),
      placing(unit, GUEST, { outletId: outlet.id }),
      placing(unit, GUEST),
    ]);
    await unit.pool.query('ALTER TABLE orders DROP CONSTRAINT refuse_one');
    expect(results.map(codesOf)).toEqual([[], ['INTERNAL_SERVER_ERROR'], []]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  ELSEWHERE,
  GUEST,
  LIMITED,
  type OrderHarness,
  OUTLET,
  placing,
  refusal,
  soldOut,
  startHarness,
} from '../testing/harness.js';
import { COPIES_TOPIC } from './menu-read-model.js';

describe('the menu in memory', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  const total = (amount: number) => ({ data: { placeOrder: { order: { total: { amount } } } } });
  const hear = (version: number, price: number | null) =>
    unit.deliver('order.menu-copy', {
      type: 'outlet-price.changed',
      aggregateId: `${DRINK.id}:${OUTLET.id}`,
      aggregateVersion: version,
      data: { menuItemId: DRINK.id, outletId: OUTLET.id, price, isOffered: true },
    });

  it("takes an outlet's own price, for that outlet alone, and goes back to the chain's", async () => {
    await hear(2, 33_000);
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(33_000)));
    expect(await placing(unit, GUEST, { outletId: ELSEWHERE.id })).toMatchObject(total(DRINK.price));
    await hear(3, null);
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(DRINK.price)));
  });

  it('finds out by itself what the bus has lost', async () => {
    const [, other] = CATALOGUE.menuItems.filter(({ category }) => category === 'MILK_TEA');
    const lines = [{ menuItemId: other?.id, quantity: 1 }];
    await unit.pool.query('UPDATE menu_item_copy SET price = 44000, version = version + 1 WHERE id = $1', [
      other?.id,
    ]);
    await eventually(async () => expect(await placing(unit, GUEST, { lines })).toMatchObject(total(44_000)));
  });

  it('takes in what has never moved: none of a new stock item is none', async () => {
    await soldOut(unit, 0);
    const lines = [{ menuItemId: LIMITED.id, quantity: 1 }];
    await eventually(async () =>
      expect(await placing(unit, GUEST, { lines })).toEqual(
        refusal('OUT_OF_STOCK', ['lines', '0', 'menuItemId']),
      ),
    );
  });

  it('goes on after a message that names nothing', async () => {
    for (const part of ['no id', '']) unit.platform.bus.publish(COPIES_TOPIC, { copy: 'outlet-price', part });
    await hear(4, 55_000);
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(55_000)));
  });

  it('learns of a new outlet', async () => {
    const id = OUTLET.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    const { franchiseId, city, address, phone, timeZone } = OUTLET;
    await unit.deliver('order.menu-copy', {
      type: 'outlet.changed',
      aggregateId: id,
      aggregateVersion: 1,
      data: { outletId: id, name: 'Kedai Baru', ...{ franchiseId, city, address, phone, timeZone } },
    });
    await eventually(() => unit.place(GUEST, { outletId: id }));
  });
});

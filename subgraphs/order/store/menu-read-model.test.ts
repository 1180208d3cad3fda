import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../../platform/bus/bus.js';
import type { NewEvent } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { enveloped } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { consumer as menuCopy } from '../events/menu-copy.js';
import {
  DRINK,
  ELSEWHERE,
  GUEST,
  LIMITED,
  type OrderHarness,
  OUTLET,
  person,
  placing,
  refusal,
  soldOut,
  startHarness,
} from '../testing/harness.js';
import { openOrderDatabase } from './database.js';
import { COPIES_TOPIC, MenuReadModel } from './menu-read-model.js';

describe('the menu in memory', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  const total = (amount: number) => ({ data: { placeOrder: { order: { total: { amount } } } } });
  const priceEvent = (version: number, price: number | null, dates: object = {}) =>
    ({
      type: 'outlet-price.changed',
      aggregateId: `${DRINK.id}:${OUTLET.id}`,
      aggregateVersion: version,
      data: { menuItemId: DRINK.id, outletId: OUTLET.id, price, isOffered: true, ...dates },
    }) as const;
  const deliver = (event: NewEvent) => unit.deliver('order.menu-copy', event);
  const itemEvent = (menuItemId: string) =>
    ({
      type: 'menu-item.changed',
      aggregateId: menuItemId,
      aggregateVersion: 1,
      data: {
        ...{
          menuItemId,
          name: 'Teh Baru',
          category: 'TEA',
          price: 21_000,
          isLimited: false,
          isArchived: false,
        },
        ...{ preparationSeconds: 60, season: null, recipe: [], optionGroups: [] },
      },
    }) as const;

  it("has an outlet's own price, for that outlet only, and goes back to the chain's", async () => {
    await deliver(priceEvent(2, 33_000));
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(33_000)));
    expect(await placing(unit, GUEST, { outletId: ELSEWHERE.id })).toMatchObject(total(DRINK.price));
    await deliver(priceEvent(3, null));
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(DRINK.price)));
  });

  it('reloads what the bus has lost', async () => {
    const [, other] = CATALOGUE.menuItems.filter(({ category }) => category === 'MILK_TEA');
    const lines = [{ menuItemId: other?.id, quantity: 1 }];
    await unit.pool.query('UPDATE menu_item_copy SET price = 44000, version = version + 1 WHERE id = $1', [
      other?.id,
    ]);
    await eventually(async () => expect(await placing(unit, GUEST, { lines })).toMatchObject(total(44_000)));
  });

  it('loads a row of version 0: none available of a new stock item', async () => {
    await soldOut(unit, 0);
    const lines = [{ menuItemId: LIMITED.id, quantity: 1 }];
    await eventually(async () =>
      expect(await placing(unit, GUEST, { lines })).toEqual(
        refusal('OUT_OF_STOCK', ['lines', '0', 'menuItemId']),
      ),
    );
  });

  it("keeps an outlet's previous price until the new one takes effect, in orders and carts", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const aMomentAgo = new Date(Date.now() - 1).toISOString();
    const dated = (version: number, price: number, previousPrice: number | null, effectiveAt: string) =>
      deliver(priceEvent(version, price, { previousPrice, effectiveAt }));
    const cartTotal = async () => {
      const input = { outletId: OUTLET.id, menuItemId: DRINK.id };
      const query =
        'mutation ($input: AddToCartInput!) { addToCart(input: $input) { cart { total { amount } } } }';
      return unit.run(person(), query, { input });
    };
    await dated(10, 41_000, null, aMomentAgo);
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(41_000)));
    await dated(11, 42_000, 40_500, inAnHour);
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(40_500)));
    expect(await cartTotal()).toEqual({ data: { addToCart: { cart: { total: { amount: 40_500 } } } } });
    await deliver(priceEvent(12, null));
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(DRINK.price)));
  });

  it('holds an event as soon as it counts as applied, without the bus', async () => {
    const { pool, platform } = unit;
    const silent: Bus = { ...platform.bus, subscribe: () => platform.bus.subscribe('silence') };
    const database = openOrderDatabase(platform.config.databaseUrl('order'), silent);
    const { menu, stop } = await MenuReadModel.open(pool, silent, platform.log);
    const consumer = menuCopy({ database, menu, log: platform.log });
    const menuItemId = newId();
    await consumer.handle([enveloped(itemEvent(menuItemId))]);
    expect(menu.menuAt(OUTLET, new Date()).item(menuItemId)).toMatchObject({ price: 21_000 });
    await stop();
    await database.close();
  });

  it('waits for an item that is ordered while its event is on the way', async () => {
    const menuItemId = newId();
    const placed = placing(unit, GUEST, { lines: [{ menuItemId, quantity: 1 }] });
    await deliver(itemEvent(menuItemId));
    expect(await placed).toMatchObject(total(21_000));
  });

  it('survives a message with an invalid id', async () => {
    for (const part of ['no id', '']) unit.platform.bus.publish(COPIES_TOPIC, { copy: 'outlet-price', part });
    await deliver(priceEvent(13, 55_000));
    await eventually(async () => expect(await placing(unit, GUEST)).toMatchObject(total(55_000)));
  });

  it('waits for an outlet that is ordered at while its event is on the way', async () => {
    const outletId = newId();
    const placed = unit.place(GUEST, { outletId });
    const { franchiseId, city, address, phone, timeZone } = OUTLET;
    await deliver({
      type: 'outlet.changed',
      aggregateId: outletId,
      aggregateVersion: 1,
      data: { outletId, name: 'Kedai Baru', ...{ franchiseId, city, address, phone, timeZone } },
    });
    await placed;
  });

  it('waits for an option that is chosen while its event is on the way', async () => {
    const [menuItemId, optionId] = [newId(), newId()];
    const { data, ...event } = itemEvent(menuItemId);
    const option = { id: optionId, name: 'Jeli', priceDelta: 4_000, isDefault: false, recipe: [] };
    const optionGroups = [{ id: newId(), name: 'Topping', minimum: 0, maximum: 1, options: [option] }];
    await deliver(itemEvent(menuItemId));
    await unit.place(GUEST, { lines: [{ menuItemId, quantity: 1 }] });
    const placed = placing(unit, GUEST, { lines: [{ menuItemId, quantity: 1, optionIds: [optionId] }] });
    await deliver({ ...event, aggregateVersion: 2, data: { ...data, optionGroups } });
    expect(await placed).toMatchObject(total(25_000));
  });
});

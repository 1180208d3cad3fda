/** A cart names what no longer holds of it, by the codes that checkout refuses it with. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EventData } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import { addDays, startOfDay, todayIn } from '../../../platform/kit/calendar.js';
import { textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  LIMITED,
  type OrderHarness,
  OUTLET,
  person,
  soldOut,
  startHarness,
} from '../testing/harness.js';

let unit: OrderHarness;
let guest: ReturnType<typeof person>;
let version = 1;

beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());
beforeEach(() => {
  guest = person();
});

const outletId = OUTLET.id;
const PROBLEMS = `query ($outletId: ID!) { cart(outletId: $outletId) { problems {
  code line { menuItem { id } } formerPrice { amount } presentPrice { amount } retryAt } } }`;
const ADD = `mutation ($input: AddToCartInput!) {
  addToCart(input: $input) { cart { lines { id } } userErrors { code } } }`;
const CHECKOUT = `mutation ($input: CheckoutInput!) { checkout(input: $input) { order { id } userErrors { code } } }`;

const add = (input: object = {}) =>
  unit.run(guest, ADD, { input: { outletId, menuItemId: DRINK.id, ...input } });
const problem = (code: string, rest: object = {}) => ({
  ...{ code, line: null, formerPrice: null, presentPrice: null, retryAt: null, ...rest },
});
const ofLine = (code: string, rest: object = {}, menuItemId = DRINK.id) =>
  problem(code, { line: { menuItem: { id: menuItemId } }, ...rest });

/** Waits until the cart has these problems. */
async function has(problems: readonly object[]): Promise<void> {
  await eventually(async () =>
    expect(await unit.run(guest, PROBLEMS, { outletId })).toEqual({ data: { cart: { problems } } }),
  );
}

async function refusals(): Promise<unknown> {
  const { data } = await unit.run(guest, CHECKOUT, { input: { outletId, idempotencyKey: newId() } });
  return data;
}
const refused = (code: string) => ({ checkout: { order: null, userErrors: [{ code }] } });

async function takeOff(subjectId: string, isAvailable: boolean): Promise<void> {
  version += 1;
  await unit.deliver('order.menu-copy', {
    type: 'hand-availability.changed',
    aggregateId: `${subjectId}:${outletId}`,
    aggregateVersion: version,
    data: { outletId, menuItemId: DRINK.id, subjectId, isAvailable, until: null },
  });
}

async function offer(price: number | null, isOffered = true): Promise<void> {
  version += 1;
  await unit.deliver('order.menu-copy', {
    type: 'outlet-price.changed',
    aggregateId: `${DRINK.id}:${outletId}`,
    aggregateVersion: version,
    data: { menuItemId: DRINK.id, outletId, price, isOffered },
  });
}

async function bounded(bounds: Readonly<Record<string, number>>): Promise<void> {
  version += 1;
  const settings = Object.fromEntries(
    Object.entries(bounds).map(([key, value]) => [key, { value, isLocked: false }]),
  );
  await unit.deliver('order.settings-copy', {
    ...{ type: 'settings.changed', aggregateId: outletId, aggregateVersion: version },
    data: { level: 'OUTLET', placeId: outletId, settings },
  });
}

it('has none while all of it can be ordered, nor an empty cart', async () => {
  await has([]);
  await add();
  await has([]);
});

it('names a price that has changed since the guest saw it, with both, until the guest changes the line', async () => {
  const lineId = textAt(await add(), 'addToCart', 'cart', 'lines', 0, 'id');
  await offer(DRINK.price + 2_000);
  await has([
    ofLine('PRICE_CHANGED', {
      formerPrice: { amount: DRINK.price },
      presentPrice: { amount: DRINK.price + 2_000 },
    }),
  ]);
  await unit.run(
    guest,
    'mutation ($input: UpdateCartLineInput!) { updateCartLine(input: $input) { userErrors { code } } }',
    { input: { cartLineId: lineId, quantity: 2 } },
  );
  await has([]);
  await offer(null);
  await has([
    ofLine('PRICE_CHANGED', {
      formerPrice: { amount: DRINK.price + 2_000 },
      presentPrice: { amount: DRINK.price },
    }),
  ]);
});

it('names an item or option that staff took off, and one that is withdrawn', async () => {
  const option = DRINK.optionGroups[0]?.options[0]?.id ?? '';
  await add({ optionIds: [option] });
  await takeOff(DRINK.id, false);
  await has([ofLine('ITEM_UNAVAILABLE')]);
  expect(await refusals()).toEqual(refused('ITEM_UNAVAILABLE'));
  await takeOff(DRINK.id, true);
  await has([]);
  await takeOff(option, false);
  await has([ofLine('ITEM_UNAVAILABLE')]);
  await takeOff(option, true);
  await has([]);
  await offer(null, false);
  await has([ofLine('ITEM_UNAVAILABLE')]);
  await offer(null);
  await has([]);
});

it('names a limited item that is sold out', async () => {
  await add({ menuItemId: LIMITED.id });
  await soldOut(unit, 1);
  await has([ofLine('OUT_OF_STOCK', {}, LIMITED.id)]);
  expect(await refusals()).toEqual(refused('OUT_OF_STOCK'));
  await soldOut(unit, 2, 10);
  await has([]);
});

it('names a choice of options that the item no longer allows', async () => {
  const group = DRINK.optionGroups.find(({ maximum }) => maximum === 1);
  await add();
  await unit.pool.query('UPDATE cart_line SET option_ids = $2 WHERE customer_id = $1', [
    guest.customerId,
    group?.options.map(({ id }) => id),
  ]);
  await has([ofLine('INVALID_OPTION')]);
  expect(await refusals()).toEqual(refused('INVALID_OPTION'));
});

it('names more units than the outlet takes in an order', async () => {
  await add({ quantity: 3 });
  await bounded({ maximumOrderUnits: 2 });
  await has([problem('INVALID_QUANTITY')]);
  expect(await refusals()).toEqual(refused('INVALID_QUANTITY'));
  await bounded({ maximumOrderUnits: 4_950 });
  await has([]);
});

it('names as many unpaid orders as the outlet allows, or as large ones', async () => {
  await unit.place(guest);
  await add();
  await has([]);
  const beyond = [problem('TOO_MANY_UNPAID_ORDERS')];
  for (const bounds of [{ maximumUnpaidOrders: 1 }, { maximumUnpaidAmount: DRINK.price * 2 - 1 }]) {
    await bounded(bounds);
    await has(beyond);
    expect(await refusals()).toEqual(refused('TOO_MANY_UNPAID_ORDERS'));
    await bounded({ maximumUnpaidOrders: 20, maximumUnpaidAmount: 20_000_000 });
    await has([]);
  }
});

it('names an outlet that is closed, and when it opens', async () => {
  await add();
  const today = todayIn(OUTLET.timeZone);
  const { id, franchiseId, name, city, address, phone, timeZone } = OUTLET;
  const becomes = async (state: Partial<EventData['outlet.changed']>) => {
    version += 1;
    await unit.deliver('order.menu-copy', {
      ...{ type: 'outlet.changed', aggregateId: id, aggregateVersion: version },
      data: { outletId: id, franchiseId, name, city, address, phone, timeZone, ...state },
    });
  };
  await becomes({
    openingExceptions: [-1, 0, 1].map((days) => ({ date: addDays(today, days), openings: [] })),
  });
  await has([problem('OUTLET_CLOSED', { retryAt: startOfDay(addDays(today, 2), timeZone).toISOString() })]);
  await becomes({});
  await has([]);
});

it('says it in the language of the guest', async () => {
  await add();
  await takeOff(DRINK.id, false);
  await has([ofLine('ITEM_UNAVAILABLE')]);
  const source = 'query ($outletId: ID!) { cart(outletId: $outletId) { problems { message } } }';
  const messageIn = async (language?: 'id' | 'en') =>
    textAt(await unit.run(guest, source, { outletId }, language), 'cart', 'problems', 0, 'message');
  expect(await messageIn()).toBe(`${DRINK.name} is not available here.`);
  expect(await messageIn('en')).toBe(`${DRINK.name} is not available here.`);
  expect(await messageIn('id')).toBe(`${DRINK.name} tidak tersedia di sini.`);
});

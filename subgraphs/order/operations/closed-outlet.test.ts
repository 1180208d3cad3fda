import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventData } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import { addDays, startOfDay, todayIn } from '../../../platform/kit/calendar.js';
import { codesOf, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { BARISTA, DRINK, GUEST, type OrderHarness, OUTLET, startHarness } from '../testing/harness.js';

let unit: OrderHarness;
let version = 1;

beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

type OutletState = Partial<EventData['outlet.changed']>;

/** Delivers a state of the outlet, and waits until orders are judged by it. */
async function becomes(state: OutletState): Promise<void> {
  version += 1;
  const { id, franchiseId, name, city, address, phone, timeZone } = OUTLET;
  const marked = `${name} ${version}`;
  await unit.deliver('order.menu-copy', {
    type: 'outlet.changed',
    aggregateId: id,
    aggregateVersion: version,
    data: { outletId: id, franchiseId, name: marked, city, address, phone, timeZone, ...state },
  });
  const source = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Outlet { name } } }';
  await eventually(async () => {
    const { data } = await unit.run(BARISTA, source, { of: [{ __typename: 'Outlet', id }] });
    expect(data).toEqual({ _entities: [{ name: marked }] });
  });
}

const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id } userErrors { code field retryAt } } }`;
const CHECKOUT = `mutation ($input: CheckoutInput!) {
  checkout(input: $input) { order { id } userErrors { code field retryAt } } }`;
const ADD =
  'mutation ($input: AddToCartInput!) { addToCart(input: $input) { cart { id } userErrors { code } } }';

const inputOf = (input: object = {}) => ({
  ...{ outletId: OUTLET.id, lines: [{ menuItemId: DRINK.id, quantity: 1 }], idempotencyKey: newId() },
  ...input,
});
const placing = (input: object = {}, guest = GUEST) => unit.run(guest, PLACE, { input: inputOf(input) });

const ACCEPTED = { order: { id: expect.any(String) }, userErrors: [] };
const closed = (retryAt: string | null) => ({
  order: null,
  userErrors: [{ code: 'OUTLET_CLOSED', field: ['outletId'], retryAt }],
});

const today = todayIn(OUTLET.timeZone);
/** No openings from yesterday to tomorrow. */
const CLOSED_FOR_DAYS = [-1, 0, 1].map((days) => ({ date: addDays(today, days), openings: [] }));
const OPENS_AGAIN = startOfDay(addDays(today, 2), OUTLET.timeZone).toISOString();

describe('an order', () => {
  it('is taken at any time where an event from before opening hours says nothing of them', async () => {
    await becomes({});
    expect((await placing()).data).toEqual({ placeOrder: ACCEPTED });
  });

  it('is refused outside the opening hours, with the moment of the next opening', async () => {
    await becomes({ status: 'OPEN', openingExceptions: CLOSED_FOR_DAYS });
    expect((await placing()).data).toEqual({ placeOrder: closed(OPENS_AGAIN) });
  });

  it('is refused while the outlet is paused, and taken once the pause is over', async () => {
    const pausedUntil = new Date(Date.now() + 3_600_000).toISOString();
    await becomes({ status: 'PAUSED', pausedUntil });
    expect((await placing()).data).toEqual({ placeOrder: closed(pausedUntil) });
    await becomes({ status: 'PAUSED', pausedUntil: new Date(Date.now() - 1).toISOString() });
    expect((await placing()).data).toEqual({ placeOrder: ACCEPTED });
  });

  it.each(['PAUSED', 'CLOSED'] as const)(
    'is refused where the outlet is %s without saying until when',
    async (status) => {
      await becomes({ status });
      expect((await placing()).data).toEqual({ placeOrder: closed(null) });
    },
  );

  it('at a draft finds no outlet, unless its staff try', async () => {
    await becomes({ status: 'DRAFT' });
    expect(codesOf(await placing())).toEqual(['NOT_FOUND']);
    expect((await placing({}, BARISTA)).data).toEqual({ placeOrder: closed(null) });
  });

  it('that was taken is answered again to its key after the outlet has closed', async () => {
    await becomes({ status: 'OPEN' });
    const input = inputOf();
    const id = textAt(await unit.run(GUEST, PLACE, { input }), 'placeOrder', 'order', 'id');
    await becomes({ status: 'CLOSED' });
    expect((await unit.run(GUEST, PLACE, { input })).data).toEqual({
      placeOrder: { order: { id }, userErrors: [] },
    });
  });

  it('is taken for a pickup time in the opening hours, and refused for another with the next opening', async () => {
    await becomes({ status: 'OPEN', openingExceptions: CLOSED_FOR_DAYS });
    expect((await placing({ pickupAt: OPENS_AGAIN })).data).toEqual({ placeOrder: ACCEPTED });
    const early = new Date(Date.parse(OPENS_AGAIN) - 1).toISOString();
    expect((await placing({ pickupAt: early })).data).toEqual({
      placeOrder: {
        order: null,
        userErrors: [{ code: 'OUTLET_CLOSED', field: ['pickupAt'], retryAt: OPENS_AGAIN }],
      },
    });
  });

  it('for a pickup time says that time, also when it is read again', async () => {
    await becomes({ status: 'OPEN' });
    const input = inputOf({ pickupAt: OPENS_AGAIN });
    const id = textAt(await unit.run(GUEST, PLACE, { input }), 'placeOrder', 'order', 'id');
    const source = 'query ($id: ID!) { order(id: $id) { pickupAt estimatedReadyAt } }';
    expect((await unit.run(GUEST, source, { id })).data).toEqual({
      order: { pickupAt: OPENS_AGAIN, estimatedReadyAt: OPENS_AGAIN },
    });
    const other = { ...input, pickupAt: null };
    expect((await unit.run(GUEST, PLACE, { input: other })).data).toMatchObject({
      placeOrder: { userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] },
    });
  });

  it('from a cart is refused likewise, and the cart stays as it is', async () => {
    await becomes({ status: 'OPEN' });
    await unit.run(GUEST, ADD, { input: { outletId: OUTLET.id, menuItemId: DRINK.id } });
    const checkout = () =>
      unit.run(GUEST, CHECKOUT, { input: { outletId: OUTLET.id, idempotencyKey: newId() } });
    await becomes({ status: 'OPEN', openingExceptions: CLOSED_FOR_DAYS });
    expect((await checkout()).data).toEqual({ checkout: closed(OPENS_AGAIN) });
    await becomes({ status: 'OPEN' });
    expect((await checkout()).data).toEqual({ checkout: ACCEPTED });
  });
});

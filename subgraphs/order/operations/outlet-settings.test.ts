/** What the settings of outlets do to orders. */
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  BARISTA,
  DRINK,
  type OrderHarness,
  OUTLET,
  PLACE,
  person,
  startHarness,
} from '../testing/harness.js';

let unit: OrderHarness;
let version = 1;

beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

type Level = readonly ['CHAIN' | 'FRANCHISE' | 'OUTLET', placeId: string | null];
const AT_OUTLET: Level = ['OUTLET', OUTLET.id];
const AT_FRANCHISE: Level = ['FRANCHISE', OUTLET.franchiseId];

/** Delivers all that a place has set. */
async function set([level, placeId]: Level, values: Record<string, number>, isLocked = false): Promise<void> {
  version += 1;
  const settings = Object.entries(values).map(([key, value]) => [key, { value, isLocked }]);
  await unit.deliver('order.settings-copy', {
    type: 'settings.changed',
    aggregateId: placeId ?? 'chain',
    aggregateVersion: version,
    data: { level, placeId, settings: Object.fromEntries(settings) },
  });
}

function order(guest = person(), input: object = {}): Promise<ExecutionResult> {
  const lines = [{ menuItemId: DRINK.id, quantity: 1 }];
  return unit.run(guest, PLACE, {
    input: { outletId: OUTLET.id, lines, idempotencyKey: newId(), ...input },
  });
}

const refused = (code: string, field: readonly string[] | null) => ({
  placeOrder: { order: null, userErrors: [{ code, field, message: expect.any(String) }] },
});
const BEYOND = refused('TOO_MANY_UNPAID_ORDERS', null);
const isAccepted = ({ data }: ExecutionResult) => JSON.stringify(data).includes('"userErrors":[]');

it('a guest has no more unpaid orders than the outlet allows, however many are placed at once', async () => {
  await set(AT_OUTLET, { maximumUnpaidOrders: 3 });
  await eventually(async () => {
    const guest = person();
    const placed = await Promise.all(Array.from({ length: 20 }, () => order(guest)));
    expect(placed.filter(isAccepted)).toHaveLength(3);
    for (const { data } of placed.filter((one) => !isAccepted(one))) expect(data).toEqual(BEYOND);
  });
});

it('an order that is paid or cancelled makes room for another, and a key that has led to one leads to it again', async () => {
  await set(AT_OUTLET, { maximumUnpaidOrders: 1 });
  await eventually(async () => {
    const guest = person();
    const first = { idempotencyKey: newId() };
    const placed = await order(guest, first);
    expect((await order(guest)).data).toEqual(BEYOND);
    expect((await order(guest, first)).data).toEqual(placed.data);
  });
  const guest = person();
  await unit.paid(guest);
  expect(isAccepted(await order(guest))).toBe(true);
  expect((await order(guest)).data).toEqual(BEYOND);
});

it('a guest’s unpaid orders come to no more than the outlet allows', async () => {
  await set(AT_OUTLET, { maximumUnpaidAmount: DRINK.price * 2 });
  await eventually(async () => {
    const guest = person();
    const placed = await Promise.all(Array.from({ length: 5 }, () => order(guest)));
    expect(placed.filter(isAccepted)).toHaveLength(2);
  });
});

it('what staff take for a member leaves room for the member’s own orders', async () => {
  const member = person();
  const phone = '+6281233334444';
  await unit.deliver('order.member-phones', {
    ...{ type: 'customer.phone-changed', aggregateId: member.customerId, aggregateVersion: 1 },
    data: { customerId: member.customerId, phone },
  });
  await set(AT_OUTLET, { maximumUnpaidOrders: 1 });
  await eventually(async () => {
    const guest = person();
    await order(guest);
    expect((await order(guest)).data).toEqual(BEYOND);
    await unit.place(BARISTA, { guest: { memberPhone: phone } });
  });
  expect(isAccepted(await order(member))).toBe(true);
  expect((await order(member)).data).toEqual(BEYOND);
});

it('an order has no more units than the outlet allows', async () => {
  await set(AT_OUTLET, { maximumOrderUnits: 2 });
  const lines = [1, 2].map((quantity) => ({ menuItemId: DRINK.id, quantity, note: `No. ${quantity}` }));
  await eventually(async () =>
    expect((await order(person(), { lines })).data).toEqual(refused('INVALID_QUANTITY', ['lines'])),
  );
  expect(isAccepted(await order())).toBe(true);
});

it('what the franchise has set holds where the outlet has set nothing, and where it is locked', async () => {
  const units = async (quantity: number) =>
    isAccepted(await order(person(), { lines: [{ menuItemId: DRINK.id, quantity }] }));
  await set(AT_FRANCHISE, { maximumOrderUnits: 4 });
  await set(AT_OUTLET, {});
  await eventually(async () => expect([await units(4), await units(5)]).toEqual([true, false]));
  await set(AT_OUTLET, { maximumOrderUnits: 6 });
  await eventually(async () => expect([await units(6), await units(7)]).toEqual([true, false]));
  await set(AT_FRANCHISE, { maximumOrderUnits: 4 }, true);
  await eventually(async () => expect([await units(4), await units(5)]).toEqual([true, false]));
  await set(AT_FRANCHISE, {});
  await set(AT_OUTLET, {});
  await eventually(async () => expect(await units(99)).toBe(true));
});

it('a pickup time is no further ahead than the outlet allows', async () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await set(AT_OUTLET, { pickupAheadMinutes: 120 });
  const tooFar = refused('INVALID_INPUT', ['pickupAt']);
  await eventually(async () =>
    expect((await order(person(), { pickupAt: inHours(3) })).data).toEqual(tooFar),
  );
  expect(isAccepted(await order(person(), { pickupAt: inHours(1) }))).toBe(true);
  expect((await order(person(), { pickupAt: inHours(-1) })).data).toEqual(tooFar);
});

it('an order is unpaid no longer than the outlet allows', async () => {
  await set(AT_OUTLET, { paymentWindowSeconds: 1 });
  await eventually(async () => {
    const orderId = await unit.place(person());
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    const { rows } = await unit.pool.query<{ seconds: number }>(
      'SELECT extract(epoch FROM payment_due_at - status_at)::int AS seconds FROM orders WHERE id = $1',
      [orderId],
    );
    expect(rows).toEqual([{ seconds: 1 }]);
  });
});

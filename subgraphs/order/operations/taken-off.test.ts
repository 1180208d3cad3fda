/** What staff took off by hand cannot be ordered. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  ELSEWHERE,
  GUEST,
  type OrderHarness,
  OUTLET,
  placing,
  refusal,
  startHarness,
} from '../testing/harness.js';

let unit: OrderHarness;
beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

let version = 0;
async function change(subjectId: string, isAvailable: boolean, until: string | null = null): Promise<void> {
  version += 1;
  await unit.deliver('order.menu-copy', {
    type: 'hand-availability.changed',
    aggregateId: `${subjectId}:${OUTLET.id}`,
    aggregateVersion: version,
    data: { outletId: OUTLET.id, menuItemId: DRINK.id, subjectId, isAvailable, until },
  });
}
const moment = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const itemRefused = refusal('ITEM_UNAVAILABLE', ['lines', '0', 'menuItemId']);
const optionRefused = refusal('ITEM_UNAVAILABLE', ['lines', '0', 'optionIds']);
const [defaultOption, other] = DRINK.optionGroups[0]?.options ?? [];
const choosing = (optionId: string | undefined) => ({
  lines: [{ menuItemId: DRINK.id, quantity: 1, optionIds: [optionId] }],
});

it('refuses an item at its outlet alone, until it is put back', async () => {
  await change(DRINK.id, false);
  await eventually(async () => expect(await placing(unit, GUEST)).toEqual(itemRefused));
  await unit.place(GUEST, { outletId: ELSEWHERE.id });
  await change(DRINK.id, true);
  await eventually(() => unit.place(GUEST));
});

it('accepts an item again from the moment on until which it was taken off', async () => {
  await change(DRINK.id, false, moment(3_600_000));
  await eventually(async () => expect(await placing(unit, GUEST)).toEqual(itemRefused));
  await change(DRINK.id, false, moment(-1));
  await eventually(() => unit.place(GUEST));
});

it('refuses an option that is chosen, and one that is the default', async () => {
  await change(other?.id ?? '', false);
  await eventually(async () =>
    expect(await placing(unit, GUEST, choosing(other?.id))).toEqual(optionRefused),
  );
  await unit.place(GUEST);
  await change(defaultOption?.id ?? '', false);
  await eventually(async () => expect(await placing(unit, GUEST)).toEqual(optionRefused));
  await change(other?.id ?? '', true);
  await eventually(() => unit.place(GUEST, choosing(other?.id)));
});

it('answers a key that has led to an order with that order', async () => {
  const input = { ...choosing(other?.id), idempotencyKey: newId() };
  const orderId = await unit.place(GUEST, input);
  await change(DRINK.id, false);
  await eventually(async () => expect(await placing(unit, GUEST, choosing(other?.id))).toEqual(itemRefused));
  expect(await unit.place(GUEST, input)).toBe(orderId);
});

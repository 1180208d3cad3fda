import { expect, it } from 'vitest';
import type { Accepted } from './place-orders.js';
import { verdictOf } from './verdict.js';

/** An order of the limited item at one outlet, sent and answered within a tenth of its place. */
function order(place: number, outletId = 'here', isLimited = true): Accepted {
  return { id: `${outletId} ${place}`, outletId, isLimited, sentAt: place, answeredAt: place + 0.1 };
}

function settled(accepted: readonly Accepted[], promised: readonly number[], unitsAtEach: number) {
  const statuses = accepted.map(({ id, sentAt }) => {
    return [id, promised.includes(sentAt) ? 'AWAITING_PAYMENT' : 'REJECTED'] as const;
  });
  return verdictOf(accepted, new Map(statuses), unitsAtEach);
}

it('accepts a backlog in which the first orders got the stock', () => {
  const accepted = [1, 2, 3, 4].map((place) => order(place));
  expect(settled(accepted, [1, 2], 2)).toEqual({ promised: 2, onHand: 2, refusedInPlenty: 0, overtaken: 0 });
});

it('counts orders that got nothing although a later one did', () => {
  const accepted = [1, 2, 3, 4].map((place) => order(place));
  expect(settled(accepted, [1, 4], 2)).toMatchObject({ promised: 2, overtaken: 2 });
});

it('ignores the order of simultaneous requests, and compares within an outlet alone', () => {
  const together = [order(1), { ...order(1.05), id: 'here 1.05' }, order(2, 'there')];
  expect(settled(together, [1.05, 2], 1)).toMatchObject({ promised: 2, onHand: 2, overtaken: 0 });
});

it('counts units reserved beyond the stock, and refused orders of plentiful items', () => {
  const accepted = [order(1), order(2), order(3, 'here', false)];
  expect(settled(accepted, [1, 2], 1)).toMatchObject({ promised: 2, onHand: 1, refusedInPlenty: 1 });
});

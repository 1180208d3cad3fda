import { expect, test } from 'vitest';
import { receiptOf } from './receiving.js';

const line = (stockItemId: string, packs: number, received = 0) => ({
  ...{ purchaseOrderId: 'order', position: 0, packPrice: 10_000, packSize: 100 },
  ...{ stockItemId, packs, received },
});

test('a part of an order leaves the rest outstanding', () => {
  const { lines, received, isComplete } = receiptOf(
    [line('milk', 5), line('tea', 1)],
    [{ stockItemId: 'milk', quantity: 300 }],
  );
  expect(lines).toEqual([{ stockItemId: 'milk', quantity: 300, outstanding: 500 }]);
  expect(received).toEqual(new Map([['milk', 300]]));
  expect(isComplete).toBe(false);
});

test('several lines of an item, such as batches, are received one after the other', () => {
  const delivered = [
    { stockItemId: 'milk', quantity: 150, bestBefore: '2026-12-01' },
    { stockItemId: 'milk', quantity: 250, bestBefore: '2026-12-09' },
  ];
  const { lines, received, isComplete } = receiptOf([line('milk', 5, 100)], delivered);
  expect(lines.map(({ outstanding }) => outstanding)).toEqual([400, 250]);
  expect(received).toEqual(new Map([['milk', 500]]));
  expect(isComplete).toBe(true);
});

test('what is too much and what was not ordered is noted, and completes nothing else', () => {
  const { lines, received, isComplete } = receiptOf(
    [line('milk', 1), line('tea', 1)],
    [
      { stockItemId: 'milk', quantity: 130 },
      { stockItemId: 'cups', quantity: 50 },
    ],
  );
  expect(lines.map(({ outstanding }) => outstanding)).toEqual([100, 0]);
  expect(received).toEqual(new Map([['milk', 130]]));
  expect(isComplete).toBe(false);
});

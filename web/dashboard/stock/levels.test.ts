import { expect, it } from 'vitest';
import type { StockRow } from '../data/stock.js';
import { levelsOf } from './levels.js';

const item = (id: string, ingredient: string, change: Partial<StockRow> = {}): StockRow => ({
  id,
  version: 1,
  unit: 'GRAM',
  onHand: 500,
  reserved: 20,
  drawn: 10,
  available: 470,
  reorderPoint: 100,
  removedAt: null,
  runsOutAt: null,
  outlet: { id: `outlet of ${id}` },
  ingredient: { id: ingredient, name: ingredient },
  ...change,
});

it('an ingredient is one row over all outlets, which runs out where it runs out first', () => {
  const [row, ...others] = levelsOf([
    item('a', 'Milk', { runsOutAt: '2026-11-30T09:00:00Z' }),
    item('b', 'Milk', { runsOutAt: '2026-11-30T05:00:00Z' }),
  ]);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    ...{ name: 'Milk', onHand: 1_000, available: 940, promised: 60 },
    runsOutAt: '2026-11-30T05:00:00Z',
  });
  expect(row?.items.map(({ id }) => id)).toEqual(['b', 'a']);
});

it('what is sold out stands first, then what is low, then what runs out soonest', () => {
  const levels = levelsOf([
    item('a', 'Tea'),
    item('b', 'Sugar', { runsOutAt: '2026-11-30T05:00:00Z' }),
    item('c', 'Milk', { available: 90 }),
    item('d', 'Taro', { available: 0 }),
  ]);
  expect(levels.map(({ name, state }) => [name, state])).toEqual([
    ['Taro', 'bad'],
    ['Milk', 'warn'],
    ['Sugar', 'good'],
    ['Tea', 'good'],
  ]);
});

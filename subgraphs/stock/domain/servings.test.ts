import { expect, test } from 'vitest';
import { servingsFrom, UNLIMITED } from './servings.js';

const available = (ingredientId: string) => ({ milk: 500, tea: 90 })[ingredientId] ?? 0;

test('the scarcest ingredient decides', () => {
  const recipe = [
    { ingredientId: 'milk', quantity: 120 },
    { ingredientId: 'tea', quantity: 30 },
  ];
  expect(servingsFrom(recipe, available)).toBe(3);
});

test('lines of one ingredient count together', () => {
  const recipe = [
    { ingredientId: 'milk', quantity: 120 },
    { ingredientId: 'milk', quantity: 130 },
  ];
  expect(servingsFrom(recipe, available)).toBe(2);
});

test('what an outlet does not keep makes nothing', () => {
  expect(servingsFrom([{ ingredientId: 'matcha', quantity: 1 }], available)).toBe(0);
});

test('what takes nothing is never out of stock', () => {
  expect(servingsFrom([], available)).toBe(UNLIMITED);
  expect(servingsFrom([{ ingredientId: 'matcha', quantity: 0 }], available)).toBe(UNLIMITED);
});

import { expect, it } from 'vitest';
import { drawingOf } from './drawing.js';

const named = (
  name: string,
  nameEn: string | null,
  category: 'MILK_TEA' | 'COFFEE' | 'SNACK' | 'MERCHANDISE',
  groups: string[],
) => ({
  name,
  nameEn,
  category,
  optionGroups: groups.map((group) => ({ id: group, name: group, minimum: 1, maximum: 1, options: [] })),
});

it('draws the same drink in both languages', () => {
  const indonesian = drawingOf(named('Teh Susu Taro', null, 'MILK_TEA', ['Ukuran', 'Es']));
  const english = drawingOf(named('Taro Milk Tea', 'Taro Milk Tea', 'MILK_TEA', ['Size', 'Ice']));
  expect(indonesian).toEqual(english);
});

it('shows the toppings that the name says or that were chosen', () => {
  const boba = named('Brown Sugar Boba Milk Tea', null, 'MILK_TEA', ['Ice']);
  expect(drawingOf(boba).toppings).toContain('boba');
  expect(drawingOf(named('Classic Milk Tea', null, 'MILK_TEA', ['Ice']), ['Cheese foam']).toppings).toEqual([
    'foam',
  ]);
});

it('leaves out the ice of a drink without, and pours what has no choice of ice into a mug', () => {
  expect(drawingOf(named('Matcha', null, 'MILK_TEA', ['Ice']), ['No ice']).hasIce).toBe(false);
  expect(drawingOf(named('Espresso', null, 'COFFEE', ['Size'])).vessel).toBe('mug');
});

it('has a shape for what is no drink', () => {
  expect(drawingOf(named('Kukis Cokelat', 'Chocolate Cookie', 'SNACK', [])).vessel).toBe('cookie');
  expect(drawingOf(named('Tumbler', null, 'MERCHANDISE', [])).vessel).toBe('tumbler');
});

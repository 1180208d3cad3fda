import { expect, test } from 'vitest';
import { defaultServing } from './default-serving.js';

const line = (ingredientId: string, quantity: number) => ({ ingredientId, quantity });
const option = (isDefault: boolean, ...recipe: ReturnType<typeof line>[]) => ({ isDefault, recipe });

test('a serving takes the recipe and what the default option of each group adds', () => {
  const groups = [
    { options: [option(false, line('milk', 50)), option(true, line('oat', 100), line('cup', 1))] },
    { options: [option(true, line('pearls', 40)), option(false)] },
  ];
  expect(defaultServing([line('tea', 5), line('cup', 1)], groups)).toEqual([
    line('tea', 5),
    line('cup', 2),
    line('oat', 100),
    line('pearls', 40),
  ]);
});

test('a default option may take from the recipe, down to nothing', () => {
  const groups = [{ options: [option(true, line('sugar', -10), line('ice', -100))] }];
  expect(defaultServing([line('sugar', 30), line('ice', 100)], groups)).toEqual([line('sugar', 20)]);
});

import { expect, it } from 'vitest';
import { mergeInto } from './response-object.js';

it('merges objects in lists within lists, each into the one at its place', () => {
  const target = { grid: [[{ id: 1 }, { id: 2 }], [{ id: 3 }]] };
  mergeInto(target, { grid: [[{ name: 'a' }, { name: 'b' }], [{ name: 'c' }]] });
  expect(target).toEqual({
    grid: [
      [
        { id: 1, name: 'a' },
        { id: 2, name: 'b' },
      ],
      [{ id: 3, name: 'c' }],
    ],
  });
});

it('takes over a list of another length, at whatever depth', () => {
  const target = { grid: [[{ id: 1 }]] };
  mergeInto(target, { grid: [[{ id: 2 }, { id: 3 }]] });
  expect(target).toEqual({ grid: [[{ id: 2 }, { id: 3 }]] });
});

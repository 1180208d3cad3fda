/** Which key does what, on a device that has mapped some otherwise. */
import { expect, it } from 'vitest';
import { commandOf, DEFAULT_KEYS, remapped } from './keys.js';

it('finds a command by its key, letters in either case', () => {
  expect(commandOf(DEFAULT_KEYS, 'R')).toBe('recall');
  expect(commandOf(DEFAULT_KEYS, 'PageDown')).toBe('next');
  expect(commandOf(DEFAULT_KEYS, 'x')).toBeUndefined();
});

it('swaps the keys of two commands where one takes the other’s', () => {
  const map = remapped(DEFAULT_KEYS, 'undo', 'R');
  expect(commandOf(map, 'r')).toBe('undo');
  expect(commandOf(map, 'Backspace')).toBe('recall');
});

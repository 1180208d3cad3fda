import { expect, test } from 'vitest';
import { z } from 'zod';
import { UserFault } from './errors.js';
import { isStorable, parseInput } from './input.js';

const schema = z.object({
  name: z.string().trim().min(1, 'needed'),
  lines: z.array(z.object({ quantity: z.int() })),
});

test('input that fits comes back as the schema makes it', () => {
  expect(parseInput(schema, { name: ' Teh ', lines: [], more: 1 })).toEqual({ name: 'Teh', lines: [] });
});

test('every field at fault is named by its path', () => {
  const fault = catchFault(() =>
    parseInput(schema, { name: ' ', lines: [{ quantity: 1 }, { quantity: 0.5 }] }),
  );
  expect(fault.userErrors).toEqual([
    { code: 'INVALID_INPUT', field: ['name'], message: 'needed' },
    { code: 'INVALID_INPUT', field: ['lines', '1', 'quantity'], message: expect.any(String) },
  ]);
});

test('input that is at fault as a whole names no field', () => {
  expect(catchFault(() => parseInput(schema, 'Teh')).userErrors).toMatchObject([{ field: null }]);
});

test.each(['Teh', '', 'satu\ndua', '🧋'])('%j can be stored', (text) => {
  expect(isStorable(text)).toBe(true);
});

test.each(['\0', 'Te\0h', '\ud800', '\udc00\ud800', 'Teh\ud83e'])('%j cannot be stored', (text) => {
  expect(isStorable(text)).toBe(false);
});

function catchFault(work: () => unknown): UserFault {
  try {
    work();
  } catch (error) {
    if (error instanceof UserFault) return error;
  }
  throw new Error('No fault was found');
}

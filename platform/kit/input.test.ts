import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UserFault } from '../errors.js';
import { email, isStorable, normalizedPhone, parseInput, phone, quantity, text } from './input.js';

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

test.each([
  ['6281234567890', '+6281234567890'],
  ['081234567890', '+6281234567890'],
  ['0812-3456-7890', '+6281234567890'],
  ['+62 812-3456-7890', '+6281234567890'],
  ['+62 (0)812 3456 7890', '+6281234567890'],
  ['(+62) 812.3456.7890', '+6281234567890'],
  ['62 812 3456 7890', '+6281234567890'],
  ['0062 812 3456 7890', '+6281234567890'],
  ['+62\u00a0812\u20113456\u20137890', '+6281234567890'],
  ['\u202a+62 812 3456 7890\u202c', '+6281234567890'],
  ['＋６２８１２３４５６７８９０', '+6281234567890'],
  ['٠٨١٢٣٤٥٦٧٨٩٠', '+6281234567890'],
  ['(021) 555-0100', '+62215550100'],
  ['+1 415 555 2671', '+14155552671'],
  ['+65 6123 4567', '+6561234567'],
])('the phone number %j is %s', (given, normalized) => {
  expect(normalizedPhone(given)).toBe(normalized);
  expect(parseInput(phone, given)).toBe(normalized);
});

test.each([
  '',
  '0',
  '112',
  '12345',
  '+0812345678',
  '81234567890',
  '+62812345678901234',
  'call me',
  '+62 812 x 3456',
  '++6281234567890',
  '62',
  '0812+34567890',
])('%j is no phone number', (given) => {
  expect(catchFault(() => parseInput(phone, given)).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
});

test('texts are trimmed and composed, so that equal texts are equal', () => {
  expect(parseInput(text(10), ' Te\u0301 Susu ')).toBe('T\u00e9 Susu');
  expect(parseInput(text(500, { multiline: true }), 'one\r\ntwo')).toBe('one\ntwo');
});

test('texts are measured in characters, after they are composed', () => {
  expect(parseInput(text(3), '🧋🧋🧋')).toBe('🧋🧋🧋');
  expect(parseInput(text(1), 'e\u0301')).toBe('\u00e9');
  expect(catchFault(() => parseInput(text(2), '🧋🧋🧋')).message).toBe('At most 2 characters');
});

test.each([' ', '', '\u200b', '\u2060 \ufeff', '\u3164'])(
  'a text of nothing to see, %j, is refused',
  (given) => {
    expect(catchFault(() => parseInput(text(10), given)).message).toBe('Required');
  },
);

test.each(['a\nb', 'a\0b', 'a\u2028b', 'a\ud800'])('%j is no text of one line', (given) => {
  expect(catchFault(() => parseInput(text(10), given)).message).toBe('Must not contain control characters');
});

test('a figure out of bounds is INVALID_QUANTITY, one that is no number INVALID_INPUT', () => {
  const code = (schema: z.ZodType, given: unknown) =>
    catchFault(() => parseInput(schema, given)).userErrors[0]?.code;
  expect(code(quantity(1, 99), 0)).toBe('INVALID_QUANTITY');
  expect(code(quantity(1, 99), 100)).toBe('INVALID_QUANTITY');
  expect(code(quantity(1, 99), 1.5)).toBe('INVALID_QUANTITY');
  expect(code(quantity(1, 99), 'one')).toBe('INVALID_INPUT');
  expect(parseInput(quantity(0, 99, { whole: false }), 8.5)).toBe(8.5);
});

function catchFault(work: () => unknown): UserFault {
  try {
    work();
  } catch (error) {
    if (error instanceof UserFault) return error;
  }
  throw new Error('No fault was found');
}

describe('an e-mail address', () => {
  test.each([
    '  Rina@Kedai.TEST ',
    'rina@kedai.test\r\n',
    '\u00a0rina@kedai.test\u200b',
    '\ufeffrina@kedai.test',
    'ｒｉｎａ＠ｋｅｄａｉ．ｔｅｓｔ',
  ])('%j is the one in lower case without what pasting adds', (entered) => {
    expect(email.parse(entered)).toBe('rina@kedai.test');
  });

  test.each([
    '',
    'rina',
    'rina@',
    '@kedai.test',
    'rina @kedai.test',
    'rina@kedai.test, sari@kedai.test',
    `${'a'.repeat(250)}@b.id`,
  ])('is not %j', (entered) => {
    expect(email.safeParse(entered).success).toBe(false);
  });
});

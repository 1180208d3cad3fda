import { describe, expect, test } from 'vitest';
import { emailSchema, nameSchema, passwordSchema, phoneSchema } from './account-input.js';

describe('an e-mail address', () => {
  test('is kept in lower case without the space around it', () => {
    expect(emailSchema.parse('  Rina@Kedai.TEST ')).toBe('rina@kedai.test');
  });

  test.each([
    '',
    'rina',
    'rina@',
    '@kedai.test',
    'rina@kedai.test, sari@kedai.test',
    `${'a'.repeat(250)}@b.id`,
  ])('is not %j', (email) => {
    expect(emailSchema.safeParse(email).success).toBe(false);
  });
});

describe('a password', () => {
  test('has at least eight characters, however many bytes they take', () => {
    expect(passwordSchema.safeParse('kedai-de').success).toBe(true);
    expect(passwordSchema.safeParse('kedai-d').success).toBe(false);
    expect(passwordSchema.safeParse('🧋'.repeat(7)).success).toBe(false);
  });

  test('is kept as it is, and not without end', () => {
    expect(passwordSchema.parse('  spaced  out  ')).toBe('  spaced  out  ');
    expect(passwordSchema.safeParse('x'.repeat(201)).success).toBe(false);
  });
});

describe('a phone number', () => {
  test('is in international format, its spacing dropped', () => {
    expect(phoneSchema.parse('+62 812-3456-7890')).toBe('+6281234567890');
  });

  test('in local format is an Indonesian one', () => {
    expect(phoneSchema.parse('0812-3456-7890')).toBe('+6281234567890');
  });

  test.each([
    '81234567890',
    '0081234567890',
    '+0812345678',
    '+62',
    '+62812345678901234',
    '+62abc1234567',
    '',
  ])('is not %j', (phone) => {
    expect(phoneSchema.safeParse(phone).success).toBe(false);
  });
});

describe('a name', () => {
  test.each(['', '   ', 'a\nb', 'a\0', 'a\ud800', 'x'.repeat(101)])('is not %j', (name) => {
    expect(nameSchema.safeParse(name).success).toBe(false);
  });
});

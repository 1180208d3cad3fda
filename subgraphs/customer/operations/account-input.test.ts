import { describe, expect, test } from 'vitest';
import { email, enteredPassword, newPassword } from './account-input.js';

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

describe('a password', () => {
  test('has at least eight characters, however many bytes they take', () => {
    expect(newPassword.safeParse('kedai-de').success).toBe(true);
    expect(newPassword.safeParse('kedai-d').success).toBe(false);
    expect(newPassword.safeParse('🧋'.repeat(7)).success).toBe(false);
    expect(newPassword.safeParse('é'.repeat(7).normalize('NFD')).success).toBe(false);
  });

  test('is one text in either form of its accents, with its blanks, and bounded', () => {
    expect(newPassword.parse('kopi-crème'.normalize('NFD'))).toBe('kopi-crème'.normalize('NFC'));
    expect(newPassword.parse('  spaced  out  ')).toBe('  spaced  out  ');
    expect(newPassword.safeParse('x'.repeat(201)).success).toBe(false);
  });

  test('of 200 characters can be entered in decomposed form', () => {
    const password = newPassword.parse('é'.repeat(200));
    expect(enteredPassword.safeParse(password.normalize('NFD')).success).toBe(true);
    expect(enteredPassword.safeParse('x'.repeat(10_000)).success).toBe(false);
  });
});

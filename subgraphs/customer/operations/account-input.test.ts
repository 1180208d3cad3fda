import { describe, expect, test } from 'vitest';
import { enteredPassword, newPassword } from './account-input.js';

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

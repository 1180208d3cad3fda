/** Errors' messages in Indonesian: the catalogue is complete, unambiguous, and loses no value. */
import { describe, expect, it } from 'vitest';
import { MESSAGES } from './messages.js';
import { translated, translatedByCode } from './translate.js';

const placeholders = (text: string) => [...text.matchAll(/\{[a-zA-Z]+\}/g)].map(([each]) => each).toSorted();
/** Values of one word, of several and with punctuation. */
const VALUES = ['7', 'Kopi Susu', '12.5 (a, b): c'];
const filled = (text: string, value: string) => text.replaceAll(/\{([a-zA-Z]+)\}/g, `${value} $1`);

describe('every message of the catalogue', () => {
  it.each(Object.entries(MESSAGES))('%s', (english, indonesian) => {
    expect(placeholders(indonesian)).toEqual(placeholders(english));
    expect(new Set(placeholders(english)).size).toBe(placeholders(english).length);
    for (const value of VALUES)
      expect(translated(filled(english, value), 'id')).toBe(filled(indonesian, value));
    expect(translated(english, 'en')).toBe(english);
    expect(translated(english, undefined)).toBe(english);
  });
});

describe('what the catalogue lacks', () => {
  it('stays as it is at once, however much a client has put into it', () => {
    const message = `${' costs '.repeat(30_000)}${' points; you have '.repeat(30_000)}`;
    expect(translated(message, 'id')).toBe(message);
    expect(translatedByCode(message, 'BAD_USER_INPUT', 'id')).toBe(message);
  });

  it('is said by its code', () => {
    expect(translatedByCode('Unheard of', 'OUT_OF_STOCK', 'id')).toBe('Stok habis');
    expect(translatedByCode('Nothing is there', 'NOT_FOUND', 'id')).toBe('Tidak ditemukan');
    expect(translatedByCode('The cart is empty.', 'CART_EMPTY', 'id')).toBe('Keranjang kosong.');
  });

  it('stays as it is where developers read it, and in English', () => {
    const message = 'Cannot query field "x" on type "Query".';
    expect(translatedByCode(message, 'BAD_USER_INPUT', 'id')).toBe(message);
    expect(translatedByCode('Unheard of', 'OUT_OF_STOCK', 'en')).toBe('Unheard of');
    expect(translatedByCode('Unheard of', 'OUT_OF_STOCK', undefined)).toBe('Unheard of');
    expect(translatedByCode('constructor', 'BAD_USER_INPUT', 'id')).toBe('constructor');
  });
});

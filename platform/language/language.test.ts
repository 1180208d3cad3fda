/** Which language a client prefers by its `Accept-Language`. */
import { describe, expect, it } from 'vitest';
import { preferredLanguage } from './language.js';

describe('the preferred language', () => {
  it.each([
    ['id', 'id'],
    ['en', 'en'],
    ['EN-us', 'en'],
    ['en-GB,en;q=0.9,id;q=0.8', 'en'],
    ['id-ID, id;q=0.9, en-US;q=0.8, en;q=0.7', 'id'],
    ['en;q=0.2, id;q=0.7', 'id'],
    ['fr, en;q=0.5', 'en'],
    ['en, id', 'en'],
    ['id, en', 'id'],
    ['en;q=0.5, *;q=0.8', 'id'],
    ['en;q=0, *', 'id'],
    ['id;q=0, *;q=0.1', 'en'],
    ['en-GB, en;q=0, id;q=0.1', 'id'],
  ])('of %s is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
    expect(preferredLanguage(header)).toBe(language);
  });

  it.each([
    undefined,
    '',
    '*',
    'fr',
    'english',
    'en;q=2',
    'en;q=0.1234',
    'en;level=1',
    'id;q=0',
    ';;,,',
    'i d',
  ])('of %s is not known', (header) => {
    expect(preferredLanguage(header)).toBeUndefined();
  });

  it('is found in a header of any length', () => {
    expect(preferredLanguage(`${'fr;q=0.1,'.repeat(1_000)}en`)).toBe('en');
  });
});

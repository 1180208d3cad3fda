import { expect, test } from 'vitest';
import { allNear, isNear, spellingsOf, tellingWords, wordsOf } from './search.js';

test('words are compared without regard to case, accents, apostrophes and punctuation', () => {
  expect(wordsOf('  Kopi-Susu, “Gula Aren”! ')).toEqual(['kopi', 'susu', 'gula', 'aren']);
  expect(wordsOf("caffé d'Or ｔａｒｏ susu SUSU")).toEqual(['caffe', 'dor', 'taro', 'susu']);
  expect(wordsOf('!!! --')).toEqual([]);
});

test.each([
  ['cokelt', 'cokelat', 'a letter is missing'],
  ['cookelat', 'cokelat', 'a letter is added'],
  ['cokelst', 'cokelat', 'a letter is wrong'],
  ['ckoelat', 'cokelat', 'two neighbours have changed places'],
  ['okelat', 'cokelat', 'the first letter is missing'],
  ['cokela', 'cokelat', 'the last letter is missing'],
  ['cokelat', 'cokelat', 'nothing is wrong'],
  ['starwb', 'strawberry', 'the beginning of a word has the error'],
  ['tej', 'teh', 'a letter of three is wrong'],
])('%s may be meant to be %s: %s', (typed, word) => {
  expect(isNear(typed, word)).toBe(true);
  const beginnings = Array.from(word, (_, index) => word.slice(0, index + 1));
  const known = beginnings.filter(({ length }) => length >= Math.min(4, word.length)).flatMap(spellingsOf);
  expect(spellingsOf(typed).some((spelling) => known.includes(spelling))).toBe(true);
});

test.each([
  ['ckoelst', 'cokelat'],
  ['cklt', 'cokelat'],
  ['tarp', 'tarik'],
  ['aro', 'taro'],
  ['te', 'teh'],
  ['2O1', '201'],
])('%s is too far from %s', (typed, word) => expect(isNear(typed, word)).toBe(false));

test('words that say nothing of an item are left out, unless there are no others', () => {
  expect(tellingWords(['es', 'kopi', 'yang', 'dingin'])).toEqual(['kopi']);
  expect(tellingWords(['es'])).toEqual(['es']);
});

test('each word is one that begins so, or one near it', () => {
  expect(allNear(['teh', 'mangg'], ['manga', 'mangga', 'leci'], 'A')).toBe(
    "('teh':*A) & ('mangg':*A | 'manga':A | 'mangga':A)",
  );
});

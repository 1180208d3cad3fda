import { describe, expect, it } from 'vitest';
import { exactJsonText, hasLongDigits, parseExactJson } from './exact-json.js';

const MAX = Number.MAX_SAFE_INTEGER;

describe('parseExactJson', () => {
  it.each([
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['{"a":[{"b":123456789012345678901234567890}]}', { a: [{ b: 123456789012345678901234567890n }] }],
    [String(MAX), MAX],
    [String(-MAX), -MAX],
    ['1000000000000000', 1e15],
  ])('reads %s with all its digits', (text, value) => {
    expect(parseExactJson(text)).toEqual(value);
  });

  it('leaves strings, fractions and exponents as JSON.parse reads them', () => {
    const text =
      '{"id":"9007199254740993","say":"\\"9007199254740993\\" \\\\","0123456789012345678":1,"x":0.12345678901234567890,"y":12345678901234567.5,"z":9007199254740993e3,"__proto__":{"n":9007199254740993}}';
    const read = parseExactJson(text);
    expect(read).toMatchObject({
      id: '9007199254740993',
      say: '"9007199254740993" \\',
      '0123456789012345678': 1,
      x: 0.12345678901234568,
      y: 12345678901234568,
      z: 9.007199254740993e18,
    });
    expect(Object.getOwnPropertyNames(read)).toContain('__proto__');
    expect({}).not.toHaveProperty('n');
  });

  it('finds a long integer wherever it stands', () => {
    for (let before = 0; before < 40; before += 1) {
      const text = `[${'1,'.repeat(before)}9007199254740993]`;
      expect(parseExactJson(text)).toEqual([...Array(before).fill(1), 9_007_199_254_740_993n]);
    }
  });

  it('throws for what is no JSON', () => {
    for (const text of ['{', '9007199254740993n', '[09007199254740993]'])
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });
});

it('hasLongDigits is true from sixteen digits in a row on', () => {
  expect(hasLongDigits(`{"a":${'1'.repeat(15)},"b":${'2'.repeat(15)}}`)).toBe(false);
  expect(hasLongDigits(`{"a":${'1'.repeat(16)}}`)).toBe(true);
});

describe('exactJsonText', () => {
  it('writes what parseExactJson read', () => {
    const text = '{"a":[9007199254740993,null,{"b":"x\\n","c":true}],"d":-18446744073709551616}';
    expect(exactJsonText(parseExactJson(text))).toBe(text);
  });

  it('treats everything else beside a BigInt as JSON.stringify does', () => {
    const value = { at: new Date(0), none: undefined, list: [undefined], n: Number.NaN };
    expect(exactJsonText({ ...value, big: 1n })).toBe(JSON.stringify({ ...value, big: 1 }));
  });

  it('throws for a cycle', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => exactJsonText(cycle)).toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { acceptedStep, base32, otpauthUri, stepAt, totpCode } from './totp.js';

/** RFC 6238, appendix B, for SHA-1. */
const SECRET = Buffer.from('12345678901234567890');
const VECTORS = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const;

it.each(VECTORS)('at %i seconds the code is that of RFC 6238, %s', (seconds, code) => {
  const step = stepAt(seconds * 1_000);
  expect(totpCode(SECRET, step, 8)).toBe(code);
  expect(totpCode(SECRET, step)).toBe(code.slice(2));
});

describe('a code', () => {
  const now = 1_234_567_890_000;
  const present = stepAt(now);

  it('is accepted within a step of the clock, and no further', () => {
    const accepted = [-2, -1, 0, 1, 2].map((steps) =>
      acceptedStep(SECRET, totpCode(SECRET, present + steps), { now, lastStep: 0 }),
    );
    expect(accepted).toEqual([null, present - 1, present, present + 1, null]);
  });

  it('is accepted once, and none before it', () => {
    const codes = [-1, 0, 1].map((steps) => totpCode(SECRET, present + steps));
    expect(codes.map((code) => acceptedStep(SECRET, code, { now, lastStep: present }))).toEqual([
      null,
      null,
      present + 1,
    ]);
  });

  it.each(['', '12345', '1234567', 'abcdef', '００５９２４'])('%j is none', (code) => {
    expect(acceptedStep(SECRET, code, { now, lastStep: 0 })).toBeNull();
  });
});

it.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base32 of %j is that of RFC 4648, without padding: %j', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

it('an app reads secret, issuer and account', () => {
  const uri = new URL(otpauthUri(SECRET, 'Kedai', 'sari+shop@kedai.test'));
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/Kedai:sari+shop@kedai.test',
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: base32(SECRET), issuer: 'Kedai' });
});

import { expect, test } from 'vitest';
import { isWithinGrace, REUSE_GRACE_MILLISECONDS, sessionEnd, tokenEnd } from './session.js';

const now = new Date('2026-11-28T08:00:00.000Z');
const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);

test('a token may be exchanged again within the grace, while none of its successors has been', () => {
  expect(isWithinGrace({ usedAt: ago(1_000), isSuccessorUsed: false }, now)).toBe(true);
  expect(isWithinGrace({ usedAt: ago(REUSE_GRACE_MILLISECONDS), isSuccessorUsed: false }, now)).toBe(false);
  expect(isWithinGrace({ usedAt: ago(1_000), isSuccessorUsed: true }, now)).toBe(false);
});

test('a token ends with its session at the latest', () => {
  expect(tokenEnd(now, sessionEnd(now)).toISOString()).toBe('2026-12-28T08:00:00.000Z');
  expect(tokenEnd(now, ago(-1))).toEqual(ago(-1));
});

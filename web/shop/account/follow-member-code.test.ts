import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followMemberCode } from './follow-member-code.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('a code is renewed once within each minute, also where it could not be read, until it is followed no longer', async () => {
  const shown: (string | undefined)[] = [];
  const codes = ['1', undefined, '3'];
  const stop = followMemberCode(
    async () => codes.shift(),
    (code) => void shown.push(code),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(['1']);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(shown).toEqual(['1', undefined]);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(shown).toEqual(['1', undefined, '3']);
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(shown).toHaveLength(3);
});

it('a code that is answered after it was followed is not shown', async () => {
  const shown: (string | undefined)[] = [];
  const stop = followMemberCode(
    () => new Promise((resolve) => setTimeout(resolve, 1_000, '1')),
    (code) => void shown.push(code),
  );
  stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(shown).toEqual([]);
});

import { expect, it } from 'vitest';
import { AttemptKey, AttemptKeys } from './attempt-key.js';

function numbered(): AttemptKey {
  let made = 0;
  return new AttemptKey(() => String(++made));
}

it('an attempt that is repeated without an answer has its key', () => {
  const key = numbered();
  expect(key.of({ method: 'CARD', amount: 20_000 })).toBe('1');
  expect(key.of({ method: 'CARD', amount: 20_000 })).toBe('1');
});

it('another amount or method has another key', () => {
  const key = numbered();
  key.of({ method: 'CARD', amount: 20_000 });
  expect(key.of({ method: 'CARD', amount: 10_000 })).toBe('2');
  expect(key.of({ method: 'QRIS', amount: 10_000 })).toBe('3');
});

it('the next payment of the same amount has another key once the first was answered', () => {
  const key = numbered();
  key.of({ method: 'CARD', amount: 20_000 });
  key.answered();
  expect(key.of({ method: 'CARD', amount: 20_000 })).toBe('2');
});

it('attempts side by side keep their keys until each was answered', () => {
  let made = 0;
  const keys = new AttemptKeys(() => String(++made));
  const [one, other] = [{ lineIds: ['one'] }, { lineIds: ['other'] }];
  expect(keys.of(one)).toBe('1');
  expect(keys.of(other)).toBe('2');
  keys.answered(other);
  expect(keys.of(one)).toBe('1');
  expect(keys.of(other)).toBe('3');
  keys.answered(one);
  expect(keys.of(one)).toBe('4');
});

it('of very many attempts side by side the oldest is forgotten', () => {
  let made = 0;
  const keys = new AttemptKeys(() => String(++made));
  for (let line = 1; line <= 101; line += 1) keys.of({ line });
  expect(keys.of({ line: 101 })).toBe('101');
  expect(keys.of({ line: 2 })).toBe('2');
  expect(keys.of({ line: 1 })).toBe('102');
});

import { expect, it } from 'vitest';
import { AttemptKeys } from './attempt-keys.js';

function numbered(): AttemptKeys {
  let made = 0;
  return new AttemptKeys(() => String(++made));
}

it('an attempt that is repeated without an answer has its key, whatever was attempted in between', () => {
  const keys = numbered();
  expect(keys.of({ method: 'CARD', amount: 20_000 })).toBe('1');
  expect(keys.of({ method: 'QRIS', amount: 20_000 })).toBe('2');
  expect(keys.of({ method: 'CARD', amount: 20_000 })).toBe('1');
});

it('another amount or method has another key', () => {
  const keys = numbered();
  keys.of({ method: 'CARD', amount: 20_000 });
  expect(keys.of({ method: 'CARD', amount: 10_000 })).toBe('2');
  expect(keys.of({ method: 'QRIS', amount: 10_000 })).toBe('3');
});

it('the next payment of the same amount has another key once the first was answered, and no other has', () => {
  const keys = numbered();
  const [one, other] = [{ amount: 20_000 }, { amount: 10_000 }];
  expect([keys.of(one), keys.of(other)]).toEqual(['1', '2']);
  keys.answered(one);
  expect([keys.of(one), keys.of(other)]).toEqual(['3', '2']);
});

it('of very many attempts without an answer the oldest is forgotten', () => {
  const keys = numbered();
  for (let line = 1; line <= 101; line += 1) keys.of({ line });
  expect(keys.of({ line: 101 })).toBe('101');
  expect(keys.of({ line: 2 })).toBe('2');
  expect(keys.of({ line: 1 })).toBe('102');
});

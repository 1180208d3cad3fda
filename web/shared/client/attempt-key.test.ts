import { expect, it } from 'vitest';
import { AttemptKey } from './attempt-key.js';

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

import { beforeEach, expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

let clock: number;
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = 0;
  breaker = new CircuitBreaker({ threshold: 3, pauseMilliseconds: 100, now: () => clock });
});

const fail = (times: number) => {
  for (let failed = 0; failed < times; failed += 1) breaker.failed();
};

test('failures that are not in a row leave it closed', () => {
  fail(2);
  breaker.succeeded();
  fail(2);
  expect(breaker.allows()).toBe(true);
});

test('failures in a row open it, and then one request a pause may try', () => {
  fail(3);
  expect(breaker.allows()).toBe(false);
  clock = 100;
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  breaker.failed();
  clock = 199;
  expect(breaker.allows()).toBe(false);
  clock = 200;
  expect(breaker.allows()).toBe(true);
});

test('one success closes it', () => {
  fail(3);
  clock = 100;
  expect(breaker.allows()).toBe(true);
  breaker.succeeded();
  expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
});

import { expect, it } from 'vitest';
import { ASSUMED, needOf } from './projection.js';

const GIBIBYTE = 2 ** 30;
const unit = {
  ...{ millisecondsAnOrder: 10, millisecondsAReading: 0, memoryBytes: GIBIBYTE },
  ...{ restMillisecondsASecond: 50, isServer: false },
};
const assumed = { ...ASSUMED, busiestHour: 0.1, utilization: 0.5, readingsAnOrder: 0 };

it('takes the processor time of the busiest hour at the utilization that is assumed, and what processes take by the clock', () => {
  const measured = { costs: { order: unit }, bytesAnOrder: 0, bytesAReading: 0 };
  // A hundred orders a second of 10 ms are one core, at half its time two: two processes.
  const need = needOf(measured, 3_600_000, assumed);
  expect(need.cores).toBeCloseTo(2.1);
  expect(need.processes).toBe(2);
  expect(need.memoryBytes).toBe(2 * GIBIBYTE);
  expect(needOf(measured, 36_000_000, assumed).processes).toBe(20);
});

it('has two processes of a unit for however few orders, and one of a server for however many', () => {
  const costs = { order: unit, postgres: { ...unit, isServer: true } };
  const measured = { costs, bytesAnOrder: 0, bytesAReading: 0 };
  expect(needOf(measured, 1, assumed).processes).toBe(3);
  expect(needOf(measured, 36_000_000, assumed).processes).toBe(21);
});

it('stores a year of orders, and readings for as long as they are stored', () => {
  const measured = { costs: {}, bytesAnOrder: 1_000, bytesAReading: 10 };
  const given = { ...assumed, readingsAnOrder: 100, readingDays: 30 };
  expect(needOf(measured, 10, given).diskBytes).toBe(10 * 365 * 1_000 + 10 * 100 * 30 * 10);
});

it('holds a socket for each guest who watches an order, and for the screens of each outlet', () => {
  const measured = { costs: {}, bytesAnOrder: 0, bytesAReading: 0 };
  // 4,000 a day: 400 in the busiest hour, a sixth of them watched at a time; ten outlets.
  expect(needOf(measured, 4_000, assumed).sockets).toBe(97);
});

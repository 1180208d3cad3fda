import { expect, it } from 'vitest';
import { estimatedReadyAt } from './estimate.js';
import type { OrderStatus } from './order-state.js';

const now = new Date('2026-11-20T08:00:00Z');
const order = (status: OrderStatus, statusAt = now) => ({ status, statusAt, preparationSeconds: 120 });

it('counts what the kitchen has to make before it, then itself', () => {
  expect(estimatedReadyAt(order('PAID'), 300, now)).toEqual(new Date('2026-11-20T08:07:00Z'));
});

it('counts from the start of preparing, and is never in the past', () => {
  const started = new Date('2026-11-20T07:59:00Z');
  expect(estimatedReadyAt(order('PREPARING', started), 300, now)).toEqual(new Date('2026-11-20T08:01:00Z'));
  const longAgo = new Date('2026-11-20T07:00:00Z');
  expect(estimatedReadyAt(order('PREPARING', longAgo), 0, now)).toEqual(now);
});

it('is unknown for what is ready or dead', () => {
  const statuses: OrderStatus[] = ['READY', 'COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED'];
  for (const status of statuses) expect(estimatedReadyAt(order(status), 0, now)).toBeNull();
});

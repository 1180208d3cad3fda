import { expect, it } from 'vitest';
import { estimatedReadyAt } from './estimate.js';
import type { OrderStatus } from './order-state.js';

const now = new Date('2026-11-20T08:00:00Z');
const order = (status: OrderStatus, statusAt = now, pickupAt: Date | null = null) => ({
  ...{ status, statusAt, preparationSeconds: 120, pickupAt },
});

it('is the work queued before the order, then its own', () => {
  expect(estimatedReadyAt(order('PAID'), 300, now)).toEqual(new Date('2026-11-20T08:07:00Z'));
});

it('is not before the guest wants the order', () => {
  const [soon, later] = [new Date('2026-11-20T08:01:00Z'), new Date('2026-11-20T12:00:00Z')];
  expect(estimatedReadyAt(order('PAID', now, later), 300, now)).toEqual(later);
  expect(estimatedReadyAt(order('PAID', now, soon), 300, now)).toEqual(new Date('2026-11-20T08:07:00Z'));
});

it('counts from the start of the preparation, and is never in the past', () => {
  const started = new Date('2026-11-20T07:59:00Z');
  expect(estimatedReadyAt(order('PREPARING', started), 300, now)).toEqual(new Date('2026-11-20T08:01:00Z'));
  const longAgo = new Date('2026-11-20T07:00:00Z');
  expect(estimatedReadyAt(order('PREPARING', longAgo), 0, now)).toEqual(now);
});

it('is null for an order that is ready or was voided', () => {
  const statuses: OrderStatus[] = ['READY', 'COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED'];
  for (const status of statuses) expect(estimatedReadyAt(order(status), 0, now)).toBeNull();
});

import { expect, test } from 'vitest';
import {
  isEnded,
  PURCHASE_ORDER_STATUSES,
  type PurchaseOrderStatus,
  type PurchaseOrderStep,
  statusAfter,
} from './purchase-order-state.js';

const STEPS: readonly PurchaseOrderStep[] = [
  'approve',
  'send',
  'receivePart',
  'receiveRest',
  'close',
  'cancel',
];

function reachedBy(...steps: PurchaseOrderStep[]): PurchaseOrderStatus | null {
  return steps.reduce<PurchaseOrderStatus | null>(
    (status, step) => (status === null ? null : statusAfter(status, step)),
    'DRAFT',
  );
}

test('an order is approved, sent and received, in one delivery or in several', () => {
  expect(reachedBy('approve', 'send')).toBe('SENT');
  expect(reachedBy('approve', 'send', 'receiveRest')).toBe('RECEIVED');
  expect(reachedBy('approve', 'send', 'receivePart', 'receivePart', 'receiveRest')).toBe('RECEIVED');
});

test('nothing is sent without approval, or received without having been sent', () => {
  expect(reachedBy('send')).toBeNull();
  expect(reachedBy('receivePart')).toBeNull();
  expect(reachedBy('approve', 'receiveRest')).toBeNull();
});

test('an order is cancelled before anything has come, and closed afterwards', () => {
  for (const steps of [[], ['approve'], ['approve', 'send']] as const) {
    expect(reachedBy(...steps, 'cancel')).toBe('CANCELLED');
    expect(reachedBy(...steps, 'close')).toBeNull();
  }
  expect(reachedBy('approve', 'send', 'receivePart', 'cancel')).toBeNull();
  expect(reachedBy('approve', 'send', 'receivePart', 'close')).toBe('RECEIVED');
});

test('nothing follows an order that has ended', () => {
  const ended = PURCHASE_ORDER_STATUSES.filter(isEnded);
  expect(ended).toEqual(['RECEIVED', 'CANCELLED']);
  for (const status of ended) for (const step of STEPS) expect(statusAfter(status, step)).toBeNull();
});

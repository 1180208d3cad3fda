import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canBecome, isCaptured, type PaymentStatus } from './payment-state.js';

const STATUSES: readonly PaymentStatus[] = ['PENDING', 'PAID', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED'];

/** Where a payment ends up that is told of these statuses in this order, taking only what it can become. */
function statusAfter(told: readonly PaymentStatus[]): PaymentStatus {
  return told.reduce<PaymentStatus>((status, next) => (canBecome(status, next) ? next : status), 'PENDING');
}

describe('a payment', () => {
  it('that was captured is never without its money’s trace again, whatever it is told and in whatever order', () => {
    const told = fc.array(fc.constantFrom(...STATUSES));
    fc.assert(
      fc.property(told, told, (before, later) => {
        fc.pre(isCaptured(statusAfter(before)));
        expect(isCaptured(statusAfter([...before, ...later]))).toBe(true);
      }),
    );
  });

  it('never goes back to pending', () => {
    for (const status of STATUSES) expect(canBecome(status, 'PENDING')).toBe(false);
  });

  it('that failed can still turn out paid, and nothing else', () => {
    expect(STATUSES.filter((next) => canBecome('FAILED', next))).toEqual(['PAID']);
  });

  it('that was given back whole stays so', () => {
    expect(STATUSES.filter((next) => canBecome('REFUNDED', next))).toEqual([]);
  });

  it('gives back nothing that it does not have', () => {
    for (const status of ['PENDING', 'FAILED'] as const) {
      expect(canBecome(status, 'PARTIALLY_REFUNDED')).toBe(false);
      expect(canBecome(status, 'REFUNDED')).toBe(false);
    }
  });
});

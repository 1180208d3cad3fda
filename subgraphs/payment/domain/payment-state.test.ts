import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canBecome, isCaptured, type PaymentStatus } from './payment-state.js';

const STATUSES: readonly PaymentStatus[] = ['PENDING', 'PAID', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED'];

/** The final status after these reports in this order, each applied only where the table allows it. */
function statusAfter(reports: readonly PaymentStatus[]): PaymentStatus {
  return reports.reduce<PaymentStatus>(
    (status, next) => (canBecome(status, next) ? next : status),
    'PENDING',
  );
}

describe('a payment', () => {
  it('that was captured is never without its money’s trace again, whatever is reported and in whatever order', () => {
    const reports = fc.array(fc.constantFrom(...STATUSES));
    fc.assert(
      fc.property(reports, reports, (before, later) => {
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

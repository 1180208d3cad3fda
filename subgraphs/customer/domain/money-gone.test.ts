import { describe, expect, it } from 'vitest';
import { moneyOfLoss, moneyOfRefund } from './money-gone.js';

const OF_ORDER = { paymentId: 'deciding', goneTotal: 20_000, capturedTotal: 42_000, isFull: false };

describe('what is gone of an order', () => {
  it('is what is gone of its payment, where one alone paid for it', () => {
    expect(
      moneyOfRefund({ refundedTotal: 5_000, lostTotal: 1_000, capturedTotal: 42_000, isFull: false }),
    ).toEqual({
      refunded: 6_000,
      captured: 42_000,
      isFull: false,
    });
    const loss = { refundedTotal: 5_000, lostTotal: 1_000, capturedTotal: 42_000, lostAt: '' };
    expect(moneyOfLoss(loss)).toEqual({ refunded: 6_000, captured: 42_000 });
  });

  it('is what is gone of all its parts, though one of them has gone back whole', () => {
    const part = { refundedTotal: 20_000, capturedTotal: 20_000, isFull: true, ofOrder: OF_ORDER };
    expect(moneyOfRefund(part)).toEqual({ refunded: 20_000, captured: 42_000, isFull: false });
    const loss = {
      refundedTotal: 0,
      lostTotal: 20_000,
      capturedTotal: 20_000,
      lostAt: '',
      ofOrder: OF_ORDER,
    };
    expect(moneyOfLoss(loss)).toEqual({ refunded: 20_000, captured: 42_000 });
  });
});

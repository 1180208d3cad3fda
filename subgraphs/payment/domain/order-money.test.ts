/** Orders paid in parts, by a model: whatever comes in whatever order, an order is settled once and no rupiah is counted twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureFor, countingPayments, isSettled, moneyOfOrder, owedOf } from './order-money.js';
import { isCaptured } from './payment-state.js';
import type { Payment } from './records.js';
import { paidOf, sharesOf } from './shares.js';

const TOTAL = 1_000;
const ORDER = { total: TOTAL, status: 'AWAITING_PAYMENT' } as const;

function begun(id: number, due: number, tip: number): Payment {
  const whose = { orderId: 'order', customerId: 'guest', outletId: 'outlet', franchiseId: 'franchise' };
  return {
    ...{
      id: String(id).padStart(4, '0'),
      ...whose,
      method: 'QRIS',
      provider: 'MIDTRANS',
      status: 'PENDING',
      version: 1,
    },
    ...{ amount: due + tip, tip, excess: 0, isDeposit: false, tendered: null, isSurplus: false },
    ...{ refunded: 0, refundsHeld: 0, disputesHeld: 0 },
    ...{ transactionId: null, redirectUrl: null, qrCode: null, failureReason: null },
    ...{ createdAt: new Date(0), changedAt: new Date(0), paidAt: null, nextCheckAt: null, checks: 0 },
    ...{ chargeAttemptedAt: null, refundLookupAt: null },
  };
}

/** The payments of an order, as operations change them under its lock. */
class OrderModel {
  payments: Payment[] = [];
  settled = 0;
  #clock = 0;

  get standing(): Payment[] {
    return this.payments.filter(({ status, isSurplus }) => status !== 'FAILED' && !isSurplus);
  }

  begin(share: number, tip: number): void {
    const owed = owedOf(TOTAL, this.standing);
    if (owed === 0) return;
    this.payments.push(begun(this.payments.length, Math.max(1, Math.ceil(owed * share)), tip));
  }

  fail(which: number): void {
    this.#change(which, ({ status }) => (status === 'PENDING' ? { status: 'FAILED' } : {}));
  }

  /** Also of a payment that had failed. */
  capture(which: number): void {
    const payment = this.payments[which % (this.payments.length || 1)];
    if (payment === undefined || isCaptured(payment.status)) return;
    const others = this.standing.filter(({ id }) => id !== payment.id);
    const shares = captureFor(ORDER, payment, others);
    this.#clock += 1;
    const paidAt = new Date(this.#clock);
    if (!shares.isDeposit && !shares.isSurplus) {
      this.settled += 1;
      this.payments = this.payments.map((one) =>
        one.isDeposit ? { ...one, isDeposit: false, excess: one.amount - one.tip - paidOf(one) } : one,
      );
    }
    this.payments = this.payments.map((one) =>
      one.id === payment.id ? { ...payment, ...shares, status: 'PAID', paidAt } : one,
    );
  }

  refund(which: number, share: number): void {
    this.#change(which, ({ status, amount, refunded }) => {
      const back = refunded + Math.floor((amount - refunded) * share);
      return isCaptured(status) ? { refunded: back, refundsHeld: back } : {};
    });
  }

  #change(which: number, changed: (payment: Payment) => Partial<Payment>): void {
    const index = which % (this.payments.length || 1);
    this.payments = this.payments.map((one, place) => (place === index ? { ...one, ...changed(one) } : one));
  }
}

const share = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
const step = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), share, tip: fc.integer({ min: 0, max: 50 }) }),
  fc.record({ kind: fc.constant('capture' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('fail' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('refund' as const), which: fc.nat(20), share }),
);

function play(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]): OrderModel[] {
  const order = new OrderModel();
  return steps.map((one) => {
    if (one.kind === 'begin') order.begin(one.share, one.tip);
    if (one.kind === 'capture') order.capture(one.which);
    if (one.kind === 'fail') order.fail(one.which);
    if (one.kind === 'refund') order.refund(one.which, one.share);
    return Object.assign(new OrderModel(), { payments: order.payments, settled: order.settled });
  });
}

describe('the payments of an order', () => {
  const steps = fc.array(step, { maxLength: 40 });

  it('settle it once at the most, and for exactly its total', () => {
    fc.assert(
      fc.property(steps, (given) => {
        for (const { payments, standing, settled } of play(given)) {
          expect(settled).toBeLessThanOrEqual(1);
          expect(isSettled(standing)).toBe(settled === 1);
          const sold = payments.filter(({ status, isDeposit }) => isCaptured(status) && !isDeposit);
          const sum = sold.reduce((total, payment) => total + sharesOf(payment).sale, 0);
          expect(sum).toBe(settled === 1 ? TOTAL : 0);
        }
      }),
    );
  });

  it('owe no more than its total, and nothing once it is settled', () => {
    fc.assert(
      fc.property(steps, (given) => {
        for (const { standing, settled } of play(given)) {
          const owed = owedOf(TOTAL, standing);
          expect(owed).toBeGreaterThanOrEqual(0);
          expect(owed).toBeLessThanOrEqual(settled === 1 ? 0 : TOTAL);
        }
      }),
    );
  });

  it('lose of its total what goes back after it was settled, and never less than before', () => {
    fc.assert(
      fc.property(steps, (given) => {
        let gone = 0;
        for (const { standing, settled } of play(given)) {
          const money = moneyOfOrder(standing, new Map());
          if (money === null) continue;
          expect(money.goneTotal).toBeLessThanOrEqual(settled === 1 ? TOTAL : 0);
          expect(money.goneTotal).toBeGreaterThanOrEqual(settled === 1 ? gone : 0);
          gone = money.goneTotal;
          expect(money.isFull).toBe(settled === 1 && money.goneTotal === TOTAL);
          if (settled === 1) expect(money.paymentId).toBe(countingPayments(standing)[0]?.id);
        }
      }),
    );
  });
});

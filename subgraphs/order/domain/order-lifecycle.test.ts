import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, type OrderFacts, type OrderTrigger } from './order-lifecycle.js';
import { isSale, isVoided, type OrderStatus, TRANSITIONS } from './order-state.js';

const PLACED: OrderFacts = {
  status: 'PLACED',
  statusReason: null,
  paymentId: null,
  refundedPaymentId: null,
  wasPaid: false,
};

const reserved: OrderTrigger = { type: 'stock-reserved' };
const rejected: OrderTrigger = { type: 'stock-rejected', reason: 'Out of stock' };
const captured: OrderTrigger = { type: 'captured', paymentId: 'p1' };
const refunded: OrderTrigger = { type: 'refunded-in-full', paymentId: 'p1' };
const timeout: OrderTrigger = { type: 'payment-window-closed' };
const cancelled: OrderTrigger = { type: 'cancelled', by: 'guest', reason: 'Changed my mind' };
const started: OrderTrigger = { type: 'preparing-started' };
const ready: OrderTrigger = { type: 'made-ready' };
const handedOut: OrderTrigger = { type: 'handed-over' };

function live(...happenings: readonly OrderTrigger[]) {
  let facts = PLACED;
  const history: OrderStatus[] = ['PLACED'];
  let toldAgain = 0;
  for (const happening of happenings) {
    const consequence = follow(facts, happening);
    facts = consequence.facts;
    history.push(...consequence.steps);
    if (consequence.republish) toldAgain += 1;
  }
  return { facts, history, toldAgain };
}

describe("an order's life", () => {
  it('runs from placed to handed out', () => {
    const { history } = live(reserved, captured, started, ready, handedOut);
    expect(history).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED']);
  });

  it('ends where stock cannot be promised or nobody pays in time', () => {
    expect(live(rejected).facts).toMatchObject({ status: 'REJECTED', statusReason: 'Out of stock' });
    expect(live(reserved, timeout).facts.status).toBe('CANCELLED');
    expect(live(timeout).facts.status).toBe('PLACED');
    expect(live(reserved, captured, timeout).facts.status).toBe('PAID');
  });

  it('can be cancelled until it is being made', () => {
    for (const before of [[], [reserved], [reserved, captured]]) {
      expect(live(...before, cancelled).facts).toMatchObject({
        status: 'CANCELLED',
        statusReason: 'Changed my mind',
      });
    }
    expect(live(reserved, captured, started, cancelled).facts.status).toBe('PREPARING');
  });

  it('stays cancelled when stock or payment answer late, and tells of it again so that the money goes back', () => {
    const late = live(reserved, cancelled, captured);
    expect(late).toMatchObject({ facts: { status: 'CANCELLED' }, toldAgain: 1 });
    expect(live(cancelled, reserved).history).toEqual(['PLACED', 'CANCELLED']);
    expect(live(reserved, timeout, captured, refunded)).toMatchObject({
      facts: { status: 'CANCELLED' },
      toldAgain: 1,
    });
    expect(live(reserved, timeout, refunded, captured).toldAgain).toBe(0);
  });

  it('ends refunded when all of what had paid for it went back, also after it was cancelled', () => {
    expect(live(reserved, captured, cancelled, refunded).history).toEqual([
      ...['PLACED', 'AWAITING_PAYMENT', 'PAID', 'CANCELLED', 'REFUNDED'],
    ]);
    expect(live(reserved, captured, started, ready, handedOut, refunded).facts.status).toBe('REFUNDED');
    const second: OrderTrigger = { type: 'refunded-in-full', paymentId: 'p2' };
    expect(live(reserved, captured, second).facts.status).toBe('PAID');
  });

  it('remembers money that it hears of before stock has answered', () => {
    expect(live(captured, reserved).history).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID']);
    expect(live(refunded, captured, reserved).history).toEqual([
      ...['PLACED', 'AWAITING_PAYMENT', 'PAID', 'REFUNDED'],
    ]);
  });
});

const anyHappening = fc.constantFrom(
  ...[reserved, rejected, captured, refunded, timeout, cancelled, started, ready, handedOut],
);

describe('whatever happens, in whatever order and however often', () => {
  it('an order only takes steps that its table has', () => {
    fc.assert(
      fc.property(fc.array(anyHappening), (happenings) => {
        const { history } = live(...happenings);
        for (const [index, to] of history.slice(1).entries()) {
          const from = history[index];
          expect(from && TRANSITIONS[from][to]).toBeDefined();
        }
      }),
    );
  });

  it('it is never sold without having been paid, and never paid twice', () => {
    fc.assert(
      fc.property(fc.array(anyHappening), (happenings) => {
        const { history, facts } = live(...happenings);
        expect(history.filter((status) => status === 'PAID').length).toBe(facts.wasPaid ? 1 : 0);
        if (isSale(facts.status)) expect(facts.paymentId).toBe('p1');
      }),
    );
  });

  it('what happens twice in a row changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(anyHappening), anyHappening, (happenings, last) => {
        const once = live(...happenings, last);
        const twice = live(...happenings, last, last);
        expect(twice.facts).toEqual(once.facts);
        expect(twice.history).toEqual(once.history);
      }),
    );
  });

  it('stock and payment may be heard in any order: the end is the same', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([reserved, captured, refunded], { minLength: 3 }), (happenings) => {
        expect(live(...happenings).facts.status).toBe('REFUNDED');
      }),
    );
  });

  it('money for a dead order is never forgotten', () => {
    fc.assert(
      fc.property(fc.array(anyHappening), (happenings) => {
        const before = live(...happenings);
        if (!isVoided(before.facts.status) || before.facts.paymentId !== null) return;
        const after = live(...happenings, captured);
        const isBack = before.facts.refundedPaymentId === 'p1';
        expect(after.toldAgain - before.toldAgain).toBe(isBack ? 0 : 1);
      }),
    );
  });
});

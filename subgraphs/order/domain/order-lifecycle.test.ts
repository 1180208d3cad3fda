import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, isStepFresh, type OrderFacts, type OrderTrigger } from './order-lifecycle.js';
import { isSale, isVoided, type OrderStatus, TRANSITIONS } from './order-state.js';

const PLACED: OrderFacts = {
  status: 'PLACED',
  statusReason: null,
  paymentId: null,
  refundedPaymentId: null,
  wasPaid: false,
  drink: null,
  refunded: 0,
  isPartPaid: false,
  substitution: null,
};

const reserved: OrderTrigger = { type: 'stock-reserved' };
const rejected: OrderTrigger = { type: 'stock-rejected', reason: 'Out of stock' };
const captured: OrderTrigger = { type: 'captured', paymentId: 'p1' };
const refunded: OrderTrigger = { type: 'refunded', paymentId: 'p1', goneTotal: 20_000, isFull: true };
const partlyRefunded: OrderTrigger = { ...refunded, goneTotal: 19_999, isFull: false };
const disputeLost: OrderTrigger = { type: 'dispute-lost', paymentId: 'p1', goneTotal: 20_000 };
const timeout: OrderTrigger = { type: 'payment-window-closed' };
const cancelled: OrderTrigger = { type: 'cancelled', by: 'guest', reason: 'Changed my mind' };
const started: OrderTrigger = { type: 'preparing-started' };
const ready: OrderTrigger = { type: 'made-ready' };
const handedOver: OrderTrigger = { type: 'handed-over' };
const undone: OrderTrigger = { type: 'step-undone' };
const remade: OrderTrigger = { type: 'remade', lines: [], requirements: [] };
const discarded: OrderTrigger = { type: 'discarded', drink: 'WASTED', reason: 'Milk was sour' };

function live(...triggers: readonly OrderTrigger[]) {
  let facts = PLACED;
  const history: OrderStatus[] = ['PLACED'];
  let republished = 0;
  for (const trigger of triggers) {
    const transition = follow(facts, trigger);
    facts = transition.facts;
    history.push(...transition.steps);
    if (transition.republish) republished += 1;
  }
  return { facts, history, republished };
}

describe("an order's lifecycle", () => {
  it('runs from placed to handed over', () => {
    const { history } = live(reserved, captured, started, ready, handedOver);
    expect(history).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED']);
  });

  it('takes back each step of the kitchen, and no other', () => {
    const made = [reserved, captured, started, ready, handedOver];
    expect(live(...made, undone, undone, undone, undone).history.slice(6)).toEqual([
      'READY',
      'PREPARING',
      'PAID',
    ]);
    expect(live(...made, undone, handedOver).facts.status).toBe('COMPLETED');
    for (const before of [[], [reserved], [rejected], [reserved, captured], [reserved, cancelled]]) {
      expect(live(...before, undone)).toEqual(live(...before));
    }
  });

  it('is made again from the moment that it is being made, and is handed over again', () => {
    const making = [reserved, captured, started];
    expect(live(...making, remade)).toMatchObject({ facts: { status: 'PREPARING' }, republished: 1 });
    for (const before of [
      [...making, ready],
      [...making, ready, handedOver],
    ]) {
      const again = live(...before, remade);
      expect(again).toMatchObject({ facts: { status: 'PREPARING' }, republished: 0 });
      expect(live(...before, remade, ready, handedOver).facts.status).toBe('COMPLETED');
    }
    for (const before of [
      [],
      [reserved],
      [reserved, captured],
      [reserved, cancelled],
      [...making, refunded],
    ]) {
      expect(live(...before, remade)).toEqual(live(...before));
    }
  });

  it('is cancelled by its kitchen alone while it is made, which says what becomes of the drink', () => {
    const making = [reserved, captured, started];
    for (const before of [making, [...making, ready]]) {
      expect(live(...before, discarded).facts).toMatchObject({
        ...{ status: 'CANCELLED', statusReason: 'Milk was sour', drink: 'WASTED' },
      });
      expect(live(...before, discarded, refunded).facts.status).toBe('REFUNDED');
    }
    for (const before of [[], [reserved], [reserved, captured], [...making, ready, handedOver]]) {
      expect(live(...before, discarded)).toEqual(live(...before));
    }
  });

  it('ends when stock rejects it or the payment window closes', () => {
    expect(live(rejected).facts).toMatchObject({ status: 'REJECTED', statusReason: 'Out of stock' });
    expect(live(reserved, timeout).facts.status).toBe('CANCELLED');
    expect(live(timeout).facts.status).toBe('PLACED');
    expect(live(reserved, captured, timeout).facts.status).toBe('PAID');
  });

  it('can be cancelled until preparation starts', () => {
    for (const before of [[], [reserved], [reserved, captured]]) {
      expect(live(...before, cancelled).facts).toMatchObject({
        status: 'CANCELLED',
        statusReason: 'Changed my mind',
      });
    }
    expect(live(reserved, captured, started, cancelled).facts.status).toBe('PREPARING');
  });

  it('stays cancelled when stock or payment answer late, and publishes its end again so that the money is refunded', () => {
    const late = live(reserved, cancelled, captured);
    expect(late).toMatchObject({ facts: { status: 'CANCELLED' }, republished: 1 });
    expect(live(cancelled, reserved).history).toEqual(['PLACED', 'CANCELLED']);
    expect(live(reserved, timeout, captured, refunded)).toMatchObject({
      facts: { status: 'CANCELLED' },
      republished: 1,
    });
    expect(live(reserved, timeout, refunded, captured).republished).toBe(0);
  });

  it('ends refunded when its payment was refunded in full, also after it was cancelled', () => {
    expect(live(reserved, captured, cancelled, refunded).history).toEqual([
      ...['PLACED', 'AWAITING_PAYMENT', 'PAID', 'CANCELLED', 'REFUNDED'],
    ]);
    expect(live(reserved, captured, started, ready, handedOver, refunded).facts.status).toBe('REFUNDED');
    const second: OrderTrigger = { type: 'refunded', paymentId: 'p2', goneTotal: 20_000, isFull: true };
    expect(live(reserved, captured, second).facts.status).toBe('PAID');
  });

  it('records partial refunds of its payment and stays what it is', () => {
    const partly = live(reserved, captured, partlyRefunded);
    expect(partly.facts).toMatchObject({ status: 'PAID', refunded: 19_999, refundedPaymentId: null });
    expect(live(reserved, captured, partlyRefunded, { ...partlyRefunded, goneTotal: 5_000 })).toEqual(partly);
    expect(live(reserved, captured, { ...partlyRefunded, paymentId: 'p2' }).facts.refunded).toBe(0);
    expect(live(partlyRefunded, reserved, captured)).toEqual(partly);
    expect(live(reserved, captured, partlyRefunded, refunded).facts.status).toBe('REFUNDED');
  });

  it('records what a lost dispute of its payment takes and stays what it is, though nothing is left', () => {
    const lost = live(reserved, captured, started, ready, handedOver, disputeLost);
    expect(lost.facts).toMatchObject({ status: 'COMPLETED', refunded: 20_000, refundedPaymentId: null });
    expect(live(reserved, captured, disputeLost, partlyRefunded).facts.refunded).toBe(20_000);
    expect(live(reserved, captured, { ...disputeLost, paymentId: 'p2' }).facts.refunded).toBe(0);
  });

  it('records a payment that is consumed before stock has answered', () => {
    expect(live(captured, reserved).history).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID']);
    expect(live(refunded, captured, reserved).history).toEqual([
      ...['PLACED', 'AWAITING_PAYMENT', 'PAID', 'REFUNDED'],
    ]);
  });
});

describe('a step of the kitchen', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 29, 8, 0, second));
  const [paid, preparing, made] = [
    { status: 'PAID', at: at(0) },
    { status: 'PREPARING', at: at(10) },
    { status: 'READY', at: at(40) },
  ] as const;

  it('can be undone for a minute', () => {
    expect(isStepFresh([paid, preparing], at(70))).toBe(true);
    expect(isStepFresh([paid, preparing], at(71))).toBe(false);
    expect(isStepFresh([paid], at(1))).toBe(false);
  });

  it('can be undone no longer because a later one was', () => {
    const backAgain = { status: 'PREPARING', at: at(50) } as const;
    expect(isStepFresh([paid, preparing, made, backAgain], at(70))).toBe(true);
    expect(isStepFresh([paid, preparing, made, backAgain], at(71))).toBe(false);
  });
});

const anyTrigger = fc.constantFrom(
  ...[reserved, rejected, captured, partlyRefunded, refunded, disputeLost],
  ...[timeout, cancelled, discarded, started, ready, handedOver, remade],
);

describe('for any sequence of triggers', () => {
  it('an order only takes steps that its table has', () => {
    fc.assert(
      fc.property(fc.array(anyTrigger), (triggers) => {
        const { history } = live(...triggers);
        for (const [index, to] of history.slice(1).entries()) {
          const from = history[index];
          expect(from && TRANSITIONS[from][to]).toBeDefined();
        }
      }),
    );
  });

  it('an order never counts as sold without a payment, and is paid once', () => {
    fc.assert(
      fc.property(fc.array(anyTrigger), (triggers) => {
        const { history, facts } = live(...triggers);
        expect(history.filter((status) => status === 'PAID').length).toBe(facts.wasPaid ? 1 : 0);
        if (isSale(facts.status)) expect(facts.paymentId).toBe('p1');
      }),
    );
  });

  it('an undone step leaves the order as it was before the step', () => {
    fc.assert(
      fc.property(fc.array(anyTrigger), fc.constantFrom(started, ready, handedOver), (triggers, step) => {
        const before = live(...triggers).facts;
        const after = live(...triggers, step);
        if (after.facts.status === before.status) return;
        expect(live(...triggers, step, undone).facts).toEqual(before);
      }),
    );
  });

  it('a repeated trigger changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyTrigger), anyTrigger, (triggers, last) => {
        // A remake takes stock each time.
        if (last.type === 'remade') return;
        const once = live(...triggers, last);
        const twice = live(...triggers, last, last);
        expect(twice.facts).toEqual(once.facts);
        expect(twice.history).toEqual(once.history);
      }),
    );
  });

  it('the events of stock and payment lead to the same end in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([reserved, captured, refunded], { minLength: 3 }), (triggers) => {
        expect(live(...triggers).facts.status).toBe('REFUNDED');
      }),
    );
  });

  it('a capture for a voided order always leads to a refund', () => {
    fc.assert(
      fc.property(fc.array(anyTrigger), (triggers) => {
        const before = live(...triggers);
        if (!isVoided(before.facts.status) || before.facts.paymentId !== null) return;
        const after = live(...triggers, captured);
        const isBack = before.facts.refundedPaymentId === 'p1';
        expect(after.republished - before.republished).toBe(isBack ? 0 : 1);
      }),
    );
  });
});

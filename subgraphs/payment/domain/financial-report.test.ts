import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerSums, type PostingSums } from './financial-report.js';
import { type Booking, entriesOf, type LedgerReason } from './ledger.js';

const MONEY = ['MIDTRANS_CLEARING', 'XENDIT_CLEARING', 'CASH_DRAWER'];

interface Booked extends Booking {
  readonly reason: LedgerReason;
}

const share = fc.integer({ min: 0, max: 1_000_000 });

const booked: fc.Arbitrary<Booked> = fc.record({
  reason: fc.constantFrom(
    ...(['CAPTURE', 'ORDER_SETTLED', 'REFUND', 'DISPUTE_OPENED', 'DISPUTE_WON', 'DISPUTE_LOST'] as const),
  ),
  provider: fc.constantFrom('MIDTRANS', 'XENDIT', 'CASH'),
  shares: fc.record({ sale: share, tip: share, surplus: share }),
  isDeposit: fc.boolean(),
});

function postingsOf({ reason, provider, ...booking }: Booked): PostingSums[] {
  return entriesOf(reason, { provider, ...booking }).map(({ account, amount }) => ({
    reason,
    provider,
    method: provider === 'CASH' ? 'CASH' : 'QRIS',
    account,
    debit: Math.max(amount, 0),
    credit: Math.max(-amount, 0),
  }));
}

describe('a financial report', () => {
  it('of whatever was booked balances, and its net is what the money accounts hold', () => {
    fc.assert(
      fc.property(fc.array(booked), (bookings) => {
        const { imbalance, accounts, net, methods } = ledgerSums(bookings.flatMap(postingsOf));
        expect(imbalance).toBe(0);
        const money = accounts.filter(({ account }) => MONEY.includes(account));
        expect(money.reduce((sum, { balance }) => sum + balance, 0)).toBe(net);
        expect(methods.reduce((sum, method) => sum + method.net, 0)).toBe(net);
      }),
    );
  });

  it('of nothing is zero', () => {
    expect(ledgerSums([])).toEqual({
      captured: 0,
      refunded: 0,
      disputed: 0,
      net: 0,
      tips: 0,
      service: 0,
      tax: 0,
      rounding: 0,
      fees: 0,
      owed: 0,
      imbalance: 0,
      accounts: [],
      methods: [],
    });
  });

  it('counts a dispute as long as it is not won', () => {
    const booking = {
      ...({ provider: 'XENDIT', isDeposit: false } as const),
      shares: { sale: 5, tip: 0, surplus: 0 },
    };
    const sumsOf = (...reasons: LedgerReason[]) =>
      ledgerSums(reasons.flatMap((reason) => postingsOf({ ...booking, reason })));
    expect(sumsOf('CAPTURE', 'DISPUTE_OPENED')).toMatchObject({ captured: 5, disputed: 5, net: 0 });
    expect(sumsOf('CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_LOST')).toMatchObject({ disputed: 5, net: 0 });
    expect(sumsOf('CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_WON')).toMatchObject({ disputed: 0, net: 5 });
  });
});

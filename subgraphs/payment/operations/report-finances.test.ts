import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { insertFranchise, upsertOutlet } from '../store/outlets.js';
import { type PaymentHarness, staff, startPaymentHarness } from '../testing/harness.js';
import {
  capturedPayment,
  disputePayload,
  errorCodes,
  managerOf,
  openDispute,
  payload,
  paymentOfOrder,
  refundPayment,
  resolveDispute,
} from '../testing/requests.js';

const REPORT = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
  financialReport(scope: $scope, from: $from, to: $to) {
    from to captured { amount currency } refunded { amount } disputed { amount } net { amount } imbalance { amount }
    accounts { account debit { amount } credit { amount } balance { amount } }
    methods { method provider captured { amount } refunded { amount } disputed { amount } net { amount } }
  }
}`;

describe('financialReport', () => {
  let harness: PaymentHarness;
  const franchiseId = newId();
  const outletId = newId();
  const hq = staff('HQ');
  const allDays = { from: '2026-01-01', to: '2028-12-31' };

  beforeAll(async () => {
    harness = await startPaymentHarness();
    await upsertOutlet(harness.database, {
      id: outletId,
      franchiseId,
      name: 'Menteng',
      timeZone: 'Asia/Jakarta',
      version: 1,
    });
  });

  afterAll(() => harness.stop());

  function report(identity = hq, variables: Readonly<Record<string, unknown>> = {}) {
    return harness.run(identity, REPORT, { ...allDays, scope: { outletId }, ...variables });
  }

  async function bookedAt(at: string, timeZone = 'Asia/Jakarta'): Promise<string> {
    const id = newId();
    await upsertOutlet(harness.database, { id, franchiseId: newId(), name: 'Away', timeZone, version: 1 });
    const { pool } = harness.database;
    await pool.query(
      `WITH booking AS (
         INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id, booked_at)
         VALUES ($1, 'CAPTURE', $1, $1, 'CASH', 'CASH', $2, $1, $3)
         RETURNING id, outlet_id, franchise_id
       )
       INSERT INTO ledger_entry (transaction_id, outlet_id, franchise_id, account, amount)
       SELECT booking.*, account::"LedgerAccount", amount FROM booking, (VALUES ('CASH_DRAWER', 5), ('SALES', -5)) AS e (account, amount)`,
      [newId(), id, at],
    );
    return id;
  }

  it('sums captures, refunds and disputes by account and method, and balances', async () => {
    const place = { outletId, franchiseId };
    const paid = await capturedPayment(harness, 'QRIS', place);
    const refunded = await capturedPayment(harness, 'OVO', place);
    await capturedPayment(harness, 'CASH', place);
    await capturedPayment(harness, 'CASH');
    payload(
      await refundPayment(harness, managerOf(refunded.order), {
        paymentId: refunded.paymentId,
        amount: 2_000,
      }),
    );
    await eventually(async () => {
      expect((await paymentOfOrder(harness, refunded.order)).refunded.amount).toBe(2_000);
    });
    const { paymentId, order } = paid;
    const disputes = [];
    for (const amount of [10_000, 20_000, 3_000]) {
      disputes.push(
        disputePayload(await openDispute(harness, managerOf(order), { paymentId, amount })).dispute?.id,
      );
    }
    await resolveDispute(harness, managerOf(order), { disputeId: disputes[0], outcome: 'WON' });
    await resolveDispute(harness, managerOf(order), { disputeId: disputes[1], outcome: 'LOST' });

    const expected = {
      ...allDays,
      captured: { amount: 126_000, currency: 'IDR' },
      refunded: { amount: 2_000 },
      disputed: { amount: 23_000 },
      net: { amount: 101_000 },
      imbalance: { amount: 0 },
      accounts: [
        account('CASH_DRAWER', 42_000, 0),
        account('DISPUTED_FUNDS', 33_000, 30_000),
        account('DISPUTE_LOSSES', 20_000, 0),
        account('MIDTRANS_CLEARING', 52_000, 33_000),
        account('REFUNDS', 2_000, 0),
        account('SALES', 0, 126_000),
        account('XENDIT_CLEARING', 42_000, 2_000),
      ],
      methods: [
        method('CASH', 'CASH', 42_000, 0, 0),
        method('OVO', 'XENDIT', 42_000, 2_000, 0),
        method('QRIS', 'MIDTRANS', 42_000, 0, 23_000),
      ],
    };
    const owner = staff('OWNER', { franchiseId });
    for (const answer of [
      await report(),
      await report(staff('MANAGER', { outletId }), { scope: null }),
      await report(hq, { scope: { franchiseId } }),
      await report(owner),
      await report(owner, { scope: { outletId, franchiseId } }),
      await report(owner, { scope: null }),
    ]) {
      expect(answer).toEqual({ data: { financialReport: expected } });
    }
  });

  it('answers the same as of a moment for good, while money comes and goes', async () => {
    const place = { outletId: newId(), franchiseId };
    await upsertOutlet(harness.database, {
      ...place,
      id: place.outletId,
      name: 'Kini',
      timeZone: 'UTC',
      version: 1,
    });
    const query = REPORT.replace('$to: Date!)', '$to: Date!, $asOf: DateTime)').replace(
      'to: $to) {',
      'to: $to, asOf: $asOf) { asOf',
    );
    const at = async (asOf?: string) => {
      const scope = { outletId: place.outletId };
      const { data, errors } = await harness.run(hq, query, { ...allDays, scope, asOf });
      expect(errors).toBeUndefined();
      return JSON.parse(JSON.stringify(data)).financialReport;
    };
    const taken: { asOf: string; captured: { amount: number } }[] = [];
    let isOver = false;
    const paying = (async () => {
      for (let count = 0; count < 4; count += 1) {
        const { order, paymentId } = await capturedPayment(harness, 'CASH', place);
        payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 1_000 + count }));
      }
      isOver = true;
    })();
    while (!isOver) {
      taken.push(await at());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await paying;
    expect(new Set(taken.map(({ captured }) => captured.amount)).size).toBeGreaterThan(2);
    for (const one of taken) expect(await at(one.asOf)).toEqual(one);
  });

  it('counts a booking by the day of its outlet', async () => {
    const [jakarta, jayapura, nowhere] = [
      await bookedAt('2025-03-01T16:30:00Z'),
      await bookedAt('2025-03-01T16:30:00Z', 'Asia/Jayapura'),
      await bookedAt('2025-03-01T16:30:00Z', 'Nowhere/At all'),
    ];
    async function captured(id: string, day: string) {
      const { data } = await report(hq, { scope: { outletId: id }, from: day, to: day });
      return data?.financialReport;
    }
    expect(await captured(jakarta, '2025-03-01')).toMatchObject({ captured: { amount: 5 } });
    expect(await captured(jakarta, '2025-03-02')).toMatchObject({ captured: { amount: 0 } });
    expect(await captured(jayapura, '2025-03-01')).toMatchObject({ captured: { amount: 0 } });
    expect(await captured(jayapura, '2025-03-02')).toMatchObject({ captured: { amount: 5 } });
    expect(await captured(nowhere, '2025-03-01')).toMatchObject({ captured: { amount: 5 } });
  });

  it('waits for an outlet whose event is still on its way', async () => {
    const young = newId();
    const reporting = report(hq, { scope: { outletId: young } });
    await upsertOutlet(harness.database, {
      id: young,
      franchiseId,
      name: 'Kemang',
      timeZone: 'Asia/Jakarta',
      version: 1,
    });
    expect((await reporting).data?.financialReport).toMatchObject({ captured: { amount: 0 } });
  });

  it('is empty for a franchise that has no outlet yet', async () => {
    const founded = newId();
    const identities = [hq, staff('OWNER', { franchiseId: founded })];
    const reporting = identities.map((identity) => report(identity, { scope: { franchiseId: founded } }));
    await insertFranchise(harness.database, founded);
    for (const { data } of await Promise.all(reporting)) {
      expect(data?.financialReport).toMatchObject({ captured: { amount: 0 }, accounts: [] });
    }
  });

  it('counts by a time zone whose name is spelt in another case', async () => {
    const jayapura = await bookedAt('2025-04-01T16:30:00Z', 'asia/jayapura');
    const day = { from: '2025-04-02', to: '2025-04-02' };
    const { data } = await report(hq, { scope: { outletId: jayapura }, ...day });
    expect(data?.financialReport).toMatchObject({ captured: { amount: 5 } });
  });

  it('refuses days that are none, and too many', async () => {
    for (const [days, code] of [
      [{ from: '2026-02-01', to: '2026-01-31' }, 'BAD_USER_INPUT'],
      [{ from: '2020-01-01', to: '2026-01-01' }, 'BAD_USER_INPUT'],
      [{ from: '0000-01-01', to: '0000-01-02' }, 'BAD_USER_INPUT'],
      [{ from: '2026-02-30', to: '2026-03-01' }, 'BAD_USER_INPUT'],
      [{ from: 'today', to: '2026-03-01' }, 'BAD_USER_INPUT'],
    ] as const) {
      expect(errorCodes(await report(hq, days))).toEqual([code]);
    }
  });

  it('is for those who may read the finances of the place alone', async () => {
    for (const [identity, scope, code] of [
      [staff('BARISTA', { outletId }), { outletId }, 'FORBIDDEN'],
      [staff('MANAGER', { outletId: newId() }), { outletId }, 'NOT_FOUND'],
      [staff('MANAGER', { outletId }), { franchiseId }, 'NOT_FOUND'],
      [staff('OWNER', { franchiseId: newId() }), { outletId }, 'NOT_FOUND'],
      [staff('OWNER', { franchiseId: newId() }), { franchiseId }, 'NOT_FOUND'],
      [hq, { outletId: newId() }, 'NOT_FOUND'],
      [hq, { franchiseId: newId() }, 'NOT_FOUND'],
      [hq, { outletId: 'no-id-at-all' }, 'NOT_FOUND'],
      [hq, { outletId, franchiseId: newId() }, 'NOT_FOUND'],
    ] as const) {
      expect(errorCodes(await report(identity, { scope }))).toEqual([code]);
    }
    const stranger = await report(staff('OWNER', { franchiseId: newId() }), { scope: null });
    expect(stranger.data?.financialReport).toMatchObject({ captured: { amount: 0 }, accounts: [] });
  });
});

function account(name: string, debit: number, credit: number) {
  const balance = debit - credit;
  return {
    account: name,
    debit: { amount: debit },
    credit: { amount: credit },
    balance: { amount: balance },
  };
}

function method(name: string, provider: string, captured: number, refunded: number, disputed: number) {
  return {
    method: name,
    provider,
    captured: { amount: captured },
    refunded: { amount: refunded },
    disputed: { amount: disputed },
    net: { amount: captured - refunded - disputed },
  };
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  cancelled,
  customer,
  type PaymentHarness,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import {
  capturedPayment,
  disputePayload,
  errorCodes,
  managerOf,
  openDispute,
  payload,
  paymentOfOrder,
  payOrder,
  refundPayment,
  resolveDispute,
  submitDisputeEvidence,
} from '../testing/requests.js';

describe('a dispute', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => harness.midtrans.fail({}));

  afterAll(() => harness.stop());

  async function opened(amount: number, method = 'QRIS') {
    const { order, paymentId } = await capturedPayment(harness, method);
    const { dispute } = disputePayload(await openDispute(harness, managerOf(order), { paymentId, amount }));
    if (!dispute) throw new Error('No dispute was opened');
    return { order, paymentId, disputeId: dispute.id };
  }

  /** The balance of every account that the payment touched, other than zero. */
  async function balances(paymentId: string): Promise<Record<string, number>> {
    const bookings = await harness.database.prisma.ledgerTransaction.findMany({ where: { paymentId } });
    const entries = await harness.database.prisma.ledgerEntry.findMany({
      where: { transactionId: { in: bookings.map(({ id }) => id) } },
    });
    const sums: Record<string, number> = {};
    for (const { account, amount } of entries) sums[account] = (sums[account] ?? 0) + Number(amount);
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
  }

  async function eventsOf(paymentId: string) {
    const rows = await harness.database.prisma.outbox.findMany({
      where: { aggregateId: paymentId, type: { startsWith: 'payment.dispute' } },
      orderBy: { aggregateVersion: 'asc' },
    });
    return rows.map(({ type, data }) => ({ type, data }));
  }

  function disputed(order: TestOrder) {
    return paymentOfOrder(harness, order).then((payment) => payment.disputed);
  }

  it('is opened, answered with evidence and won: the money comes back', async () => {
    const { order, paymentId, disputeId } = await opened(30_000);
    expect(await disputed(order)).toEqual({ amount: 30_000 });
    expect(await balances(paymentId)).toEqual({
      MIDTRANS_CLEARING: 12_000,
      DISPUTED_FUNDS: 30_000,
      SALES: -42_000,
    });
    const answered = await submitDisputeEvidence(harness, managerOf(order), {
      disputeId,
      text: 'Handed out at the counter at 8:02',
    });
    expect(disputePayload(answered).dispute).toMatchObject({
      status: 'EVIDENCE_SUBMITTED',
      evidence: 'Handed out at the counter at 8:02',
      evidenceSubmittedAt: expect.any(String),
      closedAt: null,
    });
    const won = await resolveDispute(harness, managerOf(order), { disputeId, outcome: 'WON' });
    expect(disputePayload(won).dispute).toMatchObject({ status: 'WON', closedAt: expect.any(String) });
    expect(await disputed(order)).toEqual({ amount: 0 });
    expect(await balances(paymentId)).toEqual({ MIDTRANS_CLEARING: 42_000, SALES: -42_000 });
    expect(await eventsOf(paymentId)).toMatchObject([
      { type: 'payment.dispute-opened', data: { disputeId, amount: 30_000, reason: 'Never received' } },
      { type: 'payment.dispute-closed', data: { disputeId, amount: 30_000, outcome: 'WON' } },
    ]);
  });

  it('that is lost takes the money for good', async () => {
    const { order, paymentId, disputeId } = await opened(42_000, 'OVO');
    disputePayload(await resolveDispute(harness, managerOf(order), { disputeId, outcome: 'LOST' }));
    expect(await disputed(order)).toEqual({ amount: 42_000 });
    expect(await balances(paymentId)).toEqual({ DISPUTE_LOSSES: 42_000, SALES: -42_000 });
    expect((await eventsOf(paymentId)).at(-1)).toMatchObject({
      type: 'payment.dispute-closed',
      data: {
        ...{ disputeId, amount: 42_000, outcome: 'LOST' },
        loss: { refundedTotal: 0, lostTotal: 42_000, capturedTotal: 42_000, lostAt: expect.any(String) },
      },
    });
    const refund = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 1 }));
    expect(refund.userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_CAPTURED' }]);
  });

  it('that is lost is part of what later refunds and disputes say is gone of the payment', async () => {
    const { order, paymentId, disputeId } = await opened(30_000, 'OVO');
    const caller = managerOf(order);
    disputePayload(await resolveDispute(harness, caller, { disputeId, outcome: 'LOST' }));
    const refund = payload(await refundPayment(harness, caller, { paymentId, amount: 2_000 }));
    expect(refund.userErrors).toEqual([]);
    await eventually(async () => {
      const event = await harness.database.prisma.outbox.findFirstOrThrow({
        where: { aggregateId: paymentId, type: 'payment.refunded' },
      });
      expect(event.data).toMatchObject({ refundedTotal: 2_000, lostTotal: 30_000, isFull: false });
    });
    const second = disputePayload(await openDispute(harness, caller, { paymentId, amount: 10_000 })).dispute;
    await resolveDispute(harness, caller, { disputeId: second?.id, outcome: 'LOST' });
    const closed = (await eventsOf(paymentId)).at(-1);
    expect(closed?.data).toMatchObject({ loss: { refundedTotal: 2_000, lostTotal: 40_000 } });
  });

  it('leaves refunds what is free, and all of it again once it is won', async () => {
    const { order, paymentId, disputeId } = await opened(30_000);
    const caller = managerOf(order);
    const above = payload(await refundPayment(harness, caller, { paymentId, amount: 12_001 }));
    expect(above.userErrors).toMatchObject([
      { code: 'REFUND_EXCEEDS_CAPTURED', field: ['amount'], message: expect.stringContaining('disputed') },
    ]);
    expect(payload(await refundPayment(harness, caller, { paymentId, amount: 12_000 })).userErrors).toEqual(
      [],
    );
    disputePayload(await resolveDispute(harness, caller, { disputeId, outcome: 'WON' }));
    expect(payload(await refundPayment(harness, caller, { paymentId, amount: 30_000 })).userErrors).toEqual(
      [],
    );
    await eventually(async () => expect((await paymentOfOrder(harness, order)).status).toBe('REFUNDED'));
  });

  it('and refunds never hold more than was captured, whatever 100 concurrent requests are for', async () => {
    const { order, paymentId } = await capturedPayment(harness);
    const caller = managerOf(order);
    const [disputes, refunds] = await Promise.all([
      Promise.all(
        Array.from({ length: 50 }, () => openDispute(harness, caller, { paymentId, amount: 1_000 })),
      ),
      Promise.all(
        Array.from({ length: 50 }, () => refundPayment(harness, caller, { paymentId, amount: 1_000 })),
      ),
    ]);
    const held = disputes.map(disputePayload).filter(({ dispute }) => dispute).length;
    const given = refunds.map(payload).filter(({ refund }) => refund).length;
    expect(held + given).toBe(42);
    const codes = [...disputes.map(disputePayload), ...refunds.map(payload)].flatMap(({ userErrors }) =>
      userErrors.map(({ code }) => code),
    );
    expect(codes).toEqual(Array.from({ length: 58 }, () => 'REFUND_EXCEEDS_CAPTURED'));
    await eventually(async () => {
      const payment = await paymentOfOrder(harness, order);
      expect(payment.refunded.amount + held * 1_000).toBe(42_000);
    });
    expect(await disputed(order)).toEqual({ amount: held * 1_000 });
  });

  it('is one of 50 concurrent duplicates', async () => {
    const { order, paymentId } = await capturedPayment(harness);
    const input = { paymentId, amount: 1_000, idempotencyKey: newId() };
    const caller = managerOf(order);
    const answers = await Promise.all(Array.from({ length: 50 }, () => openDispute(harness, caller, input)));
    expect(new Set(answers.map((answer) => disputePayload(answer).dispute?.id)).size).toBe(1);
    expect(await disputed(order)).toEqual({ amount: 1_000 });
    const other = disputePayload(await openDispute(harness, caller, { ...input, amount: 2_000 }));
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('takes evidence once and is decided once; repeating either changes nothing', async () => {
    const { order, paymentId, disputeId } = await opened(1_000);
    const caller = managerOf(order);
    for (const text of ['The guest signed', 'The guest signed']) {
      const answer = disputePayload(await submitDisputeEvidence(harness, caller, { disputeId, text }));
      expect(answer).toMatchObject({ dispute: { status: 'EVIDENCE_SUBMITTED' }, userErrors: [] });
    }
    const other = disputePayload(
      await submitDisputeEvidence(harness, caller, { disputeId, text: 'And waved' }),
    );
    expect(other.userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['disputeId'] }]);
    for (const outcome of ['LOST', 'LOST'] as const) {
      const answer = disputePayload(await resolveDispute(harness, caller, { disputeId, outcome }));
      expect(answer).toMatchObject({ dispute: { status: 'LOST' }, userErrors: [] });
    }
    const turned = disputePayload(await resolveDispute(harness, caller, { disputeId, outcome: 'WON' }));
    expect(turned.userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['disputeId'] }]);
    expect(await eventsOf(paymentId)).toHaveLength(2);
  });

  it('that is won for an order that has ended goes back to its guest, once', async () => {
    const { order, disputeId } = await opened(30_000);
    await harness.deliver(cancelled(order));
    await eventually(async () => {
      expect(await paymentOfOrder(harness, order)).toMatchObject({
        status: 'PARTIALLY_REFUNDED',
        refunded: { amount: 12_000 },
      });
    });
    disputePayload(await resolveDispute(harness, managerOf(order), { disputeId, outcome: 'WON' }));
    disputePayload(await resolveDispute(harness, managerOf(order), { disputeId, outcome: 'WON' }));
    await harness.deliver(cancelled(order, 5));
    await eventually(async () => {
      expect(await paymentOfOrder(harness, order)).toMatchObject({
        status: 'REFUNDED',
        refunded: { amount: 42_000 },
      });
    });
    expect((await paymentOfOrder(harness, order)).refunds).toHaveLength(2);
  });

  it('refuses amounts that are none, and words that are none', async () => {
    const { order, paymentId, disputeId } = await opened(1_000);
    const caller = managerOf(order);
    for (const [input, field] of [
      [{ amount: 0 }, 'amount'],
      [{ amount: -1 }, 'amount'],
      [{ amount: Number.MAX_SAFE_INTEGER }, 'amount'],
      [{ amount: 1, reason: ' ' }, 'reason'],
      [{ amount: 1, reason: 'a\0' }, 'reason'],
      [{ amount: 1, idempotencyKey: '' }, 'idempotencyKey'],
      [{ amount: 1, idempotencyKey: 'a\0' }, 'idempotencyKey'],
    ] as const) {
      const answer = disputePayload(await openDispute(harness, caller, { paymentId, ...input }));
      expect(answer.userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: [field] }]);
    }
    for (const amount of [0.5, 2 ** 53, 'all']) {
      expect(errorCodes(await openDispute(harness, caller, { paymentId, amount }))).toEqual([
        'BAD_USER_INPUT',
      ]);
    }
    for (const text of ['  ', 'a\0', '\ud800', 'x'.repeat(10_001)]) {
      const answer = disputePayload(await submitDisputeEvidence(harness, caller, { disputeId, text }));
      expect(answer.userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['text'] }]);
    }
    const above = disputePayload(await openDispute(harness, caller, { paymentId, amount: 41_001 }));
    expect(above.userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_CAPTURED', field: ['amount'] }]);
  });

  it('is refused for cash and for what was never captured', async () => {
    const cash = await capturedPayment(harness, 'CASH');
    const ofCash = disputePayload(
      await openDispute(harness, managerOf(cash.order), { paymentId: cash.paymentId, amount: 1 }),
    );
    expect(ofCash.userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['paymentId'] }]);

    harness.midtrans.fail({ declineAmounts: [13_000] });
    const order = await harness.awaitingPayment({ total: 13_000 });
    const { orderId } = order;
    const begun = payload(await payOrder(harness, customer(order.customerId), { orderId, method: 'QRIS' }));
    const paymentId = begun.payment?.id;
    const ofPending = disputePayload(await openDispute(harness, managerOf(order), { paymentId, amount: 1 }));
    expect(ofPending.userErrors).toMatchObject([{ code: 'INVALID_STATE', field: ['paymentId'] }]);
  });

  it('is for those who manage disputes at the outlet alone', async () => {
    const { order, paymentId, disputeId } = await opened(1_000);
    const elsewhere = staff('MANAGER', { outletId: newId() });
    for (const [identity, code] of [
      [customer(order.customerId), 'FORBIDDEN'],
      [staff('BARISTA', { outletId: order.outletId }), 'FORBIDDEN'],
      [elsewhere, 'NOT_FOUND'],
      [{ ...elsewhere, customerId: order.customerId }, 'NOT_FOUND'],
      [staff('OWNER', { franchiseId: newId() }), 'NOT_FOUND'],
    ] as const) {
      const answers = [
        await openDispute(harness, identity, { paymentId, amount: 1 }),
        await submitDisputeEvidence(harness, identity, { disputeId, text: 'Mine' }),
        await resolveDispute(harness, identity, { disputeId, outcome: 'WON' }),
      ];
      expect(answers.map(errorCodes)).toEqual([[code], [code], [code]]);
    }
    for (const unknown of [newId(), 'no-id-at-all']) {
      const answer = await resolveDispute(harness, managerOf(order), { disputeId: unknown, outcome: 'WON' });
      expect(errorCodes(answer)).toEqual(['NOT_FOUND']);
    }
    const owner = staff('OWNER', { franchiseId: order.franchiseId });
    expect(disputePayload(await openDispute(harness, owner, { paymentId, amount: 1 })).userErrors).toEqual(
      [],
    );
  });

  it('is visible to staff of the outlet alone', async () => {
    const { order, paymentId, disputeId } = await opened(1_000);
    const document = `query ($id: ID!) { payment(id: $id) { disputed { amount } disputes { id payment { id } } } }`;
    const seen = await harness.run(managerOf(order), document, { id: paymentId });
    expect(seen.data).toEqual({
      payment: { disputed: { amount: 1_000 }, disputes: [{ id: disputeId, payment: { id: paymentId } }] },
    });
    const byGuest = await harness.run(customer(order.customerId), document, { id: paymentId });
    expect(errorCodes(byGuest)).toEqual(['FORBIDDEN']);
    const baristaElsewhere = staff('BARISTA', { outletId: newId() });
    const guestAndBarista = { ...baristaElsewhere, customerId: order.customerId };
    const byBoth = await harness.run(guestAndBarista, document, { id: paymentId });
    expect(byBoth.data).toEqual({ payment: { disputed: { amount: 1_000 }, disputes: null } });
    expect(errorCodes(byBoth)).toEqual(['NOT_FOUND']);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { queriesDuring } from '../testing/count-queries.js';
import {
  customer,
  type PaymentHarness,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import {
  capturedPayment,
  errorCodes,
  managerOf,
  payload,
  paymentOfOrder,
  payOrder,
  refundPayment,
} from '../testing/requests.js';

describe('refundPayment', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  function paymentOf(order: TestOrder) {
    return paymentOfOrder(harness, order);
  }

  function captured(method = 'QRIS') {
    return capturedPayment(harness, method);
  }

  async function untilRefunded(order: TestOrder, amount: number, status: string) {
    await eventually(async () => {
      expect(await paymentOf(order)).toMatchObject({ status, refunded: { amount } });
    });
  }

  function eventsOf(paymentId: string) {
    return harness.database.prisma.outbox.findMany({
      where: { aggregateId: paymentId, type: 'payment.refunded' },
      orderBy: { aggregateVersion: 'asc' },
    });
  }

  it('reads its order once, under its lock', async () => {
    const { order, paymentId } = await captured('CASH');
    const queries = await queriesDuring(async () => {
      const answer = await refundPayment(harness, managerOf(order), { paymentId, amount: 2_000 });
      expect(payload(answer)).toMatchObject({ refund: { status: 'SUCCEEDED' }, userErrors: [] });
    });
    const reads = queries.filter((query) =>
      /^SELECT id, customer_id .* FROM (archive\.)?order_copy/s.test(query),
    );
    expect(reads.map((query) => query.endsWith('FOR UPDATE'))).toEqual([true]);
  });

  it.each(['CARD', 'GOPAY', 'QRIS', 'OVO', 'DANA', 'CASH'])(
    'gives back a part of a payment by %s, then the rest',
    async (method) => {
      const { order, paymentId } = await captured(method);
      const part = await refundPayment(harness, managerOf(order), { paymentId, amount: 2_000 });
      expect(payload(part)).toMatchObject({ refund: { status: expect.stringMatching(/PENDING|SUCCEEDED/) } });
      await untilRefunded(order, 2_000, 'PARTIALLY_REFUNDED');
      await refundPayment(harness, managerOf(order), { paymentId, amount: 40_000 });
      await untilRefunded(order, 42_000, 'REFUNDED');
      expect((await eventsOf(paymentId)).map(({ data }) => data)).toMatchObject([
        {
          amount: 2_000,
          refundedTotal: 2_000,
          capturedTotal: 42_000,
          isFull: false,
          refundedAt: expect.any(String),
        },
        {
          amount: 40_000,
          refundedTotal: 42_000,
          capturedTotal: 42_000,
          isFull: true,
          refundedAt: expect.any(String),
        },
      ]);
    },
  );

  it('never gives back more than was captured, whatever 100 concurrent requests are for', async () => {
    const { order, paymentId } = await captured();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        refundPayment(harness, managerOf(order), { paymentId, amount: 1_000 }),
      ),
    );
    const payloads = answers.map(payload);
    expect(payloads.filter(({ refund }) => refund)).toHaveLength(42);
    const codes = payloads.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(Array.from({ length: 58 }, () => 'REFUND_EXCEEDS_CAPTURED'));
    await untilRefunded(order, 42_000, 'REFUNDED');
    expect(await eventsOf(paymentId)).toHaveLength(42);
  });

  it('makes one refund of 50 concurrent duplicates', async () => {
    const { order, paymentId } = await captured('DANA');
    const input = { paymentId, amount: 1_000, idempotencyKey: newId() };
    const caller = managerOf(order);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refundPayment(harness, caller, input)),
    );
    expect(new Set(answers.map((answer) => payload(answer).refund?.id)).size).toBe(1);
    await untilRefunded(order, 1_000, 'PARTIALLY_REFUNDED');
    expect((await paymentOf(order)).refunds).toHaveLength(1);
    const other = payload(await refundPayment(harness, caller, { ...input, amount: 2_000 }));
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('refuses amounts that are none, and a reason that is none', async () => {
    const { order, paymentId } = await captured('CASH');
    for (const [input, field] of [
      [{ amount: 0 }, 'amount'],
      [{ amount: -1 }, 'amount'],
      [{ amount: Number.MAX_SAFE_INTEGER }, 'amount'],
      [{ amount: 1, reason: '  ' }, 'reason'],
      [{ amount: 1, reason: 'x'.repeat(501) }, 'reason'],
    ] as const) {
      const { userErrors } = payload(await refundPayment(harness, managerOf(order), { paymentId, ...input }));
      expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: [field] }]);
    }
    for (const amount of [0.5, 2 ** 53, 'all']) {
      const answer = await refundPayment(harness, managerOf(order), { paymentId, amount });
      expect(errorCodes(answer)).toEqual(['BAD_USER_INPUT']);
    }
    const abroad = await refundPayment(harness, managerOf(order), { paymentId, amount: 1, currency: 'USD' });
    expect(errorCodes(abroad)).toEqual(['BAD_USER_INPUT']);
    const above = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 42_001 }));
    expect(above.userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_CAPTURED', field: ['amount'] }]);
    expect((await paymentOf(order)).refunds).toEqual([]);
  });

  it('refuses what was never captured', async () => {
    const order = await harness.awaitingPayment();
    const { orderId } = order;
    const { payment } = payload(
      await payOrder(harness, customer(order.customerId), { orderId, method: 'CASH' }),
    );
    const refunded = await refundPayment(harness, managerOf(order), { paymentId: payment?.id, amount: 1 });
    expect(payload(refunded).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  it('is for those who may refund at the outlet alone', async () => {
    const { order, paymentId } = await captured('CASH');
    const elsewhere = staff('MANAGER', { outletId: newId() });
    for (const [identity, code] of [
      [customer(order.customerId), 'FORBIDDEN'],
      [staff('BARISTA', { outletId: order.outletId }), 'FORBIDDEN'],
      [elsewhere, 'NOT_FOUND'],
      [{ ...elsewhere, customerId: order.customerId }, 'NOT_FOUND'],
      [staff('OWNER', { franchiseId: newId() }), 'NOT_FOUND'],
    ] as const) {
      expect(errorCodes(await refundPayment(harness, identity, { paymentId, amount: 1 }))).toEqual([code]);
    }
    for (const unknown of [newId(), 'no-id-at-all']) {
      const answer = await refundPayment(harness, managerOf(order), { paymentId: unknown, amount: 1 });
      expect(errorCodes(answer)).toEqual(['NOT_FOUND']);
    }
    const owner = staff('OWNER', { franchiseId: order.franchiseId });
    expect(payload(await refundPayment(harness, owner, { paymentId, amount: 1 })).userErrors).toEqual([]);
    expect(payload(await refundPayment(harness, staff('HQ'), { paymentId, amount: 1 })).userErrors).toEqual(
      [],
    );
  });

  it('releases the amount when the provider refuses', async () => {
    const { order, paymentId } = await captured('GOPAY');
    await eventually(async () => {
      harness.midtrans.fail({ refusesRefunds: true });
      const refused = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 42_000 }));
      expect(refused).toMatchObject({ refund: { status: 'FAILED' }, payment: { status: 'PAID' } });
    });
    harness.midtrans.fail({});
    await refundPayment(harness, managerOf(order), { paymentId, amount: 42_000 });
    await untilRefunded(order, 42_000, 'REFUNDED');
  });

  it('is finished once the provider is back', async () => {
    const { order, paymentId } = await captured('OVO');
    harness.xendit.fail({ losesAnswers: true, losesCallbacks: true });
    const begun = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 30_000 }));
    expect(begun).toMatchObject({ refund: { status: 'PENDING' }, payment: { status: 'PAID' } });
    const tooMuch = payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 12_001 }));
    expect(tooMuch.userErrors).toMatchObject([{ code: 'REFUND_EXCEEDS_CAPTURED' }]);
    harness.xendit.fail({ losesCallbacks: true });
    await untilRefunded(order, 30_000, 'PARTIALLY_REFUNDED');
  });
});

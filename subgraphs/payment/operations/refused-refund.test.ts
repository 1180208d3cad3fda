import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  cancelled,
  type PaymentHarness,
  paid,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import {
  capturedPayment,
  disputePayload,
  managerOf,
  openDispute,
  payload,
  paymentOfOrder,
  refundPayment,
} from '../testing/requests.js';
import { beginRefund, recordRefund } from './record-refund.js';

describe('a refund that its provider refuses', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  function refuse(refusesRefunds: boolean) {
    harness.midtrans.fail({ refusesRefunds });
    harness.xendit.fail({ refusesRefunds });
  }

  async function cancel(order: TestOrder, paymentId: string) {
    await harness.deliver(paid(order, paymentId), cancelled(order));
  }

  /** The next retry is due now. */
  function hurry(paymentId: string) {
    return harness.database.pool.query(
      'UPDATE payment SET next_check_at = now() WHERE id = $1 AND next_check_at IS NOT NULL',
      [paymentId],
    );
  }

  async function untilRefused(order: TestOrder, times: number) {
    await eventually(async () => {
      const { refunds } = await paymentOfOrder(harness, order);
      expect(refunds.map(({ status }) => status)).toEqual(Array.from({ length: times }, () => 'FAILED'));
    });
  }

  async function untilGivenBack(order: TestOrder, paymentId: string) {
    return eventually(async () => {
      await hurry(paymentId);
      const payment = await paymentOfOrder(harness, order);
      expect(payment).toMatchObject({ status: 'REFUNDED', refunded: { amount: 42_000 } });
      return payment.refunds.map(({ status, amount }) => [status, amount.amount]);
    });
  }

  it.each(['GOPAY', 'DANA', 'QRIS'])(
    'to an ended order paid by %s is retried until it succeeds, once',
    async (method) => {
      const { order, paymentId } = await capturedPayment(harness, method);
      refuse(true);
      await cancel(order, paymentId);
      await untilRefused(order, 1);
      await hurry(paymentId);
      await untilRefused(order, 2);
      refuse(false);
      expect(await untilGivenBack(order, paymentId)).toEqual([
        ['FAILED', 42_000],
        ['FAILED', 42_000],
        ['SUCCEEDED', 42_000],
      ]);
      const row = await harness.database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
      expect(row.nextCheckAt).toBeNull();
    },
  );

  it('leaves nothing behind that staff had requested before the order ended', async () => {
    // A callback about one refund has all that are open looked up.
    harness.midtrans.fail({ losesCallbacks: true });
    const { order, paymentId } = await capturedPayment(harness, 'GOPAY');
    const { refund } = await harness.database.work(newCause(), (work) =>
      beginRefund(work, { refundId: newId(), paymentId, amount: 30_000, reason: 'Spilled' }),
    );
    await harness.database.prisma.refund.updateMany({
      where: { id: refund.id },
      data: { nextCheckAt: null },
    });
    await cancel(order, paymentId);
    await eventually(async () => {
      expect(await paymentOfOrder(harness, order)).toMatchObject({ refunded: { amount: 12_000 } });
    });
    await harness.database.work(newCause(), (work) =>
      recordRefund(work, refund, { status: 'FAILED', transactionId: null, failureReason: 'No balance' }),
    );
    expect(await untilGivenBack(order, paymentId)).toEqual([
      ['FAILED', 30_000],
      ['SUCCEEDED', 12_000],
      ['SUCCEEDED', 30_000],
    ]);
  });

  it('lets a bank take its money meanwhile, and gives back what is left', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'GOPAY');
    refuse(true);
    await cancel(order, paymentId);
    await untilRefused(order, 1);
    const { dispute } = disputePayload(
      await openDispute(harness, managerOf(order), { paymentId, amount: 40_000 }),
    );
    expect(dispute).toMatchObject({ status: 'OPENED' });
    refuse(false);
    await eventually(async () => {
      await hurry(paymentId);
      expect(await paymentOfOrder(harness, order)).toMatchObject({ refunded: { amount: 2_000 } });
    });
  });

  it('to an order that goes on is not retried: staff decide', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'DANA');
    refuse(true);
    payload(await refundPayment(harness, managerOf(order), { paymentId, amount: 1_000 }));
    await untilRefused(order, 1);
    const row = await harness.database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
    expect(row).toMatchObject({ nextCheckAt: null, refundsHeld: 0n });
  });
});

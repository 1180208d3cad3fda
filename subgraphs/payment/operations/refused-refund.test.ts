import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { beginRefund, recordRefund } from '../store/refund-changes.js';
import { capturedPayment, managerOf, paymentOfOrder } from '../testing/captured.js';
import {
  cancelled,
  type PaymentUnderTest,
  paid,
  startPaymentUnderTest,
  type TestOrder,
} from '../testing/payment-under-test.js';
import { disputePayload, openDispute, payload, refundPayment } from '../testing/requests.js';
import { ownCause } from './services.js';

describe('a refund that its provider refuses', () => {
  let under: PaymentUnderTest;

  beforeAll(async () => {
    under = await startPaymentUnderTest();
  });

  afterEach(() => {
    under.midtrans.fail({});
    under.xendit.fail({});
  });

  afterAll(() => under.stop());

  function refuse(refusesRefunds: boolean) {
    under.midtrans.fail({ refusesRefunds });
    under.xendit.fail({ refusesRefunds });
  }

  async function cancel(order: TestOrder, paymentId: string) {
    await under.tell(paid(order, paymentId), cancelled(order));
  }

  /** What is planned for later is due now. */
  function hurry(paymentId: string) {
    return under.database.pool.query(
      'UPDATE payment SET next_check_at = now() WHERE id = $1 AND next_check_at IS NOT NULL',
      [paymentId],
    );
  }

  async function untilRefused(order: TestOrder, times: number) {
    await eventually(async () => {
      const { refunds } = await paymentOfOrder(under, order);
      expect(refunds.map(({ status }) => status)).toEqual(Array.from({ length: times }, () => 'FAILED'));
    });
  }

  async function untilGivenBack(order: TestOrder, paymentId: string) {
    return eventually(async () => {
      await hurry(paymentId);
      const payment = await paymentOfOrder(under, order);
      expect(payment).toMatchObject({ status: 'REFUNDED', refunded: { amount: 42_000 } });
      return payment.refunds.map(({ status, amount }) => [status, amount.amount]);
    });
  }

  it.each(['GOPAY', 'DANA', 'QRIS'])(
    'to a dead order paid by %s is asked for again until it is given, once',
    async (method) => {
      const { order, paymentId } = await capturedPayment(under, method);
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
      const row = await under.database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
      expect(row.nextCheckAt).toBeNull();
    },
  );

  it('leaves nothing behind that staff had asked for before the order died', async () => {
    // A callback about one refund has all that are open looked up.
    under.midtrans.fail({ losesCallbacks: true });
    const { order, paymentId } = await capturedPayment(under, 'GOPAY');
    const refund = await under.database.work(ownCause(), (work) =>
      beginRefund(work, { refundId: newId(), paymentId, amount: 30_000, reason: 'Spilled' }),
    );
    await under.database.prisma.refund.update({ where: { id: refund.id }, data: { nextCheckAt: null } });
    await cancel(order, paymentId);
    await eventually(async () => {
      expect(await paymentOfOrder(under, order)).toMatchObject({ refunded: { amount: 12_000 } });
    });
    await under.database.work(ownCause(), (work) =>
      recordRefund(work, refund.id, { status: 'FAILED', transactionId: null, failureReason: 'No balance' }),
    );
    expect(await untilGivenBack(order, paymentId)).toEqual([
      ['FAILED', 30_000],
      ['SUCCEEDED', 12_000],
      ['SUCCEEDED', 30_000],
    ]);
  });

  it('lets a bank take its money meanwhile, and gives back what is left', async () => {
    const { order, paymentId } = await capturedPayment(under, 'GOPAY');
    refuse(true);
    await cancel(order, paymentId);
    await untilRefused(order, 1);
    const { dispute } = disputePayload(
      await openDispute(under, managerOf(order), { paymentId, amount: 40_000 }),
    );
    expect(dispute).toMatchObject({ status: 'OPENED' });
    refuse(false);
    await eventually(async () => {
      await hurry(paymentId);
      expect(await paymentOfOrder(under, order)).toMatchObject({ refunded: { amount: 2_000 } });
    });
  });

  it('to an order that lives is staff’s to ask for again', async () => {
    const { order, paymentId } = await capturedPayment(under, 'DANA');
    refuse(true);
    payload(await refundPayment(under, managerOf(order), { paymentId, amount: 1_000 }));
    await untilRefused(order, 1);
    const row = await under.database.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
    expect(row).toMatchObject({ nextCheckAt: null, refundsHeld: 0n });
  });
});

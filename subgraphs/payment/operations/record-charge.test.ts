import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { paymentOf } from '../store/rows.js';
import { customer, type PaymentHarness, startPaymentHarness } from '../testing/harness.js';
import { payload, payOrder } from '../testing/requests.js';
import { ForeignCharge, recordCharge } from './record-charge.js';

describe('recordCharge', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
    harness.midtrans.fail({ losesCallbacks: true, approveAfterMilliseconds: 3_600_000 });
  });

  afterAll(() => harness.stop());

  async function pendingPayment() {
    const { orderId, customerId } = await harness.awaitingPayment();
    const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method: 'QRIS' }));
    const id = String(payment?.id);
    return paymentOf(await harness.database.prisma.payment.findUniqueOrThrow({ where: { id } }));
  }

  it.each(['PAID', 'FAILED', 'PENDING'] as const)(
    'rejects a %s charge of another payment, amount or currency',
    async (status) => {
      const payment = await pendingPayment();
      const charge = {
        status,
        transactionId: payment.transactionId ?? newId(),
        redirectUrl: null,
        qrCode: null,
        failureReason: null,
      };
      const ours = { paymentId: payment.id, amount: payment.amount, currency: 'IDR' };
      for (const foreign of [
        { ...ours, amount: payment.amount - 1 },
        { ...ours, paymentId: newId() },
        { ...ours, currency: 'USD' },
      ]) {
        const recording = recordCharge(
          harness.database,
          newCause(),
          payment,
          { ...charge, ...foreign },
          null,
        );
        await expect(recording).rejects.toBeInstanceOf(ForeignCharge);
      }
      const row = await harness.database.prisma.payment.findUniqueOrThrow({ where: { id: payment.id } });
      expect(paymentOf(row)).toEqual(payment);
    },
  );

  it('books a capture once, however it is decided: at once, after a failure, or after the order ended', async () => {
    for (const prepare of ['nothing', 'failed', 'ended'] as const) {
      const payment = await pendingPayment();
      const { database } = harness;
      if (prepare === 'failed') {
        await database.prisma.payment.update({ where: { id: payment.id }, data: { status: 'FAILED' } });
      }
      if (prepare === 'ended') {
        await database.prisma.orderCopy.update({
          where: { id: payment.orderId },
          data: { status: 'CANCELLED' },
        });
      }
      const charge = {
        status: 'PAID',
        paymentId: payment.id,
        transactionId: String(payment.transactionId),
        amount: payment.amount,
        currency: 'IDR',
        redirectUrl: null,
        qrCode: null,
        failureReason: null,
      } as const;
      const recorded = await Promise.all(
        [1, 2, 3].map(() => recordCharge(database, newCause(), payment, charge, null)),
      );
      expect(recorded.map((one) => one.payment.status)).toEqual(['PAID', 'PAID', 'PAID']);
      const where = { paymentId: payment.id, reason: 'CAPTURE' } as const;
      const bookings = await database.prisma.ledgerTransaction.findMany({ where });
      expect(bookings).toHaveLength(1);
      const entries = await database.prisma.ledgerEntry.findMany({
        where: { transactionId: bookings[0]?.id ?? '' },
      });
      expect(entries.map(({ amount }) => Number(amount)).sort()).toEqual([-42_000, 42_000]);
      const aggregateId = payment.id;
      const events = await database.prisma.outbox.count({ where: { aggregateId, type: 'payment.captured' } });
      expect(events).toBe(1);
      const refunds = await database.prisma.refund.count({ where: { paymentId: payment.id } });
      expect(refunds).toBe(prepare === 'ended' ? 1 : 0);
    }
  });
});

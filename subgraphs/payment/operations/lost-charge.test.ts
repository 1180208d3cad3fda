import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  cancelled,
  customer,
  type PaymentHarness,
  startPaymentHarness,
  type TestOrder,
  XENDIT_CALLBACK_TOKEN,
} from '../testing/harness.js';
import { payload, paymentOfOrder, payOrder } from '../testing/requests.js';

/** Long enough that no guest approves while a test runs. */
const NEVER = 3_600_000;

describe('a charge whose answer was lost before its order died', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => fail({}));

  afterAll(() => harness.stop());

  async function begun(method: string) {
    const order = await harness.awaitingPayment();
    const { orderId } = order;
    const { payment } = payload(await payOrder(harness, customer(order.customerId), { orderId, method }));
    expect(payment).toMatchObject({ status: 'PENDING', transactionId: null });
    return { order, paymentId: String(payment?.id) };
  }

  async function untilCancelled(order: TestOrder) {
    await harness.deliver(cancelled(order, 3));
    await eventually(async () => {
      const copy = await harness.database.prisma.orderCopy.findUnique({ where: { id: order.orderId } });
      expect(copy?.status).toBe('CANCELLED');
    });
  }

  function fail(faults: Parameters<PaymentHarness['midtrans']['fail']>[0]): void {
    harness.midtrans.fail(faults);
    harness.xendit.fail(faults);
  }

  /** Its answer and its callback are lost, and its order has been cancelled. */
  async function lost(method: string, { approveAfterMilliseconds = NEVER } = {}) {
    fail({ losesAnswers: true, losesCallbacks: true, approveAfterMilliseconds });
    const charge = await begun(method);
    await untilCancelled(charge.order);
    fail({ losesCallbacks: true });
    return charge;
  }

  /** What is planned for later is due now, as often as it takes. */
  async function hurriedUntil(order: TestOrder, paymentId: string, status: string) {
    return eventually(async () => {
      await harness.database.pool.query(
        'UPDATE payment SET next_check_at = now() WHERE id = $1 AND next_check_at IS NOT NULL',
        [paymentId],
      );
      const payment = await paymentOfOrder(harness, order);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  function rowOf(id: string) {
    return harness.database.prisma.payment.findUniqueOrThrow({ where: { id } });
  }

  it('is found by every method when the guest has approved it, and given back, though no callback comes', async () => {
    fail({ losesAnswers: true, losesCallbacks: true, approveAfterMilliseconds: 1_500 });
    const charges = await Promise.all(['OVO', 'DANA', 'GOPAY', 'QRIS'].map(begun));
    await Promise.all(charges.map(({ order }) => untilCancelled(order)));
    fail({ losesCallbacks: true });
    await Promise.all(
      charges.map(async ({ order, paymentId }) => {
        const refunded = await hurriedUntil(order, paymentId, 'REFUNDED');
        expect(refunded.refunds).toMatchObject([{ status: 'SUCCEEDED', amount: { amount: 42_000 } }]);
      }),
    );
  });

  it('is searched for as long as a guest may approve it, and given up then', async () => {
    const { order, paymentId } = await lost('DANA');
    const lookedForOften = { checks: 10, nextCheckAt: new Date() };
    await harness.database.prisma.payment.update({ where: { id: paymentId }, data: lookedForOften });
    await eventually(async () => {
      const { status, nextCheckAt } = await rowOf(paymentId);
      expect(status).toBe('PENDING');
      expect(Number(nextCheckAt)).toBeGreaterThan(Date.now() + 300_000);
    });
    await harness.database.pool.query(
      `UPDATE payment SET asked_at = asked_at - interval '25 hours' WHERE id = $1`,
      [paymentId],
    );
    expect(await hurriedUntil(order, paymentId, 'FAILED')).toMatchObject({ failureReason: 'Never charged' });
  });

  it('has its callback repeated until the provider shows it, also once it was given up', async () => {
    const { order, paymentId } = await lost('DANA', { approveAfterMilliseconds: 0 });
    await harness.database.prisma.payment.update({
      where: { id: paymentId },
      data: { status: 'FAILED', nextCheckAt: null },
    });
    const callback = {
      method: 'POST',
      headers: { 'x-callback-token': XENDIT_CALLBACK_TOKEN, 'webhook-id': newId() },
      body: JSON.stringify({
        event: 'ewallet.capture',
        data: { id: `ewc_${paymentId}`, reference_id: paymentId, charge_amount: 42_000, currency: 'IDR' },
      }),
    };
    harness.xendit.fail({ isUnavailable: true });
    expect((await fetch(`${harness.url}/webhooks/xendit`, callback)).status).toBe(503);
    harness.xendit.fail({ losesCallbacks: true });
    await eventually(async () => {
      expect((await fetch(`${harness.url}/webhooks/xendit`, callback)).status).toBe(200);
    });
    await hurriedUntil(order, paymentId, 'REFUNDED');
  });

  it('is not searched for where no request for it has reached the provider', async () => {
    await harness.xendit.stop();
    const { order, paymentId } = await begun('OVO');
    await untilCancelled(order);
    expect(await hurriedUntil(order, paymentId, 'FAILED')).toMatchObject({ failureReason: 'Never charged' });
  });
});

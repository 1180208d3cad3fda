import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { openProviders } from '../providers/providers.js';
import { beginPayment } from '../store/begin-payment.js';
import { recordCharge } from '../store/charge-changes.js';
import { requestKey } from '../store/idempotency.js';
import { beginRefund } from '../store/refund-changes.js';
import {
  customer,
  type PaymentUnderTest,
  startPaymentUnderTest,
  type TestOrder,
} from '../testing/payment-under-test.js';
import { orderPayment, payload, payOrder } from '../testing/requests.js';
import { ownCause } from './services.js';

describe('what nobody finishes is finished by the sweep', () => {
  let under: PaymentUnderTest;

  beforeAll(async () => {
    under = await startPaymentUnderTest();
  });

  afterEach(() => {
    under.midtrans.fail({});
    under.xendit.fail({});
  });

  afterAll(() => under.stop());

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(under, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  /** Writes a payment down as `payOrder` does, and goes no further. */
  async function writtenDown(method: 'QRIS' | 'DANA') {
    const order = await under.awaitingPayment();
    const { orderId, customerId } = order;
    const payment = await beginPayment(under.database, {
      paymentId: newId(),
      orderId,
      customerId,
      method,
      channel: {},
      request: requestKey('payOrder', customerId, newId(), { orderId }),
    });
    if (payment === null) throw new Error('No payment was begun');
    return { order, payment };
  }

  async function makeDue(table: 'payment' | 'refund', id: string): Promise<void> {
    await under.database.pool.query(`UPDATE ${table} SET next_check_at = now() WHERE id = $1`, [id]);
  }

  it('a payment whose callback never comes, by every method', async () => {
    under.midtrans.fail({ losesCallbacks: true });
    under.xendit.fail({ losesCallbacks: true });
    await Promise.all(
      ['CARD', 'GOPAY', 'QRIS', 'OVO', 'DANA'].map(async (method) => {
        const order = await under.awaitingPayment();
        const { orderId, customerId } = order;
        payload(await payOrder(under, customer(customerId), { orderId, method }));
        await untilStatus(order, 'PAID');
      }),
    );
  });

  it.each(['QRIS', 'DANA'] as const)(
    'a payment by %s whose process died before it asked the provider',
    async (method) => {
      const { order, payment } = await writtenDown(method);
      await makeDue('payment', payment.id);
      await under.restart();
      await untilStatus(order, 'PAID');
    },
  );

  it.each(['QRIS', 'DANA'] as const)(
    'a payment by %s whose process died before it heard from the provider',
    async (method) => {
      under.midtrans.fail({ losesCallbacks: true });
      under.xendit.fail({ losesCallbacks: true });
      const { order, payment } = await writtenDown(method);
      const providers = openProviders(under.platform.config);
      const provider = method === 'QRIS' ? providers.MIDTRANS : providers.XENDIT;
      const request = { paymentId: payment.id, method, amount: payment.amount, channel: {} };
      const charge = await provider.charge(request);
      await makeDue('payment', payment.id);
      expect(await untilStatus(order, 'PAID')).toMatchObject({ transactionId: charge.transactionId });
    },
  );

  it.each(['QRIS', 'DANA'] as const)('a refund by %s whose process died before it asked', async (method) => {
    const { order, payment } = await writtenDown(method);
    await makeDue('payment', payment.id);
    await untilStatus(order, 'PAID');
    const refund = await under.database.work(ownCause(), (work) =>
      beginRefund(work, { refundId: newId(), paymentId: payment.id, amount: 42_000, reason: 'Spilled' }),
    );
    await makeDue('refund', refund.id);
    expect((await untilStatus(order, 'REFUNDED'))?.refunds).toHaveLength(1);
  });

  it('and what the provider says of another payment, amount or currency is never taken for ours', async () => {
    const { payment } = await writtenDown('QRIS');
    const charge = {
      status: 'PAID',
      transactionId: newId(),
      redirectUrl: null,
      qrCode: null,
      failureReason: null,
    } as const;
    const ours = { paymentId: payment.id, amount: payment.amount, currency: 'IDR' };
    for (const foreign of [
      { ...ours, amount: payment.amount - 1 },
      { ...ours, paymentId: newId() },
      { ...ours, currency: 'USD' },
    ]) {
      const recording = under.database.work(ownCause(), (work) =>
        recordCharge(work, payment.id, { ...charge, ...foreign }),
      );
      await expect(recording).rejects.toThrow('is not what payment');
    }
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { eventually } from '../../../tests/support/wait.js';
import { openProviders } from '../providers/providers.js';
import { customer, type PaymentHarness, startPaymentHarness, type TestOrder } from '../testing/harness.js';
import { orderPayment, payload, payOrder } from '../testing/requests.js';

describe('payOrder while its provider is in trouble', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterEach(() => {
    harness.midtrans.fail({});
    harness.xendit.fail({});
  });

  afterAll(() => harness.stop());

  function pay(order: TestOrder, method: string, identity: Identity = customer(order.customerId)) {
    return payOrder(harness, identity, { orderId: order.orderId, method });
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it.each([
    ['is down', { isUnavailable: true }],
    ['loses its answers', { losesAnswers: true }],
    ['does not answer in time', { answerAfterMilliseconds: 20_000 }],
  ])('answers PENDING when it %s, and is paid once when it is back', async (_trouble, faults) => {
    const order = await harness.awaitingPayment();
    harness.xendit.fail(faults);
    expect(payload(await pay(order, 'OVO'))).toMatchObject({
      payment: { status: 'PENDING' },
      userErrors: [],
    });
    harness.xendit.fail({});
    const settled = await untilStatus(order, 'PAID');
    const captures = await harness.database.prisma.outbox.count({
      where: { aggregateId: String(settled?.id) },
    });
    expect(captures).toBe(1);
  });

  it('is charged by the other provider, whose outage it is not', async () => {
    harness.midtrans.fail({ isUnavailable: true });
    const order = await harness.awaitingPayment();
    const calls = harness.midtrans.calls();
    await pay(order, 'DANA');
    const paid = await untilStatus(order, 'PAID');
    expect(paid).toMatchObject({ provider: 'XENDIT' });
    expect(harness.midtrans.calls()).toBe(calls);
    const { XENDIT } = openProviders(harness.platform.config);
    const reference = { paymentId: String(paid?.id), method: 'DANA', transactionId: null } as const;
    expect(await XENDIT.findCharge(reference)).toMatchObject({
      status: 'PAID',
      amount: 42_000,
      transactionId: paid?.transactionId,
    });
  });
});

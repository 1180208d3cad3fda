import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  customer,
  type PaymentUnderTest,
  startPaymentUnderTest,
  type TestOrder,
} from '../testing/payment-under-test.js';
import { orderPayment, payload, payOrder } from '../testing/requests.js';

describe('payOrder while its provider is in trouble', () => {
  let under: PaymentUnderTest;

  beforeAll(async () => {
    under = await startPaymentUnderTest();
  });

  afterEach(() => {
    under.midtrans.fail({});
    under.xendit.fail({});
  });

  afterAll(() => under.stop());

  function pay(order: TestOrder, method: string, identity: Identity = customer(order.customerId)) {
    return payOrder(under, identity, { orderId: order.orderId, method });
  }

  async function untilStatus(order: TestOrder, status: string) {
    return eventually(async () => {
      const payment = await orderPayment(under, customer(order.customerId), order.orderId);
      expect(payment).toMatchObject({ status });
      return payment;
    });
  }

  it.each([
    ['is down', { isUnavailable: true }],
    ['loses its answers', { losesAnswers: true }],
    ['does not answer in time', { answerAfterMilliseconds: 20_000 }],
  ])('answers PENDING when it %s, and is paid once when it is back', async (_trouble, faults) => {
    const order = await under.awaitingPayment();
    under.xendit.fail(faults);
    expect(payload(await pay(order, 'OVO'))).toMatchObject({
      payment: { status: 'PENDING' },
      userErrors: [],
    });
    under.xendit.fail({});
    const settled = await untilStatus(order, 'PAID');
    const captures = await under.database.prisma.outbox.count({
      where: { aggregateId: String(settled?.id) },
    });
    expect(captures).toBe(1);
  });

  it('goes on with the other provider meanwhile', async () => {
    under.midtrans.fail({ isUnavailable: true });
    const order = await under.awaitingPayment();
    await pay(order, 'DANA');
    await untilStatus(order, 'PAID');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customer, type PaymentHarness, startPaymentHarness } from '../testing/harness.js';
import { payload, payOrder } from '../testing/requests.js';

describe('payOrder where only Xendit is configured', () => {
  let harness: PaymentHarness;
  beforeAll(async () => {
    harness = await startPaymentHarness({ hasMidtrans: false });
  });
  afterAll(() => harness.stop());

  const pay = async (method: string) => {
    const { orderId, customerId } = await harness.awaitingPayment();
    return payload(await payOrder(harness, customer(customerId), { orderId, method }));
  };

  it.each(['CARD', 'GOPAY'])('refuses %s, which Midtrans alone takes, and begins nothing', async (method) => {
    expect(await pay(method)).toEqual({
      payment: null,
      userErrors: [expect.objectContaining({ code: 'PAYMENT_METHOD_UNAVAILABLE', field: ['method'] })],
    });
    expect(await harness.database.prisma.payment.count()).toBe(0);
  });

  it.each(['QRIS', 'DANA', 'CASH'])('takes %s', async (method) => {
    expect(await pay(method)).toMatchObject({ payment: { method }, userErrors: [] });
  });

  it('accepts no callback of the other', async () => {
    const answer = await fetch(`${harness.url}/webhooks/midtrans`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
  });
});

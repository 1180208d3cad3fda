import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
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

  it('says of the outlet that they cannot be paid with now', async () => {
    const { outletId, franchiseId } = await harness.awaitingPayment();
    await harness.database.prisma.outletCopy.create({
      data: { id: outletId, franchiseId, name: 'Kedai', timeZone: 'UTC', version: 1 },
    });
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Outlet { paymentMethods { method isAvailable } } } }`;
    const of = [{ __typename: 'Outlet', id: outletId }];
    const offered = ['CASH', 'CARD', 'GOPAY', 'OVO', 'DANA', 'QRIS'].map((method) => ({
      ...{ method, isAvailable: method !== 'CARD' && method !== 'GOPAY' },
    }));
    expect((await harness.run(ANONYMOUS, query, { of })).data).toEqual({
      _entities: [{ paymentMethods: offered }],
    });
  });

  it('accepts no callback of the other', async () => {
    const answer = await fetch(`${harness.url}/webhooks/midtrans`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
  });
});

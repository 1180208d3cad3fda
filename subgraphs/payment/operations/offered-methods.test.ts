import { afterAll, beforeAll, expect, it } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { eventQueueName } from '../../../platform/events/relay.js';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { customer, type PaymentHarness, startPaymentHarness, type TestOrder } from '../testing/harness.js';
import { payload, payOrder } from '../testing/requests.js';

let harness: PaymentHarness;
beforeAll(async () => {
  harness = await startPaymentHarness();
});
afterAll(() => harness.stop());

/** Delivers which methods a franchise offers. */
async function offer(franchiseId: string, value: readonly string[]): Promise<void> {
  const event = {
    ...{ id: newId(), type: 'settings.changed', version: 1, source: 'menu', metadata: newCause() },
    ...{ occurredAt: new Date().toISOString(), aggregateId: franchiseId, aggregateVersion: 1 },
    data: {
      level: 'FRANCHISE',
      placeId: franchiseId,
      settings: { paymentMethods: { value, isLocked: false } },
    },
  };
  const queue = eventQueueName('payment.settings-copy');
  await harness.platform.queues.add(queue, { events: [event] }, { jobId: newId() });
}

async function pay({ orderId, customerId }: TestOrder, method: string, idempotencyKey = newId()) {
  const answer = await payOrder(harness, customer(customerId), { orderId, method, idempotencyKey });
  const { payment, userErrors } = payload(answer);
  return { id: payment?.id ?? null, codes: userErrors.map(({ code }) => code) };
}

/** Delivers the outlet of an order, and waits until it is known. */
async function known({ outletId, franchiseId }: TestOrder): Promise<void> {
  const place = { outletId, franchiseId, name: 'Kedai', city: 'Jakarta', timeZone: 'Asia/Jakarta' };
  const event = {
    ...{ id: newId(), type: 'outlet.changed', version: 1, source: 'menu', metadata: newCause() },
    ...{ occurredAt: new Date().toISOString(), aggregateId: outletId, aggregateVersion: 1 },
    data: { ...place, address: 'Jalan Kopi 1', phone: '+622112345678' },
  };
  await harness.platform.queues.add(
    eventQueueName('payment.outlets'),
    { events: [event] },
    { jobId: newId() },
  );
  await eventually(async () =>
    expect(await harness.database.prisma.outletCopy.count({ where: { id: outletId } })).toBe(1),
  );
}

/** What the outlet of an order says of its methods. */
async function offeredAt({ outletId }: TestOrder): Promise<unknown> {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Outlet { paymentMethods { method isAvailable } } } }`;
  const { data } = await harness.run(ANONYMOUS, query, { of: [{ __typename: 'Outlet', id: outletId }] });
  return data;
}

const REFUSED = { id: null, codes: ['PAYMENT_METHOD_UNAVAILABLE'] };

it('a method that the outlet does not offer is refused, and everything else and elsewhere is paid as before', async () => {
  const franchiseId = newId();
  const order = await harness.awaitingPayment({ franchiseId });
  const key = newId();
  const early = await harness.awaitingPayment({ franchiseId });
  const paid = await pay(early, 'CASH', key);
  expect(paid.codes).toEqual([]);
  const method = (name: string) => ({ method: name, isAvailable: true });
  const everything = ['CASH', 'CARD', 'GOPAY', 'OVO', 'DANA', 'QRIS'].map(method);
  await known(early);
  expect(await offeredAt(early)).toEqual({ _entities: [{ paymentMethods: everything }] });
  expect(await offeredAt({ ...early, outletId: newId() })).toEqual({ _entities: [{ paymentMethods: null }] });
  await offer(franchiseId, ['GOPAY']);
  await eventually(async () => {
    const another = await harness.awaitingPayment({ franchiseId });
    expect(await pay(another, 'CASH')).toEqual(REFUSED);
  });
  expect(await pay(order, 'CASH')).toEqual(REFUSED);
  expect(await offeredAt(early)).toEqual({ _entities: [{ paymentMethods: [method('GOPAY')] }] });
  expect(await pay(order, 'GOPAY')).toMatchObject({ codes: [] });
  expect(await pay(await harness.awaitingPayment(), 'CASH')).toMatchObject({ codes: [] });
  // A key that has led to a payment leads to it again.
  expect(await pay(early, 'CASH', key)).toEqual(paid);
});

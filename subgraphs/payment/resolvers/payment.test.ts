import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { cutBus } from '../../../tests/support/cut-bus.js';
import { eventually } from '../../../tests/support/wait.js';
import { queriesDuring } from '../testing/count-queries.js';
import {
  cancelled,
  customer,
  type PaymentHarness,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import { confirmCash, errorCodes, payload, payOrder, refundPayment } from '../testing/requests.js';

describe('a payment', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });

  afterAll(() => harness.stop());

  async function begun(method = 'CASH', settings: Partial<TestOrder> = {}) {
    const order = await harness.awaitingPayment(settings);
    const { orderId } = order;
    const { payment } = payload(await payOrder(harness, customer(order.customerId), { orderId, method }));
    if (!payment) throw new Error('No payment was begun');
    return { order, paymentId: payment.id };
  }

  const BY_ID = 'query ($id: ID!) { payment(id: $id) { id status order { id } amount { amount currency } } }';
  const BY_REFERENCE = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      ... on Payment { id refunds { id amount { amount } } }
      ... on Refund { id reason }
      ... on Order { id payment { id refunds { id } } }
    }
  }`;

  function byReference(identity: Identity, representations: readonly object[]) {
    return harness.run(identity, BY_REFERENCE, { representations });
  }

  it('is seen by the guest who pays and by staff who may read it there', async () => {
    const { order, paymentId } = await begun();
    for (const identity of [
      customer(order.customerId),
      staff('BARISTA', { outletId: order.outletId }),
      staff('OWNER', { franchiseId: order.franchiseId }),
      staff('HQ'),
    ]) {
      const { data } = await harness.run(identity, BY_ID, { id: paymentId });
      expect(data).toEqual({
        payment: {
          id: paymentId,
          status: 'PENDING',
          order: { id: order.orderId },
          amount: { amount: 42_000, currency: 'IDR' },
        },
      });
    }
  });

  it('is to everybody else what does not exist', async () => {
    const { order, paymentId } = await begun();
    const strangers = [
      customer(newId()),
      staff('BARISTA', { outletId: newId() }),
      staff('OWNER', { franchiseId: newId() }),
    ];
    for (const identity of strangers) {
      const answer = await harness.run(identity, BY_ID, { id: paymentId });
      expect(answer.data).toEqual({ payment: null });
      expect(errorCodes(answer)).toEqual(['NOT_FOUND']);
      const references = await byReference(identity, [
        { __typename: 'Payment', id: paymentId },
        { __typename: 'Order', id: order.orderId },
      ]);
      expect(references.data).toEqual({ _entities: [null, { id: order.orderId, payment: null }] });
    }
    for (const id of [newId(), 'no-id-at-all', '']) {
      const unknown = await harness.run(customer(order.customerId), BY_ID, { id });
      expect(unknown.data).toEqual({ payment: null });
      expect(errorCodes(unknown)).toEqual(['NOT_FOUND']);
    }
    const anonymous = await harness.run({ customerId: null, roles: [] }, BY_ID, { id: paymentId });
    expect(errorCodes(anonymous)).toEqual(['UNAUTHENTICATED']);
  });

  it('is read with one query per entity type, however many are requested', async () => {
    const customerId = newId();
    const some = await Promise.all(Array.from({ length: 8 }, () => begun('CASH', { customerId })));
    const representations = some.flatMap(({ order, paymentId }) => [
      { __typename: 'Order', id: order.orderId },
      { __typename: 'Payment', id: paymentId },
    ]);
    const queries = await queriesDuring(async () => {
      const { data, errors } = await byReference(customer(customerId), representations);
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({
        _entities: some.flatMap(({ paymentId }) => [{ payment: { id: paymentId } }, { id: paymentId }]),
      });
    });
    expect(queries.filter((sql) => sql.includes('"payment"'))).toHaveLength(2);
    expect(queries.filter((sql) => sql.includes('"refund"'))).toHaveLength(1);
  });

  it('has its refunds visible to everyone who sees the payment', async () => {
    const { order, paymentId } = await begun();
    await confirmCash(harness, staff('HQ'), paymentId);
    const { refund } = payload(await refundPayment(harness, staff('HQ'), { paymentId, amount: 1_000 }));
    const reference = [{ __typename: 'Refund', id: refund?.id }];
    const own = await byReference(customer(order.customerId), reference);
    expect(own.data).toEqual({ _entities: [{ id: refund?.id, reason: 'Spilled' }] });
    expect((await byReference(customer(newId()), reference)).data).toEqual({ _entities: [null] });
  });

  describe('that is watched', () => {
    const WATCH = `subscription ($orderId: ID!) {
      paymentStatusChanged(orderId: $orderId) { status at payment { id status refunds { status } } }
    }`;

    async function nextStatus(stream: AsyncIterator<unknown>): Promise<unknown> {
      const { value } = await stream.next();
      return JSON.parse(JSON.stringify(value)).data.paymentStatusChanged.status;
    }

    it('sends how it stands first, then every change, to its end', async () => {
      const { order } = await begun('QRIS');
      const stream = await harness.subscribe(customer(order.customerId), WATCH, { orderId: order.orderId });
      const seen: unknown[] = [await nextStatus(stream)];
      expect(seen).toEqual(['PENDING']);
      while (seen.at(-1) !== 'PAID') seen.push(await nextStatus(stream));
      await harness.deliver(cancelled(order));
      while (seen.at(-1) !== 'REFUNDED') seen.push(await nextStatus(stream));
      const steps = seen.filter((status, index) => status !== seen[index - 1]);
      expect(steps).toEqual(['PENDING', 'PAID', 'REFUNDED']);
      await stream.return?.();
      expect(await stream.next()).toMatchObject({ done: true });
    });

    it('is sent without a message once the bus is reconnected', async () => {
      const { order, paymentId } = await begun('CASH');
      const stream = await harness.subscribe(customer(order.customerId), WATCH, { orderId: order.orderId });
      expect(await nextStatus(stream)).toBe('PENDING');
      await harness.database.pool.query(
        `UPDATE payment SET status = 'FAILED', version = version + 1 WHERE id = $1`,
        [paymentId],
      );
      await cutBus(harness.platform);
      expect(await nextStatus(stream)).toBe('FAILED');
      await stream.return?.();
    });

    it('begins with its payment where there was none', async () => {
      const order = await harness.awaitingPayment();
      const stream = await harness.subscribe(customer(order.customerId), WATCH, { orderId: order.orderId });
      const first = nextStatus(stream);
      await payOrder(harness, customer(order.customerId), { orderId: order.orderId, method: 'CASH' });
      expect(await first).toBe('PENDING');
      await stream.return?.();
    });

    it('ends at once, also while nothing happens', async () => {
      const order = await harness.awaitingPayment();
      const stream = await harness.subscribe(customer(order.customerId), WATCH, { orderId: order.orderId });
      const waiting = stream.next();
      await stream.return?.();
      expect(await waiting).toMatchObject({ done: true });
    });

    it('is not shown to others', async () => {
      const order = await harness.awaitingPayment();
      await eventually(async () => {
        expect(await harness.database.prisma.orderCopy.count({ where: { id: order.orderId } })).toBe(1);
      });
      const subscribing = [
        { identity: customer(newId()), orderId: order.orderId },
        { identity: staff('BARISTA', { outletId: newId() }), orderId: order.orderId },
        { identity: customer(order.customerId), orderId: 'no-id-at-all' },
      ].map(({ identity, orderId }) => harness.subscribe(identity, WATCH, { orderId }));
      for (const one of await Promise.allSettled(subscribing)) {
        expect(one).toMatchObject({ reason: { message: expect.stringContaining('NOT_FOUND') } });
      }
    });

    it('is no sooner refused to others than where there is nothing to watch', async () => {
      const order = await harness.awaitingPayment();
      await eventually(async () => {
        expect(await harness.database.prisma.orderCopy.count({ where: { id: order.orderId } })).toBe(1);
      });
      const refused: string[] = [];
      const watch = (orderId: string, name: string) =>
        harness.subscribe(customer(newId()), WATCH, { orderId }).catch(() => refused.push(name));
      await Promise.all([watch(newId(), 'missing'), watch(order.orderId, 'another’s')]);
      expect(refused).toEqual(['missing', 'another’s']);
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventQueueName } from '../../../platform/events/relay.js';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { cutBus } from '../../../tests/support/cut-bus.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  BUDI,
  DEWI,
  HQ,
  makeGuest,
  OTHER_BARISTA,
  RINA,
  SARI,
  startTestCustomer,
} from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
  await makeGuest(customer, RINA);
});
afterAll(() => customer.stop());

const franchiseId = CATALOGUE.franchises[0]?.id ?? '';

function orderOf(person: { readonly customerId: string }, orderId = newId()) {
  return { orderId, number: 'A-17', customerId: person.customerId, outletId: STAFFED_OUTLET_ID, franchiseId };
}
const completed = (order: ReturnType<typeof orderOf>, total: number) =>
  ({
    type: 'order.completed',
    aggregateId: order.orderId,
    aggregateVersion: 6,
    data: { ...order, total },
  }) as const;
const refunded = (order: ReturnType<typeof orderOf>, total: number) =>
  ({
    type: 'order.refunded',
    aggregateId: order.orderId,
    aggregateVersion: 7,
    data: { ...order, total },
  }) as const;

/** Waits until a consumer has applied so many different events and its queue is empty. */
async function consumed(consumer: string, events: number): Promise<void> {
  await eventually(async () => {
    const { waiting, active, delayed } = await customer.platform.queues.counts(eventQueueName(consumer));
    expect({ waiting, active, delayed }).toEqual({ waiting: 0, active: 0, delayed: 0 });
    const { rows } = await customer.pool.query('SELECT count(*)::int FROM inbox WHERE consumer = $1', [
      consumer,
    ]);
    expect(rows).toEqual([{ count: events }]);
  });
}

beforeEach(async () => {
  await customer.pool.query(
    'TRUNCATE inbox, outbox, notification, loyalty_entry, loyalty_account, order_refund, redemption',
  );
});

describe('loyalty', () => {
  const loyaltyOf = async (identity: Identity) =>
    (await customer.run(identity, '{ me { loyalty { tier points lifetimePoints pointsToNextTier } } }')).data;
  const earnedBy = (identity: Identity, id: string) =>
    customer.run(
      identity,
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { pointsEarned appliedRewards { id name } } } }',
      { of: [{ __typename: 'Order', id }] },
    );

  test('a completed order earns its points once, however often the event is delivered', async () => {
    const order = orderOf(RINA);
    const event = await customer.deliver('customer.loyalty', completed(order, 525_999));
    for (let time = 0; time < 5; time += 1) await customer.deliver('customer.loyalty', event);
    // A producer that started over publishes another event of the same order.
    await customer.deliver('customer.loyalty', completed(order, 525_999));
    await consumed('customer.loyalty', 2);
    expect(await loyaltyOf(RINA)).toEqual({
      me: { loyalty: { tier: 'SILVER', points: 525, lifetimePoints: 525, pointsToNextTier: 1_475 } },
    });
    expect((await earnedBy(RINA, order.orderId)).data).toEqual({
      _entities: [{ pointsEarned: 525, appliedRewards: [] }],
    });
    const { rows } = await customer.pool.query(
      "SELECT data FROM outbox WHERE type = 'loyalty.points-earned'",
    );
    expect(rows).toEqual([
      { data: { customerId: RINA.customerId, orderId: order.orderId, points: 525, balance: 525 } },
    ]);
  });

  test('an undone completion takes its points back and earns them again, in whatever order the events arrive', async () => {
    const undone = (order: ReturnType<typeof orderOf>) =>
      ({
        type: 'order.step-undone',
        aggregateId: order.orderId,
        aggregateVersion: 7,
        data: { ...order, undone: 'COMPLETED', status: 'READY' },
      }) as const;
    const again = (order: ReturnType<typeof orderOf>) => ({
      ...completed(order, 30_000),
      aggregateVersion: 8,
    });
    const first = (order: ReturnType<typeof orderOf>) => completed(order, 30_000);
    let events = 0;
    for (const arrival of [
      [first, undone],
      [undone, first],
      [first, undone, again],
      [first, again, undone],
      [undone, first, again],
      [undone, again, first],
      [again, first, undone],
      [again, undone, first],
    ]) {
      const order = orderOf(RINA);
      for (const event of arrival) {
        await customer.deliver('customer.loyalty', event(order));
        events += 1;
        await consumed('customer.loyalty', events);
      }
      const pointsEarned = arrival.includes(again) ? 30 : 0;
      expect((await earnedBy(RINA, order.orderId)).data).toMatchObject({ _entities: [{ pointsEarned }] });
    }
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 180, lifetimePoints: 180 } } });
  });

  test('points earned by one customer at the same time add up to the ledger', async () => {
    for (let index = 0; index < 20; index += 1) {
      await customer.deliver('customer.loyalty', completed(orderOf(RINA), 10_000));
    }
    await consumed('customer.loyalty', 20);
    const { rows } = await customer.pool.query(
      'SELECT a.points, (SELECT sum(points)::int FROM loyalty_entry) AS ledger FROM loyalty_account a',
    );
    expect(rows).toEqual([{ points: 200, ledger: 200 }]);
  });

  test('the refund of a whole order takes them back, whichever event arrives first', async () => {
    const [first, second] = [orderOf(RINA), orderOf(RINA)];
    await customer.deliver('customer.loyalty', completed(first, 30_000));
    await consumed('customer.loyalty', 1);
    await customer.deliver('customer.loyalty', refunded(first, 30_000));
    await customer.deliver('customer.loyalty', refunded(second, 40_000));
    await consumed('customer.loyalty', 3);
    await customer.deliver('customer.loyalty', completed(second, 40_000));
    await consumed('customer.loyalty', 4);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 0, lifetimePoints: 0 } } });
  });

  test('the points of an order are seen by its customer and by staff of where they have ordered alone', async () => {
    const order = orderOf(RINA);
    await customer.deliver('customer.loyalty', completed(order, 30_000));
    await consumed('customer.loyalty', 1);
    for (const identity of [RINA, SARI, HQ]) {
      expect((await earnedBy(identity, order.orderId)).data).toMatchObject({
        _entities: [{ pointsEarned: 30 }],
      });
    }
    for (const identity of [ANONYMOUS, OTHER_BARISTA, { ...RINA, customerId: newId() }]) {
      expect((await earnedBy(identity, order.orderId)).data).toMatchObject({
        _entities: [{ pointsEarned: 0 }],
      });
    }
  });

  test('staff see the points of their own orders, wherever they place them', async () => {
    const order = orderOf(OTHER_BARISTA);
    await customer.pool.query(
      `INSERT INTO customer (id, email, name, password_hash) VALUES ($1, 'lain@kedai.test', 'Lain', 'x')`,
      [OTHER_BARISTA.customerId],
    );
    await customer.deliver('customer.loyalty', completed(order, 30_000));
    await consumed('customer.loyalty', 1);
    expect((await earnedBy(OTHER_BARISTA, order.orderId)).data).toMatchObject({
      _entities: [{ pointsEarned: 30 }],
    });
  });

  test('an order of a customer without an account blocks no other', async () => {
    await customer.deliver('customer.loyalty', completed(orderOf({ customerId: newId() }), 30_000));
    await customer.deliver('customer.loyalty', completed(orderOf(RINA), 30_000));
    await consumed('customer.loyalty', 2);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 30 } } });
  });

  test('partial refunds take points in proportion, down to none, in whatever order they arrive', async () => {
    const order = orderOf(RINA);
    const paymentId = newId();
    const refundedTo = (refundedTotal: number, aggregateVersion: number) =>
      customer.deliver('customer.loyalty', {
        type: 'payment.refunded',
        aggregateId: paymentId,
        aggregateVersion,
        data: {
          ...{ ...order, paymentId, refundId: newId(), amount: 1, refundedTotal, capturedTotal: 42_000 },
          ...{ isFull: refundedTotal === 42_000, refundedAt: '2026-11-28T08:00:00.000Z' },
        },
      });
    const points = async () => (await earnedBy(RINA, order.orderId)).data;
    const kept = (pointsEarned: number) => ({ _entities: [{ pointsEarned, appliedRewards: [] }] });

    await refundedTo(1, 3);
    await customer.deliver('customer.loyalty', completed(order, 42_000));
    await consumed('customer.loyalty', 2);
    expect(await points()).toEqual(kept(41));
    await refundedTo(21_000, 5);
    await refundedTo(10_500, 4);
    await consumed('customer.loyalty', 4);
    expect(await points()).toEqual(kept(21));
    await refundedTo(41_999, 6);
    await consumed('customer.loyalty', 5);
    expect(await points()).toEqual(kept(0));
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 0, lifetimePoints: 0 } } });
    await refundedTo(42_000, 7);
    await customer.deliver('customer.loyalty', refunded(order, 42_000));
    await consumed('customer.loyalty', 7);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 0, lifetimePoints: 0 } } });
  });

  test('a lost dispute takes points as a refund of that amount does; one that was won takes none', async () => {
    const order = orderOf(RINA);
    const paymentId = newId();
    const lost = (lostTotal: number) =>
      ({
        outcome: 'LOST',
        loss: { refundedTotal: 2_000, lostTotal, capturedTotal: 42_000, lostAt: '2026-11-28T08:00:00.000Z' },
      }) as const;
    const closed = (aggregateVersion: number, end: ReturnType<typeof lost> | { readonly outcome: 'WON' }) =>
      customer.deliver('customer.loyalty', {
        type: 'payment.dispute-closed',
        aggregateId: paymentId,
        aggregateVersion,
        data: { ...order, paymentId, disputeId: newId(), amount: 1, ...end },
      });
    await customer.deliver('customer.loyalty', completed(order, 42_000));
    await closed(4, { outcome: 'WON' });
    await consumed('customer.loyalty', 2);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 42 } } });
    await closed(5, lost(10_500));
    await consumed('customer.loyalty', 3);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 29, lifetimePoints: 29 } } });
    await closed(6, lost(40_000));
    await consumed('customer.loyalty', 4);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 0 } } });
  });

  test('a payment that goes back whole although it did not pay for the order takes nothing', async () => {
    const order = orderOf(RINA);
    await customer.deliver('customer.loyalty', completed(order, 42_000));
    const paymentId = newId();
    await customer.deliver('customer.loyalty', {
      type: 'payment.refunded',
      aggregateId: paymentId,
      aggregateVersion: 3,
      data: {
        ...{ ...order, paymentId, refundId: newId(), amount: 42_000 },
        ...{ refundedTotal: 42_000, capturedTotal: 42_000, isFull: true },
        refundedAt: '2026-11-28T08:00:00.000Z',
      },
    });
    await consumed('customer.loyalty', 2);
    expect(await loyaltyOf(RINA)).toMatchObject({ me: { loyalty: { points: 42 } } });
  });

  test('the database refuses a changed ledger', async () => {
    await customer.deliver('customer.loyalty', completed(orderOf(RINA), 30_000));
    await consumed('customer.loyalty', 1);
    await expect(customer.pool.query('UPDATE loyalty_entry SET points = 1')).rejects.toThrow(/never changed/);
    await expect(customer.pool.query('DELETE FROM loyalty_entry')).rejects.toThrow(/never changed/);
  });
});

describe('notifications', () => {
  const LIST = `query ($first: Int, $after: String) { me { notifications(first: $first, after: $after) {
    nodes { id kind title body order { id } outlet { id } readAt } unreadCount pageInfo { hasNextPage endCursor } } } }`;
  const titlesOf = async (identity: Identity) => JSON.stringify((await customer.run(identity, LIST)).data);
  const ready = (order: ReturnType<typeof orderOf>) =>
    ({ type: 'order.ready', aggregateId: order.orderId, aggregateVersion: 5, data: order }) as const;
  const mark = (identity: Identity, notificationIds?: readonly string[]) =>
    customer.run(
      identity,
      `mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) {
         customer { notifications { unreadCount } } userErrors { code field } } }`,
      { input: { notificationIds } },
    );

  test('notify the customer of an order once, and no one else', async () => {
    const order = orderOf(RINA);
    const event = await customer.deliver('customer.notifications', ready(order));
    await customer.deliver('customer.notifications', event);
    await consumed('customer.notifications', 1);
    expect((await customer.run(RINA, LIST)).data).toMatchObject({
      me: {
        notifications: {
          nodes: [
            {
              kind: 'ORDER_STATUS',
              title: 'Pesanan A-17 siap',
              order: { id: order.orderId },
              outlet: { id: STAFFED_OUTLET_ID },
              readAt: null,
            },
          ],
          unreadCount: 1,
        },
      },
    });
    expect(await titlesOf(SARI)).not.toContain('A-17');
  });

  test('notify of each step of an order once, also when it is cancelled again because money came late', async () => {
    const order = orderOf(RINA);
    const cancelled = (aggregateVersion: number) =>
      customer.deliver('customer.notifications', {
        type: 'order.cancelled',
        aggregateId: order.orderId,
        aggregateVersion,
        data: { ...order, reason: 'Not paid in time' },
      });
    await cancelled(3);
    await cancelled(4);
    await customer.deliver('customer.notifications', ready(order));
    await consumed('customer.notifications', 3);
    const { rows } = await customer.pool.query('SELECT title FROM notification ORDER BY title');
    expect(rows).toEqual([{ title: 'Order A-17 is cancelled' }, { title: 'Order A-17 is ready' }]);
  });

  test('of a kind that is switched off come again once it is on, in whatever order that is reported', async () => {
    const setTo = (isOn: boolean, aggregateVersion: number) =>
      customer.deliver('customer.notification-preferences', {
        type: 'notification.preference-changed',
        ...{ aggregateId: `${RINA.customerId}:ORDER_STATUS:IN_APP`, aggregateVersion },
        data: { customerId: RINA.customerId, kind: 'ORDER_STATUS', channel: 'IN_APP', isOn },
      });
    const [first, second] = [orderOf(RINA), orderOf(RINA)];
    await setTo(false, 2);
    await setTo(true, 1);
    await consumed('customer.notification-preferences', 2);
    await customer.deliver('customer.notifications', ready(first));
    await consumed('customer.notifications', 1);
    await setTo(true, 3);
    await consumed('customer.notification-preferences', 3);
    await customer.deliver('customer.notifications', ready(second));
    await consumed('customer.notifications', 2);
    const { rows } = await customer.pool.query('SELECT order_id AS id FROM notification');
    expect(rows).toEqual([{ id: second.orderId }]);
  });

  test('notify of two payments that fail alike', async () => {
    const order = orderOf(RINA);
    for (const paymentId of [newId(), newId()]) {
      await customer.deliver('customer.notifications', {
        type: 'payment.failed',
        aggregateId: paymentId,
        aggregateVersion: 2,
        data: { ...order, paymentId, reason: 'Not enough balance' },
      });
    }
    await consumed('customer.notifications', 2);
    const { rows } = await customer.pool.query('SELECT kind FROM notification');
    expect(rows).toEqual([{ kind: 'PAYMENT' }, { kind: 'PAYMENT' }]);
  });

  test("notify an outlet's staff and the franchise's owner of its stock, each once", async () => {
    const stockItemId = newId();
    await customer.pool.query(
      "INSERT INTO role_grant (id, customer_id, role, outlet_id, franchise_id) VALUES ($1, $2, 'BARISTA', $3, $4)",
      [newId(), BUDI.customerId, STAFFED_OUTLET_ID, franchiseId],
    );
    await customer.deliver('customer.notifications', {
      type: 'stock.low',
      aggregateId: stockItemId,
      aggregateVersion: 9,
      data: {
        stockItemId,
        outletId: STAFFED_OUTLET_ID,
        franchiseId,
        ingredientName: 'Boba',
        available: 3,
        reorderPoint: 9,
      },
    });
    await consumed('customer.notifications', 1);
    const { rows } = await customer.pool.query(
      'SELECT customer_id, kind FROM notification ORDER BY customer_id',
    );
    expect(rows).toEqual(
      [SARI, BUDI, DEWI].map(({ customerId }) => ({ customer_id: customerId, kind: 'LOW_STOCK' })),
    );
  });

  test('arrive over the subscription as they are written', async () => {
    const stream = await customer.subscribe(
      RINA,
      'subscription { notificationReceived { title order { id } } }',
    );
    const order = orderOf(RINA);
    await customer.deliver('customer.notifications', ready(orderOf(SARI)));
    await customer.deliver('customer.notifications', ready(order));
    expect((await stream.next()).value).toEqual({
      data: { notificationReceived: { title: 'Pesanan A-17 siap', order: { id: order.orderId } } },
    });
    await consumed('customer.notifications', 2);
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('arrive although the bus was cut off while they were written', async () => {
    await customer.deliver('customer.notifications', ready(orderOf(RINA)));
    await consumed('customer.notifications', 1);
    const stream = await customer.subscribe(RINA, 'subscription { notificationReceived { order { id } } }');
    for (const orderId of [newId(), newId()]) {
      await customer.pool.query(
        `INSERT INTO notification (id, customer_id, kind, title, body, order_id) VALUES ($1, $2, 'LOYALTY', '', '', $3)`,
        [newId(), RINA.customerId, orderId],
      );
      await cutBus(customer.platform);
      expect((await stream.next()).value).toEqual({
        data: { notificationReceived: { order: { id: orderId } } },
      });
    }
    await stream.return();
  });

  test('are subscribed to by signed-in callers alone', async () => {
    await expect(
      customer.subscribe(ANONYMOUS, 'subscription { notificationReceived { id } }'),
    ).rejects.toThrow('UNAUTHENTICATED');
  });

  test('are listed newest first, in pages', async () => {
    for (let index = 0; index < 5; index += 1) {
      await customer.deliver('customer.notifications', ready(orderOf(RINA)));
      await consumed('customer.notifications', index + 1);
    }
    const ids = (await customer.pool.query('SELECT id FROM notification ORDER BY id DESC')).rows;
    const first = await customer.run(RINA, LIST, { first: 3 });
    expect(first.data).toMatchObject({
      me: { notifications: { nodes: ids.slice(0, 3), pageInfo: { hasNextPage: true } } },
    });
    const after = textAt(first, 'me', 'notifications', 'pageInfo', 'endCursor');
    expect((await customer.run(RINA, LIST, { first: 3, after })).data).toMatchObject({
      me: { notifications: { nodes: ids.slice(3), pageInfo: { hasNextPage: false } } },
    });
    for (const page of [{ first: 0 }, { first: 101 }, { after: 'nonsense' }]) {
      expect(codesOf(await customer.run(RINA, LIST, page))).toEqual(['BAD_USER_INPUT']);
    }
    const { data } = await customer.run(
      RINA,
      `query ($before: String) { me { end: notifications(last: 2, before: "") { totalCount nodes { id } }
         middle: notifications(last: 2, before: $before) { totalCount nodes { id } } } }`,
      { before: after },
    );
    expect(data).toEqual({
      me: {
        end: { totalCount: 5, nodes: ids.slice(-2) },
        middle: { totalCount: 5, nodes: ids.slice(0, 2) },
      },
    });
  });

  test('are marked as read: those named, or all; never those of others', async () => {
    for (const person of [RINA, RINA, RINA, SARI]) {
      await customer.deliver('customer.notifications', ready(orderOf(person)));
    }
    await consumed('customer.notifications', 4);
    const { rows } = await customer.pool.query<{ id: string; customer_id: string }>(
      'SELECT * FROM notification',
    );
    const mine = rows.filter((row) => row.customer_id === RINA.customerId).map(({ id }) => id);
    const foreign = rows.find((row) => row.customer_id === SARI.customerId)?.id ?? '';
    const refused = await mark(RINA, [...mine, foreign, 'nonsense']);
    expect(refused.data).toMatchObject({
      markNotificationsRead: {
        customer: null,
        userErrors: [
          { code: 'NOT_FOUND', field: ['notificationIds', '3'] },
          { code: 'NOT_FOUND', field: ['notificationIds', '4'] },
        ],
      },
    });
    const unread = (count: number) => ({
      markNotificationsRead: { customer: { notifications: { unreadCount: count } }, userErrors: [] },
    });
    expect((await mark(RINA, mine.slice(0, 1))).data).toEqual(unread(2));
    expect((await mark(RINA)).data).toEqual(unread(0));
    const left = await customer.pool.query('SELECT id FROM notification WHERE read_at IS NULL');
    expect(left.rows).toEqual([{ id: foreign }]);
  });

  test('are read by their recipient alone, not even by head office', async () => {
    await customer.deliver('customer.notifications', ready(orderOf(RINA)));
    await consumed('customer.notifications', 1);
    const { rows } = await customer.pool.query('SELECT id FROM notification');
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Notification { title } ... on Customer { notifications { nodes { id } } } } }`;
    const of = [{ __typename: 'Notification', id: rows[0].id }];
    expect((await customer.run(RINA, query, { of })).data).toMatchObject({
      _entities: [{ title: 'Pesanan A-17 siap' }],
    });
    expect((await customer.run(HQ, query, { of })).data).toEqual({ _entities: [null] });
    const person = [{ __typename: 'Customer', id: RINA.customerId }];
    expect(codesOf(await customer.run(HQ, query, { of: person }))).toEqual(['FORBIDDEN']);
  });
});

describe('copies of outlets', () => {
  const changed = (outletId: string, aggregateVersion: number, name: string) =>
    ({
      type: 'outlet.changed',
      aggregateId: outletId,
      aggregateVersion,
      data: {
        outletId,
        franchiseId,
        name,
        city: 'Depok',
        address: 'Jl. 1',
        phone: '+62215550199',
        timeZone: 'Asia/Jakarta',
      },
    }) as const;

  test('hold the newest state in whatever order it arrives, and roles can be granted there', async () => {
    const outletId = newId();
    for (const version of [2, 3, 1]) {
      await customer.deliver('customer.outlet-copy', changed(outletId, version, `Kedai ${version}`));
    }
    await consumed('customer.outlet-copy', 3);
    const { rows } = await customer.pool.query('SELECT name, version FROM outlet WHERE id = $1', [outletId]);
    expect(rows).toEqual([{ name: 'Kedai 3', version: 3 }]);
    const result = await customer.run(
      DEWI,
      'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { customer { id } } }',
      { input: { email: 'sari@kedai.test', role: 'BARISTA', outletId } },
    );
    expect(textAt(result, 'grantRole', 'customer', 'id')).toBe(SARI.customerId);
  });
});

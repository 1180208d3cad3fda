import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { REWARDS } from '../../../prisma/seed/rewards.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { HQ, makeGuest, OTHER_BARISTA, RINA, SARI, startTestCustomer } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
  await makeGuest(customer, RINA);
});
afterAll(() => customer.stop());
beforeEach(() =>
  customer.pool.query(
    'TRUNCATE inbox, outbox, notification, loyalty_entry, loyalty_account, redemption, order_refund',
  ),
);

const [cheap, dear] = REWARDS;
if (cheap === undefined || dear === undefined) throw new Error('The demo chain has rewards.');

async function givePoints(points: number): Promise<void> {
  await customer.pool.query(
    `WITH account AS (
       INSERT INTO loyalty_account (customer_id, points, lifetime_points, version) VALUES ($2, $4, $4, 1)
     )
     INSERT INTO loyalty_entry (id, customer_id, order_id, kind, points, lifetime_points) VALUES ($1, $2, $3, 'EARNED', $4, $4)`,
    [newId(), RINA.customerId, newId(), points],
  );
}

function redeem(identity: Identity, rewardId: string = cheap?.id ?? '', idempotencyKey = newId()) {
  return customer.run(
    identity,
    `mutation ($input: RedeemRewardInput!) { redeemReward(input: $input) {
       redemption { id status points amountOff { amount } reward { id name } order { id } } userErrors { code field } } }`,
    { input: { rewardId, idempotencyKey } },
  );
}

async function redeemed(): Promise<string> {
  return textAt(await redeem(RINA), 'redeemReward', 'redemption', 'id');
}

function refusal(code: string, field: string) {
  return { redeemReward: { redemption: null, userErrors: [{ code, field: [field] }] } };
}

/** What the account says, and what its ledger adds up to. */
async function points(): Promise<unknown> {
  const { rows } = await customer.pool.query(
    `SELECT (SELECT points FROM loyalty_account) AS account, sum(points)::int AS ledger, sum(lifetime_points)::int AS lifetime
     FROM loyalty_entry`,
  );
  return rows[0];
}

async function statuses(): Promise<unknown> {
  const result = await customer.run(RINA, '{ me { redemptions { nodes { id status order { id } } } } }');
  return Object(result.data).me.redemptions.nodes;
}

function used(type: 'order.reward-applied' | 'order.reward-returned', redemptionId: string, orderId: string) {
  const data = { redemptionId, orderId, customerId: RINA.customerId };
  return customer.deliver(
    'customer.redemptions',
    type === 'order.reward-applied'
      ? { type, aggregateId: redemptionId, aggregateVersion: 1, data }
      : { type, aggregateId: redemptionId, aggregateVersion: 2, data },
  );
}

async function consumed(events: number): Promise<void> {
  await eventually(async () => {
    const { rows } = await customer.pool.query(
      "SELECT count(*)::int FROM inbox WHERE consumer = 'customer.redemptions'",
    );
    expect(rows).toEqual([{ count: events }]);
  });
}

describe('rewards', () => {
  test('are seen by anybody, cheapest first', async () => {
    const result = await customer.run(
      ANONYMOUS,
      '{ rewards { id name points amountOff { amount currency } } }',
    );
    expect(result.data).toEqual({
      rewards: REWARDS.map(({ id, name, points: cost, amountOff }) => ({
        ...{ id, name, points: cost, amountOff: { amount: amountOff, currency: 'IDR' } },
      })),
    });
  });
});

describe('redeeming a reward', () => {
  test('spends its points, leaves the tier alone, and is published', async () => {
    await givePoints(dear.points + 1);
    const result = await redeem(RINA, dear.id);
    const id = textAt(result, 'redeemReward', 'redemption', 'id');
    expect(result.data).toEqual({
      redeemReward: {
        redemption: {
          ...{ id, status: 'AVAILABLE', points: dear.points, amountOff: { amount: dear.amountOff } },
          ...{ reward: { id: dear.id, name: dear.name }, order: null },
        },
        userErrors: [],
      },
    });
    expect(await points()).toEqual({ account: 1, ledger: 1, lifetime: dear.points + 1 });
    expect(await statuses()).toEqual([{ id, status: 'AVAILABLE', order: null }]);
    const { rows } = await customer.pool.query('SELECT type, data FROM outbox');
    const data = {
      redemptionId: id,
      customerId: RINA.customerId,
      name: dear.name,
      amountOff: dear.amountOff,
      points: dear.points,
    };
    expect(rows).toEqual([{ type: 'reward.redeemed', data }]);
  });

  test('50 times at once with points for one redeems one', async () => {
    await givePoints(cheap.points + 10);
    const results = await Promise.all(Array.from({ length: 50 }, () => redeem(RINA)));
    const refused = results.filter(({ data }) => Object(data).redeemReward.redemption === null);
    expect(refused).toHaveLength(49);
    for (const { data } of refused) expect(data).toEqual(refusal('INSUFFICIENT_POINTS', 'rewardId'));
    expect(await points()).toEqual({ account: 10, ledger: 10, lifetime: cheap.points + 10 });
  });

  test('again with the same key is the same redemption, also at once, and never another reward', async () => {
    await givePoints(cheap.points * 10);
    const key = newId();
    const results = await Promise.all(Array.from({ length: 50 }, () => redeem(RINA, cheap.id, key)));
    expect(new Set(results.map((result) => textAt(result, 'redeemReward', 'redemption', 'id'))).size).toBe(1);
    expect((await redeem(RINA, dear.id, key)).data).toEqual(
      refusal('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'),
    );
    expect(await points()).toMatchObject({ account: cheap.points * 9 });
  });

  test('that was refused for want of points is judged again with the same key', async () => {
    const key = newId();
    expect((await redeem(RINA, cheap.id, key)).data).toEqual(refusal('INSUFFICIENT_POINTS', 'rewardId'));
    await customer.pool.query('DELETE FROM loyalty_account');
    await givePoints(cheap.points);
    textAt(await redeem(RINA, cheap.id, key), 'redeemReward', 'redemption', 'id');
  });

  test('needs a person, a reward that is offered, and a key', async () => {
    await givePoints(cheap.points);
    expect(codesOf(await redeem(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    for (const id of [newId(), 'nonsense']) expect(codesOf(await redeem(RINA, id))).toEqual(['NOT_FOUND']);
    for (const key of ['', 'x'.repeat(129)]) {
      expect((await redeem(RINA, cheap.id, key)).data).toEqual(refusal('INVALID_INPUT', 'idempotencyKey'));
    }
    expect(await points()).toMatchObject({ account: cheap.points });
  });

  test('is listed newest first, with the number of all, from either end', async () => {
    await givePoints(cheap.points * 3);
    const ids = [await redeemed(), await redeemed(), await redeemed()].toReversed();
    const { data } = await customer.run(
      RINA,
      '{ me { start: redemptions(first: 2, after: "") { totalCount nodes { id } } end: redemptions(last: 1) { totalCount nodes { id } } } }',
    );
    const nodes = ids.map((id) => ({ id }));
    expect(data).toEqual({
      me: {
        start: { totalCount: 3, nodes: nodes.slice(0, 2) },
        end: { totalCount: 3, nodes: nodes.slice(2) },
      },
    });
  });

  test('is seen by the person and by head office alone', async () => {
    await givePoints(cheap.points);
    const id = await redeemed();
    const seen = (identity: Identity) =>
      customer.run(
        identity,
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { redemptions { nodes { id } } } } }',
        { of: [{ __typename: 'Customer', id: RINA.customerId }] },
      );
    expect((await seen(HQ)).data).toEqual({ _entities: [{ redemptions: { nodes: [{ id }] } }] });
    expect(codesOf(await seen(SARI))).toEqual(['FORBIDDEN']);
  });
});

describe('points spent on a reward, and then taken back by a refund', () => {
  const EARNED = 60;

  /** An order that earned 60 points. */
  async function completedOrder(): Promise<string> {
    const orderId = newId();
    await customer.deliver('customer.loyalty', {
      type: 'order.completed',
      aggregateId: orderId,
      aggregateVersion: 6,
      data: { ...orderOf(orderId), total: EARNED * 1_000 },
    });
    await pointsBecome(EARNED);
    return orderId;
  }

  function orderOf(orderId: string) {
    return { orderId, number: 'A-1', customerId: RINA.customerId, outletId: newId(), franchiseId: newId() };
  }

  const refundWhole = (orderId: string) =>
    customer.deliver('customer.loyalty', {
      type: 'order.refunded',
      aggregateId: orderId,
      aggregateVersion: 7,
      data: { ...orderOf(orderId), total: EARNED * 1_000 },
    });

  const refundPart = (orderId: string, refundedTotal: number) =>
    customer.deliver('customer.loyalty', {
      type: 'payment.refunded',
      aggregateId: orderId,
      aggregateVersion: 3,
      data: {
        ...orderOf(orderId),
        ...{ paymentId: newId(), refundId: newId(), amount: refundedTotal, refundedTotal },
        ...{ capturedTotal: EARNED * 1_000, isFull: false, refundedAt: '2026-11-28T08:00:00.000Z' },
      },
    });

  async function pointsBecome(account: number): Promise<void> {
    await eventually(async () => {
      const { rows } = await customer.pool.query('SELECT points FROM loyalty_account');
      expect(rows).toEqual([{ points: account }]);
    });
  }

  const loyaltyOfRina = async () =>
    (await customer.run(RINA, '{ me { loyalty { points pointsOwed lifetimePoints } } }')).data;

  test('make an unused redemption void, which is published', async () => {
    const orderId = await completedOrder();
    const id = await redeemed();
    await refundWhole(orderId);
    await pointsBecome(0);
    expect(await statuses()).toEqual([{ id, status: 'VOID', order: null }]);
    expect(await points()).toEqual({ account: 0, ledger: 0, lifetime: 0 });
    const { rows } = await customer.pool.query(
      "SELECT aggregate_id AS id FROM outbox WHERE type = 'reward.voided'",
    );
    expect(rows).toEqual([{ id }]);
    const notices = await customer.pool.query(
      "SELECT title FROM notification WHERE title LIKE '%no longer%'",
    );
    expect(notices.rows).toEqual([{ title: `${cheap.name} can no longer be used` }]);
  });

  test('make it void by a partial refund as well, when the points left no longer cover it', async () => {
    const orderId = await completedOrder();
    const id = await redeemed();
    await refundPart(orderId, (EARNED - cheap.points) * 1_000);
    await pointsBecome(0);
    expect(await statuses()).toEqual([{ id, status: 'AVAILABLE', order: null }]);
    await refundPart(orderId, (EARNED - cheap.points) * 1_000 + 1_000);
    await pointsBecome(cheap.points - 1);
    expect(await statuses()).toEqual([{ id, status: 'VOID', order: null }]);
    await refundWhole(orderId);
    await pointsBecome(0);
  });

  test('are owed when an order has used the reward, and paid off by the next points earned', async () => {
    const orderId = await completedOrder();
    const id = await redeemed();
    await used('order.reward-applied', id, newId());
    await consumed(1);
    await refundWhole(orderId);
    await pointsBecome(-cheap.points);
    expect(await loyaltyOfRina()).toEqual({
      me: { loyalty: { points: 0, pointsOwed: cheap.points, lifetimePoints: 0 } },
    });
    expect((await redeem(RINA)).data).toEqual(refusal('INSUFFICIENT_POINTS', 'rewardId'));
    const nextOrder = newId();
    await customer.deliver('customer.loyalty', {
      type: 'order.completed',
      aggregateId: nextOrder,
      aggregateVersion: 6,
      data: { ...orderOf(nextOrder), total: (cheap.points + 5) * 1_000 },
    });
    await pointsBecome(5);
  });

  test('are charged again when an order was using the reward as it became void, and come back if that order ends', async () => {
    const orderId = await completedOrder();
    const [id, using] = [await redeemed(), newId()];
    await refundWhole(orderId);
    await pointsBecome(0);
    await used('order.reward-applied', id, using);
    await pointsBecome(-cheap.points);
    expect(await statuses()).toEqual([{ id, status: 'APPLIED', order: { id: using } }]);
    await used('order.reward-returned', id, using);
    await pointsBecome(0);
    expect(await statuses()).toMatchObject([{ status: 'RETURNED' }]);
  });

  test('come back once when the end of the order that used the void reward is the first to be known', async () => {
    const orderId = await completedOrder();
    const id = await redeemed();
    await refundWhole(orderId);
    await pointsBecome(0);
    await used('order.reward-returned', id, newId());
    await consumed(1);
    await used('order.reward-applied', id, newId());
    await consumed(2);
    expect(await statuses()).toMatchObject([{ status: 'RETURNED' }]);
    expect(await points()).toEqual({ account: 0, ledger: 0, lifetime: 0 });
  });

  test('leave a redemption alone that other points cover', async () => {
    const [orderId, other] = [await completedOrder(), newId()];
    await customer.deliver('customer.loyalty', {
      type: 'order.completed',
      aggregateId: other,
      aggregateVersion: 6,
      data: { ...orderOf(other), total: cheap.points * 1_000 },
    });
    await pointsBecome(EARNED + cheap.points);
    const id = await redeemed();
    await refundWhole(orderId);
    await pointsBecome(0);
    expect(await statuses()).toEqual([{ id, status: 'AVAILABLE', order: null }]);
  });
});

describe('a redemption', () => {
  test('is spent by the order that took it, which shows its reward', async () => {
    await givePoints(cheap.points);
    const [id, orderId] = [await redeemed(), newId()];
    const shown = (identity: Identity) =>
      customer.run(
        identity,
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { appliedRewards { id name } } } }',
        { of: [{ __typename: 'Order', id: orderId, redemptionIds: [id] }] },
      );
    // At once, though the event is still on its way.
    expect((await shown(RINA)).data).toEqual({ _entities: [{ appliedRewards: [{ id, name: cheap.name }] }] });
    await used('order.reward-applied', id, orderId);
    await consumed(1);
    expect(await statuses()).toEqual([{ id, status: 'APPLIED', order: { id: orderId } }]);
    expect((await shown(SARI)).data).toEqual({ _entities: [{ appliedRewards: [{ id, name: cheap.name }] }] });
    const stranger: Identity = { customerId: newId(), roles: [] };
    for (const identity of [stranger, OTHER_BARISTA]) {
      expect((await shown(identity)).data).toEqual({ _entities: [{ appliedRewards: [] }] });
    }
    await used('order.reward-returned', id, orderId);
    await consumed(2);
    expect((await shown(RINA)).data).toEqual({ _entities: [{ appliedRewards: [] }] });
  });

  test('gives its points back once, in whatever order and however often its events arrive', async () => {
    await givePoints(cheap.points * 2);
    const whole = { account: cheap.points * 2, ledger: cheap.points * 2, lifetime: cheap.points * 2 };
    const [first, second, orderId] = [await redeemed(), await redeemed(), newId()];
    const event = await used('order.reward-returned', first, orderId);
    await consumed(1);
    await used('order.reward-applied', first, orderId);
    await customer.deliver('customer.redemptions', event);
    await used('order.reward-returned', first, orderId);
    await consumed(3);
    await used('order.reward-applied', second, orderId);
    await consumed(4);
    await used('order.reward-returned', second, orderId);
    await consumed(5);
    expect(await points()).toEqual(whole);
    expect(await statuses()).toMatchObject([{ status: 'RETURNED' }, { status: 'RETURNED' }]);
    const { rows } = await customer.pool.query('SELECT kind, count(*)::int FROM notification GROUP BY 1');
    expect(rows).toEqual([{ kind: 'LOYALTY', count: 2 }]);
  });

  test('never comes back twice, which the database ensures, too', async () => {
    await givePoints(cheap.points);
    const id = await redeemed();
    await used('order.reward-returned', id, newId());
    await consumed(1);
    const again = customer.pool.query(
      `INSERT INTO loyalty_entry (id, customer_id, redemption_id, kind, points, lifetime_points) VALUES ($1, $2, $3, 'RETURNED', 50, 0)`,
      [newId(), RINA.customerId, id],
    );
    await expect(again).rejects.toMatchObject({ constraint: 'loyalty_entry_redemption_id_kind_key' });
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import type { RedemptionStatus } from '../domain/reward.js';
import { type OwnCustomerDatabase, openCustomerDatabase } from '../store/database.js';
import { earnPoints } from './earn-points.js';
import { redeemReward } from './redeem-reward.js';
import { applyRedemption, returnRedemption } from './use-redemption.js';

const COST = 50;

let fresh: FreshDatabase;
let database: OwnCustomerDatabase;
const rewardId = newId();

beforeAll(async () => {
  fresh = await freshDatabase('customer');
  database = openCustomerDatabase(fresh.url, { publish: () => undefined });
  const terms = { points: COST, amountOff: 18_000n };
  await database.prisma.reward.create({
    data: { id: rewardId, name: 'Teh', description: 'Teh gratis', ...terms },
  });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

/** A customer with so many points. */
async function givenCustomer(points: number): Promise<string> {
  const customerId = newId();
  const data = { id: customerId, email: `${customerId}@kedai.test`, name: 'Rina', passwordHash: 'x' };
  await database.prisma.customer.create({ data });
  const order = { customerId, orderId: newId(), total: points * 1_000, version: 6 };
  await database.work(newCause(), (work) => earnPoints(work, order));
  return customerId;
}

/** The id of the redemption; null when there are too few points. */
async function redeem(customerId: string, key: string): Promise<string | null> {
  const caller = { database, cause: newCause(), identity: { customerId, roles: [] } };
  return redeemReward(caller, { rewardId, idempotencyKey: key }).then(
    ({ id }) => id,
    () => null,
  );
}

const scenario = fc.record({
  points: fc.integer({ min: 0, max: 5 * COST }),
  /** Keys of the requests, some more than once. */
  keys: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 10 }),
  /** The events of each that arrive then, in whatever order and more than once. */
  events: fc.array(fc.record({ which: fc.nat({ max: 4 }), event: fc.constantFrom('applied', 'returned') }), {
    maxLength: 12,
  }),
});

test('whatever is redeemed, used and returned at once, no point is spent twice, lost or made', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ points, keys, events }) => {
      const customerId = await givenCustomer(points);
      const answers = await Promise.all(keys.map((key) => redeem(customerId, String(key))));
      const redeemed = [...new Set(answers.filter((id) => id !== null))];
      expect(redeemed).toHaveLength(Math.min(new Set(keys).size, Math.floor(points / COST)));

      const expected = new Map<string, RedemptionStatus>(redeemed.map((id) => [id, 'AVAILABLE']));
      const orderId = newId();
      await Promise.all(
        events.map(async ({ which, event }) => {
          const redemptionId = redeemed[which];
          if (redemptionId === undefined) return;
          if (event === 'returned') expected.set(redemptionId, 'RETURNED');
          else if (expected.get(redemptionId) === 'AVAILABLE') expected.set(redemptionId, 'APPLIED');
          const use = { redemptionId, customerId, orderId };
          await database.work(newCause(), async (work) => {
            if (event === 'applied') await applyRedemption(work, use);
            else await returnRedemption(work, use);
          });
        }),
      );

      const rows = await database.prisma.redemption.findMany({ where: { customerId } });
      expect(new Map(rows.map(({ id, status }) => [id, status]))).toEqual(expected);
      const spent = [...expected.values()].filter((status) => status !== 'RETURNED').length * COST;
      const account = await database.prisma.loyaltyAccount.findUnique({ where: { customerId } });
      expect(account).toMatchObject({ points: points - spent, lifetimePoints: points });
    }),
    { numRuns: 40 },
  );
});

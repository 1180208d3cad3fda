/** Discounts: promotions limited to a number of pieces, and rewards that guests redeem points for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { REWARDS } from '../../../prisma/seed/rewards.js';
import type { Person } from './person.js';
import { repeat, type Shift } from './shift.js';

const PAUSE_MILLISECONDS = 15_000;
const PIECES = 60;
const MENU = CATALOGUE.menuItems.filter(({ isLimited, season }) => !isLimited && season === null);
const CHEAPEST = REWARDS.reduce((cheapest, reward) => (reward.points < cheapest.points ? reward : cheapest));

/** Head office starts a promotion now and then, of fewer pieces than guests order. */
export async function promotions(shift: Shift): Promise<void> {
  const { random, closing, closed, headOffice, tally } = shift;
  await repeat(
    shift,
    () => sleep(PAUSE_MILLISECONDS, undefined, { signal: closing }).catch(() => undefined),
    async () => {
      const menuItemIds = random
        .shuffled(MENU)
        .slice(0, MENU.length / 2)
        .map(({ id }) => id);
      const endsAt = new Date(Date.now() + 86_400_000).toISOString();
      await headOffice.executeUntilAnswered(
        z.unknown(),
        'mutation ($input: CreatePromotionInput!) { createPromotion(input: $input) { userErrors { code } } }',
        { input: { name: `Promo ${newId()}`, percent: 20, menuItemIds, endsAt, quantity: PIECES } },
        closed,
      );
      tally.count('promotions');
    },
  );
}

/** A redemption to use in an order; none while the points do not suffice. */
export async function redeem(
  { acknowledged, tally, closed }: Pick<Shift, 'acknowledged' | 'tally' | 'closed'>,
  guest: Person,
): Promise<string | undefined> {
  const idempotencyKey = newId();
  const { redemption } = await guest.executeUntilAnswered(
    z.object({ redemption: z.object({ id: z.string() }).nullable() }),
    'mutation ($input: RedeemRewardInput!) { redeemReward(input: $input) { redemption { id } userErrors { code } } }',
    { input: { rewardId: CHEAPEST.id, idempotencyKey } },
    closed,
  );
  if (redemption === null) return;
  acknowledged.record(acknowledged.redemptions, idempotencyKey, redemption.id);
  tally.count('rewards redeemed');
  return redemption.id;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserFault } from '../../../platform/errors.js';
import { line, menu } from '../testing/menu-fixtures.js';
import type { MenuItem } from './menu.js';
import { type PricedOrder, priceForDisplay, priceOrder } from './pricing.js';
import type { Promotion } from './promotion.js';
import { LEAST_TO_PAY, takeOff } from './reward.js';

const NOW = menu([]).now;
const around = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

const aSaving = fc.oneof(
  fc.record({ percent: fc.integer({ min: 1, max: 90 }), amountOff: fc.constant(null) }),
  fc.record({ percent: fc.constant(null), amountOff: fc.integer({ min: 1, max: 200_000 }) }),
);
const aPromotion: fc.Arbitrary<Promotion> = fc
  .record({
    id: fc.uuid(),
    saving: aSaving,
    startsAt: fc.integer({ min: -48, max: 1 }).map(around),
    endsAt: fc.integer({ min: -1, max: 48 }).map(around),
    isEnded: fc.boolean(),
    unitsLeft: fc.option(fc.integer({ min: 0, max: 40 })),
  })
  .map(({ id, saving, isEnded, ...rest }) => ({
    ...{ id, name: `Promotion ${id}`, ...saving, ...rest },
    endedAt: isEnded ? NOW : null,
  }));
const promotions = fc.uniqueArray(aPromotion, { maxLength: 4, selector: ({ id }) => id });
const anItem: fc.Arbitrary<MenuItem> = fc.integer({ min: 1, max: 200_000 }).map((price) => ({
  ...{
    id: 'tea',
    name: 'Teh',
    price,
    previousPrice: price,
    effectiveAt: null,
    isLimited: false,
    taxClass: 'RESTAURANT',
    isArchived: false,
    preparationSeconds: 60,
  },
  ...{ season: null, recipe: [], optionGroups: [] },
}));
const someLines = fc.array(
  fc.integer({ min: 1, max: 20 }).map((quantity) => line({ quantity })),
  { minLength: 1, maxLength: 10 },
);

function runs({ startsAt, endsAt, endedAt }: Promotion): boolean {
  return startsAt <= NOW && NOW < endsAt && endedAt === null;
}

describe('promotions', () => {
  it('never raise a price, never take a unit below 1 rupiah, and add up', () => {
    fc.assert(
      fc.property(anItem, promotions, someLines, (item, offered, requested) => {
        const ordinary = priceOrder(menu([item]), requested);
        const promoted = priceOrder(menu([item], { promotions: () => offered }), requested);
        for (const [
          index,
          { unitPrice, quantity, discount, subtotal, promotion },
        ] of promoted.lines.entries()) {
          expect(unitPrice).toBe(ordinary.lines[index]?.unitPrice);
          expect(subtotal).toBe(unitPrice * quantity - discount);
          expect(discount).toBeGreaterThanOrEqual(0);
          expect(subtotal).toBeGreaterThanOrEqual(quantity);
          expect(promotion === null).toBe(discount === 0);
        }
        expect(promoted.total).toBe(promoted.lines.reduce((sum, { subtotal }) => sum + subtotal, 0));
      }),
    );
  });

  it('count only while they run, and save as much as any one of them does', () => {
    fc.assert(
      fc.property(anItem, promotions, (item, offered) => {
        const total = (some: readonly Promotion[]) =>
          priceOrder(menu([item], { promotions: () => some }), [line()]).total;
        const alone = offered.filter(runs).map((one) => total([one]));
        expect(total(offered)).toBe(Math.min(item.price, ...alone));
      }),
    );
  });

  it('are never taken for more units than are left, and an order counts the units it takes', () => {
    fc.assert(
      fc.property(anItem, promotions, someLines, (item, offered, requested) => {
        const { lines, takenUnits } = priceOrder(menu([item], { promotions: () => offered }), requested);
        for (const { id, unitsLeft } of offered) {
          const units = lines
            .filter(({ promotion }) => promotion?.id === id)
            .reduce((sum, { quantity }) => sum + quantity, 0);
          if (unitsLeft !== null) expect(units).toBeLessThanOrEqual(unitsLeft);
          const taken = takenUnits.find(({ promotionId }) => promotionId === id)?.units ?? 0;
          expect(taken).toBe(unitsLeft === null ? 0 : units);
        }
      }),
    );
  });

  it('are shown in a cart as the order is then priced', () => {
    fc.assert(
      fc.property(anItem, promotions, someLines, (item, offered, requested) => {
        const here = menu([item], { promotions: () => offered });
        expect(priceForDisplay(here, requested)).toEqual(priceOrder(here, requested).lines);
      }),
    );
  });
});

describe('rewards', () => {
  const redemptions = fc.array(
    fc.record({ id: fc.uuid(), amountOff: fc.integer({ min: 1, max: 100_000 }) }),
    { maxLength: 5 },
  );

  function taken(priced: PricedOrder, some: readonly { id: string; amountOff: number }[]) {
    try {
      return takeOff(priced, some);
    } catch (error) {
      if (error instanceof UserFault) return null;
      throw error;
    }
  }

  it('are taken off whole or not at all: lines less rewards is the total, and enough is left to pay', () => {
    fc.assert(
      fc.property(anItem, promotions, someLines, redemptions, (item, offered, requested, some) => {
        const priced = priceOrder(menu([item], { promotions: () => offered }), requested);
        const worth = some.reduce((sum, { amountOff }) => sum + amountOff, 0);
        const order = taken(priced, some);
        if (order === null) {
          expect(priced.total - worth).toBeLessThan(LEAST_TO_PAY);
          return;
        }
        expect(order.rewardDiscount).toBe(worth);
        expect(order.total).toBe(priced.total - worth);
        expect(order.total).toBeGreaterThanOrEqual(some.length === 0 ? 0 : LEAST_TO_PAY);
        expect(order.redemptionIds).toEqual(some.map(({ id }) => id));
      }),
    );
  });
});

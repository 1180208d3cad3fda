/** Delivers the menu's and customer subgraph's events of promotions and redemptions. */
import type { EventData } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { DRINK, type OrderHarness, OUTLET } from './harness.js';

const HOUR = 3_600_000;

/** A quarter off the drink at the outlet, running now, unless `changes` say otherwise. Resolves when it is applied. */
export async function promote(
  unit: OrderHarness,
  changes: Partial<EventData['promotion.changed']> = {},
  aggregateVersion = 1,
): Promise<string> {
  const data = {
    ...{ promotionId: newId(), name: 'Hari Teh', percent: 25, amountOff: null, quantity: null },
    ...{ menuItemIds: [DRINK.id], outletIds: [OUTLET.id], endedAt: null },
    startsAt: new Date(Date.now() - HOUR).toISOString(),
    endsAt: new Date(Date.now() + HOUR).toISOString(),
    ...changes,
  };
  const aggregateId = data.promotionId;
  const event = await unit.deliver('order.menu-copy', {
    ...{ type: 'promotion.changed', aggregateId, aggregateVersion, data },
  });
  await untilApplied(unit, 'order.menu-copy', event.id);
  return aggregateId;
}

/** Ends a promotion, so that the next test finds the drink at its ordinary price. */
export async function endPromotion(unit: OrderHarness, promotionId: string): Promise<void> {
  await promote(unit, { promotionId, endedAt: new Date().toISOString() }, 2);
}

/** A customer redeems points for an amount off an order. Resolves when it is applied. */
export async function redeem(
  unit: OrderHarness,
  customerId: string,
  amountOff: number,
  redemptionId = newId(),
): Promise<string> {
  const event = await unit.deliver('order.redemption-copy', {
    type: 'reward.redeemed',
    aggregateId: redemptionId,
    aggregateVersion: 1,
    data: { redemptionId, customerId, name: 'Potongan', amountOff },
  });
  await untilApplied(unit, 'order.redemption-copy', event.id);
  return redemptionId;
}

async function untilApplied({ pool }: OrderHarness, consumer: string, eventId: string): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await pool.query('SELECT 1 FROM inbox WHERE consumer = $1 AND event_id = $2', [
      consumer,
      eventId,
    ]);
    if (rowCount !== 1) throw new Error(`${consumer} has not applied the event yet`);
  });
}

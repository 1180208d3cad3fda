/** Writes the copies of what other subgraphs own. A state-carrying event replaces what is older than itself, nothing else. */

import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import type { OrderWork } from './database.js';
import { COPIES_TOPIC, type CopyName } from './menu-read-model.js';

type Event<Type extends keyof EventData> = DomainEvent<Type>;

export async function copyOutlet(
  work: OrderWork,
  { data, aggregateVersion }: Event<'outlet.changed'>,
): Promise<void> {
  await work.tx.$executeRaw`
    INSERT INTO outlet_copy (id, franchise_id, name, time_zone, version)
    VALUES (${data.outletId}::uuid, ${data.franchiseId}::uuid, ${data.name}, ${data.timeZone}, ${aggregateVersion})
    ON CONFLICT (id) DO UPDATE SET franchise_id = excluded.franchise_id, name = excluded.name,
      time_zone = excluded.time_zone, version = excluded.version
    WHERE outlet_copy.version < excluded.version`;
  announce(work, 'outlet', data.outletId);
}

export async function copyMenuItem(
  work: OrderWork,
  { data, aggregateVersion }: Event<'menu-item.changed'>,
): Promise<void> {
  const season = data.season === null ? null : JSON.stringify(data.season);
  await work.tx.$executeRaw`
    INSERT INTO menu_item_copy
      (id, name, price, is_limited, is_archived, preparation_seconds, season, recipe, option_groups, version)
    VALUES (${data.menuItemId}::uuid, ${data.name}, ${data.price}, ${data.isLimited}, ${data.isArchived},
      ${data.preparationSeconds}, ${season}::jsonb, ${JSON.stringify(data.recipe)}::jsonb,
      ${JSON.stringify(data.optionGroups)}::jsonb, ${aggregateVersion})
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price, is_limited = excluded.is_limited,
      is_archived = excluded.is_archived, preparation_seconds = excluded.preparation_seconds, season = excluded.season,
      recipe = excluded.recipe, option_groups = excluded.option_groups, version = excluded.version
    WHERE menu_item_copy.version < excluded.version`;
  announce(work, 'menu-item', data.menuItemId);
}

export async function copyOutletPrice(
  work: OrderWork,
  { data, aggregateVersion }: Event<'outlet-price.changed'>,
): Promise<void> {
  await work.tx.$executeRaw`
    INSERT INTO outlet_price_copy (menu_item_id, outlet_id, price, is_offered, version)
    VALUES (${data.menuItemId}::uuid, ${data.outletId}::uuid, ${data.price}, ${data.isOffered}, ${aggregateVersion})
    ON CONFLICT (menu_item_id, outlet_id) DO UPDATE SET price = excluded.price, is_offered = excluded.is_offered,
      version = excluded.version
    WHERE outlet_price_copy.version < excluded.version`;
  announce(work, 'outlet-price', data.menuItemId);
}

/** What has been sold under it stays as it is counted here. */
export async function copyPromotion(
  work: OrderWork,
  { data, aggregateVersion }: Event<'promotion.changed'>,
): Promise<void> {
  await work.tx.$executeRaw`
    INSERT INTO promotion_copy
      (id, name, percent, amount_off, menu_item_ids, outlet_ids, starts_at, ends_at, ended_at, quantity, source_version, version)
    VALUES (${data.promotionId}::uuid, ${data.name}, ${data.percent}, ${data.amountOff}, ${data.menuItemIds}::uuid[],
      ${data.outletIds}::uuid[], ${data.startsAt}::timestamptz, ${data.endsAt}::timestamptz, ${data.endedAt}::timestamptz,
      ${data.quantity}, ${aggregateVersion}, 1)
    ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at, ended_at = excluded.ended_at,
      source_version = excluded.source_version, version = promotion_copy.version + 1
    WHERE promotion_copy.source_version < excluded.source_version`;
  announce(work, 'promotion', data.promotionId);
}

/** A redemption never changes, so the first event of it says all. */
export async function copyRedemption(work: OrderWork, { data }: Event<'reward.redeemed'>): Promise<void> {
  await work.tx.$executeRaw`
    INSERT INTO redemption_copy (id, customer_id, name, amount_off)
    VALUES (${data.redemptionId}::uuid, ${data.customerId}::uuid, ${data.name}, ${data.amountOff})
    ON CONFLICT DO NOTHING`;
}

export async function copyLimitedAvailability(
  work: OrderWork,
  { data, aggregateId, aggregateVersion }: Event<'stock.limited-availability-changed'>,
): Promise<void> {
  await work.tx.$executeRaw`
    INSERT INTO limited_availability (stock_item_id, outlet_id, ingredient_id, available, version)
    VALUES (${aggregateId}::uuid, ${data.outletId}::uuid, ${data.ingredientId}::uuid, ${data.available}, ${aggregateVersion})
    ON CONFLICT (stock_item_id) DO UPDATE SET available = excluded.available, version = excluded.version
    WHERE limited_availability.version < excluded.version`;
  announce(work, 'limited-availability', aggregateId);
}

function announce(work: OrderWork, copy: CopyName, part: string): void {
  work.publish(COPIES_TOPIC, { copy, part });
}

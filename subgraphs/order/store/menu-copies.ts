/** Writes the copies of the menu and of stock's hints. An event replaces an older version of its row, never a newer one. */
import type { AnyEvent, DomainEvent } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { calendarDay } from '../../../platform/kit/calendar.js';
import type { OrderWork } from './database.js';
import { type ChangedCopy, COPIES_TOPIC } from './menu-read-model.js';
import { copyStations } from './stations.js';

type Event<Type extends keyof EventData> = DomainEvent<Type>;

/** What an event of the menu changes in the copies; nothing for any other event. */
export function changedCopy(event: AnyEvent): ChangedCopy[] {
  switch (event.type) {
    case 'franchise.changed':
      return [{ copy: 'franchise', part: event.data.franchiseId }];
    case 'outlet.changed':
      return [{ copy: 'outlet', part: event.data.outletId }];
    case 'menu-item.changed':
    case 'menu-item.names-carried-forward':
      return [{ copy: 'menu-item', part: event.data.menuItemId }];
    case 'outlet-price.changed':
      return [{ copy: 'outlet-price', part: event.data.menuItemId }];
    case 'hand-availability.changed':
      return [{ copy: 'hand-availability', part: event.data.subjectId }];
    case 'promotion.changed':
      return [{ copy: 'promotion', part: event.data.promotionId }];
    case 'stock.limited-availability-changed':
      return [{ copy: 'limited-availability', part: event.aggregateId }];
    default:
      return [];
  }
}

export async function upsertFranchise(work: OrderWork, event: Event<'franchise.changed'>): Promise<void> {
  const { data, aggregateVersion } = event;
  await work.tx.$executeRaw`
    INSERT INTO franchise_copy (id, version) VALUES (${data.franchiseId}::uuid, ${aggregateVersion})
    ON CONFLICT (id) DO UPDATE SET version = excluded.version
    WHERE franchise_copy.version < excluded.version`;
  publishChange(work, event);
}

export async function upsertOutlet(work: OrderWork, event: Event<'outlet.changed'>): Promise<void> {
  const { data, aggregateVersion } = event;
  const { status = 'OPEN', pausedUntil = null, openingHours = [], openingExceptions = [] } = data;
  await work.tx.$executeRaw`
    INSERT INTO outlet_copy (id, franchise_id, name, time_zone, city, status, paused_until, opening_hours, opening_exceptions, version)
    VALUES (${data.outletId}::uuid, ${data.franchiseId}::uuid, ${data.name}, ${data.timeZone}, ${data.city}, ${status},
      ${pausedUntil}::timestamptz, ${JSON.stringify(openingHours)}::jsonb, ${JSON.stringify(openingExceptions)}::jsonb,
      ${aggregateVersion})
    ON CONFLICT (id) DO UPDATE SET franchise_id = excluded.franchise_id, name = excluded.name,
      time_zone = excluded.time_zone, city = excluded.city, status = excluded.status, paused_until = excluded.paused_until,
      opening_hours = excluded.opening_hours, opening_exceptions = excluded.opening_exceptions, version = excluded.version
    WHERE outlet_copy.version < excluded.version`;
  if (data.copyOf !== undefined) await copyStations(work.tx, data.copyOf, data);
  publishChange(work, event);
}

export async function upsertMenuItem(work: OrderWork, event: Event<'menu-item.changed'>): Promise<void> {
  const { data, aggregateVersion } = event;
  const season = data.season && {
    from: calendarDay(data.season.from),
    until: calendarDay(data.season.until),
  };
  const { effectiveAt = null, previousPrice = data.price, taxClass = 'RESTAURANT' } = data;
  await work.tx.$executeRaw`
    INSERT INTO menu_item_copy (id, name, category, price, previous_price, effective_at, is_limited, tax_class, is_archived, preparation_seconds,
      season, recipe, option_groups, english_names, version)
    VALUES (${data.menuItemId}::uuid, ${data.name}, ${data.category}, ${data.price}, ${previousPrice}, ${effectiveAt}::timestamptz,
      ${data.isLimited}, ${taxClass}, ${data.isArchived},
      ${data.preparationSeconds}, ${season && JSON.stringify(season)}::jsonb, ${JSON.stringify(data.recipe)}::jsonb,
      ${JSON.stringify(data.optionGroups)}::jsonb, ${JSON.stringify(data.englishNames ?? {})}::jsonb, ${aggregateVersion})
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, category = excluded.category, price = excluded.price,
      previous_price = excluded.previous_price, effective_at = excluded.effective_at, is_limited = excluded.is_limited,
      tax_class = excluded.tax_class, is_archived = excluded.is_archived, preparation_seconds = excluded.preparation_seconds, season = excluded.season,
      recipe = excluded.recipe, option_groups = excluded.option_groups, english_names = excluded.english_names, version = excluded.version
    WHERE menu_item_copy.version < excluded.version`;
  publishChange(work, event);
}

/** Where no event of the item has said it. */
export async function fillCategory(
  work: OrderWork,
  { data }: Event<'menu-item.category-carried-forward'>,
): Promise<void> {
  await work.tx.$executeRaw`
    UPDATE menu_item_copy SET category = ${data.category} WHERE id = ${data.menuItemId}::uuid AND category IS NULL`;
}

/** Where no event of the item has said them. */
export async function fillEnglishNames(
  work: OrderWork,
  event: Event<'menu-item.names-carried-forward'>,
): Promise<void> {
  const { menuItemId, englishNames } = event.data;
  await work.tx.$executeRaw`
    UPDATE menu_item_copy SET english_names = ${JSON.stringify(englishNames)}::jsonb
    WHERE id = ${menuItemId}::uuid AND english_names IS NULL`;
  publishChange(work, event);
}

/** Where no event of the outlet has said it. */
export async function fillCity(
  work: OrderWork,
  { data }: Event<'outlet.city-carried-forward'>,
): Promise<void> {
  await work.tx.$executeRaw`
    UPDATE outlet_copy SET city = ${data.city} WHERE id = ${data.outletId}::uuid AND city IS NULL`;
}

export async function upsertOutletPrice(
  work: OrderWork,
  event: Event<'outlet-price.changed'>,
): Promise<void> {
  const { data, aggregateVersion } = event;
  const { effectiveAt = null, previousPrice = data.price } = data;
  await work.tx.$executeRaw`
    INSERT INTO outlet_price_copy (menu_item_id, outlet_id, price, previous_price, effective_at, is_offered, version)
    VALUES (${data.menuItemId}::uuid, ${data.outletId}::uuid, ${data.price}, ${previousPrice},
      ${effectiveAt}::timestamptz, ${data.isOffered}, ${aggregateVersion})
    ON CONFLICT (menu_item_id, outlet_id) DO UPDATE SET price = excluded.price,
      previous_price = excluded.previous_price, effective_at = excluded.effective_at, is_offered = excluded.is_offered,
      version = excluded.version
    WHERE outlet_price_copy.version < excluded.version`;
  publishChange(work, event);
}

export async function upsertHandAvailability(
  work: OrderWork,
  event: Event<'hand-availability.changed'>,
): Promise<void> {
  const { data, aggregateVersion } = event;
  await work.tx.$executeRaw`
    INSERT INTO hand_availability_copy (outlet_id, subject_id, is_available, until, version)
    VALUES (${data.outletId}::uuid, ${data.subjectId}::uuid, ${data.isAvailable}, ${data.until}::timestamptz, ${aggregateVersion})
    ON CONFLICT (outlet_id, subject_id) DO UPDATE SET is_available = excluded.is_available, until = excluded.until,
      version = excluded.version
    WHERE hand_availability_copy.version < excluded.version`;
  publishChange(work, event);
}

/** The units sold under it are counted here and are not overwritten. */
export async function upsertPromotion(work: OrderWork, event: Event<'promotion.changed'>): Promise<void> {
  const { data, aggregateVersion } = event;
  await work.tx.$executeRaw`
    INSERT INTO promotion_copy
      (id, name, percent, amount_off, menu_item_ids, outlet_ids, starts_at, ends_at, ended_at, quantity, source_version, version)
    VALUES (${data.promotionId}::uuid, ${data.name}, ${data.percent}, ${data.amountOff}, ${data.menuItemIds}::uuid[],
      ${data.outletIds}::uuid[], ${data.startsAt}::timestamptz, ${data.endsAt}::timestamptz, ${data.endedAt}::timestamptz,
      ${data.quantity}, ${aggregateVersion}, 1)
    ON CONFLICT (id) DO UPDATE SET ends_at = excluded.ends_at, ended_at = excluded.ended_at,
      source_version = excluded.source_version, version = promotion_copy.version + 1
    WHERE promotion_copy.source_version < excluded.source_version`;
  publishChange(work, event);
}

export async function upsertLimitedAvailability(
  work: OrderWork,
  event: Event<'stock.limited-availability-changed'>,
): Promise<void> {
  const { data, aggregateId, aggregateVersion } = event;
  await work.tx.$executeRaw`
    INSERT INTO limited_availability (stock_item_id, outlet_id, ingredient_id, available, version)
    VALUES (${aggregateId}::uuid, ${data.outletId}::uuid, ${data.ingredientId}::uuid, ${data.available}, ${aggregateVersion})
    ON CONFLICT (stock_item_id) DO UPDATE SET available = excluded.available, version = excluded.version
    WHERE limited_availability.version < excluded.version`;
  publishChange(work, event);
}

function publishChange(work: OrderWork, event: AnyEvent): void {
  for (const { copy, part } of changedCopy(event)) work.publish(COPIES_TOPIC, { copy, part });
}

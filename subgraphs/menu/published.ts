/**
 * What the subgraph publishes: after each change the whole state that it leaves, so that a copy elsewhere needs nothing but the
 * newest event of an aggregate.
 */
import type { NewEvent } from '../../platform/events/envelope.js';
import type { DatedPrices, EnglishNames } from '../../platform/events/event-types.js';
import { type Dated, isPending } from './domain/dated-price.js';
import type { HandAvailability } from './domain/hand-availability.js';
import type { MenuOption, OptionGroup, OutletPrice, RecipeLine, StoredMenuItem } from './domain/menu-item.js';
import type { Franchise, Outlet } from './domain/outlet.js';
import type { Promotion } from './domain/promotion.js';
import type { StoredSettings } from './store/settings.js';

export function franchiseEvent({ id, name }: Franchise): NewEvent {
  return {
    type: 'franchise.changed',
    aggregateId: id,
    aggregateVersion: 1,
    data: { franchiseId: id, name },
  };
}

/** @param copyOf in the first event of an outlet that was made from another: that outlet. */
export function outletEvent(
  { id, version, pausedUntil, openingHours, ...outlet }: Outlet,
  copyOf: string | null = null,
): NewEvent {
  return {
    type: 'outlet.changed',
    aggregateId: id,
    aggregateVersion: version,
    data: {
      ...outlet,
      outletId: id,
      pausedUntil: pausedUntil?.toISOString() ?? null,
      ...(copyOf !== null && { copyOf }),
      openingHours: [...openingHours.weekly],
      openingExceptions: openingHours.exceptions.map(({ date, openings }) => ({
        date,
        openings: [...openings],
      })),
    },
  };
}

export function settingsEvent({ level, placeId, settings, version }: StoredSettings): NewEvent {
  const place = level === 'CHAIN' ? null : placeId;
  return {
    type: 'settings.changed',
    aggregateId: place ?? 'chain',
    aggregateVersion: version,
    data: { level, placeId: place, settings },
  };
}

export function menuItemEvent(
  item: StoredMenuItem,
  recipe: readonly RecipeLine[],
  optionGroups: readonly OptionGroup[],
): NewEvent {
  const { id, version, name, category, taxClass, price, isLimited, isArchived, preparationSeconds, season } =
    item;
  const now = new Date();
  const priceDeltas = optionGroups.flatMap(({ options }) => options.map(({ priceDelta }) => priceDelta));
  return {
    type: 'menu-item.changed',
    aggregateId: id,
    aggregateVersion: version,
    data: {
      menuItemId: id,
      ...{ name, category, isLimited, isArchived, preparationSeconds },
      ...(taxClass !== 'RESTAURANT' && { taxClass }),
      price: price.amount,
      ...(isPending(price, now) && { previousPrice: price.previous }),
      ...effectiveAtOf([price, ...priceDeltas], now),
      season: season && {
        name: season.name,
        from: `${season.from}T00:00:00.000Z`,
        until: `${season.until}T00:00:00.000Z`,
      },
      recipe: recipe.map(lineOf),
      optionGroups: optionGroups.map(({ menuItemId: _, nameEn: _english, options, ...group }) => ({
        ...group,
        options: options.map((option) => optionOf(option, now)),
      })),
      ...englishNamesOf([item, ...optionGroups, ...optionGroups.flatMap(({ options }) => options)]),
    },
  };
}

function englishNamesOf(named: readonly { readonly id: string; readonly nameEn: string | null }[]): {
  readonly englishNames?: EnglishNames;
} {
  const names = named.flatMap(({ id, nameEn }) => (nameEn === null ? [] : [[id, nameEn] as const]));
  return names.length === 0 ? {} : { englishNames: Object.fromEntries(names) };
}

export function outletPriceEvent({ menuItemId, outletId, price, isOffered, version }: OutletPrice): NewEvent {
  const now = new Date();
  return {
    type: 'outlet-price.changed',
    aggregateId: `${menuItemId}:${outletId}`,
    aggregateVersion: version,
    data: {
      ...{ menuItemId, outletId, isOffered },
      price: price.amount,
      ...(isPending(price, now) && { previousPrice: price.previous }),
      ...effectiveAtOf([price], now),
    },
  };
}

export function handAvailabilityEvent({ version, until, ...rest }: HandAvailability): NewEvent {
  return {
    type: 'hand-availability.changed',
    aggregateId: `${rest.subjectId}:${rest.outletId}`,
    aggregateVersion: version,
    data: { ...rest, until: until?.toISOString() ?? null },
  };
}

export function promotionEvent(promotion: Promotion): NewEvent {
  const { id, version, startsAt, endsAt, endedAt, menuItemIds, outletIds, ...rest } = promotion;
  return {
    type: 'promotion.changed',
    aggregateId: id,
    aggregateVersion: version,
    data: {
      ...rest,
      promotionId: id,
      menuItemIds: [...menuItemIds],
      outletIds: [...outletIds],
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    },
  };
}

function optionOf({ id, name, priceDelta, isDefault, isExclusive, recipe }: MenuOption, now: Date) {
  return {
    ...{ id, name, isDefault },
    ...(isExclusive && { isExclusive }),
    priceDelta: priceDelta.amount,
    ...(isPending(priceDelta, now) && {
      previousPriceDelta: priceDelta.previous,
      ...effectiveAtOf([priceDelta], now),
    }),
    recipe: recipe.map(lineOf),
  };
}

function lineOf({ ingredientId, quantity }: RecipeLine): RecipeLine {
  return { ingredientId, quantity };
}

/** Of the first amount that is pending: an item's options, which change together, may do so before a price that is planned for later. */
function effectiveAtOf(amounts: readonly Dated<unknown>[], now: Date): DatedPrices {
  const effectiveAt = amounts.find((amount) => isPending(amount, now))?.effectiveAt;
  return effectiveAt == null ? {} : { effectiveAt: effectiveAt.toISOString() };
}

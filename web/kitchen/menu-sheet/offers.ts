/** What can be taken off an outlet's menu: items, and options, which one means in every item that has them. Pure. */
import { dateFormat } from '../../shared/text/intl-formats.js';
import type { MenuAvailabilityQuery } from './operations.js';

type Items = NonNullable<MenuAvailabilityQuery['menuItems']>['nodes'];

export interface Offer {
  readonly key: string;
  readonly name: string;
  /** What the option is a choice of; undefined for an item. */
  readonly group: string | undefined;
  readonly targets: readonly ({ readonly menuItemId: string } | { readonly optionId: string })[];
  readonly isOff: boolean;
}

/** Items first. An option is off where every item that has it is without it; what is taken by default cannot be taken off alone. */
export function offersOf(items: Items): Offer[] {
  const options = new Map<string, { name: string; group: string; ids: string[]; isOff: boolean }>();
  for (const { optionGroups } of items)
    for (const { name: group, options: choices } of optionGroups)
      for (const { id, name, isDefault, availability } of choices) {
        if (isDefault) continue;
        const key = `${group}/${name}`;
        const known = options.get(key) ?? { name, group, ids: [], isOff: true };
        const isOff = known.isOff && availability?.inStock === false;
        options.set(key, { ...known, ids: [...known.ids, id], isOff });
      }
  return [
    ...items.map(({ id, name, availability }) => ({
      key: id,
      name,
      group: undefined,
      targets: [{ menuItemId: id }],
      isOff: availability?.inStock === false,
    })),
    ...[...options].map(([key, { name, group, ids, isOff }]) => ({
      key,
      name,
      group,
      targets: ids.map((optionId) => ({ optionId })),
      isOff,
    })),
  ];
}

export function matching(offers: readonly Offer[], search: string): Offer[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return offers.filter(({ name, group = '' }) => {
    const text = `${name} ${group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Six in the morning of the next day by the outlet's clocks. */
export function tomorrowMorning(now: Date, timeZone: string | undefined): Date {
  const parts = dateFormat('en-GB', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const sinceMidnight = part('hour') * 60 + part('minute');
  const minute = Math.floor(now.getTime() / 60_000);
  return new Date((minute - sinceMidnight + 24 * 60 + 6 * 60) * 60_000);
}

/** An item that a guest comes back to, with the options that the guest usually takes. */
import type { MenuItem } from './menu.js';

export interface FavouriteRecord {
  readonly id: string;
  readonly customerId: string;
  readonly menuItemId: string;
  readonly optionIds: readonly string[];
}

/** Those of the usual options that the item still has. */
export function usualOptions(item: MenuItem, { optionIds }: FavouriteRecord): string[] {
  const present = new Set(item.optionGroups.flatMap(({ options }) => options.map(({ id }) => id)));
  return optionIds.filter((id) => present.has(id));
}

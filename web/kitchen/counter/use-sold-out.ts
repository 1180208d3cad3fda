/** Which items cannot be sold at this moment, live: by stock, and by what the kitchen has taken off. */
import { useMemo } from 'react';
import { useLive } from '../../shared/client/live.js';
import { CounterAvailability, type CounterAvailabilitySubscription } from './operations.js';

type Known = ReadonlyMap<string, { readonly inStock: boolean; readonly version: number }>;

export function useSoldOut(outletId: string): ReadonlySet<string> {
  const { value } = useLive(outletId, {
    stream: {
      document: CounterAvailability,
      variables: { outletId },
      apply: (known: Known | undefined, { availabilityChanged }: CounterAvailabilitySubscription): Known => {
        const { menuItem, availability, version } = availabilityChanged;
        if (menuItem === null) return known ?? new Map();
        const before = known?.get(menuItem.id);
        if (known !== undefined && before !== undefined && before.version >= version) return known;
        return new Map(known).set(menuItem.id, { inStock: availability.inStock, version });
      },
    },
  });
  return useMemo(
    () => new Set([...(value ?? [])].filter(([, { inStock }]) => !inStock).map(([id]) => id)),
    [value],
  );
}

/**
 * Which options of an item are sold out, while somebody chooses among them: read when the item opens, whenever its own availability
 * moves, and every few seconds, as no event names an option. A failed reading leaves what is shown.
 */
import { useEffect, useMemo, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { OptionsOfItem } from '../operations.js';
import type { Item } from './menu.js';

type Availability = Item['optionGroups'][number]['options'][number]['availability'];

const READ_MILLISECONDS = 5_000;

export function useOptions(item: Item, outletId: string): Item {
  const [levels, setLevels] = useState<ReadonlyMap<string, Availability>>();
  const { id, availability } = item;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what moved the item may have moved its options.
  useEffect(() => {
    let isClosed = false;
    const read = async () => {
      const { data } = await client.query(OptionsOfItem, { menuItemId: id, outletId }).toPromise();
      const groups = data?.menuItem?.optionGroups;
      if (isClosed || groups === undefined) return;
      setLevels(new Map(groups.flatMap(({ options }) => options.map((one) => [one.id, one.availability]))));
    };
    void read();
    const timer = setInterval(() => void read(), READ_MILLISECONDS);
    return () => {
      isClosed = true;
      clearInterval(timer);
    };
  }, [id, outletId, availability?.inStock, availability?.servings]);
  return useMemo(() => (levels === undefined ? item : withOptions(item, levels)), [item, levels]);
}

function withOptions(item: Item, levels: ReadonlyMap<string, Availability>): Item {
  return {
    ...item,
    optionGroups: item.optionGroups.map((group) => ({
      ...group,
      options: group.options.map((option) => ({
        ...option,
        availability: levels.get(option.id) ?? option.availability,
      })),
    })),
  };
}

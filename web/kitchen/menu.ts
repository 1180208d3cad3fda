/** What tickets and totals need of an outlet's menu, read once and again each hour. */
import { useEffect, useState } from 'react';
import { client } from '../shared/client/client.js';
import { KitchenMenu, type KitchenMenuQuery } from './operations.js';

type Items = NonNullable<KitchenMenuQuery['menuItems']>['nodes'];
export type MenuItem = Items[number];

export interface Menu {
  readonly outletName: string | undefined;
  readonly timeZone: string | undefined;
  readonly items: ReadonlyMap<string, MenuItem>;
  /** Ids of the options that are taken where nothing is chosen. */
  readonly defaults: ReadonlySet<string>;
}

const RETRY_MILLISECONDS = 3_000;
const RENEW_MILLISECONDS = 3_600_000;

/** Undefined until it is read. */
export function useMenu(outletId: string | undefined): Menu | undefined {
  const [menu, setMenu] = useState<Menu>();
  useEffect(() => {
    if (outletId === undefined) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const read = await readMenu(outletId);
      if (isOver) return;
      if (read !== undefined) setMenu(read);
      timer = setTimeout(load, read === undefined ? RETRY_MILLISECONDS : RENEW_MILLISECONDS);
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [outletId]);
  return menu;
}

async function readMenu(outletId: string): Promise<Menu | undefined> {
  const items = new Map<string, MenuItem>();
  let outlet: KitchenMenuQuery['outlet'] = null;
  for (let after: string | null = ''; after !== null; ) {
    const { data } = await client.query(KitchenMenu, { outletId, after }).toPromise();
    if (data?.menuItems == null) return undefined;
    outlet ??= data.outlet;
    for (const item of data.menuItems.nodes) items.set(item.id, item);
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null } =
      data.menuItems.pageInfo;
    after = hasNextPage ? endCursor : null;
  }
  const defaults = new Set<string>();
  for (const { optionGroups } of items.values())
    for (const { options } of optionGroups)
      for (const { id, isDefault } of options) if (isDefault) defaults.add(id);
  return { outletName: outlet?.name, timeZone: outlet?.timeZone, items, defaults };
}

/** What tickets and totals need of an outlet, read each minute, and of its menu, each hour. */
import { useEffect, useState } from 'react';
import { client } from '../shared/client/client.js';
import { KitchenMenu, type KitchenMenuQuery, KitchenOutlet, type KitchenOutletQuery } from './operations.js';

type Items = NonNullable<KitchenMenuQuery['menuItems']>['nodes'];
export type MenuItem = Items[number];

export type Outlet = NonNullable<KitchenOutletQuery['outlet']>;

export interface Menu {
  readonly items: ReadonlyMap<string, MenuItem>;
  /** Ids of the options that are taken where nothing is chosen. */
  readonly defaults: ReadonlySet<string>;
}

const RETRY_MILLISECONDS = 3_000;
const OUTLET_MILLISECONDS = 60_000;
const MENU_MILLISECONDS = 3_600_000;

/** Undefined until it is read. */
export function useOutlet(outletId: string): Outlet | undefined {
  return useRead(outletId, readOutlet, OUTLET_MILLISECONDS);
}

/** Undefined until it is read. */
export function useMenu(outletId: string): Menu | undefined {
  return useRead(outletId, readMenu, MENU_MILLISECONDS);
}

function useRead<Value>(
  outletId: string,
  read: (outletId: string) => Promise<Value | undefined>,
  renewMilliseconds: number,
): Value | undefined {
  const [value, setValue] = useState<Value>();
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      const answer = await read(outletId);
      if (isOver) return;
      if (answer !== undefined) setValue(answer);
      timer = setTimeout(load, answer === undefined ? RETRY_MILLISECONDS : renewMilliseconds);
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [outletId, read, renewMilliseconds]);
  return value;
}

async function readOutlet(outletId: string): Promise<Outlet | undefined> {
  const { data } = await client.query(KitchenOutlet, { outletId }).toPromise();
  return data?.outlet ?? undefined;
}

async function readMenu(outletId: string): Promise<Menu | undefined> {
  const items = new Map<string, MenuItem>();
  for (let after: string | null = ''; after !== null; ) {
    const { data } = await client.query(KitchenMenu, { outletId, after }).toPromise();
    if (data?.menuItems == null) return undefined;
    for (const item of data.menuItems.nodes) items.set(item.id, item);
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null } =
      data.menuItems.pageInfo;
    after = hasNextPage ? endCursor : null;
  }
  const defaults = new Set<string>();
  for (const { optionGroups } of items.values())
    for (const { options } of optionGroups)
      for (const { id, isDefault } of options) if (isDefault) defaults.add(id);
  return { items, defaults };
}

/**
 * The menu and its outlet: what this browser stored of them at once, then what the graph says, with what is available of each item live.
 * Read again when the link is back, each minute while the page is looked at, and on request; a failed reading leaves what is shown.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { useLink } from '../../shared/client/connection.js';
import { useLive } from '../../shared/client/live.js';
import { language } from '../../shared/text/language.js';
import {
  ShopAvailability,
  type ShopAvailabilitySubscription,
  ShopMenu,
  ShopOutlet,
  type ShopOutletFieldsFragment,
} from '../operations.js';
import { Stored, useStored } from '../stored.js';
import type { Item, Menu } from './menu.js';

export interface OutletMenu {
  readonly outlet: ShopOutletFieldsFragment;
  readonly items: readonly Item[];
  /** When it was read, in milliseconds of `Date.now()`. */
  readonly readAt: number;
}

export interface MenuState {
  readonly value: OutletMenu | undefined;
  readonly menu: Menu;
  /** Whether the last reading failed. */
  readonly isOld: boolean;
  /** There is no such outlet. */
  readonly isUnknown: boolean;
  refresh(): Promise<void>;
}

/** Another one where the shape of what is stored changes. */
const SHAPE = 1;
const REST_MILLISECONDS = 60_000;
/** The first reading and the first opening of the link are one reason to read. */
const JUST_READ_MILLISECONDS = 2_000;
const menus = new Map<string, Stored<OutletMenu | null>>();

function storedMenu(outletId: string): Stored<OutletMenu | null> {
  const key = `menu:${SHAPE}:${language}:${outletId}`;
  const known = menus.get(key) ?? new Stored<OutletMenu | null>(key, null, isMenu);
  menus.set(key, known);
  return known;
}

export function useMenu(outletId: string): MenuState {
  const stored = storedMenu(outletId);
  const value = useStored(stored) ?? undefined;
  const [isOld, setOld] = useState(false);
  const [isUnknown, setUnknown] = useState(false);
  const { opened } = useLink();
  const startedAt = useRef(0);

  const refresh = useCallback(async () => {
    startedAt.current = Date.now();
    const read = await readMenu(outletId);
    if (read === 'unknown') setUnknown(true);
    else if (read === undefined) {
      startedAt.current = 0;
      setOld(true);
    } else {
      setOld(false);
      await stored.change(() => read);
    }
  }, [outletId, stored]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a link that was opened again is a reason to read again.
  useEffect(() => {
    if (Date.now() - startedAt.current > JUST_READ_MILLISECONDS) void refresh();
  }, [refresh, opened]);

  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible' && Date.now() - startedAt.current > REST_MILLISECONDS)
        void refresh();
    };
    const timer = setInterval(look, REST_MILLISECONDS);
    document.addEventListener('visibilitychange', look);
    addEventListener('online', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      removeEventListener('online', look);
    };
  }, [refresh]);

  const levels = useLevels(outletId);
  const shown = useMemo(() => value && { ...value, items: withLevels(value.items, levels) }, [value, levels]);
  const menu = useMemo(() => new Map((shown?.items ?? []).map((item) => [item.id, item])), [shown]);
  return { value: shown, menu, isOld, isUnknown, refresh };
}

type Level = ShopAvailabilitySubscription['availabilityChanged'];
type Levels = ReadonlyMap<string, Level>;

function useLevels(outletId: string): Levels | undefined {
  return useLive(outletId, {
    stream: {
      document: ShopAvailability,
      variables: { outletId },
      apply: (levels: Levels | undefined, { availabilityChanged }: ShopAvailabilitySubscription): Levels => {
        const { menuItem, version } = availabilityChanged;
        if (menuItem === null) return levels ?? new Map();
        const known = levels?.get(menuItem.id);
        if (levels !== undefined && known !== undefined && known.version >= version) return levels;
        return new Map(levels).set(menuItem.id, availabilityChanged);
      },
    },
  }).value;
}

function withLevels(items: readonly Item[], levels: Levels | undefined): readonly Item[] {
  if (levels === undefined) return items;
  return items.map((item) => {
    const level = levels.get(item.id);
    return level === undefined ? item : { ...item, availability: level.availability };
  });
}

async function readMenu(outletId: string): Promise<OutletMenu | 'unknown' | undefined> {
  const page = (after: string | null) => client.query(ShopMenu, { outletId, after }).toPromise();
  const [outlet, first] = await Promise.all([client.query(ShopOutlet, { outletId }).toPromise(), page(null)]);
  if (outlet.data?.outlet == null) {
    const codes = outlet.error?.graphQLErrors.map(({ extensions }) => extensions.code) ?? [];
    return codes.includes('NOT_FOUND') || codes.includes('BAD_USER_INPUT') ? 'unknown' : undefined;
  }
  const items: Item[] = [];
  for (let { data } = first; ; ) {
    if (data?.menu == null) return undefined;
    items.push(...data.menu.nodes);
    if (!data.menu.pageInfo.hasNextPage) break;
    ({ data } = await page(data.menu.pageInfo.endCursor));
  }
  return { outlet: outlet.data.outlet, items, readAt: Date.now() };
}

function isMenu(value: unknown): value is OutletMenu | null {
  if (value === null) return true;
  return typeof value === 'object' && 'outlet' in value && 'items' in value && Array.isArray(value.items);
}

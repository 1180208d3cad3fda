/** A place's shelves and how they are, live. */
import { type Live, useLive } from '../../shared/client/live.js';
import {
  ShelfHealths,
  type ShelfHealthsSubscription,
  type ShelfRowFragment,
  ShelvesOfPlace,
  type ShelvesOfPlaceQuery,
} from '../operations.js';
import type { Place } from '../places/places.js';

export type ShelfRow = ShelfRowFragment;

interface KnownShelf {
  readonly row: ShelfRow;
  /** 0 for what a snapshot said. */
  readonly version: number;
}

export type Shelves = ReadonlyMap<string, KnownShelf>;

export function useShelves({ key, scope }: Place): Live<Shelves> {
  return useLive(key, {
    snapshot: {
      document: ShelvesOfPlace,
      variables: { scope },
      read: ({ shelves }: ShelvesOfPlaceQuery, before: Shelves | undefined) => {
        const rows = new Map(before);
        for (const row of shelves?.nodes ?? []) if (!rows.has(row.id)) rows.set(row.id, { row, version: 0 });
        return rows;
      },
    },
    stream: {
      document: ShelfHealths,
      variables: { scope },
      apply: (
        before: Shelves | undefined,
        { shelfHealthChanged: { shelf, version } }: ShelfHealthsSubscription,
      ) => {
        const rows = new Map(before);
        if (shelf.removedAt !== null) rows.delete(shelf.id);
        else if ((rows.get(shelf.id)?.version ?? -1) <= version) rows.set(shelf.id, { row: shelf, version });
        return rows;
      },
    },
  });
}

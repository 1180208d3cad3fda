/**
 * What a subscription to live things sends: each thing as it is at first, then each thing that changed, as it is by then. Or, after a
 * cursor, what has changed since instead of what there is at first. The watch starts before the first things are read, and of a thing no
 * version is sent that is not newer than the one sent before: no change is missed and none goes back.
 *
 * At first also comes whatever changed a moment ago: a gateway opens an interrupted stream again from the start, and what ended meanwhile would
 * otherwise stay with its clients.
 */
import type { Scope } from '../identity/identity.js';
import { CURSOR_HOURS, cursorOf, momentOf, tooOld } from './change-cursor.js';
import type { ChangeFeed, LiveChange } from './change-feed.js';
import type { RequestedPlace } from './requested-place.js';
import { returningAtOnce } from './returning-at-once.js';
import { coveredSql, covers } from './tenant-scope.js';

/** A thing as it was at a version. */
export interface LiveThing {
  readonly id: string;
  /** By `live_change`; 0 for what has not changed for longer than that is kept. */
  readonly liveVersion: number;
  readonly liveAt: Date;
}

export type LiveEvent<Thing> = Thing & {
  /** What a reader resumes from; null where it has only a part of what there is at first. */
  readonly cursor: string | null;
};

/** What a statement reads of `live_change`, beside a thing's own columns. */
export function liveColumns(kind: string, id: string, unchangedSince: string): string {
  const live = (column: string) =>
    `(SELECT ${column} FROM live_change WHERE live_change.kind = '${kind}' AND live_change.id = ${id})`;
  return `coalesce(${live('version')}, 0)::float8 AS "liveVersion", coalesce(${live('at')}, ${unchangedSince}) AS "liveAt"`;
}

interface Queryable {
  query<Row extends object>(statement: {
    readonly text: string;
    readonly values: unknown[];
  }): Promise<{ readonly rows: Row[] }>;
}

export interface FollowOptions<Thing extends LiveThing> {
  readonly feed: ChangeFeed;
  readonly kind: string;
  /** The caller's database, where row-level security is the wall behind `scope`. */
  readonly pool: Queryable;
  readonly scope: Scope;
  /** Exists within the scope. */
  readonly place: RequestedPlace;
  /** Null or empty for none. */
  readonly after?: string | null | undefined;
  /** What there is at first. */
  first(): Promise<readonly Thing[]>;
  /** Those of the ids that the caller may see, by one statement each with its version, in any order. */
  read(ids: readonly string[]): Promise<readonly Thing[]>;
}

/** Longer than a gateway tries to open an interrupted stream again. */
const RECENT_MINUTES = 3;
/** More is not sent one by one: who comes back subscribes without a cursor. */
const MOST_MISSED = 1_000;
/** Things whose sent versions are remembered: of others a change may be sent a second time. */
const REMEMBERED = 5_000;

/** @throws BAD_USER_INPUT for a cursor that is none, or too old. */
export async function followChanges<Thing extends LiveThing>(
  options: FollowOptions<Thing>,
): Promise<AsyncIterableIterator<LiveEvent<Thing>>> {
  const { feed, kind, scope, place, read } = options;
  const after = options.after || null;
  const watcher = await feed.watch((change) => change.kind === kind && isThere(change));
  try {
    const moment = await feed.now();
    const before = after === null ? await present() : await inOrder(await missedSince(options, after));
    return returningAtOnce(events(before, cursorOf(moment)), watcher);
  } catch (error) {
    await watcher.return();
    throw error;
  }

  async function* events(
    before: readonly Thing[],
    present: string,
  ): AsyncGenerator<LiveEvent<Thing>, void, undefined> {
    const sent = new Map<string, number>();
    let cursor = after;
    let waiting = before.length;
    for (const thing of before) {
      waiting -= 1;
      if (waiting === 0) cursor = present;
      sent.set(thing.id, thing.liveVersion);
      yield { ...thing, cursor };
    }
    cursor = present;
    for await (const { id } of watcher) {
      const [thing] = await read([id]);
      cursor = watcher.taken === undefined ? cursor : cursorOf(watcher.taken);
      if (thing === undefined || thing.liveVersion <= (sent.get(id) ?? -1)) continue;
      sent.delete(id);
      sent.set(id, thing.liveVersion);
      const [oldest] = sent.size > REMEMBERED ? sent.keys() : [];
      if (oldest !== undefined) sent.delete(oldest);
      yield { ...thing, cursor };
    }
  }

  async function present(): Promise<readonly Thing[]> {
    const things = await options.first();
    const known = new Set(things.map(({ id }) => id));
    const recent = await changedRecently(options);
    return [...(await inOrder(recent.filter((id) => !known.has(id)))), ...things];
  }

  async function inOrder(ids: readonly string[]): Promise<readonly Thing[]> {
    const things = ids.length === 0 ? [] : await read(ids);
    return things.toSorted((one, other) => one.liveVersion - other.liveVersion);
  }

  function isThere(change: LiveChange): boolean {
    return (
      (place.outletId === null || change.outletId === place.outletId) &&
      (place.franchiseId === null || change.franchiseId === place.franchiseId) &&
      covers(scope, change)
    );
  }
}

type Reached = Pick<FollowOptions<LiveThing>, 'kind' | 'pool' | 'scope' | 'place'>;

async function changedRecently({ kind, pool, scope, place }: Reached): Promise<string[]> {
  const { condition, values } = coveredSql(scope, { after: 4 });
  const { rows } = await pool.query<{ id: string }>({
    text: `
      SELECT id FROM live_change
      WHERE kind = $1 AND at > now() - interval '${RECENT_MINUTES} minutes'
        AND ($2::uuid IS NULL OR outlet_id = $2) AND ($3::uuid IS NULL OR franchise_id = $3) AND ${condition}
      ORDER BY version DESC LIMIT $4`,
    values: [kind, place.outletId, place.franchiseId, MOST_MISSED, ...values],
  });
  return rows.map(({ id }) => id);
}

/** The ids of what has changed since a cursor, the first change first. */
async function missedSince({ kind, pool, scope, place }: Reached, after: string): Promise<string[]> {
  const { snapshot, at } = momentOf(after);
  const { condition, values } = coveredSql(scope, { after: 6 });
  const { rows } = await pool.query<{ isKnown: boolean; id: string | null }>({
    text: `
      SELECT pg_snapshot_xmax($1::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
          AND $2::timestamptz > now() - make_interval(hours => ${CURSOR_HOURS}) AS "isKnown", id
      FROM (SELECT) AS present LEFT JOIN (
        SELECT id, version FROM live_change
        WHERE kind = $3 AND changed_in >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(changed_in, $1::pg_snapshot)
          AND ($4::uuid IS NULL OR outlet_id = $4) AND ($5::uuid IS NULL OR franchise_id = $5) AND ${condition}
        ORDER BY version LIMIT $6
      ) AS missed ON true ORDER BY version`,
    values: [snapshot, at, kind, place.outletId, place.franchiseId, MOST_MISSED + 1, ...values],
  });
  if (rows[0]?.isKnown !== true || rows.length > MOST_MISSED) throw tooOld();
  return rows.flatMap(({ id }) => id ?? []);
}

/**
 * The changes of live things (orders, payments, sales) for the subscribers in this process. Triggers write each thing that changes into
 * `live_change`, in the transaction that changes it; a feed reads it by transactions: what its last snapshot of the database did not see,
 * the next one sees, in whatever order transactions commit and whichever process made them. So no message is needed and none can be lost.
 * Read once for all subscribers, while there are any; a subscriber slower than the changes gets the latest of each thing.
 */
import type { Pool } from 'pg';
import type { Log } from '../log.js';
import { AsyncQueue } from './async-queue.js';
import { type DatabaseMoment, KEPT_HOURS } from './change-cursor.js';
import { type PollLoop, startPollLoop } from './poll-loop.js';
import type { TenantRow } from './tenant-scope.js';

export interface LiveChange extends TenantRow {
  /** Such as `order`. */
  readonly kind: string;
  readonly id: string;
  readonly outletId: string;
}

export interface ChangeFeedOptions {
  /** Names the feed in the log. */
  readonly name: string;
  /** Reaches every row: subscribers leave out what is not theirs. */
  readonly pool: Pick<Pool, 'query'>;
  readonly log: Log;
  /** Default 250 ms. */
  readonly intervalMilliseconds?: number;
}

const INTERVAL_MILLISECONDS = 250;

export class ChangeFeed {
  readonly #pool: Pick<Pool, 'query'>;
  readonly #loop: PollLoop;
  readonly #watchers = new Set<ChangeWatcher>();
  /** What the watchers have been given all changes of; undefined while nobody watches. */
  #given: DatabaseMoment | undefined;
  #beginning: Promise<DatabaseMoment> | undefined;

  constructor({ name, pool, log, intervalMilliseconds = INTERVAL_MILLISECONDS }: ChangeFeedOptions) {
    this.#pool = pool;
    this.#loop = startPollLoop({ name, intervalMilliseconds, log, turn: () => this.#turn() });
  }

  /** Once this resolves no change is missed. The caller ends the watcher. */
  async watch(isWatched: (change: LiveChange) => boolean): Promise<ChangeWatcher> {
    const watcher = new ChangeWatcher(isWatched, () => this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    try {
      if (this.#given === undefined) {
        this.#beginning ??= this.now().finally(() => {
          this.#beginning = undefined;
        });
        const beginning = await this.#beginning;
        this.#given ??= beginning;
      }
      return watcher;
    } catch (error) {
      await watcher.return();
      throw error;
    }
  }

  /** What is committed by now: what is read afterwards has it, and changes from here on are what `watch` yields. */
  async now(): Promise<DatabaseMoment> {
    const { rows } = await this.#pool.query<DatabaseMoment>({
      name: 'live-moment',
      text: 'SELECT pg_current_snapshot()::text AS snapshot, now() AS at',
    });
    const [moment] = rows;
    if (moment === undefined) throw new Error('A database has a present');
    return moment;
  }

  async #turn(): Promise<'done'> {
    const from = this.#given;
    if (this.#watchers.size === 0) this.#given = undefined;
    if (from === undefined || this.#watchers.size === 0) return 'done';
    const { moment, changes } = await this.#changesSince(from);
    this.#given = moment;
    for (const watcher of this.#watchers) watcher.give(changes, moment);
    return 'done';
  }

  async #changesSince({
    snapshot,
  }: DatabaseMoment): Promise<{ moment: DatabaseMoment; changes: LiveChange[] }> {
    const { rows } = await this.#pool.query<DatabaseMoment & (LiveChange | { readonly id: null })>({
      name: 'live-changes',
      text: `
        SELECT pg_current_snapshot()::text AS snapshot, now() AS at, kind, id, outlet_id AS "outletId", franchise_id AS "franchiseId"
        FROM (SELECT) AS present LEFT JOIN (
          SELECT * FROM live_change
          WHERE changed_in >= pg_snapshot_xmin($1::pg_snapshot) AND changed_in < pg_snapshot_xmax(pg_current_snapshot())
            AND NOT pg_visible_in_snapshot(changed_in, $1::pg_snapshot)
        ) AS changed ON true
        ORDER BY version`,
      values: [snapshot],
    });
    const [first] = rows;
    if (first === undefined) throw new Error('A database has a present');
    const changes = rows.filter((row): row is DatabaseMoment & LiveChange => row.id !== null);
    return { moment: { snapshot: first.snapshot, at: first.at }, changes };
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    for (const watcher of this.#watchers) watcher.end();
  }
}

/** The changes that one subscriber watches. */
class ChangeWatcher extends AsyncQueue<LiveChange> {
  readonly #isWatched: (change: LiveChange) => boolean;
  #given: DatabaseMoment | undefined;

  constructor(isWatched: (change: LiveChange) => boolean, onReturn: () => void) {
    super({ overflow: { kind: 'latest-by-key', keyOf: ({ kind, id }) => `${kind}:${id}` }, onReturn });
    this.#isWatched = isWatched;
  }

  give(changes: readonly LiveChange[], moment: DatabaseMoment): void {
    this.#given = moment;
    for (const change of changes) if (this.#isWatched(change)) this.push(change);
  }

  /** Up to which the reader has taken every change; undefined while changes wait, or none was given. */
  get taken(): DatabaseMoment | undefined {
    return this.size === 0 ? this.#given : undefined;
  }
}

const PRUNED_AT_ONCE = 1_000;

/** Deletes what has not changed for long, a limited number at a time. @returns whether there may be more of it. */
export async function pruneLiveChanges(pool: Pick<Pool, 'query'>): Promise<boolean> {
  const isOld = `at < now() - interval '${KEPT_HOURS} hours'`;
  const { rowCount } = await pool.query(
    `DELETE FROM live_change WHERE ${isOld} AND (kind, id) IN (
       SELECT kind, id FROM (SELECT kind, id, at FROM live_change ORDER BY changed_in LIMIT ${PRUNED_AT_ONCE}) AS oldest WHERE ${isOld})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}

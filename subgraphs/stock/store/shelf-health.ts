/**
 * The health of shelves' devices. What a state is, is decided by one function of the database, `shelf_state`: for a field, for a list by
 * state, and for the changes that are published.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql, type TenantRow } from '../../../platform/kit/tenant-scope.js';
import type { ShelfHealth, ShelfState } from '../domain/records.js';
import type { OwnStockDatabase, StockDatabase } from './database.js';

/** As many as a count of readings needs: a double holds it exactly, where `pg` would give a bigint as text. */
const HEALTH = `
  shelf_state(shelf, make_interval(secs => $1)) AS state, shelf_last_seen(shelf) AS "lastSeenAt",
  filtered_readings::float8 AS "filteredReadings"`;

/** As it is now. @param silentSeconds without a message for so long, a device is silent. */
export async function findHealth(
  { pool }: StockDatabase,
  silentSeconds: number,
  shelfIds: readonly string[],
): Promise<(ShelfHealth & { readonly id: string })[]> {
  const { rows } = await pool.query<ShelfHealth & { id: string }>({
    name: 'shelf-health',
    text: `SELECT id, ${HEALTH} FROM shelf WHERE id = ANY ($2::uuid[])`,
    values: [silentSeconds, shelfIds],
  });
  return rows;
}

export interface ShelfFilter {
  readonly place: RequestedPlace;
  /** Null for all. */
  readonly states: readonly ShelfState[] | null;
  readonly silentSeconds: number;
}

const SELECTED = `
  removed_at IS NULL AND ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2)
  AND ($3::text[] IS NULL OR shelf_state(shelf, make_interval(secs => $4))::text = ANY ($3))`;

/** The ids of a page of the scope's shelves, by age, as `connectionOf` takes rows. */
export async function findShelfIdPage(
  { pool }: StockDatabase,
  scope: Scope,
  filter: ShelfFilter,
  page: Page,
): Promise<string[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const { condition, values } = coveredSql(scope, { after: 4 });
  const { rows } = await pool.query<{ id: string }>({
    text: `
      SELECT id FROM shelf
      WHERE ${SELECTED} AND ${condition} AND ($8::uuid IS NULL OR id > $8) AND ($9::uuid IS NULL OR id < $9)
      ORDER BY id ${direction} LIMIT $10`,
    values: [...filterValues(filter), ...values, above, below, take],
  });
  return rows.map(({ id }) => id);
}

export async function countShelves(
  { pool }: StockDatabase,
  scope: Scope,
  filter: ShelfFilter,
): Promise<number> {
  const { condition, values } = coveredSql(scope, { after: 4 });
  const { rows } = await pool.query<{ count: number }>({
    text: `SELECT count(*)::integer AS count FROM shelf WHERE ${SELECTED} AND ${condition}`,
    values: [...filterValues(filter), ...values],
  });
  return rows[0]?.count ?? 0;
}

function filterValues({ place: { outletId, franchiseId }, states, silentSeconds }: ShelfFilter): unknown[] {
  return [outletId, franchiseId, states, silentSeconds];
}

/** The health that was published last. */
export interface PublishedHealth extends TenantRow {
  readonly shelfId: string;
  readonly outletId: string;
  readonly health: ShelfHealth;
  readonly version: number;
  readonly at: Date;
}

/**
 * Gives a new version to the health of each shelf, of every tenant, whose state or number of filtered readings is not what was published
 * last. Shelves that are locked, such as by their readings, are left to the next time.
 */
export async function updatePublishedHealth(
  { pool }: OwnStockDatabase,
  silentSeconds: number,
): Promise<void> {
  await pool.query({
    name: 'publish-health',
    text: `
      WITH changed AS (
        SELECT id, shelf_state(shelf, make_interval(secs => $1)) AS state, filtered_readings FROM shelf
        WHERE (removed_at IS NULL OR health_state <> 'OFFLINE')
          AND (health_state, health_filtered) IS DISTINCT FROM (shelf_state(shelf, make_interval(secs => $1)), filtered_readings)
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
      )
      UPDATE shelf
      SET health_state = changed.state, health_filtered = changed.filtered_readings, health_version = health_version + 1, health_at = now()
      FROM changed WHERE shelf.id = changed.id`,
    values: [silentSeconds],
  });
}

const PUBLISHED = `
  SELECT id AS "shelfId", franchise_id AS "franchiseId", outlet_id AS "outletId", health_version AS version, health_at AS at,
         health_state AS state, shelf_last_seen(shelf) AS "lastSeenAt", health_filtered::float8 AS "filteredReadings"
  FROM shelf`;

type PublishedRow = Omit<PublishedHealth, 'health'> & ShelfHealth;

/** Of shelves that are there. */
export async function findPublishedHealth(
  { pool }: StockDatabase,
  scope: Scope,
  { outletId, franchiseId }: RequestedPlace,
): Promise<PublishedHealth[]> {
  const { condition, values } = coveredSql(scope, { after: 2 });
  const { rows } = await pool.query<PublishedRow>({
    text: `${PUBLISHED}
      WHERE removed_at IS NULL AND health_at IS NOT NULL
        AND ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2) AND ${condition}
      ORDER BY id`,
    values: [outletId, franchiseId, ...values],
  });
  return rows.map(publishedHealth);
}

/** What changed in the last seconds, of every tenant; of shelves that were removed then, too. */
export async function findRecentHealth(
  { pool }: OwnStockDatabase,
  seconds: number,
): Promise<PublishedHealth[]> {
  const { rows } = await pool.query<PublishedRow>({
    name: 'recent-health',
    text: `${PUBLISHED} WHERE health_at > now() - make_interval(secs => $1) ORDER BY health_at`,
    values: [seconds],
  });
  return rows.map(publishedHealth);
}

function publishedHealth({ state, lastSeenAt, filteredReadings, ...row }: PublishedRow): PublishedHealth {
  return { ...row, health: { state, lastSeenAt, filteredReadings } };
}

/**
 * Models of customers, of an outlet, a franchise or the chain, as they were fitted last. A withdrawal or an erasure deletes those that were fitted to the person, in
 * its own transaction (`removeCustomers`).
 */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { CustomerModel, CustomersAlike } from '../domain/customers/value.js';
import type { OrderDatabase, OwnOrderDatabase } from './database.js';

/** Of a whole franchise without an outlet, of the chain with neither. */
export interface ModelledPlace {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface StoredModel {
  readonly madeAt: Date;
  /** Histories are of the days before. */
  readonly until: CalendarDay;
  /** To how many customers it was fitted. */
  readonly fittedTo: number;
  /** Null where they were too few, or nobody came back. */
  readonly model: CustomerModel | null;
}

const CHAIN = '00000000-0000-0000-0000-000000000000';
const idOf = ({ outletId, franchiseId }: ModelledPlace) => outletId ?? franchiseId ?? CHAIN;

/** Null before the first. */
export async function findModel({ pool }: OrderDatabase, place: ModelledPlace): Promise<StoredModel | null> {
  const { rows } = await pool.query<StoredModel>(
    `SELECT made_at AS "madeAt", until::text AS until, fitted_to AS "fittedTo", model FROM customer_model WHERE place_id = $1`,
    [idOf(place)],
  );
  return rows[0] ?? null;
}

/** Every customer of the place up to a day, those with one history together. */
export async function findHistories(
  { pool }: OrderDatabase,
  scope: Scope,
  { outletId, franchiseId }: ModelledPlace,
  until: CalendarDay,
): Promise<CustomersAlike[]> {
  const covered = coveredSql(scope, { after: 3 });
  const { rows } = await pool.query<CustomersAlike>(
    `SELECT repeats, recency, age, count(*)::float8 AS customers, sum(mean)::float8 AS "sumOfMeans"
     FROM (${historiesOf(covered.condition)}) AS history GROUP BY 1, 2, 3`,
    [until, outletId, franchiseId, ...covered.values],
  );
  return rows;
}

export interface SampledHistory {
  readonly repeats: number;
  readonly recency: number;
  readonly age: number;
  readonly mean: number;
}

/** Some customers of the place, the same as long as they are its customers; and how often anybody had withdrawn before. */
export async function sampleHistories(
  { pool }: OwnOrderDatabase,
  { outletId, franchiseId }: ModelledPlace,
  until: CalendarDay,
  most: number,
): Promise<{ readonly histories: SampledHistory[]; readonly withdrawals: number }> {
  const { rows: counts } = await pool.query<{ withdrawals: number }>(
    'SELECT withdrawals FROM customer_count',
  );
  const { rows: histories } = await pool.query<SampledHistory>(
    `SELECT repeats, recency, age, mean FROM (${historiesOf('true')}) AS history ORDER BY hashtextextended(customer_id::text, 0) LIMIT $4`,
    [until, outletId, franchiseId, most],
  );
  return { histories, withdrawals: counts[0]?.withdrawals ?? 0 };
}

/** A visit is a day on which something was bought. Of the parameters `$1` to `$3`: the day, outlet and franchise. */
const historiesOf = (condition: string) => `
  SELECT customer_id, count(DISTINCT day)::int - 1 AS repeats, (max(day) - min(day)) / 7 AS recency, ($1::date - min(day)) / 7 AS age,
    sum(revenue)::float8 / count(DISTINCT day) AS mean
  FROM customer_day
  WHERE orders > 0 AND day < $1::date AND ($2::uuid IS NULL OR outlet_id = $2::uuid) AND ($3::uuid IS NULL OR franchise_id = $3::uuid) AND ${condition}
  GROUP BY customer_id`;

/** Stores nothing where somebody has withdrawn since the customers were read. */
export async function replaceModel(
  { pool }: OwnOrderDatabase,
  place: ModelledPlace,
  { madeAt, until, fittedTo, model }: StoredModel,
  withdrawals: number,
): Promise<void> {
  await pool.query(
    `INSERT INTO customer_model (place_id, outlet_id, franchise_id, made_at, until, fitted_to, model)
     SELECT $1, $2, $3, $4, $5, $6, $7 FROM (SELECT FROM customer_count WHERE withdrawals = $8 FOR UPDATE) AS unchanged
     ON CONFLICT (place_id) DO UPDATE SET made_at = excluded.made_at, until = excluded.until, fitted_to = excluded.fitted_to, model = excluded.model`,
    [
      ...[idOf(place), place.outletId, place.franchiseId, madeAt, until, fittedTo],
      ...[model === null ? null : JSON.stringify(model), withdrawals],
    ],
  );
}

/** Figures about customers within a scope, grouped in the database: no customer is read. */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay, Period } from '../../../platform/kit/calendar.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { CohortMonth, ScoredCustomers } from '../domain/customers/groups.js';
import type { OrderDatabase } from './database.js';

export interface CustomerQuery extends Period {
  /** Null for everything within the scope. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface CustomerCount {
  /** Up to when orders are counted; null before the first. */
  readonly until: Date | null;
  /** How often anybody has withdrawn or was erased. */
  readonly withdrawals: number;
}

export async function findCount({ pool }: OrderDatabase): Promise<CustomerCount> {
  const { rows } = await pool.query<CustomerCount>(
    'SELECT counted_until AS until, withdrawals FROM customer_count',
  );
  return rows[0] ?? { until: null, withdrawals: 0 };
}

/** A fifth by rank, 5 the highest; equals share the rank of their middle (`scoresOf` in the domain says the same). */
const fifths = (value: string) => `
  SELECT ${value}, least(5, 1 + floor(5 * (2 * sum(count(*)) OVER (ORDER BY ${value}) - count(*)) / (2 * sum(count(*)) OVER ())))::int AS score
  FROM customer GROUP BY ${value}`;

/** Of those who bought in the period. @param today to which days since the last visit are counted. */
export async function findScores(
  database: OrderDatabase,
  scope: Scope,
  query: CustomerQuery,
  today: CalendarDay,
): Promise<ScoredCustomers[]> {
  const { condition, values } = within(scope, 5);
  const { rows } = await database.pool.query<ScoredCustomers>(
    `WITH customer AS MATERIALIZED (
       SELECT customer_id, max(day) FILTER (WHERE orders > 0) AS last, sum(orders)::int AS orders, sum(revenue)::bigint AS revenue
       FROM customer_day WHERE ${condition} GROUP BY customer_id HAVING sum(orders) > 0
     ), recency AS (${fifths('last')}), frequency AS (${fifths('orders')}), monetary AS (${fifths('revenue')})
     SELECT recency.score AS recency, frequency.score AS frequency, monetary.score AS monetary, orders = 1 AS "isOnce",
       greatest(0, $5::date - last) AS "daysSince", count(*)::float8 AS customers, sum(orders)::float8 AS orders, sum(revenue)::float8 AS revenue
     FROM customer JOIN recency USING (last) JOIN frequency USING (orders) JOIN monetary USING (revenue)
     GROUP BY 1, 2, 3, 4, 5`,
    [query.from, query.to, query.outletId, query.franchiseId, today, ...values],
  );
  return rows;
}

/** Of those whose first order within the scope is in the period, by its month and each month since that is in the period. */
export async function findCohorts(
  database: OrderDatabase,
  scope: Scope,
  query: CustomerQuery,
): Promise<CohortMonth[]> {
  const { condition, values } = within(scope, 4, 'day <= $2::date');
  const { rows } = await database.pool.query<CohortMonth>(
    `WITH bought AS MATERIALIZED (
       SELECT customer_id, date_trunc('month', day::timestamp) AS month, min(day) FILTER (WHERE orders > 0) AS first, sum(orders) AS orders, sum(revenue) AS revenue
       FROM customer_day WHERE ${condition} GROUP BY 1, 2
     ), begun AS (
       SELECT customer_id, date_trunc('month', min(first)::timestamp) AS cohort FROM bought GROUP BY 1 HAVING min(first) >= $1::date
     )
     SELECT to_char(cohort, 'YYYY-MM') AS cohort, to_char(month, 'YYYY-MM') AS month, count(*) FILTER (WHERE orders > 0)::float8 AS customers, sum(revenue)::float8 AS revenue
     FROM begun JOIN bought USING (customer_id) WHERE bought.month >= begun.cohort GROUP BY begun.cohort, bought.month`,
    [query.from, query.to, query.outletId, query.franchiseId, ...values],
  );
  return rows;
}

const IN_PERIOD = 'day BETWEEN $1::date AND $2::date';

/** Of the parameters `$1` to `$4`: days, outlet and franchise. */
export function within(scope: Scope, after: number, days = IN_PERIOD) {
  const covered = coveredSql(scope, { after });
  return {
    condition: `${days} AND ($3::uuid IS NULL OR outlet_id = $3::uuid) AND ($4::uuid IS NULL OR franchise_id = $4::uuid) AND ${covered.condition}`,
    values: covered.values,
  };
}

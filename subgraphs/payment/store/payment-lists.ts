/**
 * Pages of payments and of disputes within a scope, newest first, archived ones, too. Each statement is planned for its values: by the
 * bounds of the page and of the period it looks into their months alone.
 */
import type pg from 'pg';
import type { Scope } from '../../../platform/identity/identity.js';
import { firstIdAt } from '../../../platform/ids.js';
import { type CountedConnection, connectionOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { DisputeStatus } from '../domain/dispute-state.js';
import type { PaymentMethod } from '../domain/methods.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import type { Dispute, Payment } from '../domain/records.js';
import type { WithPool } from './database.js';
import { DISPUTE_COLUMNS, PAYMENT_COLUMNS } from './rows.js';

export interface PaymentFilter extends RequestedPlace {
  /** Null for all. */
  readonly statuses: readonly PaymentStatus[] | null;
  readonly methods: readonly PaymentMethod[] | null;
  /** Begun from this moment on; null for no bound. */
  readonly from: Date | null;
  /** Begun up to this moment, included. */
  readonly to: Date | null;
}

export interface DisputeFilter extends RequestedPlace {
  readonly statuses: readonly DisputeStatus[] | null;
}

/** Clocks of two machines differ by less. */
const CLOCK_SKEW_MILLISECONDS = 86_400_000;

export function findPaymentPage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, statuses, methods, from, to }: PaymentFilter,
  page: Page,
): Promise<CountedConnection<Payment>> {
  const conditions = conditionsWithin(scope, { outletId, franchiseId });
  if (statuses !== null) conditions.add((value) => `status = ANY (${value}::"PaymentStatus"[])`, statuses);
  if (methods !== null) conditions.add((value) => `method = ANY (${value}::"PaymentMethod"[])`, methods);
  if (from !== null) {
    conditions.add((value) => `created_at >= ${value}::timestamptz`, from);
    conditions.add((value) => `id >= ${value}::uuid`, firstIdAt(from.getTime() - CLOCK_SKEW_MILLISECONDS));
  }
  if (to !== null) {
    conditions.add((value) => `created_at <= ${value}::timestamptz`, to);
    conditions.add((value) => `id < ${value}::uuid`, firstIdAt(to.getTime() + CLOCK_SKEW_MILLISECONDS));
  }
  return pageOf<Payment>(database, { table: 'payment', columns: PAYMENT_COLUMNS }, conditions, page);
}

export function findDisputePage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, statuses }: DisputeFilter,
  page: Page,
): Promise<CountedConnection<Dispute>> {
  const conditions = conditionsWithin(scope, { outletId, franchiseId });
  if (statuses !== null) conditions.add((value) => `status = ANY (${value}::"DisputeStatus"[])`, statuses);
  return pageOf<Dispute>(database, { table: 'dispute', columns: DISPUTE_COLUMNS }, conditions, page);
}

/** The conditions of a statement, and the values of their parameters. */
class Conditions {
  readonly #texts: string[] = [];
  readonly #values: unknown[] = [];

  /** @param condition of the place of its parameter. */
  add(condition: (place: string) => string, value: unknown): this {
    this.#values.push(value);
    this.#texts.push(condition(`$${this.#values.length}`));
    return this;
  }

  within(scope: Scope): this {
    const covered = coveredSql(scope, { after: this.#values.length });
    this.#texts.push(covered.condition);
    this.#values.push(...covered.values);
    return this;
  }

  get text(): string {
    return this.#texts.join(' AND ');
  }

  get values(): unknown[] {
    return [...this.#values];
  }
}

function conditionsWithin(scope: Scope, { outletId, franchiseId }: RequestedPlace): Conditions {
  const conditions = new Conditions().within(scope);
  // One outlet by itself: its index has the order of the list.
  const { everywhere, franchiseIds, outletIds } = scope;
  const [onlyOutlet, another] = everywhere || franchiseIds.length > 0 ? [] : outletIds;
  const outlet = outletId ?? (another === undefined ? onlyOutlet : undefined);
  if (outlet !== undefined) conditions.add((value) => `outlet_id = ${value}::uuid`, outlet);
  if (franchiseId !== null) conditions.add((value) => `franchise_id = ${value}::uuid`, franchiseId);
  return conditions;
}

async function pageOf<Row extends pg.QueryResultRow & { readonly id: string }>(
  { pool }: WithPool,
  from: { readonly table: 'payment' | 'dispute'; readonly columns: string },
  conditions: Conditions,
  page: Page,
): Promise<CountedConnection<Row>> {
  const { above, below, direction, take } = keysetOf(page, 'desc');
  const found = { text: conditions.text, values: conditions.values };
  if (above !== null) conditions.add((value) => `id > ${value}::uuid`, above);
  if (below !== null) conditions.add((value) => `id < ${value}::uuid`, below);
  const { rows } = await pool.query<Row>(
    `SELECT ${from.columns} FROM ${from.table}_with_archive WHERE ${conditions.text} ORDER BY id ${direction} LIMIT ${take}`,
    conditions.values,
  );
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    async () => {
      const counted = await pool.query<{ count: number }>(
        `SELECT count(*)::float8 AS count FROM ${from.table}_with_archive WHERE ${found.text}`,
        found.values,
      );
      return counted.rows[0]?.count ?? 0;
    },
  );
}

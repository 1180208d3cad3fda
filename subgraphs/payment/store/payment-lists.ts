/**
 * Pages of payments, disputes and receipts within a scope, newest first, archived ones, too. Each statement is planned for its values: by the
 * bounds of the page and of the period it looks into their months alone.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { type IdList, readIdPage } from '../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { DisputeStatus } from '../domain/dispute-state.js';
import type { PaymentMethod } from '../domain/methods.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import type { Receipt } from '../domain/receipt.js';
import type { Dispute, Payment } from '../domain/records.js';
import type { WithPool } from './database.js';
import { endIdBefore, firstIdSince } from './id-window.js';
import { findReceiptNumbers, RECEIPT_COLUMNS, receiptOf, type StoredReceipt } from './receipts.js';
import { DISPUTE_COLUMNS, PAYMENT_COLUMNS } from './rows.js';

/** By when something was begun or issued. */
export interface PeriodFilter extends RequestedPlace {
  /** From this moment on; null for no bound. */
  readonly from: Date | null;
  /** Up to this moment, included. */
  readonly to: Date | null;
}

export interface PaymentFilter extends PeriodFilter {
  /** Null for all. */
  readonly statuses: readonly PaymentStatus[] | null;
  readonly methods: readonly PaymentMethod[] | null;
}

export interface DisputeFilter extends RequestedPlace {
  readonly statuses: readonly DisputeStatus[] | null;
}

export function findPaymentPage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, statuses, methods, from, to }: PaymentFilter,
  page: Page,
): Promise<CountedConnection<Payment>> {
  const conditions = conditionsWithin(scope, { outletId, franchiseId });
  if (statuses !== null) conditions.add((value) => `status = ANY (${value}::"PaymentStatus"[])`, statuses);
  if (methods !== null) conditions.add((value) => `method = ANY (${value}::"PaymentMethod"[])`, methods);
  conditions.during('created_at', { from, to });
  return readIdPage<Payment>(database, listOf('payment', PAYMENT_COLUMNS, conditions), page);
}

export function findDisputePage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, statuses }: DisputeFilter,
  page: Page,
): Promise<CountedConnection<Dispute>> {
  const conditions = conditionsWithin(scope, { outletId, franchiseId });
  if (statuses !== null) conditions.add((value) => `status = ANY (${value}::"DisputeStatus"[])`, statuses);
  return readIdPage<Dispute>(database, listOf('dispute', DISPUTE_COLUMNS, conditions), page);
}

export async function findReceiptPage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, from, to }: PeriodFilter,
  page: Page,
): Promise<CountedConnection<Receipt>> {
  const conditions = conditionsWithin(scope, { outletId, franchiseId }).during('issued_at', { from, to });
  const { edges, pageInfo, totalCount } = await readIdPage<StoredReceipt>(
    database,
    listOf('receipt', RECEIPT_COLUMNS, conditions),
    page,
  );
  const numbers = await findReceiptNumbers(
    database,
    edges.map(({ node }) => node.id),
  );
  const numbered = edges.flatMap(({ cursor, node }) => {
    const number = numbers.get(node.id);
    return number === undefined ? [] : [{ cursor, node: receiptOf(node, number) }];
  });
  return { edges: numbered, nodes: numbered.map(({ node }) => node), pageInfo, totalCount };
}

function listOf(
  table: 'payment' | 'dispute' | 'receipt',
  columns: string,
  { text, values }: Conditions,
): IdList {
  return { columns, from: `${table}_with_archive WHERE ${text}`, values };
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

  /** @param moment a column; ids are of that time. */
  during(moment: string, { from, to }: Pick<PeriodFilter, 'from' | 'to'>): this {
    if (from !== null) {
      this.add((value) => `${moment} >= ${value}::timestamptz`, from);
      this.add((value) => `id >= ${value}::uuid`, firstIdSince(from));
    }
    if (to !== null) {
      this.add((value) => `${moment} <= ${value}::timestamptz`, to);
      this.add((value) => `id < ${value}::uuid`, endIdBefore(to));
    }
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

/** `payments`, `disputes` and `receipts`: lists for staff, within what the caller may see. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { Receipt } from '../domain/receipt.js';
import type { Dispute, Payment } from '../domain/records.js';
import type { PaymentDatabase } from '../store/database.js';
import { knownPlaces } from '../store/outlets.js';
import {
  type DisputeFilter,
  findDisputePage,
  findPaymentPage,
  findReceiptPage,
  type PaymentFilter,
  type PeriodFilter,
} from '../store/payment-lists.js';

type Caller = Pick<Context, 'database' | 'identity'>;

/** No id is of a later moment. */
const LAST_MOMENT_OF_IDS = 2 ** 47;

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope, BAD_USER_INPUT for a period that is none. */
export async function listPayments(
  { database, identity }: Caller,
  filter: PaymentFilter,
  page: Page,
): Promise<CountedConnection<Payment>> {
  const scope = await scopeAt(database, scopeFor(identity, 'payments:read'), filter);
  return findPaymentPage(database, scope, { ...filter, ...periodOf(filter) }, page);
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope, BAD_USER_INPUT for a period that is none. */
export async function listReceipts(
  { database, identity }: Caller,
  filter: PeriodFilter,
  page: Page,
): Promise<CountedConnection<Receipt>> {
  const scope = await scopeAt(database, scopeFor(identity, 'payments:read'), filter);
  return findReceiptPage(database, scope, { ...filter, ...periodOf(filter) }, page);
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listDisputes(
  { database, identity }: Caller,
  filter: DisputeFilter,
  page: Page,
): Promise<CountedConnection<Dispute>> {
  const scope = await scopeAt(database, scopeFor(identity, 'payments:read'), filter);
  return findDisputePage(database, scope, filter, page);
}

/** @throws BAD_USER_INPUT for a period that is none. */
function periodOf({ from, to }: Pick<PeriodFilter, 'from' | 'to'>) {
  if (from !== null && to !== null && from > to) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  }
  return { from: from && withinIds(from), to: to && withinIds(to) };
}

async function scopeAt(database: PaymentDatabase, scope: Scope, place: RequestedPlace): Promise<Scope> {
  await requirePlace(scope, place, knownPlaces(database));
  return scope;
}

function withinIds(moment: Date): Date {
  return new Date(Math.min(Math.max(moment.getTime(), 0), LAST_MOMENT_OF_IDS));
}

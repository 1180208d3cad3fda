/** The payments of a place, live, for its staff: those of the last day first, then each payment that changes. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { followChanges, type LiveEvent } from '../../../platform/kit/follow-changes.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import { findLivePayments, findPaymentsSince, type LivePayment } from '../store/live-payments.js';
import { knownPlaces } from '../store/outlets.js';

export type PaymentChange = LiveEvent<LivePayment>;

const DAY_MILLISECONDS = 86_400_000;
const MOST_AT_FIRST = 200;

/** @throws NOT_FOUND for a place outside the caller's scope, BAD_USER_INPUT for a cursor that is none, or too old. */
export async function watchPlacePayments(
  { database, changes, identity }: Context,
  place: RequestedPlace,
  after: string | null,
): Promise<AsyncIterableIterator<PaymentChange>> {
  const scope = scopeFor(identity, 'payments:read');
  await requirePlace(scope, place, knownPlaces(database));
  return followChanges({
    ...{ feed: changes, kind: 'payment', pool: database.pool, scope, place, after },
    first: () =>
      findPaymentsSince(database, scope, place, new Date(Date.now() - DAY_MILLISECONDS), MOST_AT_FIRST),
    read: (ids) => findLivePayments(database, scope, ids),
  });
}

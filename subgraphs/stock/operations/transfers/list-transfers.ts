/** `transfers`: a list for staff of both sides, within what the caller may see. */
import { scopeFor } from '../../../../platform/identity/identity.js';
import { idForFilter } from '../../../../platform/ids.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import { requirePlace } from '../../../../platform/kit/requested-place.js';
import type { Context } from '../../context.js';
import type { Transfer } from '../../domain/transfers/records.js';
import { knownPlaces } from '../../store/outlets.js';
import { findTransferPage, type TransferFilter } from '../../store/transfers/transfers.js';

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listTransfers(
  { database, identity }: Context,
  filter: TransferFilter,
  page: Page,
): Promise<CountedConnection<Transfer>> {
  const scope = scopeFor(identity, 'stock:read');
  await requirePlace(scope, filter, knownPlaces(database));
  const ingredientId = idForFilter(filter.ingredientId);
  return findTransferPage(database, scope, { ...filter, ingredientId }, page);
}

/**
 * The place that a report or a search is asked for, by the `SalesScopeInput` of the schemas: an outlet, a franchise, or neither for
 * everything that the caller may see.
 */
import { notFound } from '../errors.js';
import type { Scope } from '../identity/identity.js';
import { isId } from '../ids.js';
import { covers } from './tenant-scope.js';
import { findYoung } from './young-id.js';

export interface RequestedPlace {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

/** @param scope a `SalesScopeInput`. */
export function placeOf(
  scope: { readonly [Key in keyof RequestedPlace]?: string | null | undefined } | null | undefined,
): RequestedPlace {
  return { outletId: scope?.outletId ?? null, franchiseId: scope?.franchiseId ?? null };
}

/** What a subgraph knows of places, by ids that can be ids. */
export interface KnownPlaces {
  /** Null for an outlet that is unknown. */
  franchiseOf(outletId: string): Promise<string | null>;
  hasFranchise(franchiseId: string): Promise<boolean>;
}

/**
 * What was created a moment ago, and whose event may be on the way, is waited for.
 * @throws NOT_FOUND for an outlet or franchise that does not exist, one outside the scope, and an outlet of another franchise.
 */
export async function requirePlace(
  scope: Scope,
  { outletId, franchiseId }: RequestedPlace,
  places: KnownPlaces,
): Promise<void> {
  if (outletId !== null) {
    const owner = isId(outletId) ? await findYoung(outletId, () => places.franchiseOf(outletId)) : null;
    const isThere = owner !== null && covers(scope, { franchiseId: owner, outletId });
    if (!isThere || (franchiseId !== null && franchiseId !== owner)) throw notFound('Outlet');
    return;
  }
  if (franchiseId === null) return;
  const find = async () => (await places.hasFranchise(franchiseId)) || null;
  const exists = isId(franchiseId) && (await findYoung(franchiseId, find)) !== null;
  if (!exists || !covers(scope, { franchiseId })) throw notFound('Franchise');
}

/** The place that a list or a stream is asked for. */
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import type { SalesScopeInput } from '../../../schema/types/stock.js';

export function placeOf(scope: SalesScopeInput | null | undefined): RequestedPlace {
  return { outletId: scope?.outletId ?? null, franchiseId: scope?.franchiseId ?? null };
}

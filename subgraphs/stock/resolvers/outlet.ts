/** `Outlet`: its stock items, for callers who may see them. */
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import {
  type CountedConnection,
  connectionOf,
  idPageOf,
  type PageArguments,
} from '../../../platform/kit/paging.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { loadYoung } from '../../../platform/kit/young-id.js';
import type { OutletResolvers } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { StockItem } from '../domain/records.js';

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  async name({ id }, _, { loaders }) {
    return (await loaders.outlet.load(id))?.name ?? '';
  },
  stockItems: ({ id }, args, context) => itemsOfOutlet(context, id, args),
};

/** @throws NOT_FOUND for an outlet that does not exist or whose stock the caller may not see. */
export async function itemsOfOutlet(
  context: Context,
  outletId: string,
  { belowReorderPoint, ...args }: PageArguments & { readonly belowReorderPoint?: boolean | null },
): Promise<CountedConnection<StockItem>> {
  const page = idPageOf(args);
  await requireReadableOutlet(context, outletId);
  const filter = { belowReorderPoint: belowReorderPoint ?? false };
  const { loaders } = context;
  const rows = await loaders.itemsOfOutlet({ ...filter, page }).load(outletId);
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    () => loaders.itemCount(filter).load(outletId),
  );
}

/** @throws NOT_FOUND for an outlet that does not exist or whose stock the caller may not see. */
export async function requireReadableOutlet({ identity, loaders }: Context, outletId: string): Promise<void> {
  const outlet = await loadYoung(loaders.outlet, outletId);
  const scope = scopeFor(identity, 'stock:read');
  if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId }))
    throw notFound('Outlet');
}

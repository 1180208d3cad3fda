/** Reading stock, within the caller's outlets. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { covers, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import {
  type Connection,
  connectionOf,
  type Page,
  type PageArguments,
  pageOf,
} from '../../../platform/paging.js';
import type { StockItem } from '../../../prisma/stock/client/client.js';
import type { OutletResolvers, QueryResolvers } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import { ingredientsByName } from '../store/ingredients.js';

export const Query: QueryResolvers = {
  stockItems: (_, { outletId, ...filter }, context) => itemsOfOutlet(context, outletId, filter),

  async stockItem(_, { id }, { loaders }) {
    const item = await loaders.items.load(id);
    if (item === null) throw notFound('Stock item');
    return item;
  },

  ingredients: (_, _args, { database }) => ingredientsByName(database),
};

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  async name({ id }, _, { loaders }) {
    return (await loaders.outlets.load(id))?.name ?? '';
  },
  stockItems: ({ id }, filter, context) => itemsOfOutlet(context, id, filter),
};

async function itemsOfOutlet(
  context: Context,
  outletId: string,
  { belowReorderPoint, ...args }: PageArguments & { readonly belowReorderPoint?: boolean | null },
): Promise<Connection<StockItem>> {
  const page = idPageOf(args);
  await requireOutlet(context, outletId);
  const filter = { belowReorderPoint: belowReorderPoint ?? false, page };
  return connectionOf(page, await context.loaders.itemsOfOutlet(filter).load(outletId), ({ id }) => id);
}

/** @throws NOT_FOUND for an outlet that does not exist or whose stock the caller may not see. */
export async function requireOutlet({ identity, loaders }: Context, outletId: string): Promise<void> {
  const outlet = await loaders.outlets.load(outletId);
  const scope = scopeFor(identity, 'stock:read');
  if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId }))
    throw notFound('Outlet');
}

/** A page of a list that is sorted by id. @throws BAD_USER_INPUT for a cursor that is none of such a list. */
export function idPageOf(args: PageArguments): Page {
  const page = pageOf(args);
  if (page.after !== null && !isId(page.after)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not a cursor of this list');
  }
  return page;
}

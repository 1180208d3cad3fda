/** `StockCount` and its lines. What differences cost is for those who read purchases. */
import { scopeFor } from '../../../../platform/identity/identity.js';
import { idPageOf } from '../../../../platform/kit/paging.js';
import { covers, type TenantRow } from '../../../../platform/kit/tenant-scope.js';
import { rupiah } from '../../../../platform/money.js';
import type { StockCountLineResolvers, StockCountResolvers } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import { findLinePage } from '../../store/counts/stock-counts.js';
import { found } from '../found.js';

export const StockCount: StockCountResolvers = {
  outlet: ({ outletId }) => ({ id: outletId }),
  startedBy: ({ startedBy }) => ({ id: startedBy }),
  endedBy: ({ endedBy }) => (endedBy === null ? null : { id: endedBy }),
  items: async ({ id }, _, { loaders }) => (await loaders.countSums.load(id))?.items ?? 0,
  counted: async ({ id }, _, { loaders }) => (await loaders.countSums.load(id))?.counted ?? 0,
  different: async ({ id }, _, { loaders }) => (await loaders.countSums.load(id))?.different ?? 0,
  async cost(count, _, context) {
    if (!mayReadCosts(context, count)) return null;
    return rupiah((await context.loaders.countSums.load(count.id))?.cost ?? 0);
  },
  lines: ({ id }, { isCounted, isDifferent, ...page }, { database }) =>
    findLinePage(
      database,
      id,
      { isCounted: isCounted ?? null, isDifferent: isDifferent ?? null },
      idPageOf(page),
    ),
};

export const StockCountLine: StockCountLineResolvers = {
  stockItem: ({ id }, _, { loaders }) => found(loaders.item.load(id), 'Stock item'),
  difference: ({ counted, expected }) => (counted === null ? null : counted - expected),
  cost(line, _, context) {
    const { counted, expected, unitPrice } = line;
    if (counted === null || unitPrice === null || !mayReadCosts(context, line)) return null;
    return rupiah(Math.round((counted - expected) * unitPrice));
  },
  countedBy: ({ countedBy }) => (countedBy === null ? null : { id: countedBy }),
};

function mayReadCosts({ identity }: Context, place: TenantRow): boolean {
  return covers(scopeFor(identity, 'purchasing:read'), place);
}

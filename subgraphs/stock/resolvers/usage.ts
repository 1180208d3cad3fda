/** `UsageReport` and its rows, each of which opens the movements behind it. */
import { connectionOf, idPageOf } from '../../../platform/kit/paging.js';
import { rupiah } from '../../../platform/money.js';
import type { UsageRowResolvers } from '../../../schema/types/stock.js';
import { found } from './found.js';

export const UsageRow: UsageRowResolvers = {
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  cost: ({ cost }) => (cost === null ? null : rupiah(cost)),
  async movements(row, { kind, ...args }, { loaders }) {
    const page = idPageOf(args);
    const filter = { kinds: kind == null ? null : [...kind] };
    const rows = await loaders.usageMovements.pageOf({ ...filter, page }).load(row);
    return connectionOf(
      page,
      rows,
      ({ id }) => id,
      () => loaders.usageMovements.countOf(filter).load(row),
    );
  },
};

/** `RoyaltyStatement` and its lines. */
import { rupiah } from '../../../platform/money.js';
import type { RoyaltyLineResolvers, RoyaltyStatementResolvers } from '../../../schema/types/order.js';

export const RoyaltyStatement: RoyaltyStatementResolvers = {
  franchise: ({ franchiseId }) => ({ id: franchiseId }),
  base: ({ base }) => rupiah(base),
  royalty: ({ royalty }) => rupiah(royalty),
};

export const RoyaltyLine: RoyaltyLineResolvers = {
  outlet: ({ outletId }) => ({ id: outletId }),
  revenue: ({ revenue }) => rupiah(revenue),
  taxIncluded: ({ taxIncluded }) => rupiah(taxIncluded),
  base: ({ base }) => rupiah(base),
  royalty: ({ royalty }) => rupiah(royalty),
};

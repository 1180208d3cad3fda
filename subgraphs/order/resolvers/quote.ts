/** `Quote`: amounts as money. */
import { rupiah } from '../../../platform/money.js';
import type { QuoteResolvers } from '../../../schema/types/order.js';

export const Quote: QuoteResolvers = {
  subtotal: ({ subtotal }) => rupiah(subtotal),
  rewardDiscount: ({ rewardDiscount }) => rupiah(rewardDiscount),
  serviceCharge: ({ serviceCharge }) => rupiah(serviceCharge),
  taxes: ({ taxes }) => [...taxes],
  rounding: ({ rounding }) => rupiah(rounding),
  total: ({ total }) => rupiah(total),
};

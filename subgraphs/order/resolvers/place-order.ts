/** `placeOrder` and `checkout`. */
import { payloadOf } from '../../../platform/errors.js';
import type { CheckoutInput, MutationResolvers } from '../../../schema/types/order.js';
import { checkout as checkOut } from '../operations/checkout.js';
import type { Discounts } from '../operations/discounts.js';
import { placeOrder as place } from '../operations/place-order.js';
import { wantedLine } from './wanted-line.js';

type DiscountsInput = Pick<CheckoutInput, 'redemptionIds' | 'expectedTotal'>;

export const placeOrder: Required<MutationResolvers>['placeOrder'] = (_root, { input }, context) =>
  payloadOf(async () => ({
    order: await place(context, { ...input, ...discountsOf(input), lines: input.lines.map(wantedLine) }),
  }));

export const checkout: Required<MutationResolvers>['checkout'] = (_root, { input }, context) =>
  payloadOf(async () => ({ order: await checkOut(context, { ...input, ...discountsOf(input) }) }));

function discountsOf({ redemptionIds, expectedTotal }: DiscountsInput): Discounts {
  return { redemptionIds: redemptionIds ?? [], expectedTotal: expectedTotal ?? null };
}

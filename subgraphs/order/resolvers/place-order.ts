/** `placeOrder` and `checkout`. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/order.js';
import { checkout as checkOut } from '../operations/checkout.js';
import { placeOrder as place } from '../operations/place-order.js';
import { wantedLine } from './wanted-line.js';

export const placeOrder: Required<MutationResolvers>['placeOrder'] = (_root, { input }, context) =>
  payloadOf(async () => ({ order: await place(context, { ...input, lines: input.lines.map(wantedLine) }) }));

export const checkout: Required<MutationResolvers>['checkout'] = (_root, { input }, context) =>
  payloadOf(async () => ({ order: await checkOut(context, input) }));

/** Deliveries that come in and counts that are taken. */
import { z } from 'zod';
import { payloadOf } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { MutationResolvers } from '../../../schema/types/stock.js';
import { receiveDelivery as receive, recordCount } from '../store/deliveries.js';
import { callerOf, checked, quantity, text } from './input.js';

const deliveryInput = z.object({
  outletId: z.string(),
  supplier: text(200)
    .nullish()
    .transform((value) => value ?? null),
  reference: text(200)
    .nullish()
    .transform((value) => value ?? null),
  lines: z
    .array(z.object({ stockItemId: z.string(), quantity: quantity(1) }))
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 entries'),
});
const countInput = z.object({ stockItemId: z.string(), countedOnHand: quantity(0), reason: text(500) });

export const levelMutations: Pick<MutationResolvers, 'receiveDelivery' | 'adjustStock'> = {
  receiveDelivery: (_, { input }, { database, cause, identity }) =>
    payloadOf(async () => {
      const delivery = checked(deliveryInput, input);
      const scope = scopeFor(identity, 'stock:manage');
      return {
        delivery: await database.work(cause, (work) =>
          receive(work, scope, callerOf(identity), delivery, input.idempotencyKey),
        ),
      };
    }),

  adjustStock: (_, { input }, { database, cause, identity }) =>
    payloadOf(async () => {
      const count = checked(countInput, input);
      const scope = scopeFor(identity, 'stock:manage');
      return {
        stockItem: await database.work(cause, (work) =>
          recordCount(work, scope, callerOf(identity), count, input.idempotencyKey),
        ),
      };
    }),
};

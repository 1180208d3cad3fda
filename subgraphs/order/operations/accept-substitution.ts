/**
 * Takes what is offered in place of what ran out of an order: for its guest, or staff who may cancel it. Stock is asked to reserve it by an event;
 * until it answers, the order is not begun. Who does not want it cancels the order (`cancelOrder`).
 */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { requirementsAgain } from '../domain/requirements.js';
import { linesAsMade, mayBeSubstituted } from '../domain/substitution.js';
import { findLines } from '../store/order-details.js';
import { advanceOrder, type OrderChange } from './advance-orders.js';
import { actorOn } from './cancel-order.js';

/** @throws NOT_FOUND, FORBIDDEN; UserFault INVALID_STATE where nothing is offered, or the order has been begun or has ended. */
export async function acceptSubstitution(context: Context, orderId: string): Promise<OrderRecord> {
  const { identity, menu } = context;
  callerOf(identity);
  const trigger: OrderChange['trigger'] = async (order, tx) => {
    const by = actorOn(identity, order);
    const { id, status, substitution } = order;
    if (substitution?.status !== 'OFFERED' || !mayBeSubstituted(status)) {
      throw UserFault.of('INVALID_STATE', 'Nothing else is offered for the order.', ['orderId']);
    }
    const itemOf = (menuItemId: string) => menu.item(menuItemId);
    const lines = linesAsMade(await findLines({ prisma: tx }, [id]), substitution, itemOf);
    return { type: 'substitute-accepted', by, requirements: requirementsAgain(lines, itemOf) };
  };
  return advanceOrder(context, 'acceptSubstitution', orderId, trigger, {
    recorded: { substitution: 'ACCEPTED' },
  });
}

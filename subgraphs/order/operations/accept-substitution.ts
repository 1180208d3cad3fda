/**
 * Takes what is offered in place of what ran out of an order: for its guest, or staff who may cancel it. Stock is asked to reserve it by an event;
 * until it answers, the order is not begun. Who does not want it cancels the order (`cancelOrder`).
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { isVoided } from '../domain/order-state.js';
import { requirementsAgain } from '../domain/requirements.js';
import { isAccepted, linesAsMade, mayBeSubstituted, substituteAt } from '../domain/substitution.js';
import { findLines } from '../store/order-details.js';
import { advanceOrder, type OrderChange } from './advance-orders.js';
import { actorOn } from './cancel-order.js';

/**
 * @param menuItemId what the caller was shown: another may be offered meanwhile. Accepted already, the order is answered as it is.
 * @throws NOT_FOUND, FORBIDDEN; UserFault INVALID_STATE where that is not offered, cannot be had, or the order has been begun or has ended.
 */
export async function acceptSubstitution(
  context: Context,
  orderId: string,
  menuItemId: string,
): Promise<OrderRecord> {
  const { identity, loaders } = context;
  callerOf(identity);
  if (!isId(orderId)) throw notFound('Order');
  const known = await loaders.order.load(orderId);
  if (known !== null && isAccepted(known.substitution, menuItemId) && !isVoided(known.status)) {
    actorOn(identity, known);
    return known;
  }
  return advanceOrder(context, 'acceptSubstitution', orderId, acceptance(context, menuItemId), {
    recorded: { substitution: 'ACCEPTED' },
  });
}

function acceptance({ identity, menu }: Context, menuItemId: string): OrderChange['trigger'] {
  return async (order, tx) => {
    const by = actorOn(identity, order);
    const { id, outletId, status, substitution } = order;
    const isOffered = substitution?.status === 'OFFERED' && substitution.menuItemId === menuItemId;
    if (!isOffered || !mayBeSubstituted(status)) {
      throw UserFault.of('INVALID_STATE', 'That is not offered for the order.', ['menuItemId']);
    }
    const outlet = menu.outlet(outletId);
    if (outlet === undefined || substituteAt(menu.menuAt(outlet, new Date()), menuItemId) === null)
      throw UserFault.of('INVALID_STATE', 'That is not on the menu now.', ['menuItemId']);
    const lines = await findLines({ prisma: tx }, [id]);
    const replaced = lines.filter(({ position }) => substitution.positions.includes(position));
    const itemOf = (one: string) => menu.item(one);
    return {
      ...{ type: 'substitute-accepted', by },
      released: requirementsAgain(replaced, itemOf),
      requirements: requirementsAgain(linesAsMade(replaced, substitution, itemOf), itemOf),
    };
  };
}

/**
 * Cancels an order: for its guest or staff of its outlet with `orders:cancel`, until it is begun (one taken at the counter of which nothing is
 * paid: for staff with `orders:prepare`); afterwards for its kitchen, which says what becomes of the drink.
 */
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { callerOf, type Identity, scopeFor } from '../../../platform/identity/identity.js';
import { text } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import type { DrinkOutcome, OrderRecord } from '../domain/order.js';
import { REASONS } from '../domain/reasons.js';
import { advanceOrder } from './advance-orders.js';

const MAXIMUM_REASON_LENGTH = 200;
const reasonSchema = text(MAXIMUM_REASON_LENGTH, { minimum: 0 });
const DEFAULT_REASONS = { guest: REASONS.byGuest, manager: REASONS.byOutlet } as const;

/**
 * @param drink what becomes of a drink that is being made or made; null for an order that was not begun.
 * @throws UserFault INVALID_STATE for a begun order without `drink`, INVALID_INPUT for another with it.
 */
export async function cancelOrder(
  context: Context,
  orderId: string,
  reason: string | null,
  drink: DrinkOutcome | null,
): Promise<OrderRecord> {
  const { identity } = context;
  callerOf(identity);
  return advanceOrder(context, 'cancelOrder', orderId, (order) => {
    if (isBegun(order) && covers(scopeFor(identity, 'orders:prepare'), order)) {
      if (drink === null) {
        const message = `The order is ${order.status}: say what becomes of the drink.`;
        throw UserFault.of('INVALID_STATE', message, ['drink']);
      }
      return { type: 'discarded', drink, reason: checkedReason(reason) || DEFAULT_REASONS.manager };
    }
    const by = actorOn(identity, order);
    const checked = checkedReason(reason) || DEFAULT_REASONS[by];
    if (drink !== null && !isBegun(order)) {
      throw UserFault.of('INVALID_INPUT', 'Nothing has been made for the order.', ['drink']);
    }
    return { type: 'cancelled', by, reason: checked };
  });
}

/** Staff who take orders there may cancel it: no money goes back. */
function isUnpaidAtCounter({ placedBy, status, isPartPaid }: OrderRecord): boolean {
  return placedBy !== null && !isPartPaid && (status === 'PLACED' || status === 'AWAITING_PAYMENT');
}

function isBegun({ status }: OrderRecord): boolean {
  return status === 'PREPARING' || status === 'READY';
}

/** Checked after the permission, so that a caller who may not cancel learns nothing about the input. */
function checkedReason(reason: string | null): string {
  const { success, data } = reasonSchema.safeParse(reason ?? '');
  if (success) return data;
  const message = `A reason is one line of at most ${MAXIMUM_REASON_LENGTH} characters.`;
  throw UserFault.of('INVALID_INPUT', message, ['reason']);
}

/** Who may decide that an order is not made as it was ordered. @throws FORBIDDEN for those who may see the order but not cancel it, NOT_FOUND for anyone else. */
export function actorOn(identity: Identity, order: OrderRecord): 'guest' | 'manager' {
  if (order.customerId === identity.customerId) return 'guest';
  if (covers(scopeFor(identity, 'orders:cancel'), order)) return 'manager';
  if (isUnpaidAtCounter(order) && covers(scopeFor(identity, 'orders:prepare'), order)) return 'manager';
  if (covers(scopeFor(identity, 'orders:read'), order)) throw forbidden();
  throw notFound('Order');
}

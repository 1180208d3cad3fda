/** `cancelOrder`: by the guest whose order it is, or by staff of its outlet who may cancel. */
import { ErrorCode, notFound, payloadOf, requestError, UserFault } from '../../../platform/errors.js';
import { covers, type Identity, scopeFor } from '../../../platform/identity/identity.js';
import type { MutationResolvers } from '../../../schema/types/order.js';
import { callerOf } from '../context.js';
import { isPlainText } from '../domain/lines.js';
import { changeOrder } from '../operations/change-order.js';
import type { OrderRecord } from '../store/records.js';

const MAXIMUM_REASON_LENGTH = 200;

export const cancelOrder: Required<MutationResolvers>['cancelOrder'] = (
  _root,
  { orderId, reason },
  context,
) =>
  payloadOf(async () => {
    callerOf(context.identity);
    const order = await changeOrder(context, orderId, (found) => {
      const by = actorOn(context.identity, found);
      return { type: 'cancelled', by, reason: checked(reason) || DEFAULT_REASONS[by] };
    });
    return { order };
  });

const DEFAULT_REASONS = { guest: 'Cancelled by the guest', manager: 'Cancelled by the outlet' } as const;

/** Called for who may cancel, so that nobody else's input is looked at. */
function checked(reason: string | null | undefined): string {
  if (reason == null || reason === '' || isPlainText(reason, MAXIMUM_REASON_LENGTH)) return reason ?? '';
  const message = `A reason is one line of at most ${MAXIMUM_REASON_LENGTH} characters.`;
  throw UserFault.of('INVALID_INPUT', message, ['reason']);
}

/** Whoever sees the order without being allowed to cancel it is told so; for anybody else it is not there. */
function actorOn(identity: Identity, order: OrderRecord): 'guest' | 'manager' {
  if (order.customerId === identity.customerId) return 'guest';
  if (covers(scopeFor(identity, 'orders:cancel'), order)) return 'manager';
  if (covers(scopeFor(identity, 'orders:read'), order))
    throw requestError(ErrorCode.FORBIDDEN, 'Not allowed');
  throw notFound('Order');
}

/** Makes lines of an order a second time: stock is taken again, the price stays, and the order is in the kitchen's queue until it is handed over. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { text } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { type OrderRecord, positionOf } from '../domain/order.js';
import { isMade } from '../domain/order-state.js';
import { requirementsAgain } from '../domain/requirements.js';
import { updateRemadeLines } from '../store/order-changes.js';
import { findLines } from '../store/order-details.js';
import { advanceOrder } from './advance-orders.js';

const MAXIMUM_REASON_LENGTH = 200;
const reasonSchema = text(MAXIMUM_REASON_LENGTH, { minimum: 1 });

export interface RemakeRequest {
  readonly orderId: string;
  readonly lineIds: readonly string[];
  readonly reason: string;
}

/**
 * @throws NOT_FOUND for an order or line that is not of the caller's kitchens; UserFault INVALID_INPUT, and INVALID_STATE for an order that
 * was not begun or has ended otherwise than by being handed over.
 */
export function remakeLines(context: Context, request: RemakeRequest): Promise<OrderRecord> {
  const { orderId } = request;
  const scope = scopeFor(context.identity, 'orders:prepare');
  const lineIds = [...new Set(request.lineIds)];
  const positions = lineIds.flatMap((lineId) => positionOf(lineId, orderId) ?? []);
  return advanceOrder(
    context,
    'remakeLines',
    orderId,
    async (order, tx) => {
      if (!covers(scope, order)) throw notFound('Order');
      checkInput(request);
      const ordered = await findLines({ prisma: tx }, [orderId]);
      const lines = ordered.filter(({ position }) => positions.includes(position));
      if (lines.length < lineIds.length) throw notFound('OrderLine');
      const outlet = context.menu.outlet(order.outletId);
      const menu = outlet && context.menu.menuAt(outlet, new Date());
      return { type: 'remade', lines, requirements: requirementsAgain(lines, (id) => menu?.item(id)) };
    },
    {
      recorded: { lineIds, reason: request.reason.trim() },
      afterwards: ({ tx }, { before }) => updateRemadeLines(tx, orderId, positions, isMade(before.status)),
    },
  );
}

function checkInput({ lineIds, reason }: RemakeRequest): void {
  if (lineIds.length === 0) {
    throw UserFault.of('INVALID_INPUT', 'Name the lines to make again.', ['lineIds']);
  }
  if (reasonSchema.safeParse(reason).success) return;
  const message = `A reason is one line of at most ${MAXIMUM_REASON_LENGTH} characters.`;
  throw UserFault.of('INVALID_INPUT', message, ['reason']);
}

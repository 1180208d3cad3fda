/** Makes lines of an order a second time: stock is taken again, the price stays, and the order is in the kitchen's queue until it is handed over. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import {
  findIdempotentResult,
  type IdempotentRequest,
  idempotentRequest,
  writeOnce,
} from '../../../platform/kit/idempotency.js';
import { text } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { type OrderRecord, positionOf } from '../domain/order.js';
import { isMade } from '../domain/order-state.js';
import { requirementsAgain } from '../domain/requirements.js';
import { linesAsMade } from '../domain/substitution.js';
import { updateRemadeLines } from '../store/order-changes.js';
import { findLines } from '../store/order-details.js';
import { advanceOrder } from './advance-orders.js';

const MAXIMUM_REASON_LENGTH = 200;
const reasonSchema = text(MAXIMUM_REASON_LENGTH, { minimum: 1 });

export interface RemakeRequest {
  readonly orderId: string;
  readonly lineIds: readonly string[];
  readonly reason: string;
  /** Left out, each call makes the lines again. */
  readonly idempotencyKey?: string | null | undefined;
}

/** The key has made them already. Nothing was written. */
class RemadeBefore extends Error {}

/**
 * @throws NOT_FOUND for an order or line that is not of the caller's kitchens; UserFault INVALID_INPUT, and INVALID_STATE for an order that
 * was not begun or has ended otherwise than by being handed over, IDEMPOTENCY_KEY_REUSED.
 */
export async function remakeLines(context: Context, request: RemakeRequest): Promise<OrderRecord> {
  const key = keyOf(context, request);
  try {
    return await remake(context, request, key);
  } catch (error) {
    if (!(error instanceof RemadeBefore)) throw error;
    const order = await context.loaders.order.clear(request.orderId).load(request.orderId);
    if (order === null) throw notFound('Order');
    return order;
  }
}

/** Null where there is none. */
function keyOf(
  { identity }: Context,
  { orderId, lineIds, reason, idempotencyKey }: RemakeRequest,
): IdempotentRequest | null {
  if (idempotencyKey == null) return null;
  const input = { orderId, lineIds: lineIds.toSorted(), reason };
  return idempotentRequest('remakeLines', callerOf(identity), idempotencyKey, input);
}

function remake(
  context: Context,
  request: RemakeRequest,
  key: IdempotentRequest | null,
): Promise<OrderRecord> {
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
      if (key !== null && (await findIdempotentResult(tx, key)) !== null) throw new RemadeBefore();
      const ordered = await findLines({ prisma: tx }, [orderId]);
      const lines = ordered.filter(({ position }) => positions.includes(position));
      if (lines.length < lineIds.length) throw notFound('OrderLine');
      const outlet = context.menu.outlet(order.outletId);
      const menu = outlet && context.menu.menuAt(outlet, new Date());
      const itemOf = (id: string) => menu?.item(id);
      const taken = order.substitution?.status === 'TAKEN' ? order.substitution : null;
      const requirements = requirementsAgain(linesAsMade(lines, taken, itemOf), itemOf);
      return { type: 'remade', lines, requirements };
    },
    {
      recorded: { lineIds, reason: request.reason.trim() },
      afterwards: async ({ tx }, { before }) => {
        const write = () => updateRemadeLines(tx, orderId, positions, isMade(before.status));
        // The order is locked: nothing else makes these lines again, and another order's key is refused.
        await (key === null ? write() : writeOnce(tx, key, orderId, write));
      },
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

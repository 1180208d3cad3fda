/**
 * The steps of an order to a supplier that people take: approving it, sending it, cancelling it before anything has come, closing it when the
 * rest will not come. A step that the order has taken already changes nothing, so that it can be retried, also after the next one.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../../platform/errors.js';
import type { NewEvent } from '../../../../platform/events/envelope.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, type Identity, scopeFor } from '../../../../platform/identity/identity.js';
import { todayIn } from '../../../../platform/kit/calendar.js';
import { parseInput, text } from '../../../../platform/kit/input.js';
import { managerPurchaseLimit, ownerPurchaseLimit } from '../../../../platform/outlet-settings/registry.js';
import type { Context } from '../../context.js';
import { expectedDay } from '../../domain/purchasing/expected-delivery.js';
import { purchaseOrderFacts } from '../../domain/purchasing/purchase-order-html.js';
import {
  type PurchaseOrderStatus,
  type PurchaseOrderStep,
  statusAfter,
} from '../../domain/purchasing/purchase-order-state.js';
import type { PurchaseOrder, Supplier } from '../../domain/purchasing/records.js';
import { type PurchaseOrderEvent, purchaseOrderEvent, purchaseOrderMailEvent } from '../../published.js';
import type { Transaction } from '../../store/database.js';
import { findOutlet } from '../../store/outlets.js';
import {
  findDocumentLines,
  findPurchaseOrder,
  findPurchaseOrderForUpdate,
  type PurchaseOrderChange,
  updatePurchaseOrder,
} from '../../store/purchasing/purchase-orders.js';
import { findSupplier } from '../../store/purchasing/suppliers.js';

const reasonInput = z.object({
  reason: text(500)
    .nullish()
    .transform((given) => given ?? null),
});

interface Step {
  readonly action: string;
  readonly step: PurchaseOrderStep;
  readonly event: PurchaseOrderEvent;
  /** Whether the step has been taken already, with the order as it is. */
  isDone(order: PurchaseOrder): boolean;
  /** What it changes beside the status. @throws UserFault where the step is refused for another reason than the status. */
  change(tx: Transaction, order: PurchaseOrder): Promise<Omit<PurchaseOrderChange, 'status'>>;
  /** What is published beside the step, of the order after it. */
  publish?(tx: Transaction, order: PurchaseOrder): Promise<NewEvent[]>;
}

/** @throws UserFault ABOVE_APPROVAL_LIMIT, INVALID_QUANTITY below what the supplier takes orders from, INVALID_STATE of an inactive supplier. */
export function approvePurchaseOrder(context: Context, id: string): Promise<PurchaseOrder> {
  return takeStep(context, id, {
    ...{ action: 'approvePurchaseOrder', step: 'approve', event: 'purchase-order.approved' },
    isDone: ({ status, approvedAt }) => approvedAt !== null && status !== 'CANCELLED',
    async change(tx, order) {
      const limit = approvalLimit(context, order);
      if (order.total > limit) {
        const message = `You may approve orders of up to ${limit} rupiah`;
        throw UserFault.of('ABOVE_APPROVAL_LIMIT', message, ['id']);
      }
      const { minimumOrder } = await requireActiveSupplier(tx, order.supplierId, ['id']);
      if (order.total < minimumOrder) {
        const message = `The supplier takes orders of ${minimumOrder} rupiah and more`;
        throw UserFault.of('INVALID_QUANTITY', message, ['id']);
      }
      return { approvedBy: callerOf(context.identity), approvedAt: new Date() };
    },
  });
}

/** The supplier has it by e-mail, where its address is known. */
export function sendPurchaseOrder(context: Context, id: string): Promise<PurchaseOrder> {
  return takeStep(context, id, {
    ...{ action: 'sendPurchaseOrder', step: 'send', event: 'purchase-order.sent' },
    isDone: ({ status, sentAt }) => sentAt !== null && status !== 'CANCELLED',
    async change(tx, { supplierId, outletId }) {
      const { timeZone } = await findOutlet(tx, outletId);
      const supplier = await requireActiveSupplier(tx, supplierId, ['id']);
      return { sentAt: new Date(), expectedOn: expectedDay(todayIn(timeZone), supplier) };
    },
    async publish(tx, order) {
      const supplier = await findSupplier(tx, order.supplierId);
      if (supplier.email === null) return [];
      const [outlet, lines] = [await findOutlet(tx, order.outletId), await findDocumentLines(tx, order)];
      const facts = purchaseOrderFacts({ order, supplier, outlet, lines }, 'ID');
      return [purchaseOrderMailEvent(supplier.email, facts)];
    },
  });
}

export function cancelPurchaseOrder(
  context: Context,
  id: string,
  given: string | null,
): Promise<PurchaseOrder> {
  const { reason } = parseInput(reasonInput, { reason: given });
  return takeStep(context, id, {
    ...{ action: 'cancelPurchaseOrder', step: 'cancel', event: 'purchase-order.cancelled' },
    isDone: ({ status }) => status === 'CANCELLED',
    change: async () => ({ endedAt: new Date(), endReason: reason }),
  });
}

export function closePurchaseOrder(
  context: Context,
  id: string,
  given: string | null,
): Promise<PurchaseOrder> {
  const { reason } = parseInput(reasonInput, { reason: given });
  return takeStep(context, id, {
    ...{ action: 'closePurchaseOrder', step: 'close', event: 'purchase-order.closed' },
    isDone: ({ isClosedShort }) => isClosedShort,
    change: async () => ({ endedAt: new Date(), endReason: reason, isClosedShort: true }),
  });
}

async function takeStep(
  { database, identity, origin, cause }: Context,
  id: string,
  { action, step, event, isDone, change, publish }: Step,
): Promise<PurchaseOrder> {
  const scope = scopeFor(identity, 'purchasing:write');
  return database.work(cause, async (work) => {
    const order = await findPurchaseOrderForUpdate(work.tx, scope, id);
    if (order === null) throw notFound('Purchase order');
    if (isDone(order)) return order;
    const status = statusAfter(order.status, step);
    if (status === null) throw wrongStatus(order.status, ['id']);
    const changed = { status, ...(await change(work.tx, order)) };
    await updatePurchaseOrder(work.tx, order, changed);
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action, entity: { type: 'PurchaseOrder', id: order.id }, tenant: order },
        before: { status: order.status },
        after: { status, ...(changed.endReason != null && { reason: changed.endReason }) },
      },
    );
    const after = await findPurchaseOrder(work.tx, order.id);
    work.emit(purchaseOrderEvent(event, after));
    for (const further of (await publish?.(work.tx, after)) ?? []) work.emit(further);
    return after;
  });
}

async function requireActiveSupplier(tx: Transaction, id: string, field: string[]): Promise<Supplier> {
  const supplier = await findSupplier(tx, id);
  requireActive(supplier, field);
  return supplier;
}

export function requireActive({ isActive }: Pick<Supplier, 'isActive'>, field: string[]): void {
  if (!isActive) throw UserFault.of('INVALID_STATE', 'Nothing is ordered from this supplier any more', field);
}

export function wrongStatus(status: PurchaseOrderStatus, field: string[]): UserFault {
  return UserFault.of('INVALID_STATE', `The purchase order is ${status}`, field);
}

/** The largest sum that the caller's roles at the outlet approve. */
function approvalLimit(
  { identity, settings }: { readonly identity: Identity; readonly settings: Context['settings'] },
  place: Pick<PurchaseOrder, 'outletId' | 'franchiseId'>,
): number {
  const limits = identity.roles.map(({ role, outletId, franchiseId }) => {
    if (role === 'HQ') return Number.POSITIVE_INFINITY;
    if (role === 'OWNER' && franchiseId === place.franchiseId)
      return settings.valueOf(ownerPurchaseLimit, place);
    if (role === 'MANAGER' && outletId === place.outletId)
      return settings.valueOf(managerPurchaseLimit, place);
    return 0;
  });
  return Math.max(0, ...limits);
}

/**
 * The steps of a transfer after it was sent: its receiver takes it in or sends it back, its sender takes back what returns or cancels what did
 * not leave. Each writes one ledger, that of the outlet whose staff take it. A step that was taken already changes nothing, so that it can be
 * retried.
 */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, type Scope, scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { parseInput, quantity, text } from '../../../../platform/kit/input.js';
import { covers } from '../../../../platform/kit/tenant-scope.js';
import type { Context } from '../../context.js';
import type { StockItem } from '../../domain/records.js';
import { travelling } from '../../domain/transfers/batches.js';
import { type Transfer, tenantOf } from '../../domain/transfers/records.js';
import {
  isStepDone,
  moveOf,
  receivingSide,
  type TransferSide,
  type TransferStep,
} from '../../domain/transfers/transfer-state.js';
import type { Transaction, Work } from '../../store/database.js';
import { insertDelivery } from '../../store/deliveries.js';
import { findItemIdAt, findItemsForUpdate, type ItemKey } from '../../store/stock-items.js';
import { findTransfer, findTransferForUpdate, updateTransfer } from '../../store/transfers/transfers.js';
import { MAXIMUM_ON_HAND, MAXIMUM_QUANTITY } from '../limits.js';
import { recordMovements } from '../record-movements.js';

const receivedInput = z.object({
  receivedQuantity: quantity(0, MAXIMUM_QUANTITY).nullable().default(null),
  note: text(500).nullable().default(null),
  atOutletId: z.string().nullable().default(null),
});
const reasonInput = z.object({ reason: text(500).nullable() });

/**
 * Of what was sent to the caller's outlet, or comes back to it.
 * @param given how much there was of it, null or left out for all; and where it is received, by a caller who may do so at both ends.
 */
export async function receiveTransfer(
  context: Context,
  id: string,
  given: z.input<typeof receivedInput>,
): Promise<Transfer> {
  const { receivedQuantity, note, atOutletId } = parseInput(receivedInput, given);
  const write = async (work: Work, transfer: Transfer, side: TransferSide) => {
    const received = receivedQuantity ?? transfer.quantity;
    await takeIn(context, work, transfer, side, received, note);
    return received;
  };
  return takeStep(context, id, 'receive', note, write, atOutletId);
}

/** Goods that did not leave, or came back before they arrived, are the sender's again. */
export async function cancelTransfer(context: Context, id: string, reason: string | null): Promise<Transfer> {
  const { reason: note } = parseInput(reasonInput, { reason });
  return takeStep(context, id, 'cancel', note, async (work, transfer, side) => {
    await takeIn(context, work, transfer, side, transfer.quantity, note);
    return null;
  });
}

/** What the receiver does not take: it is on its way back, until the sender receives it. */
export async function returnTransfer(context: Context, id: string, reason: string | null): Promise<Transfer> {
  const { reason: note } = parseInput(reasonInput, { reason });
  return takeStep(context, id, 'refuse', note, async () => null);
}

const ACTIONS = {
  receive: 'receiveTransfer',
  cancel: 'cancelTransfer',
  refuse: 'returnTransfer',
} as const satisfies Record<TransferStep, string>;

/**
 * @param write moves stock. @returns how much arrived; null where nothing is received.
 * @param atOutletId where goods have to be received now, or have been; null for either side.
 */
async function takeStep(
  context: Context,
  id: string,
  step: TransferStep,
  note: string | null,
  write: (work: Work, transfer: Transfer, side: TransferSide) => Promise<number | null>,
  atOutletId: string | null = null,
): Promise<Transfer> {
  const { database, identity, cause } = context;
  const endedBy = callerOf(identity);
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    const transfer = await findTransferForUpdate(work.tx, scope, id);
    if (transfer === null) throw notFound('Transfer');
    if (atOutletId !== null) requireReceivedAt(transfer, atOutletId);
    if (isStepDone(transfer.status, step)) return transfer;
    const move = moveOf(transfer.status, step);
    if (move === undefined) {
      throw UserFault.of('INVALID_STATE', `The transfer is ${transfer.status}`, ['id']);
    }
    const tenant = tenantOf(transfer, move.by);
    if (!covers(scope, tenant)) throw forbidden();
    const received = await write(work, transfer, move.by);
    const isEnd = step !== 'refuse';
    await updateTransfer(work.tx, transfer, {
      ...{ status: move.to, received, endNote: note ?? transfer.endNote },
      ...(isEnd && { endedBy, endedAt: new Date() }),
    });
    recordChange(work, context, {
      ...{ action: ACTIONS[step], entity: { type: 'Transfer', id }, tenant },
      before: { status: transfer.status },
      after: {
        status: move.to,
        ...(received !== null && { sent: transfer.quantity, received }),
        ...(note !== null && { note }),
      },
    });
    return findTransfer(work.tx, id);
  });
}

function requireReceivedAt(transfer: Transfer, outletId: string): void {
  const side = receivingSide(transfer.status);
  if (side !== undefined && tenantOf(transfer, side).outletId === outletId.toLowerCase()) return;
  throw UserFault.of('INVALID_STATE', `The transfer is ${transfer.status}`, ['atOutletId']);
}

/** What arrives is a delivery, with how long it is good; what comes back is what was there before. */
async function takeIn(
  { identity }: Context,
  work: Work,
  transfer: Transfer,
  side: TransferSide,
  received: number,
  note: string | null,
): Promise<void> {
  const key = { outletId: tenantOf(transfer, side).outletId, ingredientId: transfer.ingredientId };
  const item = await itemForUpdate(work.tx, scopeFor(identity, 'stock:manage'), key);
  const { id: stockItemId, franchiseId, outletId, onHand, tracking } = item;
  if (tracking === 'COUNT' && onHand + received > MAXIMUM_ON_HAND) {
    throw UserFault.of('INVALID_QUANTITY', 'More than an item can hold', ['receivedQuantity']);
  }
  const delta = tracking === 'COUNT' ? received : 0;
  const personId = callerOf(identity);
  const deliveryId = side === 'RECEIVER' && received > 0 ? newId('Delivery') : null;
  if (deliveryId !== null) {
    await insertDelivery(work.tx, {
      ...{ id: deliveryId, franchiseId, outletId, supplier: null, reference: null, receivedBy: personId },
      ...{ transferId: transfer.id },
      lines: travelling(transfer.batches, received).map((batch) => ({ ...batch, stockItemId, note })),
    });
  }
  const cause = deliveryId === null ? { personId, ...(note !== null && { reason: note }) } : { deliveryId };
  await recordMovements(work, [
    { stockItemId, franchiseId, outletId, figure: 'ON_HAND', delta, kind: 'TRANSFER_IN', ...cause },
  ]);
}

/** @throws UserFault INVALID_STATE where the outlet does not stock the ingredient any more. */
async function itemForUpdate(
  tx: Transaction,
  scope: Scope,
  { outletId, ingredientId }: ItemKey,
): Promise<StockItem> {
  const id = await findItemIdAt(tx, { outletId, ingredientId });
  const [item] = id === null ? [] : await findItemsForUpdate(tx, scope, [id]);
  if (item === undefined) {
    throw UserFault.of('INVALID_STATE', 'The outlet does not stock this ingredient', ['id']);
  }
  return item;
}

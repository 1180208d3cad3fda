/** Records of transfers, as the store answers them. */
import type { Batch } from './batches.js';
import type { TransferSide, TransferStatus } from './transfer-state.js';

export interface Transfer {
  readonly id: string;
  /** The sender's. */
  readonly franchiseId: string;
  readonly outletId: string;
  readonly stockItemId: string;
  readonly ingredientId: string;
  readonly toFranchiseId: string;
  readonly toOutletId: string;
  readonly quantity: number;
  /** They add up to `quantity`. */
  readonly batches: readonly Batch[];
  readonly status: TransferStatus;
  readonly note: string | null;
  readonly sentBy: string;
  readonly sentAt: Date;
  /** What arrived, or came back; null before that. */
  readonly received: number | null;
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
  readonly endNote: string | null;
  readonly version: number;
}

/** The tenant of one of its sides. */
export function tenantOf(transfer: Transfer, side: TransferSide) {
  return side === 'SENDER'
    ? { franchiseId: transfer.franchiseId, outletId: transfer.outletId }
    : { franchiseId: transfer.toFranchiseId, outletId: transfer.toOutletId };
}

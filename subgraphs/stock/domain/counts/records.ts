/** Records of counts, as the store answers them. */
import type { Tracking } from '../records.js';
import type { StockCountStatus } from './stock-count-state.js';

export interface StockCount {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly status: StockCountStatus;
  readonly note: string | null;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
}

export interface StockCountLine {
  /** The item's. */
  readonly id: string;
  readonly countId: string;
  readonly franchiseId: string;
  readonly outletId: string;
  /** What the level was when it was counted; before that, when the count began. */
  readonly expected: number;
  readonly counted: number | null;
  readonly countedBy: string | null;
  readonly countedAt: Date | null;
  /** By how much the ledger was moved; null before the count was confirmed, and where nothing was counted. */
  readonly adjusted: number | null;
  /** Of a unit of the item, in rupiah; null where nobody sells it. */
  readonly unitPrice: number | null;
}

/** Of the whole count. */
export interface StockCountSums {
  readonly items: number;
  readonly counted: number;
  readonly different: number;
  /** Of all differences whose price is known, in whole rupiah: below 0 for what is missing. */
  readonly cost: number;
}

/**
 * What confirming a line adds to the ledger: the difference at the moment of its count, whatever came and went since, and no more than is there.
 * A scale decides itself.
 * @param restated by how much people have set the level since: what they found is in it already.
 */
export function adjustmentOf(
  { expected, counted }: { readonly expected: number; readonly counted: number },
  { onHand, tracking }: { readonly onHand: number; readonly tracking: Tracking },
  restated: number,
): number {
  return tracking === 'SHELF' ? 0 : Math.max(-onHand, counted - expected - restated);
}

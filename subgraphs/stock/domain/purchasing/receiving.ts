/**
 * What a delivery means for its order: how much each of its lines brings of what is outstanding, and what has come of each item then. More and
 * less than was ordered is noted, not refused; so is what was not ordered.
 */
import { orderedQuantity, type PurchaseOrderLine } from './records.js';

interface Received {
  readonly stockItemId: string;
  readonly quantity: number;
}

interface Receipt<Line extends Received> {
  /** In their order, each with what had still to come when it was received. */
  readonly lines: readonly (Line & { readonly outstanding: number })[];
  /** Of the items of the order of which something came: all that has come of them. */
  readonly received: ReadonlyMap<string, number>;
  /** Whether nothing of the order is outstanding any more. */
  readonly isComplete: boolean;
}

/** @param delivered of which several lines may be of the same item. */
export function receiptOf<Line extends Received>(
  ordered: readonly PurchaseOrderLine[],
  delivered: readonly Line[],
): Receipt<Line> {
  const orderedOf = new Map(ordered.map((line) => [line.stockItemId, orderedQuantity(line)]));
  const has = new Map(ordered.map((line) => [line.stockItemId, line.received]));
  const received = new Map<string, number>();
  const lines = delivered.map((line) => {
    const before = has.get(line.stockItemId) ?? 0;
    const outstanding = Math.max(0, (orderedOf.get(line.stockItemId) ?? 0) - before);
    has.set(line.stockItemId, before + line.quantity);
    if (orderedOf.has(line.stockItemId)) received.set(line.stockItemId, before + line.quantity);
    return { ...line, outstanding };
  });
  const isComplete = ordered.every((line) => (has.get(line.stockItemId) ?? 0) >= orderedQuantity(line));
  return { lines, received, isComplete };
}

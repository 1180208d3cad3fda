/** Verifies how a backlog was settled: exactly the stock on hand is reserved, for the earliest orders. */
import type { Accepted } from './place-orders.js';

export interface Verdict {
  /** Orders of a limited item that were granted, and how many should have been. */
  readonly promised: number;
  readonly onHand: number;
  /** Orders of plentiful items that were refused. */
  readonly refusedInPlenty: number;
  /** Orders that were refused although one that was sent after their acceptance was granted. */
  readonly overtaken: number;
}

/** @param unitsAtEach of the limited item, at every outlet. @param statuses of all orders, by id. */
export function verdictOf(
  accepted: readonly Accepted[],
  statuses: ReadonlyMap<string, string>,
  unitsAtEach: number,
): Verdict {
  const isPromised = ({ id }: Accepted) => statuses.get(id) === 'AWAITING_PAYMENT';
  const limited = accepted.filter(({ isLimited }) => isLimited);
  const plenty = accepted.filter(({ isLimited }) => !isLimited);
  const byOutlet = new Map<string, Accepted[]>();
  for (const order of limited) {
    const theirs = byOutlet.get(order.outletId);
    if (theirs) theirs.push(order);
    else byOutlet.set(order.outletId, [order]);
  }
  const outlets = [...byOutlet.values()];
  return {
    promised: limited.filter(isPromised).length,
    onHand: sum(outlets.map(({ length }) => Math.min(length, unitsAtEach))),
    refusedInPlenty: plenty.filter((order) => !isPromised(order)).length,
    overtaken: sum(
      outlets.map((orders) => {
        const lastSent = Math.max(...orders.filter(isPromised).map(({ sentAt }) => sentAt));
        return orders.filter((order) => !isPromised(order) && order.answeredAt < lastSent).length;
      }),
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

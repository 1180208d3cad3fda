/**
 * What goes with what: pairs of items in one order (Agrawal, Imieliński and Swami, "Mining association rules between sets of items in large databases", SIGMOD 1993).
 * Of a rule "who takes one takes the other", support is the share of orders with both, confidence the share of those with the one that have the other, and lift
 * how many times as many that is as of all orders.
 */

export interface BasketCounts {
  readonly orders: number;
  /** Orders with the item. */
  readonly ofItem: ReadonlyMap<string, number>;
  readonly pairs: readonly { readonly one: string; readonly other: string; readonly orders: number }[];
}

export interface BasketRule {
  readonly taken: string;
  readonly goesWith: string;
  readonly orders: number;
  readonly support: number;
  readonly confidence: number;
  readonly lift: number;
}

/** Pairs in fewer orders are chance. */
const LEAST_ORDERS = 10;

/** Both directions of each pair, by lift, then by how often. */
export function basketRules({ orders, ofItem, pairs }: BasketCounts): BasketRule[] {
  return pairs
    .filter((pair) => pair.orders >= LEAST_ORDERS)
    .flatMap((pair) => [rule(pair.one, pair.other, pair.orders), rule(pair.other, pair.one, pair.orders)])
    .toSorted(
      (a, b) =>
        b.lift - a.lift || b.orders - a.orders || b.confidence - a.confidence || (a.taken < b.taken ? -1 : 1),
    );

  function rule(taken: string, goesWith: string, together: number): BasketRule {
    const [withTaken, withOther] = [ofItem.get(taken) ?? together, ofItem.get(goesWith) ?? together];
    const confidence = together / withTaken;
    return {
      ...{ taken, goesWith, orders: together, support: together / orders, confidence },
      lift: confidence / (withOther / orders),
    };
  }
}

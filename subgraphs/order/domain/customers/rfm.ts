/**
 * Segments of customers by recency, frequency and monetary value (Hughes, "Strategic database marketing", 1994): customers are ranked by each of the three and cut into
 * fifths, 5 the best; equals share the rank of their middle. Every customer is in one segment.
 */

export interface CustomerFigures {
  /** Days since the last visit. */
  readonly daysSince: number;
  readonly orders: number;
  readonly revenue: number;
}

const SEGMENTS = ['CHAMPION', 'LOYAL', 'NEW', 'PROMISING', 'AT_RISK', 'LOST'] as const;
export type Segment = (typeof SEGMENTS)[number];

export interface Scores {
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
}

export function scoresOf(customers: readonly CustomerFigures[]): Scores[] {
  const recency = fifths(customers.map(({ daysSince }) => -daysSince));
  const frequency = fifths(customers.map(({ orders }) => orders));
  const monetary = fifths(customers.map(({ revenue }) => revenue));
  return customers.map((_, index) => ({
    recency: recency[index] ?? 1,
    frequency: frequency[index] ?? 1,
    monetary: monetary[index] ?? 1,
  }));
}

export function segmentOf(
  { recency, frequency, monetary }: Scores,
  { orders }: Pick<CustomerFigures, 'orders'>,
): Segment {
  const worth = (frequency + monetary) / 2;
  if (orders === 1) return recency >= 4 ? 'NEW' : recency >= 3 ? 'PROMISING' : 'LOST';
  if (recency >= 4) return worth >= 4 ? 'CHAMPION' : worth >= 2.5 ? 'LOYAL' : 'PROMISING';
  if (recency === 3) return worth >= 2.5 ? 'LOYAL' : 'PROMISING';
  return worth >= 2.5 ? 'AT_RISK' : 'LOST';
}

function fifths(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return values.map((value) => {
    const [below, upTo] = [firstAt(sorted, value, false), firstAt(sorted, value, true)];
    return Math.min(5, 1 + Math.floor((5 * (below + upTo)) / (2 * sorted.length)));
  });
}

/** How many are less than `value`, or not more. */
function firstAt(sorted: Float64Array, value: number, isIncluded: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const one = sorted[middle] ?? 0;
    if (one < value || (isIncluded && one === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

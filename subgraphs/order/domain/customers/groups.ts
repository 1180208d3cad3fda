/**
 * Segments and cohorts of groups of customers who are alike. A group of fewer than ten speaks of single persons: it is left out, and nothing beside it says what it
 * would have been.
 */
import { type Scores, type Segment, segmentOf } from './rfm.js';

/** Fewer customers than that are no group. */
const LEAST_GROUP = 10;

/** Customers with the same scores. */
export interface ScoredCustomers extends Scores {
  /** Whether they came once. */
  readonly isOnce: boolean;
  /** Days since the last visit. */
  readonly daysSince: number;
  readonly customers: number;
  readonly orders: number;
  readonly revenue: number;
}

export interface SegmentFigures {
  readonly segment: Segment;
  readonly customers: number;
  readonly orders: number;
  readonly revenue: number;
  readonly medianDaysSince: number;
}

/** Highest revenue first. */
export function segmentsOf(groups: readonly ScoredCustomers[]): SegmentFigures[] {
  const segments = groupedBy(groups, (group) => segmentOf(group, { orders: group.isOnce ? 1 : 2 }));
  return [...segments]
    .map(([segment, members]) => ({
      segment,
      customers: members.reduce((sum, { customers }) => sum + customers, 0),
      orders: members.reduce((sum, { orders }) => sum + orders, 0),
      revenue: members.reduce((sum, { revenue }) => sum + revenue, 0),
      medianDaysSince: medianDays(members),
    }))
    .filter(({ customers }) => customers >= LEAST_GROUP)
    .toSorted((one, other) => other.revenue - one.revenue || (one.segment < other.segment ? -1 : 1));
}

/** Of an even number the mean of the middle two. */
function medianDays(groups: readonly ScoredCustomers[]): number {
  const ordered = groups.toSorted((one, other) => one.daysSince - other.daysSince);
  const count = groups.reduce((sum, { customers }) => sum + customers, 0);
  const daysOf = (place: number) => {
    let passed = 0;
    for (const { customers, daysSince } of ordered) {
      passed += customers;
      if (place < passed) return daysSince;
    }
    return 0;
  };
  return (daysOf(Math.floor((count - 1) / 2)) + daysOf(Math.floor(count / 2))) / 2;
}

/** What those of a cohort bought in a month. */
export interface CohortMonth {
  /** `YYYY-MM`: of the first order. */
  readonly cohort: string;
  readonly month: string;
  readonly customers: number;
  readonly revenue: number;
}

export interface CohortFigures {
  readonly month: string;
  readonly customers: number;
  /** From the month of the first order on, without gaps. */
  readonly months: readonly MonthFigures[];
}

export interface MonthFigures {
  readonly month: string;
  readonly monthsSince: number;
  /** Null, as what follows, for fewer than ten, but for nobody. */
  readonly customers: number | null;
  /** Share of the cohort that bought. */
  readonly retention: number | null;
  readonly revenue: number | null;
}

/** Oldest first. @param lastMonth of the report. */
export function cohortsOf(rows: readonly CohortMonth[], lastMonth: string): CohortFigures[] {
  const cohorts = groupedBy(rows, ({ cohort }) => cohort);
  return [...cohorts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([month, ofCohort]) => {
      const size = ofCohort.find((row) => row.month === month)?.customers ?? 0;
      if (size < LEAST_GROUP) return [];
      const months = monthsFrom(month, lastMonth).map((each, monthsSince): MonthFigures => {
        const { customers, revenue } = ofCohort.find((row) => row.month === each) ?? {
          customers: 0,
          revenue: 0,
        };
        if (customers === 0) return { month: each, monthsSince, customers: 0, retention: 0, revenue: 0 };
        if (customers < LEAST_GROUP)
          return { month: each, monthsSince, customers: null, retention: null, revenue: null };
        return { month: each, monthsSince, customers, retention: customers / size, revenue };
      });
      return [{ month, customers: size, months }];
    });
}

function monthsFrom(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) months.push(month);
  return months;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, '0')}-${String(next[1]).padStart(2, '0')}`;
}

function groupedBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return groups;
}

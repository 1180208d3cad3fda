/** The states of a count as one table: what each step makes of each, and nothing else is possible. */
export type StockCountStatus = 'OPEN' | 'CONFIRMED' | 'ABANDONED';

export type StockCountStep = 'confirm' | 'abandon';

const TRANSITIONS: Readonly<
  Record<StockCountStatus, Readonly<Partial<Record<StockCountStep, StockCountStatus>>>>
> = {
  OPEN: { confirm: 'CONFIRMED', abandon: 'ABANDONED' },
  CONFIRMED: {},
  ABANDONED: {},
};

/** What the step leads to, whatever is asked for again. */
export const STATUS_OF_STEP: Readonly<Record<StockCountStep, StockCountStatus>> = {
  confirm: 'CONFIRMED',
  abandon: 'ABANDONED',
};

/** Null where the step is not possible. */
export function statusAfter(status: StockCountStatus, step: StockCountStep): StockCountStatus | null {
  return TRANSITIONS[status][step] ?? null;
}

/** The states of a count: it is open until one step ends it, for good. */
export type StockCountStatus = 'OPEN' | 'CONFIRMED' | 'ABANDONED';

export type StockCountStep = 'confirm' | 'abandon';

const STATUS_OF_STEP: Readonly<Record<StockCountStep, StockCountStatus>> = {
  confirm: 'CONFIRMED',
  abandon: 'ABANDONED',
};

/** The status as it is where the step was taken already; null where another one was. */
export function statusAfter(status: StockCountStatus, step: StockCountStep): StockCountStatus | null {
  const after = STATUS_OF_STEP[step];
  return status === 'OPEN' || status === after ? after : null;
}

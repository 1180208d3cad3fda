/**
 * Compares by night what reports of sales read with what it is made of, exactly: the roll-ups with the changes that were recorded, and these with the
 * orders and their lines. What differs is said by metric and log. Each process compares.
 */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { gauge } from '../../../platform/metrics.js';
import type { OwnOrderDatabase } from '../store/database.js';
import { findSalesDifferences } from '../store/sales-differences.js';

const POLL_INTERVAL_MILLISECONDS = 900_000;
/** UTC: after midnight from Jayapura to Jakarta, before outlets open. */
const NIGHT_HOUR = 19;
/** Corrections of a day come within this. */
const DAYS = 62;
const EXAMPLES = 5;

const differences = gauge(
  'kedai_sales_differences',
  'Figures of outlets and days by which reports of sales differ from the orders, at the last comparison',
  ['figures'],
);

export function startSalesCheck(database: OwnOrderDatabase, log: Log): PollLoop {
  let checkedOn = '';
  return startPollLoop({
    isMaintenance: true,
    name: 'order.sales-check',
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const now = new Date();
      const night = now.toISOString().slice(0, 10);
      if (now.getUTCHours() !== NIGHT_HOUR || night === checkedOn) return 'done';
      await checkSales(database, log);
      checkedOn = night;
      return 'done';
    },
  });
}

type CheckLog = { readonly [Level in 'info' | 'error']: (fields: object, message: string) => unknown };

/** @returns how many differ. */
export async function checkSales(database: OwnOrderDatabase, log: CheckLog): Promise<number> {
  const found = await findSalesDifferences(database, DAYS);
  const counts = new Map([...['day', 'item', 'group', 'orders']].map((figures) => [figures, 0]));
  for (const { figures } of found) counts.set(figures, (counts.get(figures) ?? 0) + 1);
  for (const [figures, count] of counts) differences.set({ figures }, count);
  if (found.length === 0) log.info({ days: DAYS }, 'sales check: reports are what the orders come to');
  else {
    log.error(
      { differences: found.length, examples: found.slice(0, EXAMPLES) },
      'sales check: reports differ from the orders: see docs/money.md',
    );
  }
  return found.length;
}

/**
 * Counts the ledger into the levels by five minutes, hours and days, up to 200,000 movements in each turn. Turns of several processes exclude
 * each other; what a turn counts and how far it came are one transaction, so a process that ends in between leaves nothing half counted.
 * Where an outlet has another time zone, each turn counts the days of one of its items again.
 */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { counter, gauge } from '../../../platform/metrics.js';
import type { OwnStockDatabase } from '../store/database.js';
import { type HistoryRetention, recountDays, rollUpLevels } from '../store/level-history.js';

const POLL_INTERVAL_MILLISECONDS = 60_000;
/** Progress is logged while so much is left to count: a start on a ledger of years takes minutes. */
const LONG_MILLISECONDS = 6 * 3_600_000;
const LOG_INTERVAL_MILLISECONDS = 10_000;

const counted = counter('kedai_level_movements_total', 'Movements counted into the history of levels', [
  'when',
]);
const recountedItems = counter(
  'kedai_level_recounts_total',
  'Items whose history was counted again from its beginning, because the ledger had other movements',
);
const lag = gauge(
  'kedai_level_lag_seconds',
  'Age of the movements that the history of levels does not count yet',
);

export function startRollingUpLevels(
  database: OwnStockDatabase,
  retention: HistoryRetention,
  log: Log,
): PollLoop {
  let loggedAt = 0;
  let isCatchingUp = false;
  return startPollLoop({
    name: 'stock.roll-up-levels',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const now = new Date();
      const { countedUntil, due, movements, late, recounted } = await rollUpLevels(database, now, retention);
      if (countedUntil === null) return 'done';
      counted.inc({ when: 'in time' }, movements - late);
      counted.inc({ when: 'late' }, late);
      recountedItems.inc(recounted);
      lag.set((now.getTime() - countedUntil.getTime()) / 1_000);
      if (recounted > 0)
        log.warn({ items: recounted }, 'levels: counted again, as the ledger had other movements');

      const left = due.getTime() - countedUntil.getTime();
      if (left > LONG_MILLISECONDS && now.getTime() - loggedAt > LOG_INTERVAL_MILLISECONDS) {
        loggedAt = now.getTime();
        isCatchingUp = true;
        log.info({ countedUntil, daysLeft: Math.ceil(left / 86_400_000) }, 'levels: counting the past');
      }
      if (left <= 0 && isCatchingUp) {
        isCatchingUp = false;
        log.info({ countedUntil }, 'levels: the past is counted');
      }
      const isRecounted = await recountDays(database);
      return left > 0 || isRecounted ? 'more' : 'done';
    },
  });
}

/** Lets what the kitchen drew and no scale has shown lapse after ten minutes, and old idempotency keys after two days. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../../../platform/bus/bus.js';
import type { Log } from '../../../platform/log.js';
import type { StockDatabase } from '../store/database.js';
import { publishLevels } from '../store/levels.js';
import { lapseDraws } from '../store/reservations.js';

const LAPSE_MILLISECONDS = 10 * 60_000;
const POLL_INTERVAL_MILLISECONDS = 5_000;
const KEY_LIFE_MILLISECONDS = 48 * 3_600_000;

export function startLapsing(database: StockDatabase, bus: Bus, log: Log): { stop(): Promise<void> } {
  const ending = new AbortController();

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        publishLevels(bus, await lapseDraws(database.pool, new Date(Date.now() - LAPSE_MILLISECONDS)));
        const createdAt = { lt: new Date(Date.now() - KEY_LIFE_MILLISECONDS) };
        await database.prisma.idempotency.deleteMany({ where: { createdAt } });
      } catch (error) {
        log.warn({ error: String(error) }, 'stock: lapsing will be tried again');
      }
      await delay(POLL_INTERVAL_MILLISECONDS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}

/**
 * `npm run bench -- backlog`: the fleet of docker-compose.yml as processes of this machine, on a PostgreSQL that syncs to
 * disk. Orders are accepted while stock is away; then stock starts, and the time until none of them is PLACED is measured.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalFleet } from '../../deploy/local-fleet/local-fleet.js';
import type { Bench } from '../result.js';
import { type BacklogBooks, openBacklogBooks } from './books.js';
import { placeOrders } from './place-orders.js';
import { reservationsAlone } from './reservations-alone.js';
import { verdictOf } from './verdict.js';

const ORDERS = 60_000;
const TARGET_SECONDS = 120;
const POLL_INTERVAL_MILLISECONDS = 250;
const REPORT_MILLISECONDS = 5_000;
/** Of the limited item, at every outlet. */
const UNITS_AT_EACH = 100;
/** Keeps unpaid orders from expiring while they are counted. */
const PAYMENT_WINDOW_SECONDS = '86400';
/** Ingest writes to the database of stock, so both stop together. */
const AWAY = ['stock', 'ingest'];

export const bench: Bench = async (report, { orders: count = ORDERS }) => {
  report('the fleet starts');
  const fleet = await startLocalFleet({
    durable: true,
    settings: { gateway: { RATE_LIMIT: 'off' }, order: { PAYMENT_WINDOW_SECONDS } },
  });
  if (fleet.servers.redis === undefined) report('no Redis on this machine: PostgreSQL carries the queues');
  const stock = fleet.units.get('stock');
  const books = openBacklogBooks(fleet.databaseUrl);
  try {
    await books.stockUp();
    for (const name of AWAY) await fleet.units.get(name)?.stop();
    report(`stock is away: ${count.toLocaleString('en')} orders are placed`);
    const placing = stopwatch();
    const reportNow = everySoOften(report);
    const accepted = await placeOrders(fleet.url, count, (soFar) => reportNow(`${soFar} accepted`));
    const placingSeconds = placing();

    report('stock comes back');
    const returning = stopwatch();
    const [readySeconds, settledSeconds, notifiedSeconds] = await Promise.all([
      stock?.start().then(returning),
      untilSettled(books, count, report).then(returning),
      untilTold(books, count).then(returning),
    ]);
    const verdict = verdictOf(accepted, await books.statuses(), UNITS_AT_EACH);
    const notAnsweredOnce = await books.notAnsweredOnce();
    const reserved = await books.limitedUnitsReserved();
    await stock?.stop();
    report('the reservations alone');
    const alone = await reservationsAlone(fleet.databaseUrl('stock'), count);
    return {
      figures: {
        'accepted while stock is away': { value: count / placingSeconds, unit: 'orders/s' },
        'until stock is ready': { value: readySeconds ?? 0, unit: 's' },
        'until every order is answered': { value: settledSeconds, unit: 's', target: TARGET_SECONDS },
        'answered a second': { value: count / settledSeconds, unit: 'orders/s' },
        'until every guest is notified': { value: notifiedSeconds, unit: 's' },
        'limited units promised': { value: verdict.promised, unit: 'units', target: verdict.onHand },
        'limited units reserved': { value: reserved, unit: 'units', target: verdict.onHand },
        'refused what there is plenty of': { value: verdict.refusedInPlenty, unit: 'orders', target: 0 },
        'overtaken by a later order': { value: verdict.overtaken, unit: 'orders', target: 0 },
        'not answered exactly once': { value: notAnsweredOnce, unit: 'orders', target: 0 },
      },
      peers: { 'the reservations alone': { 'answered a second': { value: alone, unit: 'orders/s' } } },
    };
  } finally {
    await books.close();
    await fleet.stop();
  }
};

async function untilSettled(
  books: BacklogBooks,
  count: number,
  report: (progress: string) => void,
): Promise<void> {
  const reportNow = everySoOften(report);
  for (;;) {
    const waiting = await books.waiting();
    if (waiting === 0) return;
    reportNow(`${count - waiting} answered`);
    await delay(POLL_INTERVAL_MILLISECONDS);
  }
}

async function untilTold(books: BacklogBooks, count: number): Promise<void> {
  while ((await books.notifications()) < count) await delay(POLL_INTERVAL_MILLISECONDS);
}

/** Seconds since it was made. */
function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1_000;
}

function everySoOften(report: (progress: string) => void): (progress: string) => void {
  let next = Date.now() + REPORT_MILLISECONDS;
  return (progress) => {
    if (Date.now() < next) return;
    next = Date.now() + REPORT_MILLISECONDS;
    report(`  ${progress}`);
  };
}

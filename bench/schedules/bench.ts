/**
 * `npm run bench -- schedules`: a hundred thousand schedules due in one minute, planned and begun by one process, on a PostgreSQL that syncs to disk.
 * Beside it: how long others in the process wait for their turn.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type pg from 'pg';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { openPlatform } from '../../platform/platform.js';
import { migrate } from '../../prisma/migrate.js';
import { planDueRuns, type Scheduling } from '../../subgraphs/messages/operations/schedules/plan-runs.js';
import { startWaitingRuns } from '../../subgraphs/messages/operations/schedules/start-runs.js';
import { openMessagesDatabase } from '../../subgraphs/messages/store/database.js';
import type { Bench } from '../result.js';

const SCHEDULES = 100_000;
const OWNERS = 5_000;
const WARM_UP = 2_000;

export const bench: Bench = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error' });
  const url = config.databaseUrl('messages');
  await migrate({ urls: { messages: url, platform: config.databaseUrl('platform') } });
  const platform = await openPlatform(config);
  const database = openMessagesDatabase(url, platform.bus);
  const scheduling = { database, log: platform.log };
  try {
    await addOwners(database.pool);
    report('warming up');
    await addDue(database.pool, WARM_UP);
    await runAll(scheduling);
    report(`${SCHEDULES.toLocaleString('en')} schedules due in one minute`);
    await addDue(database.pool, SCHEDULES);
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const memoryBefore = process.memoryUsage().rss;
    const { planned, begun } = await runAll(scheduling);
    delays.disable();
    const { rows } = await database.pool.query<{ runs: number; events: number }>(
      `SELECT (SELECT count(*)::int FROM schedule_run WHERE started_at IS NOT NULL) AS runs,
         (SELECT count(*)::int FROM outbox WHERE type = 'schedule.due') AS events`,
    );
    const wanted = SCHEDULES + WARM_UP;
    if (rows[0]?.runs !== wanted || rows[0].events !== wanted)
      throw new Error(`Not one run and one event for each due time: ${JSON.stringify(rows)}`);
    return {
      figures: {
        'planned and begun': { value: SCHEDULES / (planned + begun), unit: 'schedules/s' },
        'all planned': { value: planned, unit: 's' },
        'all begun': { value: begun, unit: 's' },
        'others in the process wait, p99': { value: delays.percentile(99) / 1e6, unit: 'ms' },
        'more memory': { value: (process.memoryUsage().rss - memoryBefore) / 2 ** 20, unit: 'MB' },
      },
      peers: {},
    };
  } finally {
    await database.close();
    await platform.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function addOwners(pool: pg.Pool): Promise<void> {
  await pool.query(
    `INSERT INTO account_roles (customer_id, roles, version)
     SELECT uuidv7(), '[{"role": "HQ", "outletId": null, "franchiseId": null}]', 1 FROM generate_series(1, $1)`,
    [OWNERS],
  );
}

/** Of weekly schedules, begun weeks ago, whose due times lie in the minute before this. */
async function addDue(pool: pg.Pool, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO schedule (id, customer_id, name, action, rule, time_zone, missed, anchor, next_run_at)
     SELECT uuidv7(), customer_id, 'Weekly', 'SALES_REPORT', 'FREQ=WEEKLY', 'Asia/Jakarta', 'ONCE', due_at - interval '70 days', due_at
     FROM generate_series(1, $1) AS number
     JOIN (SELECT customer_id, row_number() OVER () - 1 AS place FROM account_roles) AS owner ON place = number % $2
     CROSS JOIN LATERAL (SELECT date_trunc('second', now()) - make_interval(secs => number % 60) AS due_at) AS due`,
    [count, OWNERS],
  );
  await pool.query('VACUUM (ANALYZE) schedule');
}

/** @returns for how many seconds there was something to plan, and to begin. */
async function runAll(scheduling: Scheduling): Promise<{ planned: number; begun: number }> {
  const planned = await secondsOf(() => planDueRuns(scheduling));
  return { planned, begun: await secondsOf(() => startWaitingRuns(scheduling)) };
}

async function secondsOf(round: () => Promise<'more' | 'done'>): Promise<number> {
  const at = performance.now();
  while ((await round()) === 'more');
  return (performance.now() - at) / 1_000;
}

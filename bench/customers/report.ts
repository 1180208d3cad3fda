/**
 * `npm run bench -- customers` without a file: the report about customers over a chain's year, its model and its expectations, as the store and the domain reckon them. Members
 * are generated: they come at rates of their own, and half of them leave.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { addDays, type CalendarDay, calendarDay } from '../../platform/kit/calendar.js';
import { openPlatform } from '../../platform/platform.js';
import { migrate } from '../../prisma/migrate.js';
import { basketRules } from '../../subgraphs/order/domain/customers/baskets.js';
import { cohortsOf, segmentsOf } from '../../subgraphs/order/domain/customers/groups.js';
import { expectedOf } from '../../subgraphs/order/domain/customers/value.js';
import { fitCustomers } from '../../subgraphs/order/operations/fit-customers.js';
import { findBaskets } from '../../subgraphs/order/store/baskets.js';
import { findCohorts, findScores } from '../../subgraphs/order/store/customer-figures.js';
import { findHistories, findModel } from '../../subgraphs/order/store/customer-models.js';
import { openOrderDatabase } from '../../subgraphs/order/store/database.js';
import { type BenchResult, type Figure, quantile } from '../result.js';

const ORDERS = 10_000_000;
const ORDERS_OF_A_MEMBER = 20;
const OUTLETS = 25;
const OUTLETS_OF_A_FRANCHISE = 5;
const ITEMS = 40;
const LAST = calendarDay('2026-11-29');
const PERIOD = { from: addDays(LAST, -364), to: LAST };
const REPEATS = 5;

/** Of members who keep coming at an outlet, now and then at the next one. */
const FILL = `
  INSERT INTO customer_day (customer_id, outlet_id, day, franchise_id, orders, revenue)
  SELECT member.id, outlet.id, $2::date - (member.begins - visit.day), ('00000000-0000-7000-8000-' || lpad((number / ${OUTLETS_OF_A_FRANCHISE})::text, 12, '0'))::uuid,
    1, 15000 + floor(random() * 60000)
  FROM (
    SELECT gen_random_uuid() AS id, floor(random() * 365)::int AS begins, floor(random() * ${OUTLETS})::int AS home,
      1 + floor(-ln(random()) * 12)::int AS every, CASE WHEN random() < 0.5 THEN random() ELSE 1 END AS stays
    FROM generate_series(1, $1)
  ) AS member,
  LATERAL (SELECT day FROM generate_series(0, floor(member.begins * member.stays)::int, member.every) AS day) AS visit,
  LATERAL (SELECT CASE WHEN visit.day % 7 = 0 THEN (member.home + 1) % ${OUTLETS} ELSE member.home END AS number) AS at,
  LATERAL (SELECT ('00000000-0000-7000-9000-' || lpad(number::text, 12, '0'))::uuid AS id) AS outlet`;

const FILL_BASKETS = `
  INSERT INTO basket_day (outlet_id, day, one_id, other_id, franchise_id, orders)
  SELECT ('00000000-0000-7000-9000-' || lpad(outlet::text, 12, '0'))::uuid, day, item_id(one), item_id(other),
    ('00000000-0000-7000-8000-' || lpad((outlet / ${OUTLETS_OF_A_FRANCHISE})::text, 12, '0'))::uuid, 1 + floor(random() * 20)
  FROM generate_series(0, ${OUTLETS - 1}) AS outlet, generate_series($1::date - 364, $1::date, interval '1 day') AS day,
    generate_series(0, ${ITEMS}) AS one, generate_series(0, ${ITEMS}) AS other
  WHERE one <= other AND (one > 0 OR other = 0)`;

const HEAD_OFFICE = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };
const [outletId, franchiseId] = [
  '00000000-0000-7000-9000-000000000007',
  '00000000-0000-7000-8000-000000000001',
];
const SCOPES = {
  chain: { outletId: null, franchiseId: null },
  franchise: { outletId: null, franchiseId },
  outlet: { outletId, franchiseId: null },
};

export async function benchReport(report: (progress: string) => void, orders = ORDERS): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  try {
    const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error' });
    const url = config.databaseUrl('order');
    await migrate({ urls: { order: url, platform: config.databaseUrl('platform') } });
    const members = Math.round(orders / ORDERS_OF_A_MEMBER);
    report(`${members} members come for a year`);
    const figures = await filled(url, members);
    const platform = await openPlatform(config);
    const database = openOrderDatabase(url, platform.bus);
    const now = new Date(`${addDays(LAST, 1)}T12:00:00Z`);
    for (const [name, place] of Object.entries(SCOPES)) {
      report(`${name}: segments, cohorts, baskets`);
      const query = { ...PERIOD, ...place };
      const timed = async (what: string, work: () => Promise<unknown>, times = REPEATS) =>
        Object.assign(figures, { [`${name}: ${what}, p50`]: await p50(work, times) });
      await timed('segments', async () => segmentsOf(await findScores(database, HEAD_OFFICE, query, LAST)));
      await timed('cohorts', async () =>
        cohortsOf(await findCohorts(database, HEAD_OFFICE, query), LAST.slice(0, 7)),
      );
      await timed('baskets', async () => basketRules(await findBaskets(database, HEAD_OFFICE, query)));
      await timed('fit of the night', () => fitCustomers(database, place, now), 1);
      const stored = await findModel(database, place);
      if (stored?.model == null) throw new Error('Members of a year make a model.');
      const { model, until } = stored;
      await timed('value', async () =>
        expectedOf(model, await findHistories(database, HEAD_OFFICE, place, until), 90),
      );
    }
    await database.close();
    await platform.close();
    return { figures, peers: {} };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function filled(url: string, members: number): Promise<Record<string, Figure>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE FUNCTION pg_temp.item_id(n integer) RETURNS uuid LANGUAGE sql AS
      $$ SELECT CASE n WHEN 0 THEN '00000000-0000-0000-0000-000000000000' ELSE '00000000-0000-7000-a000-' || lpad(n::text, 12, '0') END::uuid $$`);
    const day: CalendarDay = LAST;
    const { rowCount } = await client.query(FILL, [members, day]);
    await client.query(FILL_BASKETS.replaceAll('item_id(', 'pg_temp.item_id('), [day]);
    await client.query('VACUUM ANALYZE customer_day');
    await client.query('VACUUM ANALYZE basket_day');
    return {
      members: { value: members, unit: 'members' },
      'days on which they came': { value: rowCount ?? 0, unit: 'rows' },
    };
  } finally {
    await client.end();
  }
}

async function p50(work: () => Promise<unknown>, times: number): Promise<Figure> {
  const milliseconds: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const started = performance.now();
    await work();
    milliseconds.push(performance.now() - started);
  }
  return { value: quantile(milliseconds, 0.5), unit: 'ms' };
}

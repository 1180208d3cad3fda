/** `npm run bench -- report`: a year's sales by month, over ten million orders, and a year of one item's levels, as subgraphs answer them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'graphql';
import { z } from 'zod';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { newCause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { openPlatform } from '../../platform/platform.js';
import { executeOperation } from '../../platform/subgraph/execution.js';
import { migrate } from '../../prisma/migrate.js';
import { startOrder } from '../../subgraphs/order/index.js';
import { inFlight, type LoadResult } from '../orders/load.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { addUp, FIRST_DAY, fill, LAST_DAY, type Month } from './seed-year-of-orders.js';
import { measureYearOfAShelf } from './year-of-a-shelf.js';

const ORDERS = 10_000_000;
const SECONDS = 5;
const FLIGHTS = [1, 32];
const HEAD_OFFICE: Identity = {
  customerId: newId(),
  roles: [{ role: 'HQ', outletId: null, franchiseId: null }],
};
const REPORT = `query ($from: Date!, $to: Date!) {
  salesReport(from: $from, to: $to, by: MONTH) { rows { key orders revenue { amount } } } }`;

const answerSchema = z.object({
  data: z.object({
    salesReport: z.object({
      rows: z.array(
        z.object({ key: z.string(), orders: z.number(), revenue: z.object({ amount: z.number() }) }),
      ),
    }),
  }),
});

export const bench: Bench = async (report, { orders: count = ORDERS }) => {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  try {
    const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error' });
    const url = config.databaseUrl('order');
    await migrate({ urls: { order: url, platform: config.databaseUrl('platform') } });
    await fill(url, count, report);
    report('the orders are added up one by one');
    const { months, milliseconds } = await addUp(url);

    const platform = await openPlatform(config);
    const subgraph = await startOrder(platform);
    const document = parse(REPORT);
    const query = async (): Promise<readonly Month[]> => {
      const answer = await executeOperation(
        subgraph,
        { document, variables: { from: FIRST_DAY, to: LAST_DAY } },
        { identity: HEAD_OFFICE, cause: newCause() },
        platform.log,
      );
      const { rows } = answerSchema.parse(answer).data.salesReport;
      return rows.map(({ key, orders, revenue }) => ({ key, orders, revenue: revenue.amount }));
    };
    if (!isDeepStrictEqual(await query(), months))
      throw new Error('The report is not what the orders add up to');

    const figures: Record<string, Figure> = { 'orders reported on': { value: count, unit: 'orders' } };
    for (const flight of FLIGHTS) {
      report(`${flight} reports in flight`);
      const queried = await inFlight(flight, SECONDS, async () => {
        await query();
      });
      Object.assign(figures, figuresOf(`a year by month, ${flight} in flight`, queried));
    }
    await subgraph.stop();
    Object.assign(figures, await measureYearOfAShelf(platform, HEAD_OFFICE, report));
    await platform.close();
    return {
      figures,
      peers: {
        'adding up the orders': { 'a year by month, 1 in flight, p50': { value: milliseconds, unit: 'ms' } },
      },
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

function figuresOf(name: string, { rate, milliseconds }: LoadResult): Record<string, Figure> {
  return {
    [name]: { value: rate, unit: 'reports/s' },
    [`${name}, p50`]: { value: quantile(milliseconds, 0.5), unit: 'ms' },
    [`${name}, p99`]: { value: quantile(milliseconds, 0.99), unit: 'ms' },
  };
}

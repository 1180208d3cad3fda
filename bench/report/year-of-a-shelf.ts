/** A year of one item's levels, as the stock subgraph answers it: a movement each minute, counted as they are in operation. */
import { parse } from 'graphql';
import pg from 'pg';
import { z } from 'zod';
import { newCause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import type { Platform } from '../../platform/platform.js';
import { executeOperation } from '../../platform/subgraph/execution.js';
import { migrate } from '../../prisma/migrate.js';
import { startStock } from '../../subgraphs/stock/index.js';
import { inFlight } from '../orders/load.js';
import { type Figure, quantile } from '../result.js';

const SECONDS = 5;
const MOVEMENTS = 365 * 24 * 60;
const POINTS = { DAY: 366, HOUR: 8_761 };
const TARGET_MILLISECONDS = 50;
const HISTORY = parse(`query ($id: ID!, $from: DateTime!, $resolution: HistoryResolution!) {
  stockItem(id: $id) { history(from: $from, resolution: $resolution) { at minimum maximum last } } }`);
const answerSchema = z.object({
  data: z.object({ stockItem: z.object({ history: z.array(z.object({ last: z.number() })) }) }),
});

/** Filled up every 500 minutes, and used evenly. */
const FILL = `
  INSERT INTO stock_movement (id, stock_item_id, franchise_id, outlet_id, figure, delta, kind, at, trace_id, order_id)
  SELECT uuidv7(at - clock_timestamp()), $1, $2, $3, 'ON_HAND', CASE WHEN n % 500 = 0 THEN 2500 ELSE -5 END, 'CONSUMPTION', at, $1, $1
  FROM generate_series(0, $4 - 1) AS n, LATERAL (SELECT now() - make_interval(mins => $4 - n) AS at) AS moment`;

export async function measureYearOfAShelf(
  platform: Platform,
  identity: Identity,
  report: (progress: string) => void,
): Promise<Record<string, Figure>> {
  const url = platform.config.databaseUrl('stock');
  await migrate({ urls: { stock: url } });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [id, outletId, franchiseId] = [newId(), newId(), newId()];
  try {
    report('a year of an item is written');
    await client.query(`INSERT INTO ingredient (id, name, unit) VALUES ($1, 'Susu', 'GRAM')`, [id]);
    await client.query(`INSERT INTO outlet (id, franchise_id, name, version) VALUES ($1, $2, 'Kedai', 1)`, [
      outletId,
      franchiseId,
    ]);
    await client.query(
      `INSERT INTO stock_item (id, franchise_id, outlet_id, ingredient_id, tracking, reorder_point) VALUES ($1, $2, $3, $1, 'COUNT', 0)`,
      [id, franchiseId, outletId],
    );
    await client.query(FILL, [id, franchiseId, outletId, MOVEMENTS]);
    const subgraph = await startStock(platform);
    try {
      report('its levels are counted');
      const seconds = await untilCounted(client);
      const figures: Record<string, Figure> = {
        'movements counted': { value: MOVEMENTS / seconds, unit: 'movements/s' },
      };
      const from = new Date(Date.now() - 365 * 86_400_000).toISOString();
      for (const [resolution, points] of Object.entries(POINTS)) {
        report(`a year of an item by ${resolution}`);
        const { milliseconds } = await inFlight(1, SECONDS, async () => {
          const answer = await executeOperation(
            subgraph,
            { document: HISTORY, variables: { id, from, resolution } },
            { identity, cause: newCause() },
            platform.log,
          );
          const { length } = answerSchema.parse(answer).data.stockItem.history;
          if (Math.abs(length - points) > 1) throw new Error(`${length} points of ${points}`);
        });
        const name = `a year of an item by ${resolution.toLowerCase()}`;
        figures[`${name}, p50`] = {
          value: quantile(milliseconds, 0.5),
          unit: 'ms',
          target: TARGET_MILLISECONDS,
        };
        figures[`${name}, p99`] = { value: quantile(milliseconds, 0.99), unit: 'ms' };
      }
      return figures;
    } finally {
      await subgraph.stop();
    }
  } finally {
    await client.end();
  }
}

/** The subgraph counts from its start. */
async function untilCounted(client: pg.Client): Promise<number> {
  const start = performance.now();
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT FROM level_roll_up WHERE counted_until > now() - interval '10 minutes'`,
    );
    if (rowCount === 1) return (performance.now() - start) / 1_000;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

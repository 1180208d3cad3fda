/**
 * The order subgraph alone, in this process, as the gateway calls it: parsed documents in, answers out, on a PostgreSQL that
 * syncs to disk. Beside it the limit: the same statement with the same orders, and nothing around it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import pg from 'pg';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { newCause } from '../../platform/events/envelope.js';
import { newId } from '../../platform/ids.js';
import { NO_CHARGES } from '../../platform/order-charges.js';
import { openPlatform } from '../../platform/platform.js';
import { executeOperation } from '../../platform/subgraph/execution.js';
import { migrate } from '../../prisma/migrate.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { seedOrder } from '../../prisma/seed/order.js';
import { startOrder } from '../../subgraphs/order/index.js';
import type { NewOrder } from '../../subgraphs/order/store/insert-orders.js';
import { OrderNumbers } from '../../subgraphs/order/store/order-numbers.js';
import { PlacementWriter, type PromotionCounts } from '../../subgraphs/order/store/placement-writer.js';
import { inFlight, type LoadResult } from './load.js';
import { OUTLETS, PLACE_ORDER, someDrink } from './orders.js';

export interface SubgraphResults {
  readonly placed: ReadonlyMap<number, LoadResult>;
  readonly statementAlone: LoadResult;
}

export async function measureSubgraph(
  flights: readonly number[],
  seconds: number,
  report: (progress: string) => void,
): Promise<SubgraphResults> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  try {
    const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error' });
    const url = config.databaseUrl('order');
    await migrate({ urls: { order: url, platform: config.databaseUrl('platform') } });
    await seedOrder(url);
    const statementAlone = await measureStatement(url, Math.max(...flights), seconds, report);

    const platform = await openPlatform(config);
    const subgraph = await startOrder(platform);
    const document = parse(PLACE_ORDER);
    const identity = { customerId: newId(), roles: [] };
    const placeOne = async () => {
      const cause = newCause();
      const operation = { document, variables: { input: someDrink() } };
      const answer = await executeOperation(subgraph, operation, { identity, cause }, platform.log);
      if (!JSON.stringify(answer).includes('"userErrors":[]')) throw new Error(JSON.stringify(answer));
    };
    const placed = new Map<number, LoadResult>();
    for (const count of flights) {
      report(`order subgraph, ${count} in flight`);
      placed.set(count, await inFlight(count, seconds, placeOne));
    }
    await subgraph.stop();
    await platform.close();
    return { placed, statementAlone };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureStatement(
  url: string,
  count: number,
  seconds: number,
  report: (progress: string) => void,
): Promise<LoadResult> {
  report(`the statement alone, ${count} in flight`);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  const writer = new PlacementWriter(pool, NO_PROMOTIONS, () => undefined);
  const numbers = new OrderNumbers(pool);
  const result = await inFlight(count, seconds, async () => {
    await writer.place(orderOf(await numbers.next()));
  });
  await pool.query('TRUNCATE orders, order_line, order_status_entry, order_reward, idempotency, outbox');
  await pool.end();
  return result;
}

const NO_PROMOTIONS: PromotionCounts = { hasLeft: () => true, recount: async () => undefined };

function orderOf(number: string): NewOrder {
  const now = new Date();
  const [id, customerId] = [newId(), newId()];
  const { outletId, lines } = someDrink();
  const outlet = OUTLETS.find((one) => one.id === outletId) ?? OUTLETS[0];
  const item = CATALOGUE.menuItems.find((one) => one.id === lines[0]?.menuItemId);
  if (outlet === undefined || item === undefined) throw new Error('The demo chain has outlets and a menu.');
  const { id: menuItemId, name, price, preparationSeconds, recipe } = item;
  return {
    order: {
      ...{
        id,
        number,
        customerId,
        outletId,
        franchiseId: outlet.franchiseId,
        total: price,
        rewardDiscount: 0,
        preparationSeconds,
      },
      ...{ status: 'PLACED', statusAt: now, statusReason: null, version: 1, placedAt: now },
      ...{
        priority: 'NORMAL',
        drink: null,
        pickupAt: null,
        placedBy: null,
        isPartPaid: false,
        substitution: null,
        ...NO_CHARGES,
      },
    },
    lines: [
      {
        ...{ menuItemId, name, quantity: 1, options: [], unitPrice: price, subtotal: price, note: null },
        ...{ discount: 0, promotion: null },
      },
    ],
    requirements: recipe,
    takenUnits: [],
    unpaidBounds: null,
    redemptionIds: [],
    request: { scope: customerId, key: id, inputHash: id },
    cause: newCause(),
    counter: null,
  };
}

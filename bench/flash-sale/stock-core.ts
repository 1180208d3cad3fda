/**
 * The stock core alone, in this process, on a PostgreSQL that syncs to disk: how many buyers of one item it answers.
 * Compared with the naive way, a transaction per buyer that locks the item's row, and the upper bound, the statement itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Bus } from '../../platform/bus/bus.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { newCause } from '../../platform/events/envelope.js';
import { newId } from '../../platform/ids.js';
import { migrate } from '../../prisma/migrate.js';
import { reservationWriter } from '../../subgraphs/stock/operations/reserve-stock.js';
import { openStockDatabase } from '../../subgraphs/stock/store/database.js';
import { insertReservations, type ReservationRequest } from '../../subgraphs/stock/store/reservations.js';
import { inFlight, type LoadResult } from '../orders/load.js';
import { reserveNaively } from './naive.js';

export interface CoreResults {
  readonly oneItem: LoadResult;
  readonly fourItems: LoadResult;
  readonly soldOut: LoadResult;
  readonly naive: LoadResult;
  readonly statementAlone: LoadResult;
}

const BUYERS = 500;
const SECONDS = 5;
const STATEMENT_BATCH = 250;
const PLENTY = 1_000_000_000;
const UNHEARD: Bus = {
  publish: () => undefined,
  subscribe: () => Promise.reject(new Error('The bench has no subscribers')),
  close: async () => undefined,
};

export async function measureStockCore(report: (progress: string) => void): Promise<CoreResults> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const url = Object.assign(new URL(server.url), { pathname: '/kedai_stock' }).href;
  await migrate({ urls: { stock: url } });
  const database = openStockDatabase(url, UNHEARD);
  const writer = reservationWriter(database, UNHEARD, 'bench');
  const naivePool = new pg.Pool({ connectionString: url, max: 20 });
  try {
    const buying = (outlet: Outlet, lines = 1) =>
      inFlight(BUYERS, SECONDS, async () => {
        await writer.reserve(requestOf(outlet, lines));
      });
    const outlet = await outletWith(database.pool, PLENTY, 8);
    report('warming up');
    await buying(outlet);
    report(`one item, ${BUYERS} in flight`);
    const oneItem = await buying(outlet);
    report(`orders of four of eight items, ${BUYERS} in flight`);
    const fourItems = await buying(outlet, 4);
    report(`a sold-out item, ${BUYERS} in flight`);
    const soldOut = await buying(await outletWith(database.pool, 0, 1));
    report(`a transaction per buyer, ${BUYERS} in flight`);
    const naive = await inFlight(BUYERS, SECONDS, () => reserveNaively(naivePool, requestOf(outlet, 1)));
    report(`the statement alone, ${STATEMENT_BATCH} a batch`);
    const statementAlone = await inFlight(1, SECONDS, async () => {
      const requests = Array.from({ length: STATEMENT_BATCH }, () => requestOf(outlet, 1));
      await insertReservations(database.pool, 'bench', requests);
    });
    return {
      ...{ oneItem, fourItems, soldOut, naive },
      statementAlone: { ...statementAlone, rate: statementAlone.rate * STATEMENT_BATCH },
    };
  } finally {
    await naivePool.end();
    await database.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Outlet {
  readonly outletId: string;
  readonly ingredientIds: readonly string[];
}

async function outletWith(pool: pg.Pool, onHand: number, items: number): Promise<Outlet> {
  const [outletId, franchiseId] = [newId(), newId()];
  const ingredientIds = Array.from({ length: items }, newId);
  for (const ingredientId of ingredientIds) {
    const itemId = newId();
    await pool.query(`INSERT INTO ingredient (id, name, unit) VALUES ($1, $2, 'PIECE')`, [
      ingredientId,
      ingredientId,
    ]);
    await pool.query(
      `INSERT INTO stock_item (id, franchise_id, outlet_id, ingredient_id, tracking, reorder_point)
       VALUES ($1, $2, $3, $4, 'COUNT', 0)`,
      [itemId, franchiseId, outletId, ingredientId],
    );
    await pool.query(
      `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, person_id)
       VALUES ($1, $2, $3, 'ON_HAND', $4, 'OPENING', $5, $5)`,
      [itemId, franchiseId, outletId, onHand, newId()],
    );
  }
  return { outletId, ingredientIds };
}

let ordinal = 0;

function requestOf({ outletId, ingredientIds }: Outlet, lines: number): ReservationRequest {
  ordinal += lines === 1 ? 0 : 1;
  const orderId = newId();
  return {
    eventId: newId(),
    orderId,
    outletId,
    requirements: Array.from({ length: lines }, (_, index) => ({
      ingredientId: ingredientIds[(ordinal + index) % ingredientIds.length] ?? '',
      quantity: 1,
    })),
    cause: newCause(),
  };
}

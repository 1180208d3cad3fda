/** The upper bound: the same readings stored and applied by the same statements, a thousand at a time, without broker and queues. */
import type pg from 'pg';
import { newId } from '../../platform/ids.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';

const BATCH = 1_000;

/** @returns readings a second. */
export async function statementsAlone(pool: pg.Pool, readings: number): Promise<number> {
  const shelves = CATALOGUE.stockItems.flatMap(({ outletId, shelf }) =>
    shelf === null ? [] : [{ id: shelf.id, outletId }],
  );
  const bootId = newId();
  const startedAt = performance.now();
  for (let seq = 0; seq < readings; seq += BATCH) {
    const batchId = newId();
    const places = Array.from({ length: BATCH }, (_, index) => seq + index);
    const said = places.map((place) => ({ place, shelf: shelves[place % 200] }));
    await pool.query({
      name: 'store-readings',
      text: 'SELECT stored, unknown FROM store_readings($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      values: [
        batchId,
        newId(),
        said.map(({ shelf }) => shelf?.id),
        said.map(({ shelf }) => shelf?.outletId),
        said.map(() => bootId),
        places,
        places.map((place) => 100_000 - (place % 50_000)),
        said.map(() => new Date().toISOString()),
        said.map(() => 90),
      ],
    });
    await pool.query({
      name: 'apply-readings',
      text: 'SELECT levels FROM apply_readings($1)',
      values: [[batchId]],
    });
  }
  return (readings * 1_000) / (performance.now() - startedAt);
}

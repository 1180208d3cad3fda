/** The boots of readings whose devices name none: they go on in the shelf's latest boot of their kind. */
import type { Reading } from '../domain/shelf-message.js';
import type { OwnStockDatabase } from './database.js';

/** The same readings in the same order, each with the boot that it is of. Asks nothing where all of them name theirs. */
export async function inTheirBoots<One extends Reading>(
  { pool }: OwnStockDatabase,
  readings: readonly One[],
): Promise<readonly One[]> {
  const joining = readings.filter(({ joins }) => joins !== undefined);
  if (joining.length === 0) return readings;
  const { rows } = await pool.query<{ shelfId: string; bootId: string }>({
    name: 'latest-boots',
    text: `
      SELECT shelf.id AS "shelfId", boot.boot_id AS "bootId"
      FROM unnest($1::uuid[]) AS shelf (id), LATERAL (
        SELECT boot_id FROM shelf_boot WHERE shelf_id = shelf.id ORDER BY number DESC LIMIT 1
      ) AS boot`,
    values: [[...new Set(joining.map(({ shelfId }) => shelfId))]],
  });
  const latest = new Map(rows.map(({ shelfId, bootId }) => [shelfId, bootId]));
  return readings.map((reading) => {
    const { shelfId, joins } = reading;
    const known = latest.get(shelfId);
    if (joins !== undefined && known?.startsWith(joins)) return { ...reading, bootId: known };
    latest.set(shelfId, reading.bootId);
    return reading;
  });
}

/** The usual way, for comparison: a transaction per buyer that locks the item's row, checks it, and writes the same rows. */
import type pg from 'pg';
import { newId } from '../../platform/ids.js';
import { traceIdOf } from '../../platform/trace.js';
import type { ReservationRequest } from '../../subgraphs/stock/store/reservations.js';

export async function reserveNaively(pool: pg.Pool, request: ReservationRequest): Promise<void> {
  const { orderId, outletId, eventId, requirements, cause } = request;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({
      name: 'inbox',
      text: "INSERT INTO inbox (consumer, event_id) VALUES ('naive', $1)",
      values: [eventId],
    });
    let isCovered = true;
    for (const { ingredientId, quantity } of requirements) {
      const { rows } = await client.query<{ id: string; franchise_id: string; available: number }>({
        name: 'lock',
        text: `SELECT id, franchise_id, available FROM stock_item
               WHERE outlet_id = $1 AND ingredient_id = $2 AND removed_at IS NULL FOR UPDATE`,
        values: [outletId, ingredientId],
      });
      const [item] = rows;
      if (item === undefined || item.available < quantity) {
        isCovered = false;
        break;
      }
      await client.query({
        name: 'reservation',
        text: `INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state)
               VALUES ($1, $2, $3, $4, $5, 'RESERVED')`,
        values: [orderId, item.id, item.franchise_id, outletId, quantity],
      });
      await client.query({
        name: 'movement',
        text: `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
               VALUES ($1, $2, $3, 'RESERVED', $4, 'RESERVATION', $5, $6)`,
        values: [item.id, item.franchise_id, outletId, quantity, traceIdOf(cause.traceparent), orderId],
      });
    }
    await client.query({
      name: 'outbox',
      text: `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
             VALUES ($1, $2, 1, 'stock', now(), $3, 1, $4, $5)`,
      values: [
        newId(),
        isCovered ? 'stock.reserved' : 'stock.rejected',
        orderId,
        { orderId, outletId },
        cause,
      ],
    });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** The upper bound: as many orders of a drink reserved by the same statement, batch after batch, without queues. */
import pg from 'pg';
import { newCause } from '../../platform/events/envelope.js';
import { newId } from '../../platform/ids.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { insertReservations, type ReservationRequest } from '../../subgraphs/stock/store/reservations.js';
import { someDrink } from '../orders/orders.js';

const BATCH = 250;

/** @returns orders a second. */
export async function reservationsAlone(url: string, count: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const startedAt = performance.now();
    for (let done = 0; done < count; done += BATCH) {
      await insertReservations(
        pool,
        'bench',
        Array.from({ length: Math.min(BATCH, count - done) }, someRequest),
      );
    }
    return (count * 1_000) / (performance.now() - startedAt);
  } finally {
    await pool.end();
  }
}

function someRequest(): ReservationRequest {
  const { outletId, lines } = someDrink();
  const drink = CATALOGUE.menuItems.find(({ id }) => id === lines[0]?.menuItemId);
  return {
    ...{ eventId: newId(), orderId: newId(), outletId },
    requirements: drink?.recipe ?? [],
    cause: newCause(),
  };
}

/** Whether stock was reserved for an order: by the one answer that it got. */
import type { HistoryEvent } from './history-event.js';

export type RebuiltReservation = 'RESERVED' | 'REJECTED';

/** @param reservation null before the answer. */
export function reservationAfter(
  reservation: RebuiltReservation | null,
  event: HistoryEvent,
): RebuiltReservation | null {
  if (event.type === 'stock.reserved') return 'RESERVED';
  if (event.type === 'stock.rejected') return 'REJECTED';
  return reservation;
}

export const RESERVATION_EVENTS = ['stock.reserved', 'stock.rejected'];

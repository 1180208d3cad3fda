/** An order from its events, in the order of their versions. */
import type { HistoryEvent } from './history-event.js';

export interface RebuiltOrder {
  readonly status: string;
  /** The number of its events: a missing or repeated one shows as a difference. */
  readonly version: number;
  readonly total: number;
  /** Null for a guest without an account. */
  readonly customerId: string | null;
  readonly outletId: string;
}

const STATUS_BY_TYPE: Readonly<Partial<Record<HistoryEvent['type'], string>>> = {
  'order.awaiting-payment': 'AWAITING_PAYMENT',
  'order.paid': 'PAID',
  'order.preparing': 'PREPARING',
  'order.lines-remade': 'PREPARING',
  'order.ready': 'READY',
  'order.completed': 'COMPLETED',
  'order.rejected': 'REJECTED',
  'order.cancelled': 'CANCELLED',
  'order.refunded': 'REFUNDED',
};

/** @param order null before its first event, and as long as that one is not in the history. */
export function orderAfter(order: RebuiltOrder | null, event: HistoryEvent): RebuiltOrder | null {
  if (event.type === 'order.placed') {
    const { total, customerId, outletId } = event.data;
    return { status: 'PLACED', version: (order?.version ?? 0) + 1, total, customerId, outletId };
  }
  if (order === null) return null;
  const status = event.type === 'order.step-undone' ? event.data.status : STATUS_BY_TYPE[event.type];
  return { ...order, status: status ?? order.status, version: order.version + 1 };
}

export const ORDER_EVENTS = [
  ...['order.placed', 'order.step-undone', 'order.substitution-changed'],
  ...Object.keys(STATUS_BY_TYPE),
];

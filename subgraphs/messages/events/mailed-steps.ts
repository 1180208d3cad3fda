/** Which steps of an order its customer is written to about, which of them browsers show, and for how long each is worth it. */
import type { AnyEvent, EventType } from '../../../platform/events/envelope.js';
import type { OrderMailKind } from '../../../platform/events/event-types.js';
import type { Facts } from '../domain/mail.js';

export const MAILED_STEPS = [
  'order.paid',
  'order.ready',
  'order.rejected',
  'order.cancelled',
  'order.refunded',
  'order.substitution-changed',
] as const satisfies readonly EventType[];

/** `ORDER_SUBSTITUTE_OFFERED` is pushed alone: an offer is over before most mails are read. */
export type OrderNoticeKind = OrderMailKind | 'ORDER_SUBSTITUTE_OFFERED';

export interface OrderNotice {
  readonly kind: OrderNoticeKind;
  readonly customerId: string;
  readonly orderId: string;
  readonly outletId: string;
  /** What the text says, but for the person's name. */
  readonly facts: Facts;
  readonly at: Date;
  readonly usefulUntil: Date;
  /** Quiet hours do not hold it back: its customer may be waiting for it. */
  readonly isUrgent: boolean;
}

const HOUR_MILLISECONDS = 3_600_000;
const USEFUL_HOURS: Readonly<Record<OrderNoticeKind, number>> = {
  ORDER_PAID: 72,
  ORDER_READY: 2,
  ORDER_SUBSTITUTE_OFFERED: 2,
  ORDER_REJECTED: 24,
  ORDER_CANCELLED: 72,
  ORDER_REFUNDED: 72,
};
const URGENT: ReadonlySet<OrderNoticeKind> = new Set([
  ...(['ORDER_READY', 'ORDER_SUBSTITUTE_OFFERED', 'ORDER_REJECTED', 'ORDER_CANCELLED'] as const),
]);

/** A receipt is nothing to be called for: who pays looks at the screen. */
const PUSHED: ReadonlySet<OrderNoticeKind> = new Set([...URGENT, 'ORDER_REFUNDED']);

export function isPushed({ kind }: Pick<OrderNotice, 'kind'>): boolean {
  return PUSHED.has(kind);
}

export function isMailed<Notice extends OrderNotice>(
  notice: Notice,
): notice is Notice & { readonly kind: OrderMailKind } {
  return notice.kind !== 'ORDER_SUBSTITUTE_OFFERED';
}

/** None for events of which nobody is written to, and of orders without a customer. */
export function orderNoticesOf(event: AnyEvent): OrderNotice[] {
  switch (event.type) {
    case 'order.paid': {
      const { orderId, number, total, receipt } = event.data;
      const lines = receipt === undefined ? {} : { receipt: JSON.stringify(receipt) };
      const paid = { orderId, number, total: String(total), at: event.occurredAt };
      return about(event, 'ORDER_PAID', { ...paid, ...lines });
    }
    case 'order.ready':
      return about(event, 'ORDER_READY', { number: event.data.number });
    case 'order.rejected': {
      const names = new Set((event.data.soldOut ?? []).map(({ name }) => name));
      return about(event, 'ORDER_REJECTED', { number: event.data.number, soldOut: [...names].join(', ') });
    }
    case 'order.cancelled':
      return about(event, 'ORDER_CANCELLED', { number: event.data.number });
    case 'order.refunded': {
      const { number, total } = event.data;
      return about(event, 'ORDER_REFUNDED', { number, total: String(total) });
    }
    case 'order.substitution-changed': {
      const { number, name: offered, status } = event.data;
      return status === 'OFFERED' ? about(event, 'ORDER_SUBSTITUTE_OFFERED', { number, offered }) : [];
    }
    default:
      return [];
  }
}

type Step = Extract<AnyEvent, { readonly type: (typeof MAILED_STEPS)[number] }>;

function about({ data, occurredAt }: Step, kind: OrderNoticeKind, facts: Facts): OrderNotice[] {
  const { customerId, orderId, outletId } = data;
  if (customerId === null) return [];
  const at = new Date(occurredAt);
  const usefulUntil = new Date(at.getTime() + USEFUL_HOURS[kind] * HOUR_MILLISECONDS);
  return [{ kind, customerId, orderId, outletId, facts, at, usefulUntil, isUrgent: URGENT.has(kind) }];
}

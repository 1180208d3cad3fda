/**
 * What happens to an order and what follows from it. Whatever happens twice, late or out of order changes nothing that is
 * settled: a payment heard of before stock's answer is remembered until then, and a capture for an order that cannot go on
 * makes its death be told once more, so that the payment subgraph hears of it after the capture and gives the money back.
 */
import { type Actor, isVoided, mayMove, type OrderStatus } from './order-state.js';

/** What of an order decides what may follow. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly statusReason: string | null;
  /** The payment captured for it. */
  readonly paymentId: string | null;
  /** The payment refunded in full; it may be heard of before its capture. */
  readonly refundedPaymentId: string | null;
  readonly wasPaid: boolean;
}

export type OrderTrigger =
  | { readonly type: 'stock-reserved' }
  | { readonly type: 'stock-rejected'; readonly reason: string }
  | { readonly type: 'captured'; readonly paymentId: string }
  | { readonly type: 'refunded-in-full'; readonly paymentId: string }
  | { readonly type: 'payment-window-closed' }
  | { readonly type: 'cancelled'; readonly by: 'guest' | 'manager'; readonly reason: string }
  | { readonly type: 'preparing-started' }
  | { readonly type: 'made-ready' }
  | { readonly type: 'handed-out' };

export interface Transition {
  readonly facts: OrderFacts;
  /** Each status it went through, in order. */
  readonly steps: readonly OrderStatus[];
  /** Whether the news of its death must be told again. */
  readonly republish: boolean;
}

export function follow(order: OrderFacts, happening: OrderTrigger): Transition {
  switch (happening.type) {
    case 'stock-reserved':
      return settle(move(order, 'AWAITING_PAYMENT', 'stock'));
    case 'stock-rejected':
      return move(order, 'REJECTED', 'stock', happening.reason);
    case 'captured':
      return captured(order, happening.paymentId);
    case 'refunded-in-full':
      if (order.paymentId !== null && order.paymentId !== happening.paymentId) return unchanged(order);
      return settle(unchanged({ ...order, refundedPaymentId: happening.paymentId }));
    case 'payment-window-closed':
      return order.status === 'AWAITING_PAYMENT'
        ? move(order, 'CANCELLED', 'clock', 'Not paid in time')
        : unchanged(order);
    case 'cancelled':
      return move(order, 'CANCELLED', happening.by, happening.reason);
    case 'preparing-started':
      return move(order, 'PREPARING', 'kitchen');
    case 'made-ready':
      return move(order, 'READY', 'kitchen');
    case 'handed-out':
      return move(order, 'COMPLETED', 'kitchen');
  }
}

function captured(order: OrderFacts, paymentId: string): Transition {
  if (order.paymentId !== null) return { ...unchanged(order), republish: isIgnored(order, paymentId) };
  const known = { ...order, paymentId };
  return isVoided(order.status)
    ? { ...unchanged(known), republish: isIgnored(known, paymentId) }
    : settle(unchanged(known));
}

/** Money that came for an order that cannot go on and has not been heard to go back. */
function isIgnored({ status, refundedPaymentId }: OrderFacts, paymentId: string): boolean {
  return isVoided(status) && refundedPaymentId !== paymentId;
}

/** Takes the steps that money known of calls for. */
function settle({ facts, steps }: Transition): Transition {
  const { paymentId, refundedPaymentId, wasPaid } = facts;
  if (paymentId === null) return { facts, steps, republish: false };
  const paid = move(facts, 'PAID', 'payment');
  if (paid.steps.length > 0) return settle(join(steps, paid));
  const isRefunded = wasPaid && paymentId === refundedPaymentId;
  return isRefunded ? join(steps, move(facts, 'REFUNDED', 'payment')) : { facts, steps, republish: false };
}

function move(facts: OrderFacts, to: OrderStatus, actor: Actor, reason?: string): Transition {
  if (!mayMove(facts.status, to, actor)) return unchanged(facts);
  return {
    facts: {
      ...facts,
      status: to,
      statusReason: reason ?? facts.statusReason,
      wasPaid: facts.wasPaid || to === 'PAID',
    },
    steps: [to],
    republish: false,
  };
}

function unchanged(facts: OrderFacts): Transition {
  return { facts, steps: [], republish: false };
}

function join(before: readonly OrderStatus[], { facts, steps }: Transition): Transition {
  return { facts, steps: [...before, ...steps], republish: false };
}

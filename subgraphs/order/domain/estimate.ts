/**
 * When an order should be ready: the kitchen prepares the queue before it, then the order, one after the other; not before the guest wants
 * it.
 */
import type { OrderStatus } from './order-state.js';

export interface Preparation {
  readonly status: OrderStatus;
  /** When it took that status. */
  readonly statusAt: Date;
  /** Of the order itself. */
  readonly preparationSeconds: number;
  /** When the guest wants it; null for as soon as it is ready. */
  readonly pickupAt: Date | null;
}

/**
 * @param secondsBefore of work queued before it.
 * @returns null for an order that is ready or was voided.
 */
export function estimatedReadyAt(order: Preparation, secondsBefore: number, now: Date): Date | null {
  switch (order.status) {
    case 'PLACED':
    case 'AWAITING_PAYMENT':
    case 'PAID':
      return later(after(now, secondsBefore + order.preparationSeconds), order.pickupAt);
    case 'PREPARING': {
      const expected = after(order.statusAt, order.preparationSeconds);
      return expected > now ? expected : now;
    }
    default:
      return null;
  }
}

function after(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1_000);
}

function later(moment: Date, other: Date | null): Date {
  return other !== null && other > moment ? other : moment;
}

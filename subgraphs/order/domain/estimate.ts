/** When an order should be ready: what the kitchen has to make before it, then itself, one after the other. */
import type { OrderStatus } from './order-state.js';

export interface Preparation {
  readonly status: OrderStatus;
  /** Since when it has that status. */
  readonly statusAt: Date;
  /** Of the order itself. */
  readonly preparationSeconds: number;
}

/**
 * @param secondsBefore what is in the kitchen before it.
 * @returns null for what is ready already or never will be.
 */
export function estimatedReadyAt(order: Preparation, secondsBefore: number, now: Date): Date | null {
  switch (order.status) {
    case 'PLACED':
    case 'AWAITING_PAYMENT':
    case 'PAID':
      return after(now, secondsBefore + order.preparationSeconds);
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

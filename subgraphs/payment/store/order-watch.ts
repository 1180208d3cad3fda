/**
 * Waits for orders to become known and payable. However many wait, they share one query every 25 ms, and nobody asks when
 * nobody waits.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { PaymentDatabase } from './database.js';
import { findOrders, type OrderCopy } from './orders.js';

export interface OrderWatch {
  /** The order as soon as `isEnough` says so, else as it stands when the time is up; null when it is not known. */
  wait(
    orderId: string,
    isEnough: (order: OrderCopy) => boolean,
    milliseconds: number,
  ): Promise<OrderCopy | null>;
}

interface Waiting {
  readonly orderId: string;
  readonly deadline: number;
  readonly isEnough: (order: OrderCopy) => boolean;
  readonly resolve: (order: OrderCopy | null) => void;
  readonly reject: (error: unknown) => void;
}

const POLL_INTERVAL_MILLISECONDS = 25;

export function watchOrders(database: Pick<PaymentDatabase, 'pool'>): OrderWatch {
  const waiting = new Set<Waiting>();

  async function look(): Promise<void> {
    while (waiting.size > 0) {
      const present = [...waiting];
      try {
        const orders = await findOrders(database, [...new Set(present.map(({ orderId }) => orderId))]);
        for (const one of present) answer(one, orders.get(one.orderId) ?? null);
      } catch (error) {
        for (const one of present) {
          waiting.delete(one);
          one.reject(error);
        }
      }
      if (waiting.size > 0) await delay(POLL_INTERVAL_MILLISECONDS);
    }
  }

  function answer(one: Waiting, order: OrderCopy | null): void {
    const isDone = (order !== null && one.isEnough(order)) || Date.now() >= one.deadline;
    if (!isDone) return;
    waiting.delete(one);
    one.resolve(order);
  }

  return {
    wait(orderId, isEnough, milliseconds) {
      return new Promise((resolve, reject) => {
        waiting.add({ orderId, isEnough, deadline: Date.now() + milliseconds, resolve, reject });
        if (waiting.size === 1) void look();
      });
    },
  };
}

/**
 * Waits until an order's copy has arrived and can be paid. All waiters share one query every 25 ms, and there is none
 * without waiters. An unknown order is waited for only while its id is young: its event may be on the way.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isYoung } from '../../../platform/kit/young-id.js';
import type { OrderCopy } from '../domain/records.js';
import type { OwnPaymentDatabase } from '../store/database.js';
import { findOrders } from '../store/orders.js';

export interface OrderWatch {
  /**
   * The order as soon as it is `ready`, else as it stands when the wait is over; null when it is unknown. An order that is
   * `hidden` is waited for as an unknown one is, so that the two look the same.
   */
  wait(orderId: string, stateOf: (order: OrderCopy) => OrderState): Promise<OrderCopy | null>;
}

/** `ready`: nothing to wait for. `early`: will be ready. `hidden`: the caller may not see it. */
export type OrderState = 'ready' | 'early' | 'hidden';

interface Waiting {
  readonly orderId: string;
  readonly deadline: number;
  readonly stateOf: (order: OrderCopy) => OrderState;
  readonly resolve: (order: OrderCopy | null) => void;
  readonly reject: (error: unknown) => void;
}

const POLL_INTERVAL_MILLISECONDS = 25;
const LONGEST_WAIT_MILLISECONDS = 3_000;

export function createOrderWatch(database: Pick<OwnPaymentDatabase, 'pool'>): OrderWatch {
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
    const state = order === null ? 'hidden' : one.stateOf(order);
    if (mayChange(state, one.orderId) && Date.now() < one.deadline) return;
    waiting.delete(one);
    one.resolve(order);
  }

  return {
    wait(orderId, stateOf) {
      return new Promise((resolve, reject) => {
        const deadline = Date.now() + LONGEST_WAIT_MILLISECONDS;
        waiting.add({ orderId, stateOf, deadline, resolve, reject });
        if (waiting.size === 1) void look();
      });
    },
  };
}

function mayChange(state: OrderState, orderId: string): boolean {
  return state === 'early' || (state === 'hidden' && isYoung(orderId));
}

/** An order that was placed, and its payments, live: also when it is ended from elsewhere, or the answer of a payment is lost. */
import { useLive } from '../../shared/client/live.js';
import {
  CounterSale,
  CounterSaleChanged,
  type CounterSaleChangedSubscription,
  type CounterSaleQuery,
  type SaleFragment,
} from './operations.js';

/** Undefined until it is read. */
export function usePlaced(orderId: string): SaleFragment | undefined {
  const variables = { orderId };
  return useLive(orderId, {
    snapshot: {
      document: CounterSale,
      variables,
      read: ({ order }: CounterSaleQuery): SaleFragment | undefined => order ?? undefined,
    },
    stream: {
      document: CounterSaleChanged,
      variables,
      apply: (_: SaleFragment | undefined, event: CounterSaleChangedSubscription): SaleFragment =>
        event.orderStatusChanged.order,
    },
  }).value;
}

/** What ran out for an order that was refused; empty where that is not known. */
export function ranOutFor({ rejection }: SaleFragment): string[] {
  const names = rejection?.lines.flatMap(({ line, option }) => option?.name ?? line?.name ?? []) ?? [];
  return [...new Set(names)];
}

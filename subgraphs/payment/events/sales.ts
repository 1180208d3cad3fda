/** Adds up what events of orders say of the sales of an outlet's days (`sales`), each event once: what closes of days report. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { addSales } from '../store/sales-copy.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'payment.sales';
  return {
    name,
    types: ['order.paid', 'order.cancelled', 'order.refunded', 'order.sale-changed', 'sales.carried-forward'],
    handle: idempotentBatch(database, name, (events, { tx }) => addSales(tx, events), log),
  };
}

/** Adds up what events of orders say of the sales of an outlet's days (`sales`), each event once: what closes of days report. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { OwnPaymentDatabase } from '../store/database.js';
import { addSales } from '../store/sales-copy.js';

export function salesConsumer(database: OwnPaymentDatabase, log: Log): Consumer {
  const name = 'payment.sales';
  return {
    name,
    types: ['order.paid', 'order.cancelled', 'order.refunded', 'order.sale-changed', 'sales.carried-forward'],
    handle: idempotentBatch(database, name, (events, { tx }) => addSales(tx, events), log),
  };
}

/** The past in the payment subgraph: what was paid, as captures in the ledger, receipts with their numbers, and the events that said so. */
import type pg from 'pg';
import { Random } from '../../../bench/simulate/random.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { entriesOf } from '../../../subgraphs/payment/domain/ledger.js';
import { idAt, type PastOrder } from './orders.js';
import type { OutletSales } from './sales.js';

export const PAYMENT_TABLES = [
  'order_copy',
  'payment',
  'refund',
  'dispute',
  'ledger_transaction',
  'ledger_entry',
  'receipt',
  'event_log',
] as const;

/** @param numbers of the orders, in their order. */
export async function loadPayments(
  client: pg.Client,
  orders: readonly PastOrder[],
  numbers: readonly string[],
  sales: readonly OutletSales[],
): Promise<void> {
  const random = new Random('past payments');
  const rows = orders.map((order, index) => rowOf(order, numbers[index] ?? '', random));
  await client.query('CREATE TEMPORARY TABLE past_row (row jsonb) ON COMMIT DROP');
  await client.query('INSERT INTO past_row SELECT jsonb_array_elements($1)', [JSON.stringify(rows)]);
  await client.query(
    `CREATE TEMPORARY TABLE past ON COMMIT DROP AS
     SELECT one.*, to_timestamp("paidAt" / 1000.0) AS paid, to_timestamp("placedAt" / 1000.0) AS placed
     FROM past_row, jsonb_to_record(row) AS one (
       id uuid, "orderId" uuid, number text, "outletId" uuid, "franchiseId" uuid, method text, provider text, total bigint, bill jsonb,
       "placedAt" float8, "paidAt" float8, "bookingId" uuid, "receiptId" uuid, "eventId" uuid, entries jsonb, event jsonb)`,
  );
  await client.query(
    `INSERT INTO order_copy (id, number, outlet_id, franchise_id, total, bill, status, version, is_counter)
     SELECT "orderId", number, "outletId", "franchiseId", total, bill, 'AWAITING_PAYMENT', 2, true FROM past`,
  );
  await client.query(
    `INSERT INTO payment (id, order_id, outlet_id, franchise_id, method, provider, status, version, amount, transaction_id, created_at,
       changed_at, paid_at, tendered)
     SELECT id, "orderId", "outletId", "franchiseId", method::"PaymentMethod", provider::"PaymentProvider", 'PAID', 2, total,
       CASE WHEN provider <> 'CASH' THEN id::text END, placed, paid, paid, CASE WHEN provider = 'CASH' THEN total END
     FROM past`,
  );
  // A payment is accepted of an order that waits for it.
  await client.query(
    `UPDATE order_copy SET status = 'COMPLETED', version = 6 FROM past WHERE order_copy.id = past."orderId"`,
  );
  await client.query(
    `INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id, booked_at)
     SELECT "bookingId", 'CAPTURE', id, id, provider::"PaymentProvider", method::"PaymentMethod", "outletId", "franchiseId", paid FROM past`,
  );
  await client.query(
    `INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
     SELECT "bookingId", entry.account::"LedgerAccount", entry.amount, "outletId", "franchiseId"
     FROM past, jsonb_to_recordset(entries) AS entry (account text, amount bigint)`,
  );
  await client.query(
    `INSERT INTO receipt (id, series, order_id, payment_id, outlet_id, franchise_id, issued_at, total, content)
     SELECT "receiptId", 'RECEIPT', "orderId", id, "outletId", "franchiseId", paid, total,
       bill || jsonb_build_object('orderNumber', number, 'outlet', outlet.content)
     FROM past JOIN (SELECT id AS outlet_id, outlet_of_receipt(id) AS content FROM outlet_copy) AS outlet ON outlet.outlet_id = "outletId"
     ORDER BY paid`,
  );
  await client.query(
    `INSERT INTO event_log (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
     SELECT "eventId", 'payment.captured', 1, 'payment', paid, id::text, 2, event, jsonb_build_object('correlationId', "eventId") FROM past`,
  );
  await client.query(
    `INSERT INTO sales_day_copy (outlet_id, day, franchise_id, orders, units, discounts, revenue)
     SELECT "outletId", figures.day, "franchiseId", figures.orders, figures.units, 0, figures.revenue
     FROM jsonb_to_recordset($1) AS row ("outletId" uuid, "franchiseId" uuid, sales jsonb),
       jsonb_to_record(sales) AS figures (day date, orders integer, units integer, revenue bigint)`,
    [JSON.stringify(sales)],
  );
}

function rowOf(order: PastOrder, number: string, random: Random) {
  const { id: orderId, paymentId, outlet, lines, charges, total, method, provider, placedAt, paidAt } = order;
  const place = { outletId: outlet.id, franchiseId: outlet.franchiseId };
  const shares = { sale: total, tip: 0, surplus: 0 };
  const event: EventData['payment.captured'] = {
    ...{ paymentId, orderId, customerId: null, ...place },
    ...{ amount: total, method, paidAt: new Date(paidAt).toISOString() },
  };
  return {
    ...{ id: paymentId, orderId, number, ...place, method, provider, total, placedAt, paidAt, event },
    bookingId: idAt(paidAt, null, random),
    receiptId: idAt(paidAt, null, random),
    eventId: idAt(paidAt, null, random),
    entries: entriesOf('CAPTURE', {
      provider,
      shares,
      ofSale: { ...charges, lines: total },
      isDeposit: false,
    }),
    bill: {
      ...{ placedAt: new Date(placedAt).toISOString(), rewardDiscount: 0, ...charges },
      lines: lines.map(({ item, quantity, unitPrice, subtotal, options }) => ({
        ...{ name: item.name, quantity, unitPrice, discount: 0, subtotal },
        options: options.map(({ name }) => name),
      })),
    },
  };
}

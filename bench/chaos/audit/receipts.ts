/**
 * Receipts and credit notes: numbered without gaps, one receipt for each settled order, and as much as the ledger has booked. Orders that were
 * settled before there were receipts (docs/money.md) have none.
 */
import type { Books } from './books.js';
import { counted, type Equation, equal, none } from './equation.js';

const OF_ORDERS = `account IN ('SALES', 'REFUNDS', 'TAX_PAYABLE', 'SERVICE_CHARGES', 'ROUNDING')`;

const HAS_RECEIPT = `(SELECT order_id FROM receipt_number WHERE series = 'RECEIPT')`;
/** When the database has had receipts since. */
const RECEIPTS_SINCE = `(SELECT finished_at FROM _prisma_migrations WHERE migration_name = '20261129238000_receipts')`;
/** Of the taxes that a receipt or a credit note names. */
const TAX = `coalesce((SELECT sum((tax->>'amount')::bigint) FROM jsonb_array_elements(content->'taxes') AS tax), 0)`;

export async function auditReceipts({ payment }: Pick<Books, 'payment'>): Promise<Equation[]> {
  const issued = (series: 'RECEIPT' | 'CREDIT_NOTE') =>
    payment.amounts(
      'SELECT order_id AS name, total AS amount FROM receipt WHERE series = $1::"ReceiptSeries"',
      [series],
    );
  const booked = (accounts: string) =>
    payment.amounts(
      `SELECT order_id AS name, -entry.amount AS amount FROM ledger_entry AS entry
       JOIN ledger_transaction AS booking ON booking.id = entry.transaction_id JOIN payment ON payment.id = booking.payment_id
       WHERE reason IN ('CAPTURE', 'ORDER_SETTLED', 'REFUND') AND ${accounts} AND order_id IN ${HAS_RECEIPT}`,
    );
  const receipts = await issued('RECEIPT');
  const credited = await issued('CREDIT_NOTE');
  return [
    none(
      'Receipts and credit notes of an outlet are numbered without gaps',
      'gaps',
      await payment.names(
        `SELECT outlet_id || ' ' || series AS name FROM receipt_number GROUP BY outlet_id, series
         HAVING min(number) <> 1 OR max(number) <> count(*)`,
      ),
    ),
    equal(
      'Every receipt and credit note has its number',
      ['issued', counted(await payment.names('SELECT id AS name FROM receipt'))],
      ['numbered', counted(await payment.names('SELECT receipt_id AS name FROM receipt_number'))],
    ),
    equal(
      'Every order that was settled since there are receipts has one',
      [
        'settled orders',
        counted(
          await payment.names(
            `SELECT data->>'orderId' AS name FROM event_history WHERE type = 'payment.captured'
             AND (occurred_at > ${RECEIPTS_SINCE} OR (data->>'orderId')::uuid IN ${HAS_RECEIPT})`,
          ),
        ),
      ],
      [
        'receipts',
        counted(await payment.names(`SELECT order_id AS name FROM receipt WHERE series = 'RECEIPT'`)),
      ],
    ),
    equal(
      'Receipts less credit notes are what was captured for their orders and not given back',
      ['Σ receipts − credit notes', less(receipts, credited)],
      ['Σ ledger', await booked(OF_ORDERS)],
    ),
    equal(
      'Taxes of receipts less those of credit notes are what the ledger owes for their orders',
      [
        'Σ receipts − credit notes',
        await payment.amounts(
          `SELECT order_id AS name, CASE series WHEN 'RECEIPT' THEN ${TAX} ELSE -${TAX} END AS amount FROM receipt`,
        ),
      ],
      ['Σ ledger', await booked(`account = 'TAX_PAYABLE'`)],
    ),
    equal(
      'What a receipt says of an order’s total adds up',
      ['Σ receipts', receipts],
      [
        'Σ lines and charges',
        await payment.amounts(
          `SELECT order_id AS name, (content->>'serviceCharge')::bigint + (content->>'rounding')::bigint - (content->>'rewardDiscount')::bigint
             + coalesce((SELECT sum((line->>'subtotal')::bigint) FROM jsonb_array_elements(content->'lines') AS line), 0)
             + coalesce((SELECT sum((tax->>'amount')::bigint) FROM jsonb_array_elements(content->'taxes') AS tax
                         WHERE NOT (tax->>'isIncluded')::boolean), 0) AS amount
           FROM receipt WHERE series = 'RECEIPT'`,
        ),
      ],
    ),
  ];
}

function less(receipts: ReadonlyMap<string, number>, credited: ReadonlyMap<string, number>) {
  return new Map([...receipts].map(([id, amount]) => [id, amount - (credited.get(id) ?? 0)]));
}

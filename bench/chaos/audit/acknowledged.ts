/** What clients were told is so: every answer that somebody got is in the books. */
import type { Acknowledged } from '../acknowledged.js';
import type { Books } from './books.js';
import { type Equation, each, none } from './equation.js';

export async function auditAcknowledged(books: Books, told: Acknowledged): Promise<Equation[]> {
  const { customer, order, payment, stock } = books;
  return [
    none('No answer changed its mind', 'keys with two answers', told.changedMinds),
    each(
      'Every order that a guest was told of exists, under its key',
      ['orders told', answersOf(told.placed)],
      [
        'orders kept',
        await order.names(
          `SELECT key || ' ' || result_id AS name FROM idempotency JOIN orders ON orders.id = result_id`,
        ),
      ],
    ),
    each(
      'Every cancellation told stands',
      ['cancellations told', told.cancelled],
      [
        'orders that died',
        await order.names(`SELECT order_id AS name FROM order_status_entry WHERE status = 'CANCELLED'`),
      ],
    ),
    each(
      'Every step that a kitchen was told of was taken',
      ['steps told', told.steps],
      ['history', await order.names(`SELECT order_id || ' ' || status AS name FROM order_status_entry`)],
    ),
    each(
      'Every payment that a guest was told of exists, under its key',
      ['payments told', answersOf(told.payments)],
      ['payments kept', await payment.names(keptUnderKeys('payment'))],
    ),
    each(
      'Every refund that staff was told of exists, under its key',
      ['refunds told', answersOf(told.refunds)],
      ['refunds kept', await payment.names(keptUnderKeys('refund'))],
    ),
    each(
      'Every dispute that staff was told of exists, under its key',
      ['disputes told', answersOf(told.disputes)],
      ['disputes kept', await payment.names(keptUnderKeys('dispute'))],
    ),
    each(
      'Every reward that a guest was told of was redeemed, under its key',
      ['rewards told', answersOf(told.redemptions)],
      [
        'rewards redeemed',
        await customer.names(`SELECT idempotency_key || ' ' || id AS name FROM redemption`),
      ],
    ),
    each(
      'Every delivery that staff was told of exists, under its key',
      ['deliveries told', answersOf(told.deliveries)],
      ['deliveries kept', await stock.names(keptUnderKeys('delivery'))],
    ),
    each(
      'Every count that staff was told of is in the ledger, once',
      ['counts told', told.counts],
      ['ledger', await stock.names(`SELECT reason AS name FROM stock_movement WHERE kind = 'COUNT'`)],
    ),
    each(
      'Every reading that a scale has its acknowledgement for is stored, once',
      ['readings acknowledged', told.readings],
      [
        'readings stored',
        await stock.names(
          `SELECT shelf_id || ' ' || boot_id || ' ' || seq AS name FROM reading JOIN shelf_boot ON number = boot`,
        ),
      ],
    ),
  ];
}

function answersOf(answers: ReadonlyMap<string, string>): string[] {
  return [...answers].map(([key, id]) => `${key} ${id}`);
}

/** What came of each key. */
function keptUnderKeys(table: 'payment' | 'refund' | 'dispute' | 'delivery'): string {
  return `SELECT key || ' ' || result_id AS name FROM idempotency JOIN ${table} ON ${table}.id = result_id`;
}

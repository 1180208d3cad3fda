/** Every answer that a client received is in the books. */
import type { Acknowledged } from '../acknowledged.js';
import type { Books } from './books.js';
import { type Equation, each, none } from './equation.js';

export async function auditAcknowledged(books: Books, acknowledged: Acknowledged): Promise<Equation[]> {
  const { customer, order, payment, stock } = books;
  return [
    none('No key has two answers', 'keys with two answers', acknowledged.changedAnswers),
    each(
      'Every acknowledged order exists, under its key',
      ['orders acknowledged', answersOf(acknowledged.placed)],
      [
        'orders stored',
        await order.names(
          `SELECT key || ' ' || result_id AS name FROM idempotency JOIN orders ON orders.id = result_id`,
        ),
      ],
    ),
    each(
      'Every acknowledged cancellation stands',
      ['cancellations acknowledged', acknowledged.cancelled],
      [
        'orders cancelled',
        await order.names(`SELECT order_id AS name FROM order_status_entry WHERE status = 'CANCELLED'`),
      ],
    ),
    each(
      'Every acknowledged step of a kitchen was taken',
      ['steps acknowledged', acknowledged.steps],
      // One that was undone or remade is taken again (orders.ts).
      [
        'history',
        await order.names(`SELECT DISTINCT order_id || ' ' || status AS name FROM order_status_entry`),
      ],
    ),
    each(
      'Every acknowledged payment exists, under its key',
      ['payments acknowledged', answersOf(acknowledged.payments)],
      ['payments stored', await payment.names(storedUnderKeys('payment'))],
    ),
    each(
      'Every acknowledged refund exists, under its key',
      ['refunds acknowledged', answersOf(acknowledged.refunds)],
      ['refunds stored', await payment.names(storedUnderKeys('refund'))],
    ),
    each(
      'Every acknowledged dispute exists, under its key',
      ['disputes acknowledged', answersOf(acknowledged.disputes)],
      ['disputes stored', await payment.names(storedUnderKeys('dispute'))],
    ),
    each(
      'Every acknowledged reward was redeemed, under its key',
      ['rewards acknowledged', answersOf(acknowledged.redemptions)],
      ['rewards redeemed', await customer.names(storedUnderKeys('redemption'))],
    ),
    each(
      'Every acknowledged delivery exists, under its key',
      ['deliveries acknowledged', answersOf(acknowledged.deliveries)],
      ['deliveries stored', await stock.names(storedUnderKeys('delivery'))],
    ),
    each(
      'Every acknowledged count is in the ledger, once',
      ['counts acknowledged', acknowledged.counts],
      [
        'ledger',
        await stock.names(`SELECT reason AS name FROM stock_movement_with_archive WHERE kind = 'COUNT'`),
      ],
    ),
    each(
      'Every acknowledged reading is stored, once',
      ['readings acknowledged', acknowledged.readings],
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

/** The result of each key. */
function storedUnderKeys(table: 'payment' | 'refund' | 'dispute' | 'delivery' | 'redemption'): string {
  return `SELECT key || ' ' || result_id AS name FROM idempotency JOIN ${table} ON ${table}.id = result_id`;
}

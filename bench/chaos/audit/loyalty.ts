/** Loyalty: completed orders earned points for what was paid and has stayed, and a balance is the sum of its ledger. */
import { pointsFor } from '../../../subgraphs/customer/domain/loyalty.js';
import type { Books } from './books.js';
import { type Equation, equal } from './equation.js';

/** The completion was undone: a completed order that is made again is PREPARING next. */
const UNDONE = `
  SELECT FROM order_status_entry AS undone WHERE undone.order_id = orders.id AND undone.status = 'READY' AND undone.version = (
    SELECT min(next.version) FROM order_status_entry AS next
    WHERE next.order_id = orders.id AND next.version > completion.version)`;

export async function auditLoyalty({
  customer,
  order,
  payment,
}: Pick<Books, 'customer' | 'order' | 'payment'>): Promise<Equation[]> {
  const totals = await order.amounts(
    `SELECT id AS name, total AS amount FROM orders CROSS JOIN LATERAL (
       SELECT version FROM order_status_entry WHERE order_id = id AND status = 'COMPLETED' ORDER BY version DESC LIMIT 1
     ) AS completion
     WHERE status NOT IN ('CANCELLED', 'REFUNDED') AND customer_id IS NOT NULL AND NOT EXISTS (${UNDONE})`,
  );
  // What leaves a payment takes its surplus first, then the sale, then the tip.
  const gone = await payment.amounts(
    `SELECT order_id AS name, greatest(0, least(amount - tip - excess, refunded - excess + (
       SELECT coalesce(sum(amount), 0) FROM dispute WHERE payment_id = payment.id AND status = 'LOST'
     ))) AS amount FROM payment WHERE NOT is_surplus AND NOT is_deposit`,
  );
  const points = new Map([...totals].map(([id, total]) => [id, pointsFor(total - (gone.get(id) ?? 0))]));
  const entries = (column: string) =>
    customer.amounts(
      `SELECT order_id AS name, ${column} AS amount FROM loyalty_entry WHERE kind IN ('EARNED', 'UNDONE', 'REVERSED')`,
    );
  const accounts = (column: string) =>
    customer.amounts(`SELECT customer_id AS name, ${column} AS amount FROM loyalty_account`);
  const ledger = (column: string) =>
    customer.amounts(`SELECT customer_id AS name, ${column} AS amount FROM loyalty_entry`);
  return [
    equal(
      'Completed orders earned the points of what was paid and has not gone back',
      ['Σ points of orders', points],
      ['Σ points earned', await entries('lifetime_points')],
    ),
    equal(
      'Points to spend are what the loyalty ledger says',
      ['Σ accounts', await accounts('points')],
      ['Σ ledger', await ledger('points')],
    ),
    equal(
      'Points ever earned are what the loyalty ledger says',
      ['Σ accounts', await accounts('lifetime_points')],
      ['Σ ledger', await ledger('lifetime_points')],
    ),
  ];
}

/** Promotions and rewards: an order uses its discount while it is valid, and returns it once when it is voided. */
import type { Books } from './books.js';
import { atMost, counted, type Equation, equal } from './equation.js';

/** An order that ends before it is completed returns its discounts. */
const HOLDS = `(orders.status NOT IN ('REJECTED', 'CANCELLED', 'REFUNDED') OR EXISTS
  (SELECT FROM order_status_entry AS entry WHERE entry.order_id = orders.id AND entry.status = 'COMPLETED'))`;

export async function auditDiscounts({
  customer,
  order,
}: Pick<Books, 'customer' | 'order'>): Promise<Equation[]> {
  const promotions = (column: 'used' | 'quantity') =>
    order.amounts(
      `SELECT id AS name, ${column} AS amount FROM promotion_copy WHERE quantity IS NOT NULL AND used > 0`,
    );
  const used = await promotions('used');
  const rewards = async (condition: string) =>
    counted(
      await order.names(
        `SELECT redemption_id || ' ' || order_id AS name FROM order_reward JOIN orders ON orders.id = order_id
         WHERE ${condition}`,
      ),
    );
  const redemptions = async (status: 'APPLIED' | 'RETURNED') =>
    counted(
      await customer.names(`SELECT id || ' ' || order_id AS name FROM redemption WHERE status = $1`, [
        status,
      ]),
    );
  const entries = (kind: 'REDEEMED' | 'RETURNED', sign: '' | '-') =>
    customer.amounts(
      `SELECT redemption_id AS name, ${sign}points AS amount FROM loyalty_entry WHERE kind = $1`,
      [kind],
    );
  return [
    equal(
      'Pieces of promotions are used by the orders that hold them',
      ['Σ used', used],
      [
        'Σ order lines',
        await order.amounts(
          `SELECT promotion_id AS name, order_line.quantity AS amount FROM order_line
           JOIN orders ON orders.id = order_id
           JOIN promotion_copy ON promotion_copy.id = promotion_id
           WHERE promotion_copy.quantity IS NOT NULL AND ${HOLDS}`,
        ),
      ],
    ),
    atMost(
      'No promotion is sold more often than it was made for',
      ['Σ used', used],
      ['Σ pieces', await promotions('quantity')],
    ),
    equal(
      'Every reward was paid for in points, once',
      ['Σ rewards', await customer.amounts('SELECT id AS name, points AS amount FROM redemption')],
      ['Σ ledger', await entries('REDEEMED', '-')],
    ),
    equal(
      'Rewards of dead orders came back in points, once',
      [
        'Σ rewards',
        await customer.amounts(
          `SELECT id AS name, points AS amount FROM redemption WHERE status = 'RETURNED'`,
        ),
      ],
      ['Σ ledger', await entries('RETURNED', '')],
    ),
    equal(
      'A reward is applied to the order that holds it',
      ['rewards of orders', await rewards(HOLDS)],
      ['rewards applied', await redemptions('APPLIED')],
    ),
    equal(
      'A reward whose order died is returned',
      ['rewards of dead orders', await rewards(`NOT ${HOLDS}`)],
      ['rewards returned', await redemptions('RETURNED')],
    ),
  ];
}

/** Orders against stock: what an order needs is reserved while it is open, and consumed when it is prepared. */
import type { Books } from './books.js';
import { type Equation, equal } from './equation.js';

/** A kitchen that takes its first step back makes a PREPARING order PAID again, and nothing is taken for it then. */
const WAS_MADE = `(SELECT entry.status FROM order_status_entry AS entry
  WHERE entry.order_id = orders.id AND entry.status IN ('PAID', 'PREPARING') ORDER BY entry.version DESC LIMIT 1) = 'PREPARING'`;

/** What lines that are made a second time take, since the order was begun: taking that step back leaves what was remade before to the ledger alone. */
const REMADE = `outbox.type = 'order.lines-remade' AND outbox.aggregate_version > (SELECT max(version) FROM order_status_entry AS entry
  WHERE entry.order_id = orders.id AND entry.status = 'PAID')`;

/** What a guest took in place of what ran short says what the whole order requires; for any other the order itself does. */
const REQUIRING = `CASE WHEN orders.substitution ->> 'status' = 'TAKEN'
  THEN outbox.type = 'order.substitution-changed' AND outbox.data ->> 'status' = 'ACCEPTED' ELSE outbox.type = 'order.placed' END`;

export async function auditPromises({ order, stock }: Pick<Books, 'order' | 'stock'>): Promise<Equation[]> {
  const needed = (condition: string, again = 'false') =>
    order.amounts(
      `SELECT orders.id || ' ' || (need ->> 'ingredientId') AS name, (need ->> 'quantity')::int AS amount
       FROM orders
       JOIN outbox ON outbox.aggregate_id = orders.id::text AND (${REQUIRING} OR ${again})
       CROSS JOIN jsonb_array_elements(outbox.data -> 'requirements') AS need
       WHERE ${condition}`,
    );
  const reserved = (states: readonly string[]) =>
    stock.amounts(
      `SELECT order_id || ' ' || ingredient_id AS name, quantity AS amount
       FROM reservation_with_archive JOIN stock_item ON stock_item.id = stock_item_id WHERE state::text = ANY ($1)`,
      [states],
    );
  return [
    equal(
      'What living orders wait for is reserved for them, and for no dead one',
      ['Σ orders to make', await needed(`status IN ('AWAITING_PAYMENT', 'PAID')`)],
      ['Σ reserved', await reserved(['RESERVED'])],
    ),
    equal(
      'What orders were made of was taken, once',
      ['Σ orders made', await needed(WAS_MADE, REMADE)],
      ['Σ taken', await reserved(['CONSUMED', 'DRAWN', 'SETTLED', 'LAPSED'])],
    ),
  ];
}

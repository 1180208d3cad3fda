/** Orders against stock: what an order needs is reserved while it is open, and consumed when it is prepared. */
import type { Books } from './books.js';
import { type Equation, equal } from './equation.js';

/** A kitchen that takes its first step back makes a PREPARING order PAID again, and nothing is taken for it then. */
const WAS_MADE = `(SELECT entry.status FROM order_status_entry AS entry
  WHERE entry.order_id = orders.id AND entry.status IN ('PAID', 'PREPARING') ORDER BY entry.version DESC LIMIT 1) = 'PREPARING'`;

/** What lines that are made a second time take, since the order was begun: taking that step back leaves what was remade before to the ledger alone. */
const REMADE = `outbox.type = 'order.lines-remade' AND outbox.aggregate_version > (SELECT max(version) FROM order_status_entry AS entry
  WHERE entry.order_id = orders.id AND entry.status = 'PAID')`;

/** What a guest took in place of what ran short, once it is made: the lines' requirements go, and the substitute's come. */
const SUBSTITUTED = `outbox.type = 'order.substitution-changed' AND outbox.data ->> 'status' = 'ACCEPTED'
  AND orders.substitution ->> 'status' = 'TAKEN'`;

export async function auditPromises({ order, stock }: Pick<Books, 'order' | 'stock'>): Promise<Equation[]> {
  const needed = (condition: string, again = 'false') =>
    order.amounts(
      `SELECT orders.id || ' ' || (need ->> 'ingredientId') AS name, sign * (need ->> 'quantity')::int AS amount
       FROM orders
       JOIN outbox ON outbox.aggregate_id = orders.id::text AND (outbox.type = 'order.placed' OR ${SUBSTITUTED} OR ${again})
       CROSS JOIN (VALUES ('requirements', 1), ('released', -1)) AS part (field, sign)
       CROSS JOIN jsonb_array_elements(outbox.data -> part.field) AS need
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

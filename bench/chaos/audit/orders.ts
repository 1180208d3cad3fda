/** Orders against payments: a paid order is paid once and in full, in however many parts, a voided one holds no money, and none is stuck. */
import type { Books } from './books.js';
import { counted, type Equation, equal, none } from './equation.js';

const DEAD = `status IN ('REJECTED', 'CANCELLED', 'REFUNDED')`;
const SOLD = `status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED')`;
const CAPTURED = `status NOT IN ('PENDING', 'FAILED')`;

export async function auditOrders({ order, payment }: Pick<Books, 'order' | 'payment'>): Promise<Equation[]> {
  const paid = await order.amounts(
    'SELECT id AS name, total AS amount FROM orders WHERE paid_at IS NOT NULL',
  );
  const dead = new Set(await order.names(`SELECT id AS name FROM orders WHERE ${DEAD}`));
  const captured = await payment.amounts(
    `SELECT order_id AS name, amount - tip - excess AS amount FROM payment
     WHERE ${CAPTURED} AND NOT is_surplus AND NOT is_deposit`,
  );
  // What a dispute holds, or has taken for good, is no refund: the order stays cancelled.
  const disputed = new Set(
    await payment.names(
      `SELECT order_id AS name FROM payment WHERE ${CAPTURED} GROUP BY order_id
       HAVING sum(disputes_held) > 0 AND sum(amount) = sum(refunded + disputes_held)`,
    ),
  );
  const ofDead = (amount: string) =>
    payment
      .amounts(`SELECT order_id AS name, ${amount} AS amount FROM payment WHERE ${CAPTURED}`)
      .then((amounts) => only(amounts, (id) => dead.has(id)));
  return [
    equal(
      'Every order that was paid has its total captured; other money is for dead orders',
      ['Σ paid orders', paid],
      ['Σ captured', only(captured, (id) => paid.has(id) || !dead.has(id))],
    ),
    equal(
      'Every order that is sold was settled once',
      ['orders sold', counted(await order.names(`SELECT id AS name FROM orders WHERE ${SOLD}`))],
      [
        'orders settled',
        only(
          counted(
            await payment.names(
              `SELECT data->>'orderId' AS name FROM event_history WHERE type = 'payment.captured'`,
            ),
          ),
          (id) => !dead.has(id),
        ),
      ],
    ),
    equal(
      'Dead orders keep no money',
      ['Σ captured', await ofDead('amount')],
      ['Σ refunded or disputed', await ofDead('refunded + disputes_held')],
    ),
    none(
      'No order waits for stock',
      'PLACED',
      await order.names(`SELECT id AS name FROM orders WHERE status = 'PLACED'`),
    ),
    none(
      'No order waits for a payment past its time',
      'AWAITING_PAYMENT, overdue',
      await order.names(
        `SELECT id AS name FROM orders WHERE status = 'AWAITING_PAYMENT' AND payment_due_at < now()`,
      ),
    ),
    none(
      'No order waits for its refund, but for what a bank decides',
      'CANCELLED, was paid',
      (
        await order.names(`SELECT id AS name FROM orders WHERE status = 'CANCELLED' AND paid_at IS NOT NULL`)
      ).filter((id) => !disputed.has(id)),
    ),
    none(
      'No dead order waits for cash',
      'pending cash',
      (
        await payment.names(
          `SELECT order_id AS name FROM payment WHERE status = 'PENDING' AND provider = 'CASH'`,
        )
      ).filter((id) => dead.has(id)),
    ),
    none(
      'No order has a status twice but by a step that was undone, or lines made again',
      'repeated',
      await order.names(
        `SELECT entry.order_id || ' ' || entry.status AS name FROM order_status_entry AS entry
         JOIN order_status_entry AS earlier ON earlier.order_id = entry.order_id AND earlier.status = entry.status
           AND earlier.version < entry.version
         WHERE NOT EXISTS (SELECT FROM event_history AS event WHERE aggregate_id = entry.order_id::text
           AND type IN ('order.step-undone', 'order.lines-remade')
           AND aggregate_version > earlier.version AND aggregate_version <= entry.version)`,
      ),
    ),
    equal(
      'An order is where its history ends',
      ['orders by status', counted(await order.names(`SELECT id || ' ' || status AS name FROM orders`))],
      [
        'last entries',
        counted(
          await order.names(
            `SELECT DISTINCT ON (order_id) order_id || ' ' || status AS name FROM order_status_entry
             ORDER BY order_id, version DESC`,
          ),
        ),
      ],
    ),
    equal(
      "The payment subgraph's copy of every order is up to date",
      ['Σ versions', await order.amounts('SELECT id AS name, version AS amount FROM orders')],
      [
        'Σ versions of its copies',
        await payment.amounts('SELECT id AS name, version AS amount FROM order_copy'),
      ],
    ),
    equal(
      'Sales of an outlet, with service charges, taxes and rounding, are its orders that are sold, less what was refunded',
      [
        'Σ sales',
        await order.amounts(
          `SELECT outlet_id AS name, sum(revenue + service_charge + tax_added + rounding)::bigint AS amount FROM sales_day
           GROUP BY 1 HAVING sum(revenue + service_charge + tax_added + rounding) <> 0`,
        ),
      ],
      [
        'Σ orders',
        await order.amounts(
          `SELECT outlet_id AS name, total - least(refunded, total) AS amount FROM orders WHERE ${SOLD}`,
        ),
      ],
    ),
    equal(
      'The payment subgraph has copied the sales of every outlet',
      ['Σ sales', await order.amounts(salesIn('sales_day'))],
      ['Σ its copy', await payment.amounts(salesIn('sales_day_copy'))],
    ),
    equal(
      'Every idempotency key led to one order',
      [
        'keys',
        counted(
          await order.names(
            `SELECT result_id AS name FROM idempotency WHERE scope LIKE '%:placeOrder' OR scope LIKE '%:checkout'`,
          ),
        ),
      ],
      ['orders', counted(await order.names('SELECT id AS name FROM orders'))],
    ),
  ];
}

function salesIn(table: string): string {
  return `SELECT outlet_id AS name, sum(revenue)::bigint AS amount FROM ${table} GROUP BY 1 HAVING sum(revenue) <> 0`;
}

function only(amounts: ReadonlyMap<string, number>, isMeant: (name: string) => boolean) {
  return new Map([...amounts].filter(([name]) => isMeant(name)));
}

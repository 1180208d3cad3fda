/** Money: payments, the double-entry ledger and the providers agree on what was captured and refunded. */
import type { Books } from './books.js';
import { atMost, type Equation, equal, none } from './equation.js';
import type { ProviderBooks } from './provider-books.js';

const CAPTURED = `status NOT IN ('PENDING', 'FAILED')`;
/** What of a payment was never for an order. */
const SURPLUS = 'CASE WHEN is_surplus THEN amount ELSE excess END';
const OWED = `CASE WHEN is_deposit THEN amount - tip ELSE ${SURPLUS} END`;
const MONEY = `account IN ('MIDTRANS_CLEARING', 'XENDIT_CLEARING', 'CASH_DRAWER')`;

export async function auditMoney(
  { payment }: Pick<Books, 'payment'>,
  providers: ProviderBooks,
): Promise<Equation[]> {
  const captured = await payment.amounts(`SELECT id AS name, amount FROM payment WHERE ${CAPTURED}`);
  const refunded = await payment.amounts('SELECT id AS name, refunded AS amount FROM payment');
  const refunds = (condition: string) =>
    payment.amounts(`SELECT payment_id AS name, amount FROM refund WHERE ${condition}`);
  const booked = (reason: 'CAPTURE' | 'REFUND', sign: '' | '-') =>
    payment.amounts(
      `SELECT payment_id AS name, ${sign}amount AS amount FROM ledger_entry
       JOIN ledger_transaction ON id = transaction_id WHERE reason = $1 AND ${MONEY}`,
      [reason],
    );
  const online = (column: 'amount' | 'refunded') =>
    payment.amounts(
      `SELECT id AS name, ${column} AS amount FROM payment WHERE ${CAPTURED} AND provider <> 'CASH'`,
    );
  return [
    equal(
      'Captured is what the ledger took in',
      ['Σ payments', captured],
      ['Σ ledger', await booked('CAPTURE', '')],
    ),
    equal(
      'Captured online is what the providers charged',
      ['Σ payments', await online('amount')],
      ['Σ providers', providers.charged],
    ),
    equal(
      'Refunded is what refunds gave',
      ['Σ payments', refunded],
      ['Σ refunds', await refunds(`status = 'SUCCEEDED'`)],
    ),
    equal(
      'Refunded is what the ledger paid out',
      ['Σ payments', refunded],
      ['Σ ledger', await booked('REFUND', '-')],
    ),
    equal(
      'Refunded online is what the providers gave back',
      ['Σ payments', await online('refunded')],
      ['Σ providers', providers.refunded],
    ),
    equal(
      'What is held for refunds is what refunds hold',
      ['Σ held', await payment.amounts('SELECT id AS name, refunds_held AS amount FROM payment')],
      ['Σ refunds', await refunds(`status <> 'FAILED'`)],
    ),
    atMost(
      'No payment gives back more than it took',
      [
        'Σ refunded or disputed',
        await payment.amounts('SELECT id AS name, refunded + disputes_held AS amount FROM payment'),
      ],
      ['Σ captured', captured],
    ),
    equal(
      'Every booking adds up to zero',
      ['Σ debits', await entries(payment, 'amount > 0', '')],
      ['Σ credits', await entries(payment, 'amount < 0', '-')],
    ),
    equal(
      'Money that no order needed went back',
      [
        'Σ surplus',
        await payment.amounts(`SELECT id AS name, ${SURPLUS} AS amount FROM payment WHERE ${CAPTURED}`),
      ],
      [
        'Σ refunded or disputed',
        await payment.amounts(
          `SELECT id AS name, least(refunded + disputes_held, ${SURPLUS}) AS amount FROM payment`,
        ),
      ],
    ),
    equal(
      'Tips are kept apart',
      [
        'Σ tips',
        await payment.amounts(
          `SELECT id AS name, CASE WHEN is_surplus THEN 0 ELSE tip END AS amount FROM payment WHERE ${CAPTURED}`,
        ),
      ],
      [
        'Σ ledger',
        await payment.amounts(
          `SELECT payment_id AS name, -amount AS amount FROM ledger_entry
           JOIN ledger_transaction ON id = transaction_id WHERE reason = 'CAPTURE' AND account = 'TIPS'`,
        ),
      ],
    ),
    equal(
      'What guests are owed is what was captured for no order, or for one that is not settled, and has not gone back',
      [
        'Σ payments',
        await payment.amounts(
          `SELECT id AS name, greatest(${OWED} - refunded - coalesce(
             (SELECT sum(amount) FROM dispute WHERE payment_id = payment.id AND status = 'LOST'), 0), 0) AS amount
           FROM payment WHERE ${CAPTURED}`,
        ),
      ],
      ['Σ ledger', await owed(payment)],
    ),
    none(
      'No payment is under way with a provider',
      'pending payments',
      await payment.names(
        // A charge that may have been requested when its order ended is looked up at the provider for a day.
        `SELECT payment.id AS name FROM payment JOIN order_copy ON order_copy.id = order_id
         WHERE payment.status = 'PENDING' AND provider <> 'CASH'
           AND (transaction_id IS NOT NULL OR order_copy.status NOT IN ('REJECTED', 'CANCELLED', 'REFUNDED'))`,
      ),
    ),
    none(
      'No refund is under way',
      'pending refunds',
      await payment.names(`SELECT id AS name FROM refund WHERE status = 'PENDING'`),
    ),
  ];
}

/** By payment; what settled an order is the parts' that were captured before. */
async function owed(payment: Books['payment']) {
  const booked = await payment.amounts(
    `SELECT payment_id AS name, -amount AS amount FROM ledger_entry
     JOIN ledger_transaction ON id = transaction_id WHERE account = 'OWED_TO_CUSTOMERS' AND reason <> 'ORDER_SETTLED'`,
  );
  const settled = await payment.amounts(
    `SELECT part.id AS name, part.amount - part.tip - part.excess AS amount
     FROM ledger_transaction AS booking JOIN payment AS part ON part.order_id = booking.subject_id
     WHERE booking.reason = 'ORDER_SETTLED' AND part.id <> booking.payment_id AND NOT part.is_surplus AND part.paid_at < (
       SELECT paid_at FROM payment WHERE id = booking.payment_id)`,
  );
  return new Map([...booked].map(([id, amount]) => [id, amount - (settled.get(id) ?? 0)]));
}

function entries(payment: Books['payment'], condition: string, sign: '' | '-') {
  return payment.amounts(
    `SELECT transaction_id AS name, ${sign}amount AS amount FROM ledger_entry WHERE ${condition}`,
  );
}

/** Money: payments, the double-entry ledger and the providers agree on what was captured and refunded. */
import type { Books } from './books.js';
import { atMost, type Equation, equal, none } from './equation.js';
import type { ProviderBooks } from './provider-books.js';

const CAPTURED = `status NOT IN ('PENDING', 'FAILED')`;
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
        await payment.amounts(`SELECT id AS name, amount FROM payment WHERE is_surplus AND ${CAPTURED}`),
      ],
      [
        'Σ refunded or disputed',
        await payment.amounts(
          'SELECT id AS name, refunded + disputes_held AS amount FROM payment WHERE is_surplus',
        ),
      ],
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

function entries(payment: Books['payment'], condition: string, sign: '' | '-') {
  return payment.amounts(
    `SELECT transaction_id AS name, ${sign}amount AS amount FROM ledger_entry WHERE ${condition}`,
  );
}

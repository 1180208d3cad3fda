/** Payouts: what a provider kept of a payment is booked once, however many reports have its line, and as the line says. */
import type { Acknowledged } from '../acknowledged.js';
import type { Books } from './books.js';
import { type Equation, each, equal } from './equation.js';

const MATCHED = `outcome = 'MATCHED'`;

export async function auditSettlements(
  { payment }: Pick<Books, 'payment'>,
  { paidOut }: Pick<Acknowledged, 'paidOut'>,
): Promise<Equation[]> {
  return [
    each(
      'Every acknowledged line of a payout is settled',
      ['payments paid out', paidOut],
      [
        'payments settled',
        await payment.names(
          `SELECT DISTINCT payment_id AS name FROM settlement_line WHERE subject = 'PAYMENT' AND ${MATCHED}`,
        ),
      ],
    ),
    equal(
      'What providers kept is in the ledger, once',
      [
        'Σ fees of lines',
        await payment.amounts(
          `SELECT payment_id AS name, fee AS amount FROM settlement_line WHERE ${MATCHED} AND fee <> 0`,
        ),
      ],
      [
        'Σ ledger',
        await payment.amounts(
          `SELECT payment_id AS name, amount FROM ledger_entry
           JOIN ledger_transaction ON id = transaction_id WHERE account = 'PROVIDER_FEES'`,
        ),
      ],
    ),
  ];
}

/** Disputes: payments, disputes and the ledger agree on the amounts held and lost. */
import type { Books } from './books.js';
import { type Equation, equal } from './equation.js';

export async function auditDisputes({ payment }: Pick<Books, 'payment'>): Promise<Equation[]> {
  const disputes = (condition: string) =>
    payment.amounts(`SELECT payment_id AS name, amount FROM dispute WHERE ${condition}`);
  const booked = (condition: string) =>
    payment.amounts(
      `SELECT payment_id AS name, entry.amount FROM ledger_entry AS entry
       JOIN ledger_transaction AS booking ON booking.id = entry.transaction_id WHERE ${condition}`,
    );
  return [
    equal(
      'What is held for disputes is what disputes hold or have taken',
      [
        'Σ held',
        await payment.amounts(
          'SELECT id AS name, disputes_held AS amount FROM payment WHERE disputes_held > 0',
        ),
      ],
      ['Σ disputes', await disputes(`status <> 'WON'`)],
    ),
    equal(
      'What a bank holds is in dispute',
      ['Σ open disputes', await disputes(`status IN ('OPENED', 'EVIDENCE_SUBMITTED')`)],
      ['Σ ledger', nonZero(await booked(`account = 'DISPUTED_FUNDS'`))],
    ),
    equal(
      'What disputes took is written off, once',
      ['Σ lost disputes', await disputes(`status = 'LOST'`)],
      ['Σ ledger', await booked(`reason = 'DISPUTE_LOST' AND entry.amount > 0`)],
    ),
  ];
}

function nonZero(amounts: ReadonlyMap<string, number>) {
  return new Map([...amounts].filter(([, amount]) => amount !== 0));
}

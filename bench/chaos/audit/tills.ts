/** Tills and the closes of days: what a drawer should hold is what the ledger took and gave, and closes are numbered without gaps. */
import type { Books } from './books.js';
import { type Amounts, atMost, type Equation, equal, none } from './equation.js';

const CASH_IN_LEDGER = `
  SELECT movement.till_id AS name, entry.amount FROM till_movement AS movement
  JOIN ledger_subject AS subject ON subject.subject_id = movement.subject_id
    AND subject.reason::text = CASE movement.kind WHEN 'PAYMENT' THEN 'CAPTURE' ELSE 'REFUND' END
  JOIN ledger_entry AS entry ON entry.transaction_id = subject.transaction_id AND entry.account = 'CASH_DRAWER'`;

/** From the day of the outlet's first close on. */
const BOOKED = (reason: 'CAPTURE' | 'REFUND', sign: '' | '-') => `
  SELECT booking.outlet_id AS name, ${sign}entry.amount AS amount
  FROM ledger_transaction AS booking JOIN ledger_entry AS entry ON entry.transaction_id = booking.id
  JOIN outlet_copy AS outlet ON outlet.id = booking.outlet_id
  WHERE booking.reason = '${reason}' AND entry.account IN ('MIDTRANS_CLEARING', 'XENDIT_CLEARING', 'CASH_DRAWER')
    AND (booking.booked_at AT TIME ZONE outlet.time_zone)::date >= (SELECT min(day) FROM daily_close WHERE outlet_id = outlet.id)`;

export async function auditTills({ payment }: Pick<Books, 'payment'>): Promise<Equation[]> {
  const byHand = await payment.amounts(
    `SELECT till_id AS name, amount FROM till_movement WHERE kind IN ('CASH_IN', 'CASH_OUT')
     UNION ALL SELECT id AS name, "float" AS amount FROM till`,
  );
  const inTills = sumOf(byHand, await payment.amounts(CASH_IN_LEDGER));
  const closed = new Set(await payment.names('SELECT id AS name FROM till WHERE closed_at IS NOT NULL'));
  const reported = (column: 'captured' | 'refunded') =>
    payment.amounts(`SELECT outlet_id AS name, ${column} AS amount FROM daily_close_method`);
  return [
    equal(
      'A closed till expected its float, the ledger’s cash of its payments and refunds, and what was put in and taken out',
      [
        'Σ expected',
        await payment.amounts(
          `SELECT till_id AS name, expected AS amount FROM till_count WHERE method = 'CASH'`,
        ),
      ],
      ['Σ ledger and by hand', new Map([...inTills].filter(([id]) => closed.has(id)))],
    ),
    equal(
      'What is in tills is what the ledger says of their payments',
      [
        'Σ tills',
        await payment.amounts(
          `SELECT id AS name, "float" AS amount FROM till UNION ALL SELECT till_id AS name, amount FROM till_movement`,
        ),
      ],
      ['Σ ledger and by hand', inTills],
    ),
    none(
      'Closes of days are numbered without gaps',
      'closes with another number',
      await payment.names(
        `SELECT outlet_id || ' ' || day AS name FROM (
           SELECT outlet_id, day, number, row_number() OVER (PARTITION BY outlet_id ORDER BY day) AS place FROM daily_close
         ) AS numbered WHERE number <> place`,
      ),
    ),
    // What came since an outlet's last close stands in its next one.
    atMost(
      'Closes report no more than was captured',
      ['Σ closes', await reported('captured')],
      ['Σ ledger', await payment.amounts(BOOKED('CAPTURE', ''))],
    ),
    atMost(
      'Closes report no more than was refunded',
      ['Σ closes', await reported('refunded')],
      ['Σ ledger', await payment.amounts(BOOKED('REFUND', '-'))],
    ),
  ];
}

function sumOf(one: Amounts, other: Amounts): Amounts {
  const sums = new Map(one);
  for (const [name, amount] of other) sums.set(name, (sums.get(name) ?? 0) + amount);
  return sums;
}

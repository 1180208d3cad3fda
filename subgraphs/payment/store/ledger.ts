/** Books money that moved, in the transaction that says so. The database refuses what does not add up to zero. */
import { newId } from '../../../platform/ids.js';
import { entriesOf, type LedgerReason } from '../domain/ledger.js';
import type { Transaction } from './database.js';
import type { Payment } from './records.js';

export interface Subject {
  /** The payment captured, the refund given or the dispute. */
  readonly id: string;
  readonly amount: number;
}

export async function book(
  tx: Transaction,
  reason: LedgerReason,
  payment: Payment,
  subject: Subject,
): Promise<void> {
  const id = newId();
  const { id: paymentId, provider, method, outletId, franchiseId, isSurplus } = payment;
  await tx.ledgerTransaction.create({
    data: { id, reason, subjectId: subject.id, paymentId, provider, method, outletId, franchiseId },
  });
  const entries = entriesOf(reason, { provider, isSurplus, amount: subject.amount });
  await tx.ledgerEntry.createMany({
    data: entries.map(({ account, amount }) => ({ transactionId: id, account, amount: BigInt(amount) })),
  });
}

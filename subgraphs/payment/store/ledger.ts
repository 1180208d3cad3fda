/** Books money that moved, in the transaction that says so. The database refuses what does not add up to zero. */
import { newId } from '../../../platform/ids.js';
import { captureEntries, type LedgerEntry, refundEntries } from '../domain/ledger.js';
import type { Transaction } from './database.js';
import type { Payment, Refund } from './records.js';

export async function bookCapture(tx: Transaction, payment: Payment): Promise<void> {
  await book(tx, payment, 'CAPTURE', payment.id, captureEntries(payment));
}

export async function bookRefund(tx: Transaction, payment: Payment, refund: Refund): Promise<void> {
  const { provider, isSurplus } = payment;
  await book(tx, payment, 'REFUND', refund.id, refundEntries({ provider, isSurplus, amount: refund.amount }));
}

async function book(
  tx: Transaction,
  payment: Payment,
  reason: 'CAPTURE' | 'REFUND',
  subjectId: string,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const id = newId();
  const { outletId, franchiseId } = payment;
  await tx.ledgerTransaction.create({
    data: { id, reason, subjectId, paymentId: payment.id, outletId, franchiseId },
  });
  await tx.ledgerEntry.createMany({
    data: entries.map(({ account, amount }) => ({ transactionId: id, account, amount: BigInt(amount) })),
  });
}

/** The one way a payment changes within a unit of work: its subscribers are notified when its version rises. */
import type { Payment } from '../domain/records.js';
import { publishChange } from '../published.js';
import type { Work } from '../store/database.js';
import { type PaymentChange, updatePayment } from '../store/payments.js';

export async function changePayment(work: Work, payment: Payment, change: PaymentChange): Promise<Payment> {
  const changed = await updatePayment(work.tx, payment, change);
  if (changed.version > payment.version) publishChange(work, changed);
  return changed;
}

export function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1_000);
}

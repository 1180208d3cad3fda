/** Midtrans' transaction statuses and amounts, read into ours. */
import { z } from 'zod';
import type { Charge } from '../provider.js';

/** Rupiah as Midtrans writes them: whole, with two decimals that are always zero. */
export const grossAmount = z.string().regex(/^\d{1,13}(\.00?)?$/);

export function amountOf(gross: string): number {
  return Number(gross.split('.')[0]);
}

const FAILED = new Set(['deny', 'cancel', 'expire', 'failure']);

/** Refunds have rows of their own: captured money stays PAID. */
const PAID = new Set(['settlement', 'refund', 'partial_refund', 'chargeback', 'partial_chargeback']);

/** The guest's bank took money back. */
export function isChargedBack(transactionStatus: string): boolean {
  return transactionStatus === 'chargeback' || transactionStatus === 'partial_chargeback';
}

export function chargeStatusOf(transactionStatus: string, fraudStatus = 'accept'): Charge['status'] {
  if (transactionStatus === 'capture') return fraudStatus === 'accept' ? 'PAID' : 'PENDING';
  if (PAID.has(transactionStatus)) return 'PAID';
  return FAILED.has(transactionStatus) ? 'FAILED' : 'PENDING';
}

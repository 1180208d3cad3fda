/**
 * Receipts of settled orders and the credit notes of their refunds, as they were issued: nothing changes in them when an item, an outlet or a
 * guest does. They name no person.
 */
import { z } from 'zod';
import { orderTaxes } from '../../../platform/order-charges.js';
import { storedBill } from './bill.js';

const issued = {
  orderNumber: z.string(),
  /** As it was called then; null where it was not known. */
  outlet: z.object({ name: z.string().nullable(), address: z.string().nullable(), timeZone: z.string() }),
};

export const receiptContent = storedBill.extend(issued);
export const creditNoteContent = z.object({
  ...issued,
  /** Given back for lines. */
  linesTotal: z.int(),
  serviceCharge: z.int(),
  taxes: orderTaxes,
  rounding: z.int(),
});

interface Issued {
  readonly id: string;
  /** Of its outlet and series: from 1, without gaps. */
  readonly number: number;
  readonly orderId: string;
  readonly paymentId: string;
  readonly outletId: string;
  readonly issuedAt: Date;
  readonly total: number;
}

export interface OrderReceipt extends Issued {
  readonly series: 'RECEIPT';
  readonly content: z.output<typeof receiptContent>;
}

export interface CreditNote extends Issued {
  readonly series: 'CREDIT_NOTE';
  readonly refundId: string | null;
  readonly content: z.output<typeof creditNoteContent>;
}

export type Receipt = OrderReceipt | CreditNote;

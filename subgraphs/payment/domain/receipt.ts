/**
 * Receipts of settled orders and the credit notes of their refunds, as they were issued: nothing changes in them when an item, an outlet or a
 * guest does. They name no person.
 */
import type { OrderCharges } from '../../../platform/order-charges.js';

/** What an order says of its receipt: its lines as they were ordered, and all that its total is made of. */
export interface Bill extends OrderCharges {
  /** ISO 8601; null until the bill of an order that the release before receipts has copied arrives: it has no lines here either. */
  readonly placedAt: string | null;
  readonly lines: readonly BillLine[];
  readonly rewardDiscount: number;
}

export interface BillLine {
  readonly name: string;
  readonly quantity: number;
  /** Of those chosen. */
  readonly options: readonly string[];
  /** One unit with its options, before any promotion. */
  readonly unitPrice: number;
  /** Off the whole line. */
  readonly discount: number;
  readonly subtotal: number;
}

interface IssuedContent {
  readonly orderNumber: string;
  /** As it was called then; null where it was not known. */
  readonly outlet: {
    readonly name: string | null;
    readonly address: string | null;
    readonly timeZone: string;
  };
}

export interface ReceiptContent extends Bill, IssuedContent {}

export interface CreditNoteContent extends OrderCharges, IssuedContent {
  /** Given back for lines. */
  readonly linesTotal: number;
}

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
  readonly content: ReceiptContent;
}

export interface CreditNote extends Issued {
  readonly series: 'CREDIT_NOTE';
  readonly refundId: string | null;
  readonly content: CreditNoteContent;
}

export type Receipt = OrderReceipt | CreditNote;

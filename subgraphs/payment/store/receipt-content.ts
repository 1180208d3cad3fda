/** What is stored of receipts and of the orders that they are of as JSON. */
import { z } from 'zod';
import { type OrderCharges, orderTaxes } from '../../../platform/order-charges.js';
import type { CreditNoteContent, ReceiptContent } from '../domain/receipt.js';

const charges = { serviceCharge: z.int(), taxes: orderTaxes, rounding: z.int() };

const bill = z.object({
  placedAt: z.string().nullable(),
  lines: z.array(
    z.object({
      ...{ name: z.string(), quantity: z.int(), options: z.array(z.string()) },
      ...{ unitPrice: z.int(), discount: z.int(), subtotal: z.int() },
    }),
  ),
  rewardDiscount: z.int(),
  ...charges,
});

const issued = {
  orderNumber: z.string(),
  outlet: z.object({ name: z.string().nullable(), address: z.string().nullable(), timeZone: z.string() }),
};

export const storedCharges: z.ZodType<OrderCharges> = z.object(charges);
export const receiptContent: z.ZodType<ReceiptContent> = bill.extend(issued);
export const creditNoteContent: z.ZodType<CreditNoteContent> = z.object({
  ...{ ...issued, ...charges },
  linesTotal: z.int(),
});

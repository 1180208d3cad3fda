/** What an order says of its receipt: its lines as they were ordered, and all that its total is made of. */
import { z } from 'zod';
import { orderTaxes } from '../../../platform/order-charges.js';

const billLines = z.array(
  z.object({
    name: z.string(),
    quantity: z.int(),
    /** Of those chosen. */
    options: z.array(z.string()),
    /** One unit with its options, before any promotion. */
    unitPrice: z.int(),
    /** Off the whole line. */
    discount: z.int(),
    subtotal: z.int(),
  }),
);

export const storedBill = z.object({
  /** ISO 8601; null for an order from before receipts, which has no lines here either. */
  placedAt: z.string().nullable(),
  lines: billLines,
  rewardDiscount: z.int(),
  serviceCharge: z.int(),
  taxes: orderTaxes,
  rounding: z.int(),
});
export type Bill = z.output<typeof storedBill>;

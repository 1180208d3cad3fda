/**
 * What an order costs beside its lines: service charge, taxes and rounding, in whole rupiah, as they were when it was placed. What of it is
 * paid or given back with a part of the total is the same everywhere: order, ledger, receipts and reports split by `sharesOfPart`.
 */
import { z } from 'zod';
import { add } from './money.js';

/** Which tax a sale of an item bears: PBJT, PPN or none. */
export const TAX_CLASSES = ['RESTAURANT', 'GOODS', 'NONE'] as const;
export type TaxClass = (typeof TAX_CLASSES)[number];

/** PBJT: the regional tax on restaurants' food and drink. PPN: value-added tax, on goods. */
const TAX_NAMES = ['PBJT', 'PPN'] as const;
export type TaxName = (typeof TAX_NAMES)[number];

export const orderTaxes = z.array(
  z.object({
    name: z.enum(TAX_NAMES),
    /** Basis points of `base`. */
    rate: z.int(),
    /** What is taxed, without the tax. */
    base: z.int(),
    amount: z.int(),
    /** The prices have it in them; otherwise it is added to them. */
    isIncluded: z.boolean(),
  }),
);
export type OrderTax = z.output<typeof orderTaxes>[number];

export interface OrderCharges {
  readonly serviceCharge: number;
  /** At most one of each name. */
  readonly taxes: readonly OrderTax[];
  /** What rounding added to the total, or took off. */
  readonly rounding: number;
}

export const NO_CHARGES: OrderCharges = { serviceCharge: 0, taxes: [], rounding: 0 };

/** What an amount of an order's money is for; together it is the amount. */
export interface ChargeShares extends OrderCharges {
  /** Of the lines, less discounts; with the taxes that are in their prices. */
  readonly lines: number;
}

/** Of the taxes that are in the prices, or of those that are added to them. */
export function taxSum(taxes: readonly OrderTax[], isIncluded: boolean): number {
  return add(...taxes.filter((tax) => tax.isIncluded === isIncluded).map(({ amount }) => amount));
}

/**
 * What the first `part` rupiah of an order's total are for: of service charge, each tax and rounding their part in proportion, rounded
 * towards zero; the rest is the lines'. All of the total is for all of it. So what parts of an order's money are for adds up, whatever the
 * parts, if each is the difference of two such shares.
 * @param part from 0 to the total.
 */
export function sharesOfPart(charges: OrderCharges, total: number, part: number): ChargeShares {
  const shareOf = (amount: number) =>
    amount === 0 || total === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(total));
  const serviceCharge = shareOf(charges.serviceCharge);
  const rounding = shareOf(charges.rounding);
  const taxes = charges.taxes.map((tax) => ({
    ...tax,
    base: shareOf(tax.base),
    amount: shareOf(tax.amount),
  }));
  return { serviceCharge, taxes, rounding, lines: part - serviceCharge - rounding - taxSum(taxes, false) };
}

/** What the rupiah of an order's total from one to another are for, such as those that a refund gives back. */
export function sharesBetween(
  charges: OrderCharges,
  total: number,
  { from, to }: { readonly from: number; readonly to: number },
): ChargeShares {
  const [before, after] = [sharesOfPart(charges, total, from), sharesOfPart(charges, total, to)];
  return {
    lines: after.lines - before.lines,
    serviceCharge: after.serviceCharge - before.serviceCharge,
    rounding: after.rounding - before.rounding,
    taxes: after.taxes.map((tax, index) => ({
      ...tax,
      base: tax.base - (before.taxes[index]?.base ?? 0),
      amount: tax.amount - (before.taxes[index]?.amount ?? 0),
    })),
  };
}

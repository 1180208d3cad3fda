/**
 * What an order costs beside its lines, in whole rupiah:
 *
 * 1. The service charge is a part of what the lines come to after all discounts. It is spread over them, as rewards are.
 * 2. Each tax is of all that its lines come to with their shares of the service charge, computed once for the order: nothing is rounded
 *    line by line. It is in that amount, or is added to it.
 * 3. The total is rounded last. What is to be paid never becomes nothing.
 *
 * Service charge and taxes are rounded to the nearest rupiah, halves up. So lines − rewards + service charge + added taxes + rounding is
 * the total.
 *
 * PBJT is of what is paid to the restaurant, the service charge included (Law 1/2022, article 51). PPN is 12 % of eleven twelfths of the
 * price for goods that are no luxury, as `ppnRate` says of the base (PMK 131/2024, article 3): 11 % of the price.
 */
import { add } from '../../../platform/money.js';
import {
  type OrderCharges,
  type OrderTax,
  type TaxClass,
  type TaxName,
  taxSum,
} from '../../../platform/order-charges.js';
import { spread } from './spread.js';

/** Rates are basis points. */
export interface ChargeRules {
  readonly serviceChargeRate: number;
  readonly pbjtRate: number;
  /** Of eleven twelfths of the price. */
  readonly ppnRate: number;
  readonly isTaxIncluded: boolean;
  /** Totals are multiples of it; 1 for any. */
  readonly roundingUnit: number;
  readonly roundingDirection: 'NEAREST' | 'UP' | 'DOWN';
}

export interface ChargedLine {
  /** After promotions. */
  readonly subtotal: number;
  readonly taxClass: TaxClass;
}

export interface ChargedOrder extends OrderCharges {
  readonly total: number;
}

/** Each tax with its rate and the part of a price that it is of. */
const TAXES: readonly {
  readonly name: TaxName;
  readonly taxClass: TaxClass;
  readonly rateOf: (rules: ChargeRules) => number;
  readonly baseShare: { readonly of: bigint; readonly in: bigint };
}[] = [
  { name: 'PBJT', taxClass: 'RESTAURANT', rateOf: ({ pbjtRate }) => pbjtRate, baseShare: { of: 1n, in: 1n } },
  { name: 'PPN', taxClass: 'GOODS', rateOf: ({ ppnRate }) => ppnRate, baseShare: { of: 11n, in: 12n } },
];

const WHOLE_RATE = 10_000n;

/** @param rewardDiscount what rewards take off the lines' sum. */
export function chargesOf(
  lines: readonly ChargedLine[],
  rewardDiscount: number,
  rules: ChargeRules,
): ChargedOrder {
  const subtotals = lines.map(({ subtotal }) => subtotal);
  const rewards = spread(rewardDiscount, subtotals);
  const paid = subtotals.map((subtotal, index) => subtotal - (rewards[index] ?? 0));
  const sum = add(...paid);
  const serviceCharge = partOf(sum, BigInt(rules.serviceChargeRate), WHOLE_RATE);
  const services = spread(serviceCharge, paid);
  const taxes = TAXES.flatMap(({ name, taxClass, rateOf, baseShare }): OrderTax[] => {
    const taxed = lines.map((line, index) =>
      line.taxClass === taxClass ? (paid[index] ?? 0) + (services[index] ?? 0) : 0,
    );
    const rate = rateOf(rules);
    const price = add(...taxed);
    return price === 0 || rate === 0 ? [] : [taxOf(name, rate, baseShare, price, rules.isTaxIncluded)];
  });
  const due = sum + serviceCharge + taxSum(taxes, false);
  const total = rounded(due, rules);
  return { serviceCharge, taxes, rounding: total - due, total };
}

function taxOf(
  name: TaxName,
  rate: number,
  baseShare: (typeof TAXES)[number]['baseShare'],
  price: number,
  isIncluded: boolean,
): OrderTax {
  const of = BigInt(rate) * baseShare.of;
  const whole = WHOLE_RATE * baseShare.in;
  const amount = partOf(price, of, isIncluded ? whole + of : whole);
  const untaxed = isIncluded ? price - amount : price;
  return { name, rate, base: partOf(untaxed, baseShare.of, baseShare.in), amount, isIncluded };
}

/** To the nearest rupiah, halves up. @param amount at least 0. */
function partOf(amount: number, of: bigint, whole: bigint): number {
  return Number((BigInt(amount) * of * 2n + whole) / (whole * 2n));
}

function rounded(due: number, { roundingUnit: unit, roundingDirection }: ChargeRules): number {
  const over = due % unit;
  if (over === 0) return due;
  const down = due - over;
  const isUp = roundingDirection === 'UP' || (roundingDirection === 'NEAREST' && over * 2 >= unit);
  return isUp || down === 0 ? down + unit : down;
}

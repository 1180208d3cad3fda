/**
 * What is to be expected of customers in days to come: visits by BG/NBD, what a visit comes to by Gamma-Gamma. Times are in whole weeks, so that many customers have
 * one history; of those the sum of their means is all that the expectation needs, since it is linear in them.
 */
import { type BgNbd, chanceOfStaying, expectedVisits, type PurchaseHistory } from './bg-nbd.js';
import type { GammaGamma } from './gamma-gamma.js';

/** Fewer customers make no model. */
export const LEAST_CUSTOMERS = 100;

const DAYS_A_WEEK = 7;

/** Customers with one history. */
export interface CustomersAlike extends PurchaseHistory {
  readonly customers: number;
  /** Of what a visit of each comes to. */
  readonly sumOfMeans: number;
}

export interface CustomerModel {
  readonly visits: BgNbd;
  readonly spending: GammaGamma;
}

export interface ExpectedCustomers {
  readonly customers: number;
  /** How many are customers still. */
  readonly active: number;
  readonly visits: number;
  readonly revenue: number;
}

export function expectedOf(
  { visits, spending: { p, q, v } }: CustomerModel,
  groups: readonly CustomersAlike[],
  days: number,
): ExpectedCustomers {
  let [customers, active, visitsToCome, revenue] = [0, 0, 0, 0];
  for (const group of groups) {
    const each = expectedVisits(visits, group, days / DAYS_A_WEEK);
    const made = group.repeats + 1;
    customers += group.customers;
    active += group.customers * chanceOfStaying(visits, group);
    visitsToCome += group.customers * each;
    // `expectedSpending` of each, summed.
    const above = p * made + q - 1;
    revenue +=
      each * (above <= 0 ? group.sumOfMeans : (p * (v * group.customers + made * group.sumOfMeans)) / above);
  }
  return { customers, active, visits: visitsToCome, revenue: Math.round(revenue) };
}

/** The rewards of the demo chain. */
import { seedId } from './ids.js';

export interface SeedReward {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly points: number;
  /** Off one order, whole rupiah. */
  readonly amountOff: number;
}

const TERMS: readonly Omit<SeedReward, 'id'>[] = [
  { name: 'Topping Gratis', description: 'Rp 5.000 untuk topping pilihanmu', points: 50, amountOff: 5_000 },
  { name: 'Potongan Rp 10.000', description: 'Untuk pesanan apa saja', points: 100, amountOff: 10_000 },
  { name: 'Potongan Rp 25.000', description: 'Untuk pesanan apa saja', points: 225, amountOff: 25_000 },
  { name: 'Traktiran Teman', description: 'Rp 50.000 untuk minum berdua', points: 400, amountOff: 50_000 },
];

export const REWARDS: readonly SeedReward[] = TERMS.map((terms, ordinal) => ({
  id: seedId('reward', ordinal),
  ...terms,
}));

/**
 * Spreads an amount over parts in proportion to their weights, to the rupiah, by largest remainder: the shares add up to the
 * amount, each is its exact quota rounded down or up, and none exceeds its weight while the amount does not exceed their sum.
 * Of equal remainders the first part's is rounded up.
 */
import { add } from '../../../platform/money.js';

export function spread(amount: number, weights: readonly number[]): number[] {
  const sum = BigInt(add(...weights));
  if (sum === 0n || amount === 0) return weights.map(() => 0);
  const quotas = weights.map((weight, index) => {
    const product = BigInt(amount) * BigInt(weight);
    return { index, share: Number(product / sum), remainder: product % sum };
  });
  const shares = quotas.map(({ share }) => share);
  const missing = amount - add(...shares);
  const byRemainder = quotas.toSorted((one, other) =>
    one.remainder === other.remainder ? one.index - other.index : one.remainder < other.remainder ? 1 : -1,
  );
  for (const { index, share } of byRemainder.slice(0, missing)) shares[index] = share + 1;
  return shares;
}

/** What a part of sales comes to in basis points: to the nearest rupiah, halves away from zero. */
export function royaltyOf(base: number, basisPoints: number): number {
  const product = BigInt(Math.abs(base)) * BigInt(basisPoints);
  const rounded = Number((product + 5_000n) / 10_000n);
  return base < 0 && rounded !== 0 ? -rounded : rounded;
}

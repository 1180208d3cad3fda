/**
 * Fills up what is ordered of a supplier to the least that it takes orders of: every item to the same number of days, the fewest that suffice.
 * Of goods that spoil no more than is worth ordering, and of nothing more than lasts two months; where that does not suffice, nothing is added.
 */
const LONGEST_DAYS = 60;
const HALVINGS = 40;

export interface OrderedItem {
  readonly packs: number;
  readonly packSize: number;
  /** In whole rupiah. */
  readonly packPrice: number;
  readonly dailyUse: number;
  /** What there is and comes, these packs included. */
  readonly level: number;
  /** In the item's unit; null for what does not spoil. */
  readonly spoilingLimit: number | null;
}

/** @returns the packs to add, in the order of the items. */
export function packsForMinimum(items: readonly OrderedItem[], minimumOrder: number): number[] {
  const addedFor = (days: number) => items.map((item) => packsUpTo(item, days));
  const isMetBy = (added: readonly number[]) => totalWith(items, added) >= minimumOrder;
  const none = items.map(() => 0);
  if (isMetBy(none) || !isMetBy(addedFor(LONGEST_DAYS))) return none;
  let [tooFew, enough] = [0, LONGEST_DAYS];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (tooFew + enough) / 2;
    if (isMetBy(addedFor(middle))) enough = middle;
    else tooFew = middle;
  }
  return addedFor(enough);
}

export function totalWith(items: readonly OrderedItem[], added: readonly number[]): number {
  return items.reduce(
    (sum, { packs, packPrice }, place) => sum + (packs + (added[place] ?? 0)) * packPrice,
    0,
  );
}

function packsUpTo({ packs, packSize, dailyUse, level, spoilingLimit }: OrderedItem, days: number): number {
  const wanted = Math.ceil((days * dailyUse - level) / packSize);
  const most = spoilingLimit === null ? wanted : Math.floor(spoilingLimit / packSize) - packs;
  return Math.max(0, Math.min(wanted, most));
}

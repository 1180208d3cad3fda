/** The order that is taken at the counter. Pure. */
import type { CounterItemFragment } from './operations.js';

export interface BasketLine {
  readonly item: CounterItemFragment;
  readonly quantity: number;
  /** All that is chosen, defaults included. */
  readonly optionIds: readonly string[];
  /** For the kitchen; empty for none. */
  readonly note: string;
}

export type Basket = readonly BasketLine[];

type Group = CounterItemFragment['optionGroups'][number];

function defaultsOf({ optionGroups }: CounterItemFragment): string[] {
  return optionGroups.flatMap(({ options }) =>
    options.filter(({ isDefault }) => isDefault).map(({ id }) => id),
  );
}

/** The same choice again adds to the quantity. */
export function added(basket: Basket, item: CounterItemFragment): Basket {
  const optionIds = defaultsOf(item);
  const index = basket.findIndex(
    (line) => line.item.id === item.id && line.note === '' && isSame(line.optionIds, optionIds),
  );
  if (index < 0) return [...basket, { item, quantity: 1, optionIds, note: '' }];
  return withQuantity(basket, index, 1);
}

/** A line without quantity goes. */
export function withQuantity(basket: Basket, index: number, difference: number): Basket {
  return basket.flatMap((line, at) => {
    if (at !== index) return [line];
    const quantity = Math.min(99, line.quantity + difference);
    return quantity <= 0 ? [] : [{ ...line, quantity }];
  });
}

export function withNote(basket: Basket, index: number, note: string): Basket {
  return basket.map((line, at) => (at === index ? { ...line, note } : line));
}

/** Chooses an option by the rules of its group: one of one, or several up to the maximum; an exclusive one stands alone. */
export function withOption(basket: Basket, index: number, group: Group, optionId: string): Basket {
  return basket.map((line, at) => {
    if (at !== index) return line;
    const own = line.optionIds.filter((id) => group.options.some((option) => option.id === id));
    const rest = line.optionIds.filter((id) => !own.includes(id));
    return { ...line, optionIds: [...rest, ...chosenIn(group, own, optionId)] };
  });
}

export function unitPrice({ item, optionIds }: BasketLine): number {
  const options = item.optionGroups.flatMap((group) => group.options);
  const deltas = options
    .filter(({ id }) => optionIds.includes(id))
    .map(({ priceDelta }) => priceDelta.amount);
  return deltas.reduce((sum, delta) => sum + delta, item.price.amount);
}

export function totalOf(basket: Basket): number {
  return basket.reduce((sum, line) => sum + unitPrice(line) * line.quantity, 0);
}

/** As an order of it names them. */
export function requestedLines(basket: Basket) {
  return basket.map(({ item, quantity, optionIds, note }) => ({
    menuItemId: item.id,
    quantity,
    optionIds: [...optionIds],
    note: note.trim() || null,
  }));
}

/** Names of what differs from the usual. */
export function unusualIn({ item, optionIds }: BasketLine): string[] {
  return item.optionGroups.flatMap(({ options }) =>
    options.filter(({ id, isDefault }) => !isDefault && optionIds.includes(id)).map(({ name }) => name),
  );
}

/** Exact, and the notes that guests give for it. */
export function tendersFor(owed: number): number[] {
  const notes = [5_000, 10_000, 20_000, 50_000, 100_000];
  const rounded = notes.map((note) => Math.ceil(owed / note) * note);
  return [...new Set([owed, ...rounded])].sort((one, other) => one - other).slice(0, 5);
}

function chosenIn(group: Group, own: readonly string[], optionId: string): readonly string[] {
  const exclusive = group.options.filter(({ isExclusive }) => isExclusive).map(({ id }) => id);
  if (group.maximum === 1 || exclusive.includes(optionId)) return [optionId];
  if (own.includes(optionId)) {
    const left = own.filter((id) => id !== optionId);
    const defaults = group.options.filter(({ isDefault }) => isDefault).map(({ id }) => id);
    return left.length < group.minimum ? defaults : left;
  }
  const others = own.filter((id) => !exclusive.includes(id));
  return others.length >= group.maximum ? others : [...others, optionId];
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}

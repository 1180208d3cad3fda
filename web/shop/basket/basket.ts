/** The basket: what is about to be ordered at one outlet, and what of it no longer holds by the menu of now. */
import {
  chosenOptions,
  type Item,
  type Menu,
  mostOf,
  type Option,
  priceWith,
  savingOn,
} from '../menu/menu.js';

export interface BasketLine {
  readonly id: string;
  readonly menuItemId: string;
  /** As the menu named it when it was added: shown where the item is gone. */
  readonly name: string;
  readonly optionIds: readonly string[];
  readonly quantity: number;
  readonly note: string;
  /** One unit with its options, less its promotion, as the guest saw it last. */
  readonly seenPrice: number;
}

export type Basket = readonly BasketLine[];

/** Of `placeOrder`. */
const MOST_LINES = 50;
export const MOST_OF_LINE = 99;

export type Problem =
  | { readonly kind: 'gone' | 'soldOut' | 'options' }
  | { readonly kind: 'optionSoldOut'; readonly option: string }
  | { readonly kind: 'tooMany'; readonly left: number }
  | { readonly kind: 'price'; readonly from: number; readonly to: number };

export interface CheckedLine {
  readonly line: BasketLine;
  readonly item: Item | undefined;
  readonly options: readonly Option[];
  readonly unitPrice: number;
  readonly subtotal: number;
  readonly problem: Problem | undefined;
}

export interface CheckedBasket {
  readonly lines: readonly CheckedLine[];
  readonly pieces: number;
  readonly total: number;
  /** That no order can be placed with; a changed price is seen and accepted instead. */
  readonly isBlocked: boolean;
}

/** As an order of it names them. */
export function requestedLines({ lines }: CheckedBasket) {
  return lines.map(({ line: { menuItemId, quantity, optionIds, note } }) => ({
    menuItemId,
    quantity,
    optionIds: [...optionIds],
    ...(note === '' ? {} : { note }),
  }));
}

/** Adds to the line of the same item, options and note, where there is one. */
export function withAdded(basket: Basket, added: BasketLine): Basket {
  const like = basket.find(
    (line) =>
      line.menuItemId === added.menuItemId &&
      line.note === added.note &&
      sameIds(line.optionIds, added.optionIds),
  );
  if (like === undefined) return basket.length < MOST_LINES ? [...basket, added] : basket;
  const quantity = Math.min(MOST_OF_LINE, like.quantity + added.quantity);
  return basket.map((line) => (line === like ? { ...line, quantity, seenPrice: added.seenPrice } : line));
}

/** Quantity 0 removes the line. */
export function withQuantity(basket: Basket, lineId: string, quantity: number): Basket {
  if (quantity <= 0) return basket.filter(({ id }) => id !== lineId);
  return basket.map((line) =>
    line.id === lineId ? { ...line, quantity: Math.min(MOST_OF_LINE, quantity) } : line,
  );
}

/** Every price as it is now counts as seen. */
export function withPresentPrices({ lines }: CheckedBasket): Basket {
  return lines.map(({ line, item, unitPrice }) =>
    item === undefined ? line : { ...line, seenPrice: unitPrice },
  );
}

export function checked(basket: Basket, menu: Menu): CheckedBasket {
  const taken = new Map<string, number>();
  const lines = basket.map((line) => {
    const before = taken.get(line.menuItemId) ?? 0;
    taken.set(line.menuItemId, before + line.quantity);
    return checkedLine(line, menu.get(line.menuItemId), before);
  });
  return {
    lines,
    pieces: lines.reduce((sum, { line }) => sum + line.quantity, 0),
    total: lines.reduce((sum, { subtotal }) => sum + subtotal, 0),
    isBlocked: lines.some(({ problem }) => problem !== undefined && problem.kind !== 'price'),
  };
}

/** @param before how many of the same item the lines before it take. */
function checkedLine(line: BasketLine, item: Item | undefined, before: number): CheckedLine {
  const asSeen = {
    line,
    item,
    options: [],
    unitPrice: line.seenPrice,
    subtotal: line.seenPrice * line.quantity,
  };
  if (item === undefined) return { ...asSeen, problem: { kind: 'gone' } };
  const options = chosenOptions(item, line.optionIds);
  if (options === undefined) return { ...asSeen, problem: { kind: 'options' } };
  const fullPrice = priceWith(item, options);
  const unitPrice = fullPrice - savingOn(item, fullPrice);
  const known = { line, item, options, unitPrice, subtotal: unitPrice * line.quantity };
  return { ...known, problem: problemOf(known, mostOf(item), before) };
}

function problemOf(
  { line, options, unitPrice }: Omit<CheckedLine, 'problem'>,
  most: number | undefined,
  before: number,
): Problem | undefined {
  if (most === 0) return { kind: 'soldOut' };
  const missing = options.find(({ availability }) => availability?.inStock === false);
  if (missing !== undefined) return { kind: 'optionSoldOut', option: missing.name };
  if (most !== undefined && before + line.quantity > most)
    return { kind: 'tooMany', left: Math.max(0, most - before) };
  if (unitPrice !== line.seenPrice) return { kind: 'price', from: line.seenPrice, to: unitPrice };
  return undefined;
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}

export function isBasket(value: unknown): value is Basket {
  return Array.isArray(value) && value.every(isLine);
}

function isLine(value: unknown): value is BasketLine {
  if (typeof value !== 'object' || value === null) return false;
  const line: { readonly [key in keyof BasketLine]?: unknown } = value;
  return (
    typeof line.id === 'string' &&
    typeof line.menuItemId === 'string' &&
    typeof line.name === 'string' &&
    typeof line.note === 'string' &&
    typeof line.quantity === 'number' &&
    typeof line.seenPrice === 'number' &&
    Array.isArray(line.optionIds) &&
    line.optionIds.every((id: unknown) => typeof id === 'string')
  );
}

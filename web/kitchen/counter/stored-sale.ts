/**
 * The sale that is under way at this counter, as the browser stores it: a page that is loaded again goes on with it, and what was placed
 * is paid and not placed twice. Pure but for `read` and `write`.
 */
import type { Basket } from './basket.js';
import type { CounterItemFragment } from './operations.js';
import type { CounterGuest, Placed } from './sale.js';

export interface Sale {
  readonly basket: Basket;
  readonly guest: CounterGuest;
  /** The order's idempotency key. */
  readonly key: string;
  /** Undefined until it is placed. */
  readonly placed: Placed | undefined;
}

const storedAt = (outletId: string) => `kedai-counter-sale-2:${outletId}`;

/** Undefined where nothing, or nothing that can be read, is stored. */
export function readSale(outletId: string, items: readonly CounterItemFragment[]): Sale | undefined {
  try {
    return saleIn(sessionStorage.getItem(storedAt(outletId)), items);
  } catch {
    return undefined;
  }
}

export function writeSale(outletId: string, sale: Sale): void {
  sessionStorage.setItem(storedAt(outletId), textOf(sale));
}

export function textOf({ basket, guest, key, placed }: Sale): string {
  const lines = basket.map(({ item, quantity, optionIds, note }) => ({
    ...{ itemId: item.id, quantity, optionIds, note },
  }));
  return JSON.stringify({ lines, guest, key, placed });
}

/** Lines whose item or options the menu does not have any more are left out. @throws SyntaxError, TypeError for what is none. */
export function saleIn(text: string | null, items: readonly CounterItemFragment[]): Sale | undefined {
  if (text === null) return undefined;
  const stored: StoredSale = JSON.parse(text);
  const { guest, key, placed, lines } = stored;
  const basket = lines.flatMap(({ itemId, quantity, optionIds, note }) => {
    const item = items.find(({ id }) => id === itemId);
    const known = new Set(item?.optionGroups.flatMap(({ options }) => options.map(({ id }) => id)));
    return item === undefined || !optionIds.every((id) => known.has(id))
      ? []
      : [{ item, quantity, optionIds, note }];
  });
  return { basket, guest, key, placed };
}

interface StoredSale extends Omit<Sale, 'basket'> {
  readonly lines: readonly {
    readonly itemId: string;
    readonly quantity: number;
    readonly optionIds: readonly string[];
    readonly note: string;
  }[];
}

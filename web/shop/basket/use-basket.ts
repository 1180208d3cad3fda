/** The basket of an outlet, checked against its menu. */
import { useCallback, useMemo } from 'react';
import { randomId } from '../../shared/client/random-id.js';
import type { Choice } from '../menu/item-sheet.js';
import { chosenOptions, defaultsOf, type Item, type Menu, priceWith, savingOn } from '../menu/menu.js';
import type { GuestOrderFragment } from '../operations.js';
import { useIsRead, useStored } from '../stored.js';
import {
  type Basket,
  type BasketLine,
  type CheckedBasket,
  checked,
  withAdded,
  withPresentPrices,
  withQuantity,
} from './basket.js';
import { basketOf } from './basket-store.js';

export interface BasketState {
  readonly checked: CheckedBasket;
  /** Whether what was stored has been read. */
  readonly isRead: boolean;
  countOf(menuItemId: string): number;
  addDefault(item: Item): void;
  add(item: Item, choice: Choice): void;
  /** What of it can be ordered here. @returns the names of what cannot. */
  addOrder(order: GuestOrderFragment): readonly string[];
  setQuantity(lineId: string, quantity: number): void;
  /** Every price as it is now counts as seen. */
  acceptPrices(): Promise<void>;
}

export function useBasket(outletId: string, menu: Menu): BasketState {
  const stored = basketOf(outletId);
  const basket = useStored(stored);
  const isRead = useIsRead(stored);
  const present = useMemo(() => checked(basket, menu), [basket, menu]);
  const change = useCallback((next: (basket: Basket) => Basket) => stored.change(next), [stored]);
  return useMemo(
    () => ({
      checked: present,
      isRead,
      countOf: (menuItemId) =>
        basket.reduce((sum, line) => sum + (line.menuItemId === menuItemId ? line.quantity : 0), 0),
      addDefault: (item) => {
        const line = lineOf(item, { optionIds: defaultsOf(item), quantity: 1, note: '' });
        void change((before) => withAdded(before, line));
      },
      add: (item, choice) => void change((before) => withAdded(before, lineOf(item, choice))),
      addOrder: (order) => {
        const found = order.lines.map((line) => ({ name: line.name, line: lineAgain(line, menu) }));
        void change((before) =>
          found.reduce((all, { line }) => (line === undefined ? all : withAdded(all, line)), before),
        );
        return found.flatMap(({ name, line }) => (line === undefined ? [name] : []));
      },
      setQuantity: (lineId, quantity) => void change((before) => withQuantity(before, lineId, quantity)),
      acceptPrices: () => change((before) => withPresentPrices(checked(before, menu))),
    }),
    [present, isRead, basket, change, menu],
  );
}

function lineOf(item: Item, { optionIds, quantity, note }: Choice): BasketLine {
  const fullPrice = priceWith(item, chosenOptions(item, optionIds) ?? []);
  return {
    id: randomId(),
    menuItemId: item.id,
    name: item.name,
    optionIds,
    quantity,
    note,
    seenPrice: fullPrice - savingOn(item, fullPrice),
  };
}

function lineAgain(line: GuestOrderFragment['lines'][number], menu: Menu): BasketLine | undefined {
  const item = menu.get(line.menuItem?.id ?? '');
  const optionIds = line.options.map(({ id }) => id);
  if (item === undefined || chosenOptions(item, optionIds) === undefined) return undefined;
  return lineOf(item, { optionIds, quantity: line.quantity, note: line.note ?? '' });
}

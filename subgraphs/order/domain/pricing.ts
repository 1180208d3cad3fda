/**
 * What an order costs, takes and needs, from the server's own menu alone. Everything that is wrong with it is told at once,
 * line by line; money is exact whole rupiah.
 */
import { type UserError, UserFault } from '../../../platform/errors.js';
import { add, multiply } from '../../../platform/money.js';
import { faultsOfLine, MAXIMUM_LINES, type WantedLine } from './lines.js';
import {
  basePrice,
  isOnSale,
  type MenuItem,
  type MenuOption,
  type OutletMenu,
  type RecipeLine,
} from './menu.js';
import { chooseOptions } from './options.js';
import { type AppliedPromotion, Promoter, type TakenPieces } from './promotion.js';
import { requirementsOf, servingOf } from './requirements.js';

export interface PricedOption {
  readonly id: string;
  readonly name: string;
  readonly priceDelta: number;
}

export interface PricedLine {
  readonly menuItemId: string;
  readonly name: string;
  readonly quantity: number;
  readonly options: readonly PricedOption[];
  /** One piece with its options, before any promotion; never below 0. */
  readonly unitPrice: number;
  /** What the promotion takes off the whole line. */
  readonly discount: number;
  readonly promotion: AppliedPromotion | null;
  /** Unit price times quantity, less the discount. */
  readonly subtotal: number;
  readonly note: string | null;
}

export interface PricedOrder {
  readonly lines: readonly PricedLine[];
  /** What rewards take off the sum of the lines. */
  readonly rewardDiscount: number;
  readonly redemptionIds: readonly string[];
  /** To pay. */
  readonly total: number;
  /** Of promotions that have only so many. */
  readonly takenPieces: readonly TakenPieces[];
  readonly requirements: readonly RecipeLine[];
  readonly preparationSeconds: number;
}

/** No order comes near it; sums below it are safe everywhere. */
export const MAXIMUM_TOTAL = 1_000_000_000_000;

/** A line that can be ordered, and what it rests on. */
interface GoodLine {
  readonly line: PricedLine;
  readonly item: MenuItem;
  readonly serving: readonly RecipeLine[];
}

/** @throws UserFault naming every line that cannot be ordered, and why. */
export function priceOrder(menu: OutletMenu, wanted: readonly WantedLine[]): PricedOrder {
  if (wanted.length < 1 || wanted.length > MAXIMUM_LINES) {
    throw UserFault.of('INVALID_QUANTITY', `An order has between 1 and ${MAXIMUM_LINES} lines.`, ['lines']);
  }
  const good: GoodLine[] = [];
  const faults: UserError[] = [];
  const promoter = new Promoter(menu);
  for (const [index, line] of wanted.entries()) {
    const checked = checkLine(menu, promoter, line, ['lines', String(index)]);
    if ('faults' in checked) faults.push(...checked.faults);
    else good.push(checked);
  }
  if (faults.length > 0) throw new UserFault(faults);

  const lines = good.map(({ line }) => line);
  const total = add(...lines.map(({ subtotal }) => subtotal));
  if (total > MAXIMUM_TOTAL) throw UserFault.of('INVALID_QUANTITY', 'The order is too large.', ['lines']);
  return {
    lines,
    rewardDiscount: 0,
    redemptionIds: [],
    total,
    takenPieces: promoter.taken,
    requirements: requirementsOf(good.map(({ serving, line }) => ({ serving, quantity: line.quantity }))),
    preparationSeconds: add(
      ...good.map(({ item, line }) => multiply(item.preparationSeconds, line.quantity)),
    ),
  };
}

/** @throws UserFault when the line cannot be ordered. */
export function checkLineToAdd(menu: OutletMenu, wanted: WantedLine): void {
  const checked = checkLine(menu, new Promoter(menu), wanted, []);
  if ('faults' in checked) throw new UserFault(checked.faults);
}

/** A cart's lines as they stand, whether or not they can be ordered now: with the options that their items still have. */
export function priceForDisplay(menu: OutletMenu, wanted: readonly WantedLine[]): PricedLine[] {
  const promoter = new Promoter(menu);
  return wanted.map((line) => priceAsItStands(menu, promoter, line));
}

function priceAsItStands(menu: OutletMenu, promoter: Promoter, wanted: WantedLine): PricedLine {
  const item = menu.item(wanted.menuItemId);
  if (item === undefined) {
    return { ...wanted, name: '', options: [], unitPrice: 0, discount: 0, promotion: null, subtotal: 0 };
  }
  const choice = chooseOptions(item, wanted.optionIds);
  const options = choice.ok
    ? choice.options
    : item.optionGroups.flatMap((group) => group.options.filter(({ id }) => wanted.optionIds.includes(id)));
  return priceLine(menu, promoter, item, options, wanted);
}

function checkLine(
  menu: OutletMenu,
  promoter: Promoter,
  wanted: WantedLine,
  path: readonly string[],
): GoodLine | { faults: UserError[] } {
  const faults = faultsOfLine(wanted, path);
  if (faults.length > 0) return { faults };
  const fault = (code: UserError['code'], field: string, message: string) => ({
    faults: [{ code, field: [...path, field], message }],
  });

  const item = menu.item(wanted.menuItemId);
  if (item === undefined || !isOnSale(menu, item)) {
    return fault('ITEM_UNAVAILABLE', 'menuItemId', `${item?.name ?? 'This item'} is not sold here now.`);
  }
  const choice = chooseOptions(item, wanted.optionIds);
  if (!choice.ok) return fault('INVALID_OPTION', 'optionIds', choice.problem);
  const serving = servingOf(item, choice.options);
  if (item.isLimited && serving.some(({ ingredientId }) => menu.hasRunOut(ingredientId))) {
    return fault('OUT_OF_STOCK', 'menuItemId', `${item.name} is sold out.`);
  }
  return { item, serving, line: priceLine(menu, promoter, item, choice.options, wanted) };
}

function priceLine(
  menu: OutletMenu,
  promoter: Promoter,
  item: MenuItem,
  options: readonly MenuOption[],
  { quantity, note }: WantedLine,
): PricedLine {
  const unitPrice = Math.max(0, add(basePrice(menu, item), ...options.map(({ priceDelta }) => priceDelta)));
  const saving = promoter.promote(item.id, unitPrice, quantity);
  const discount = saving?.discount ?? 0;
  return {
    menuItemId: item.id,
    name: item.name,
    quantity,
    options: options.map(({ id, name, priceDelta }) => ({ id, name, priceDelta })),
    unitPrice,
    discount,
    promotion: saving?.promotion ?? null,
    subtotal: multiply(unitPrice, quantity) - discount,
    note,
  };
}

/**
 * Prices an order from the server's own menu alone: what it costs, which ingredients it requires and which promotion units it
 * takes. Every fault is reported at once, line by line; money is exact whole rupiah.
 */
import { type UserError, UserFault } from '../../../platform/errors.js';
import { add, multiply } from '../../../platform/money.js';
import { NO_CHARGES, type OrderCharges, type TaxClass } from '../../../platform/order-charges.js';
import { type ChargeRules, chargesOf } from './charges.js';
import {
  basePrice,
  isOnSale,
  type MenuItem,
  type MenuOption,
  type OutletMenu,
  priceDelta,
  type RecipeLine,
  type TakenOff,
} from './menu.js';
import { chooseOptions } from './options.js';
import { type AppliedPromotion, PromotionAllocator, type TakenUnits } from './promotion.js';
import { faultsOfLine, MAXIMUM_LINES, type RequestedLine } from './requested-line.js';
import { requirementsOf, servingOf } from './requirements.js';

export interface PricedOption {
  readonly id: string;
  readonly name: string;
  /** Null in orders from before it was stored. */
  readonly groupName: string | null;
  readonly priceDelta: number;
}

export interface PricedLine {
  readonly menuItemId: string;
  readonly name: string;
  readonly quantity: number;
  readonly options: readonly PricedOption[];
  /** One unit with its options, before any promotion; never below 0. */
  readonly unitPrice: number;
  /** What the promotion takes off the whole line. */
  readonly discount: number;
  readonly promotion: AppliedPromotion | null;
  /** Unit price times quantity, less the discount. */
  readonly subtotal: number;
  readonly note: string | null;
}

/** A line with what its taxes are computed from. */
export interface TaxedLine extends PricedLine {
  readonly taxClass: TaxClass;
}

export interface PricedOrder {
  readonly lines: readonly TaxedLine[];
  /** What rewards take off the sum of the lines. */
  readonly rewardDiscount: number;
  readonly redemptionIds: readonly string[];
  readonly charges: OrderCharges;
  /** To pay. */
  readonly total: number;
  /** Of limited promotions. */
  readonly takenUnits: readonly TakenUnits[];
  readonly requirements: readonly RecipeLine[];
  readonly preparationSeconds: number;
  /** The moment whose prices it has. */
  readonly pricedAt: Date;
}

/** No order comes near it, and sums below it are safe everywhere. */
const MAXIMUM_TOTAL = 1_000_000_000_000;

/** A line that can be ordered, with what its requirements are computed from. */
interface GoodLine {
  readonly line: TaxedLine;
  readonly item: MenuItem;
  readonly serving: readonly RecipeLine[];
}

/** Without service charge, taxes and rounding. @throws UserFault naming every line that cannot be ordered, and why. */
export function priceOrder(menu: OutletMenu, requested: readonly RequestedLine[]): PricedOrder {
  if (requested.length < 1 || requested.length > MAXIMUM_LINES) {
    throw UserFault.of('INVALID_QUANTITY', `An order has between 1 and ${MAXIMUM_LINES} lines.`, ['lines']);
  }
  const good: GoodLine[] = [];
  const faults: UserError[] = [];
  const promotions = new PromotionAllocator(menu);
  for (const [index, line] of requested.entries()) {
    const checked = checkLine(menu, promotions, line, ['lines', String(index)]);
    if ('faults' in checked) faults.push(...checked.faults);
    else good.push(checked);
  }
  if (faults.length > 0) throw new UserFault(faults);

  const lines = good.map(({ line }) => line);
  const total = add(...lines.map(({ subtotal }) => subtotal));
  requireBounded(total);
  return {
    lines,
    rewardDiscount: 0,
    redemptionIds: [],
    charges: NO_CHARGES,
    total,
    takenUnits: promotions.taken,
    requirements: requirementsOf(good.map(({ serving, line }) => ({ serving, quantity: line.quantity }))),
    preparationSeconds: add(
      ...good.map(({ item, line }) => multiply(item.preparationSeconds, line.quantity)),
    ),
    pricedAt: menu.now,
  };
}

function requireBounded(total: number): void {
  if (total > MAXIMUM_TOTAL) throw UserFault.of('INVALID_QUANTITY', 'The order is too large.', ['lines']);
}

/** The order, its discounts taken off, with service charge, taxes and rounding. @throws UserFault when it is too large. */
export function withCharges(priced: PricedOrder, rules: ChargeRules): PricedOrder {
  const { total, ...charges } = chargesOf(priced.lines, priced.rewardDiscount, rules);
  requireBounded(total);
  return { ...priced, charges, total };
}

/** The first id in the lines that the menu does not have: of an item, or of an option that its item lacks. */
export function findUnknownId(
  menu: OutletMenu,
  lines: readonly Pick<RequestedLine, 'menuItemId' | 'optionIds'>[],
): string | undefined {
  for (const { menuItemId, optionIds } of lines) {
    const item = menu.item(menuItemId);
    if (item === undefined) return menuItemId;
    for (const optionId of optionIds) {
      if (!item.optionGroups.some(({ options }) => options.some(({ id }) => id === optionId)))
        return optionId;
    }
  }
  return undefined;
}

/** @throws UserFault when the line cannot be ordered. */
export function checkLineToAdd(menu: OutletMenu, requested: RequestedLine): void {
  const checked = checkLine(menu, new PromotionAllocator(menu), requested, []);
  if ('faults' in checked) throw new UserFault(checked.faults);
}

/** One unit of a line that can be ordered, with its options, less its promotion; null for another. */
export function shownPriceOf(menu: OutletMenu, requested: RequestedLine): number | null {
  const checked = checkLine(menu, new PromotionAllocator(menu), requested, []);
  return 'faults' in checked ? null : netUnitPrice(checked.line);
}

/** One unit, less its promotion, which takes the same off every unit. */
export function netUnitPrice({ subtotal, quantity }: Pick<PricedLine, 'subtotal' | 'quantity'>): number {
  return Math.round(subtotal / quantity);
}

/** What each line of a cart would be refused for now. */
export function faultsByLine(menu: OutletMenu, requested: readonly RequestedLine[]): readonly UserError[][] {
  const promotions = new PromotionAllocator(menu);
  return requested.map((line, index) => {
    const checked = checkLine(menu, promotions, line, ['lines', String(index)]);
    return 'faults' in checked ? checked.faults : [];
  });
}

/** Prices a cart's lines whether or not they can be ordered now, with the options that their items still have. */
export function priceForDisplay(menu: OutletMenu, requested: readonly RequestedLine[]): TaxedLine[] {
  const promotions = new PromotionAllocator(menu);
  return requested.map((line) => priceStoredLine(menu, promotions, line));
}

function priceStoredLine(
  menu: OutletMenu,
  promotions: PromotionAllocator,
  requested: RequestedLine,
): TaxedLine {
  const item = menu.item(requested.menuItemId);
  if (item === undefined) {
    return {
      ...{ ...requested, name: '', options: [], unitPrice: 0, discount: 0, promotion: null, subtotal: 0 },
      taxClass: 'NONE',
    };
  }
  const choice = chooseOptions(item, requested.optionIds);
  const options = choice.ok
    ? choice.options
    : item.optionGroups.flatMap((group) =>
        group.options.filter(({ id }) => requested.optionIds.includes(id)),
      );
  return priceLine(menu, promotions, item, options, requested);
}

function checkLine(
  menu: OutletMenu,
  promotions: PromotionAllocator,
  requested: RequestedLine,
  path: readonly string[],
): GoodLine | { faults: UserError[] } {
  const faults = faultsOfLine(requested, path);
  if (faults.length > 0) return { faults };
  const fault = (code: UserError['code'], field: string, message: string) => ({
    faults: [{ code, field: [...path, field], message }],
  });

  const item = menu.item(requested.menuItemId);
  if (item === undefined || !isOnSale(menu, item)) {
    return fault('ITEM_UNAVAILABLE', 'menuItemId', `${item?.name ?? 'This item'} is not sold here now.`);
  }
  const takenOff = menu.takenOff(item.id);
  if (takenOff !== undefined) return fault('ITEM_UNAVAILABLE', 'menuItemId', notToBeHad(item.name, takenOff));
  const choice = chooseOptions(item, requested.optionIds);
  if (!choice.ok) return fault('INVALID_OPTION', 'optionIds', choice.problem);
  for (const option of choice.options) {
    const takenOff = menu.takenOff(option.id);
    if (takenOff !== undefined)
      return fault('ITEM_UNAVAILABLE', 'optionIds', notToBeHad(option.name, takenOff));
  }
  const serving = servingOf(item, choice.options);
  if (item.isLimited && serving.some(({ ingredientId }) => menu.hasRunOut(ingredientId))) {
    return fault('OUT_OF_STOCK', 'menuItemId', `${item.name} is sold out.`);
  }
  return { item, serving, line: priceLine(menu, promotions, item, choice.options, requested) };
}

function groupNameOf(item: MenuItem, option: MenuOption): string | null {
  return item.optionGroups.find(({ options }) => options.includes(option))?.name ?? null;
}

function notToBeHad(name: string, { until }: TakenOff): string {
  return until === null
    ? `${name} is not available here.`
    : `${name} is not available here until ${until.toISOString()}.`;
}

function priceLine(
  menu: OutletMenu,
  promotions: PromotionAllocator,
  item: MenuItem,
  options: readonly MenuOption[],
  { quantity, note }: RequestedLine,
): TaxedLine {
  const pricedOptions = options.map((option) => ({
    id: option.id,
    name: option.name,
    groupName: groupNameOf(item, option),
    priceDelta: priceDelta(menu, item, option),
  }));
  const deltas = pricedOptions.map((option) => option.priceDelta);
  const unitPrice = Math.max(0, add(basePrice(menu, item), ...deltas));
  const saving = promotions.allocate(item.id, unitPrice, quantity);
  const discount = saving?.discount ?? 0;
  return {
    menuItemId: item.id,
    name: item.name,
    quantity,
    options: pricedOptions,
    unitPrice,
    discount,
    promotion: saving?.promotion ?? null,
    subtotal: multiply(unitPrice, quantity) - discount,
    taxClass: item.taxClass,
    note,
  };
}

/**
 * An item that the guest of an order is offered in place of lines whose ingredients ran out. The order costs what it did. Until the kitchen begins
 * it, the guest accepts; what has to be made then follows once stock has reserved it.
 */
import type { MenuItem, OutletMenu } from './menu.js';
import { isOnSale } from './menu.js';
import { chooseOptions } from './options.js';
import type { OrderLineRecord, Substitution } from './order.js';
import type { OrderStatus } from './order-state.js';
import { servingOf } from './requirements.js';

/** What of a line says what is made of it. */
export type MadeLine = Pick<OrderLineRecord, 'menuItemId' | 'quantity'> & {
  readonly options: readonly { readonly id: string }[];
};

/** Something may be offered in place of its lines: stock has reserved them, and the kitchen has not begun. */
export function mayBeSubstituted(status: OrderStatus): status is 'AWAITING_PAYMENT' | 'PAID' {
  return status === 'AWAITING_PAYMENT' || status === 'PAID';
}

/** Its guest has accepted the item, whatever stock has answered or will. */
export function isAccepted(substitution: Substitution | null, menuItemId: string): boolean {
  const { status } = substitution ?? {};
  return substitution?.menuItemId === menuItemId && (status === 'ACCEPTED' || status === 'TAKEN');
}

/** What is made of a line in place of what was ordered; null for what was ordered. */
export function substituteOf(
  { position }: Pick<OrderLineRecord, 'position'>,
  substitution: Substitution | null,
): Pick<Substitution, 'menuItemId' | 'name'> | null {
  return substitution?.status === 'TAKEN' && substitution.positions.includes(position) ? substitution : null;
}

/**
 * The offer of an item for the lines that take an ingredient.
 * @returns null where no line takes it, or the outlet does not sell the item or only with a choice of the guest's.
 */
export function substitutionFor(
  lines: readonly (MadeLine & Pick<OrderLineRecord, 'position'>)[],
  menu: OutletMenu,
  { ingredientId, menuItemId }: { readonly ingredientId: string; readonly menuItemId: string },
): Substitution | null {
  const item = menu.item(menuItemId);
  if (item === undefined || !isOnSale(menu, item) || !chooseOptions(item, []).ok) return null;
  const positions = lines.filter((line) => takes(line, menu, ingredientId)).map(({ position }) => position);
  if (positions.length === 0) return null;
  return { menuItemId, name: item.name, positions, status: 'OFFERED', offeredAt: menu.now };
}

/** The lines as they are made: with the item and its default options in place of those that it was taken for. */
export function linesAsMade<Line extends MadeLine & Pick<OrderLineRecord, 'position'>>(
  lines: readonly Line[],
  substitution: Substitution | null,
  itemOf: (menuItemId: string) => MenuItem | undefined,
): (Line | (Line & MadeLine))[] {
  if (substitution === null) return [...lines];
  const { menuItemId, positions } = substitution;
  const item = itemOf(menuItemId);
  const choice = item && chooseOptions(item, []);
  const options = choice?.ok === true ? choice.options : [];
  return lines.map((line) => (positions.includes(line.position) ? { ...line, menuItemId, options } : line));
}

function takes(line: MadeLine, menu: OutletMenu, ingredientId: string): boolean {
  const item = menu.item(line.menuItemId);
  if (item === undefined) return false;
  const chosen = new Set(line.options.map(({ id }) => id));
  const options = item.optionGroups.flatMap((group) => group.options).filter(({ id }) => chosen.has(id));
  return servingOf(item, options).some((part) => part.ingredientId === ingredientId);
}

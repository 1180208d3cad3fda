/**
 * An item that the guest of an order is offered in place of lines whose ingredients ran out. The order costs what it did. Until the kitchen begins
 * it, the guest accepts; what has to be made then follows once stock has reserved it.
 */
import type { MenuItem, OutletMenu } from './menu.js';
import { isOnSale } from './menu.js';
import { chooseOptions } from './options.js';
import type { OrderLineRecord, Substitution } from './order.js';
import type { OrderStatus } from './order-state.js';
import { requirementsAgain } from './requirements.js';

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

/** The item, where the outlet can make it in place of another now: it sells it, has not taken it off, and it needs no choice of the guest's. */
export function substituteAt(menu: OutletMenu, menuItemId: string): MenuItem | null {
  const item = menu.item(menuItemId);
  if (item === undefined || !isOnSale(menu, item) || menu.takenOff(menuItemId) !== undefined) return null;
  return chooseOptions(item, []).ok ? item : null;
}

/**
 * The offer of an item for the lines that take an ingredient.
 * @returns null where no line takes it, or the outlet cannot make the item.
 */
export function substitutionFor(
  lines: readonly (MadeLine & Pick<OrderLineRecord, 'position'>)[],
  menu: OutletMenu,
  { ingredientId, menuItemId }: { readonly ingredientId: string; readonly menuItemId: string },
): Substitution | null {
  const item = substituteAt(menu, menuItemId);
  const takes = (line: MadeLine) =>
    requirementsAgain([line], (id) => menu.item(id)).some((part) => part.ingredientId === ingredientId);
  const positions = lines.filter(takes).map(({ position }) => position);
  if (item === null || positions.length === 0) return null;
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

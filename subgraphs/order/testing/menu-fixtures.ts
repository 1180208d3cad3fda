/** Menus and lines for tests of the rules. */

import type { MenuItem, OutletMenu } from '../domain/menu.js';
import type { RequestedLine } from '../domain/requested-line.js';

/** An outlet in Jakarta at noon that sells these. */
export function menu(items: readonly MenuItem[], rest: Partial<OutletMenu> = {}): OutletMenu {
  return {
    timeZone: 'Asia/Jakarta',
    now: new Date('2026-11-20T04:00:00Z'),
    item: (id) => items.find((item) => item.id === id),
    outletPrice: () => undefined,
    takenOff: () => undefined,
    promotions: () => [],
    hasRunOut: () => false,
    ...rest,
  };
}

/** One unit of the item `tea`. */
export function line(rest: Partial<RequestedLine> = {}): RequestedLine {
  return { menuItemId: 'tea', quantity: 1, optionIds: [], note: null, ...rest };
}

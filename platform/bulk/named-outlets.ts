/** The outlet that a line names: by id, or by its name where one outlet alone has it. */
import { optional, text } from './cells.js';
import type { BadLines } from './import-table.js';
import { nameFinder } from './named-things.js';

/** Columns that name an outlet; the id goes first where there is one. */
export const OUTLET_NAMES = { outletId: optional(text), outlet: optional(text) } as const;

export interface NamedOutlet {
  readonly outletId?: string | null;
  readonly outlet?: string | null;
}

/**
 * @param outlets those where the caller may do what the line says: any other looks as one that does not exist.
 * @returns finds the outlet of a line; nothing, reported, where there is none.
 */
export function outletFinder<Outlet extends { readonly id: string; readonly name: string }>(
  outlets: readonly Outlet[],
): (line: number, named: NamedOutlet, bad: BadLines) => Outlet | undefined {
  const byId = new Map(outlets.map((outlet) => [outlet.id, outlet]));
  const named = nameFinder(outlets, {
    column: 'outlet',
    expected: 'the name of an outlet of yours',
    unambiguous: 'a name that one outlet has; several have this one: give outletId',
  });
  return (line, { outletId = null, outlet = null }, bad) => {
    if (outletId === null) return named(line, outlet, bad);
    const found = byId.get(outletId.toLowerCase());
    if (found === undefined) bad.add(line, 'outletId', 'the id of an outlet of yours');
    return found;
  };
}

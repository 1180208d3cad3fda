/** The outlet that a line names: by id, or by its name where one outlet alone has it. */
import { optional, text } from './cells.js';
import type { BadLines } from './import-table.js';

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
  const byName = new Map<string, Outlet[]>();
  for (const outlet of outlets) {
    const name = outlet.name.toLowerCase();
    const others = byName.get(name);
    if (others === undefined) byName.set(name, [outlet]);
    else others.push(outlet);
  }
  return (line, { outletId = null, outlet = null }, bad) => {
    if (outletId !== null) {
      const found = byId.get(outletId.toLowerCase());
      if (found === undefined) bad.add(line, 'outletId', 'the id of an outlet of yours');
      return found;
    }
    const [found, another] = byName.get(outlet?.trim().toLowerCase() ?? '') ?? [];
    if (found === undefined) bad.add(line, 'outlet', 'the name of an outlet of yours');
    if (another === undefined) return found;
    bad.add(line, 'outlet', 'a name that one outlet has; several have this one: give outletId');
    return undefined;
  };
}

/** Things found by the names that files have: exactly as written, else whatever the case, where one thing alone is meant. */
import type { BadLines } from './import-table.js';

/** @returns finds those that have a name exactly; where there is none, those whose name differs by case alone. */
export function candidatesByName<Thing extends { readonly name: string }>(
  things: readonly Thing[],
): (name: string) => readonly Thing[] {
  const exact = new Map<string, Thing[]>();
  const folded = new Map<string, Thing[]>();
  for (const thing of things) {
    const name = composed(thing.name);
    add(exact, name, thing);
    add(folded, name.toLowerCase(), thing);
  }
  return (name) => exact.get(composed(name)) ?? folded.get(composed(name).toLowerCase()) ?? [];
}

/** How a line names a thing. */
export interface Naming {
  readonly column: string;
  /** What the cell has to be, where no thing has the name. */
  readonly expected: string;
  /** What it has to be, where several have it. */
  readonly unambiguous?: string;
}

const AS_WRITTEN = 'a name as it is written: several differ from this one by case alone';

/** @returns finds the thing of a line; nothing, reported, where no thing is meant, or several are. */
export function nameFinder<Thing extends { readonly name: string }>(
  things: readonly Thing[],
  { column, expected, unambiguous = AS_WRITTEN }: Naming,
): (line: number, name: string | null | undefined, bad: BadLines) => Thing | undefined {
  const candidates = candidatesByName(things);
  return (line, name, bad) => {
    const [found, another] = candidates(name ?? '');
    if (found !== undefined && another === undefined) return found;
    bad.add(line, column, found === undefined ? expected : unambiguous);
    return undefined;
  };
}

function composed(name: string): string {
  return name.trim().normalize('NFC');
}

function add<Thing>(groups: Map<string, Thing[]>, key: string, thing: Thing): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [thing]);
  else group.push(thing);
}

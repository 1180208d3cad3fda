/**
 * The names of an order's lines in English. A line has the names that the chain gave then; it is shown in English where the item, the group or
 * the option is still called so and has a name in English, and as it was ordered otherwise.
 */
import type { PricedLine } from './pricing.js';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** An item as it is called now. */
export interface NamedItem extends Named {
  readonly optionGroups: readonly (Named & { readonly options: readonly Named[] })[];
  /** By the ids of the item, its groups and options. */
  readonly english: Readonly<Record<string, string>>;
}

export function inEnglish<Line extends PricedLine>(line: Line, item: NamedItem | null): Line {
  if (item === null) return line;
  const { optionGroups } = item;
  const englishOf = <Name extends string | null>(name: Name, of: Named | undefined) =>
    englishIn(item, name, of);
  return {
    ...line,
    name: englishOf(line.name, item),
    options: line.options.map((chosen) => {
      const group = optionGroups.find(({ options }) => options.some(({ id }) => id === chosen.id));
      return {
        ...chosen,
        name: englishOf(
          chosen.name,
          group?.options.find(({ id }) => id === chosen.id),
        ),
        groupName: englishOf(chosen.groupName, group),
      };
    }),
  };
}

/** The English name of the item itself, by the same rule. */
export function itemInEnglish(name: string, item: NamedItem | null): string {
  return item === null ? name : englishIn(item, name, item);
}

function englishIn<Name extends string | null>(
  { english }: NamedItem,
  name: Name,
  of: Named | undefined,
): Name | string {
  return of !== undefined && of.name === name ? (english[of.id] ?? name) : name;
}

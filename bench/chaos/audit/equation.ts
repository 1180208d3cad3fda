/**
 * A result of the audit: two sums from different sources that must be equal part by part. Equal sums of unequal parts do not
 * hold.
 */
export interface Equation {
  readonly title: string;
  readonly left: Side;
  readonly right: Side;
  /** `=`: the sides are equal in every part; `≤`: no part of the left exceeds the right's. */
  readonly relation: '=' | '≤';
  /** Each part that breaks it, in words. */
  readonly differences: readonly string[];
}

export interface Side {
  readonly what: string;
  readonly sum: number;
}

/** Amounts by the id of an item, an order or a payment. */
export type Amounts = ReadonlyMap<string, number>;

export function holds({ differences }: Equation): boolean {
  return differences.length === 0;
}

export function equal(
  title: string,
  [left, leftAmounts]: readonly [string, Amounts],
  [right, rightAmounts]: readonly [string, Amounts],
): Equation {
  return compare(title, [left, leftAmounts], '=', [right, rightAmounts], (one, other) => one === other);
}

export function atMost(
  title: string,
  [left, leftAmounts]: readonly [string, Amounts],
  [right, rightAmounts]: readonly [string, Amounts],
): Equation {
  return compare(title, [left, leftAmounts], '≤', [right, rightAmounts], (one, other) => one <= other);
}

/** Nothing may be found. */
export function none(title: string, what: string, found: Iterable<string>): Equation {
  return equal(title, [what, new Map([...found].map((name) => [name, 1]))], ['none', new Map()]);
}

/** Every wanted name is found. */
export function each(
  title: string,
  [what, wanted]: readonly [string, Iterable<string>],
  [where, found]: readonly [string, Iterable<string>],
): Equation {
  const names = new Set(wanted);
  const matching = [...found].filter((name) => names.has(name));
  return equal(title, [what, counted(names)], [where, counted(matching)]);
}

/** How often each name occurs. */
export function counted(names: Iterable<string>): Amounts {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function compare(
  title: string,
  [left, leftAmounts]: readonly [string, Amounts],
  relation: Equation['relation'],
  [right, rightAmounts]: readonly [string, Amounts],
  isRight: (left: number, right: number) => boolean,
): Equation {
  const differences: string[] = [];
  for (const name of new Set([...leftAmounts.keys(), ...rightAmounts.keys()])) {
    const [one, other] = [leftAmounts.get(name) ?? 0, rightAmounts.get(name) ?? 0];
    if (!isRight(one, other)) differences.push(`${name}: ${one} against ${other}`);
  }
  return {
    title,
    left: { what: left, sum: sum(leftAmounts) },
    right: { what: right, sum: sum(rightAmounts) },
    relation,
    differences,
  };
}

function sum(amounts: Amounts): number {
  let total = 0;
  for (const amount of amounts.values()) total += amount;
  return total;
}

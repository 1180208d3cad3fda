/**
 * How deep and how heavy values are. The planner looks for variables in each list twice, and so in a list of lists four
 * times: what is cheap to write can cost it without end.
 */
import { type ArgumentNode, type DirectiveNode, Kind, type ValueNode } from 'graphql';

export interface ValueCounts {
  /** Lists and objects within one another. */
  readonly nesting: number;
  /** Values, each twice for every list around it. */
  readonly values: number;
}

export const NO_VALUES: ValueCounts = { nesting: 0, values: 0 };

/** Of values that are written into a document. */
export function countValues(nodes: readonly (ValueNode | undefined)[]): ValueCounts {
  return nodes.reduce(
    (sum, node) => (node === undefined ? sum : addedValues(sum, countValue(node))),
    NO_VALUES,
  );
}

/** Of what a selection or a definition is given. */
export function countGiven(
  args: readonly ArgumentNode[] | undefined,
  directives: readonly DirectiveNode[] | undefined,
): ValueCounts {
  const given = [...(args ?? []), ...(directives ?? []).flatMap((directive) => directive.arguments ?? [])];
  return countValues(given.map(({ value }) => value));
}

export function addedValues(one: ValueCounts, other: ValueCounts): ValueCounts {
  return { nesting: Math.max(one.nesting, other.nesting), values: one.values + other.values };
}

/** Whether a variable's value nests deeper than that; it is looked at no deeper. */
export function nestsBeyond(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => nestsBeyond(inner, limit - 1));
}

function countValue(node: ValueNode): ValueCounts {
  if (node.kind !== Kind.LIST && node.kind !== Kind.OBJECT) return { nesting: 0, values: 1 };
  const isList = node.kind === Kind.LIST;
  const { nesting, values } = countValues(isList ? node.values : node.fields.map(({ value }) => value));
  return { nesting: nesting + 1, values: 1 + values * (isList ? 2 : 1) };
}

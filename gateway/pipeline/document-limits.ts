/**
 * Bounds on the shape of a document and of the variables' values, enforced before validation and planning, whose work grows with
 * them. A document is counted as if every fragment were written out where it is spread, in time linear in its size: each
 * fragment is counted once.
 */
import {
  type ArgumentNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { fragmentsOf } from '../execution/document.js';

export interface DocumentLimits {
  /** Lexical tokens of the source. Default 10,000. */
  readonly tokens: number;
  /** Fields within fields; introspection fields apart. Default 15. */
  readonly depth: number;
  /** Fields given another name. Default 100. */
  readonly aliases: number;
  /** Fields at the top of a query. Default 100. */
  readonly rootFields: number;
  /** Fields at the top of a mutation. Default 10. */
  readonly mutationFields: number;
  /** Default 200. */
  readonly directives: number;
  /** Fields and fragments in all. Default 3,000. */
  readonly selections: number;
  /** Named fragments; validation compares them with one another. Default 100. */
  readonly fragments: number;
  /** Lists and objects within one another in a value. Default 32. */
  readonly nesting: number;
  /** Values given to arguments, each twice for every list around it. Default 50,000. */
  readonly values: number;
}

export const DEFAULT_DOCUMENT_LIMITS: DocumentLimits = {
  tokens: 10_000,
  depth: 15,
  aliases: 100,
  rootFields: 100,
  mutationFields: 10,
  directives: 200,
  selections: 3_000,
  fragments: 100,
  nesting: 32,
  values: 50_000,
};

/** The planner looks for variables in each list twice, and so in a list of lists four times: its work grows with `values`. */
interface ValueCounts {
  /** Lists and objects within one another. */
  readonly nesting: number;
  /** Values, each twice for every list around it. */
  readonly values: number;
}

const NO_VALUES: ValueCounts = { nesting: 0, values: 0 };

interface Counts extends ValueCounts {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  readonly selections: number;
}

const NOTHING: Counts = {
  ...NO_VALUES,
  depth: 0,
  aliases: 0,
  rootFields: 0,
  directives: 0,
  selections: 0,
};

/** The first limit that an operation of the document exceeds; undefined for none. */
export function excessOf(document: DocumentNode, limits: DocumentLimits): GraphQLError | undefined {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length;
  if (fragments > limits.fragments) return tooComplex('fragments', limits.fragments);
  const countFragment = fragmentCounter(document);
  for (const definition of document.definitions) {
    const counted =
      definition.kind === Kind.OPERATION_DEFINITION
        ? countOperation(definition, countFragment)
        : definition.kind === Kind.FRAGMENT_DEFINITION
          ? countFragment(definition.name.value)
          : NOTHING;
    const excess = firstExcess(counted, { ...limits, rootFields: rootFieldsOf(definition, limits) });
    if (excess !== undefined) return tooComplex(excess.what, excess.limit);
  }
  return undefined;
}

/** The fields at the top of a fragment are root fields only where an operation spreads it there, and are counted there. */
function rootFieldsOf(definition: DefinitionNode, limits: DocumentLimits): number {
  if (definition.kind !== Kind.OPERATION_DEFINITION) return Number.POSITIVE_INFINITY;
  return definition.operation === OperationTypeNode.MUTATION ? limits.mutationFields : limits.rootFields;
}

export function tooComplex(what: string, limit: number): GraphQLError {
  return requestError(
    ErrorCode.OPERATION_TOO_COMPLEX,
    `The operation has too many ${what}: at most ${limit}`,
  );
}

const WORDS = {
  selections: 'selections',
  depth: 'levels',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  nesting: 'levels in a value',
  values: 'values',
} as const satisfies Record<keyof Counts, string>;

function firstExcess(counts: Counts, limits: Counts): { what: string; limit: number } | undefined {
  const names = ['selections', 'depth', 'aliases', 'rootFields', 'directives', 'nesting', 'values'] as const;
  const name = names.find((one) => counts[one] > limits[one]);
  return name && { what: WORDS[name], limit: limits[name] };
}

type CountFragment = (name: string) => Counts;

function fragmentCounter(document: DocumentNode): CountFragment {
  const definitions = fragmentsOf(document);
  const known = new Map<string, Counts>();
  const countFragment: CountFragment = (name) => {
    const counted = known.get(name);
    if (counted !== undefined) return counted;
    // A fragment that spreads itself counts as nothing within itself; validation refuses it.
    known.set(name, NOTHING);
    const definition = definitions.get(name);
    const found = definition
      ? countSelections(definition.selectionSet.selections, countFragment, {
          ...NOTHING,
          ...countGiven([], definition.directives),
          directives: definition.directives?.length ?? 0,
        })
      : NOTHING;
    known.set(name, found);
    return found;
  };
  return countFragment;
}

function countOperation(operation: OperationDefinitionNode, countFragment: CountFragment): Counts {
  const variables = operation.variableDefinitions ?? [];
  const directives = [...(operation.directives ?? []), ...variables.flatMap((one) => one.directives ?? [])];
  return countSelections(operation.selectionSet.selections, countFragment, {
    ...NOTHING,
    ...addedValues(countGiven([], directives), countValues(variables.map((one) => one.defaultValue))),
    directives: directives.length,
  });
}

function countSelections(
  selections: readonly SelectionNode[],
  countFragment: CountFragment,
  own: Counts,
): Counts {
  return selections.reduce((sum, selection) => added(sum, countSelection(selection, countFragment)), own);
}

function countSelection(selection: SelectionNode, countFragment: CountFragment): Counts {
  const own: Counts = {
    ...NOTHING,
    ...countGiven(selection.kind === Kind.FIELD ? selection.arguments : [], selection.directives),
    directives: selection.directives?.length ?? 0,
  };
  if (selection.kind === Kind.FRAGMENT_SPREAD) {
    return added({ ...own, selections: 1 }, countFragment(selection.name.value));
  }
  const inner = selection.selectionSet
    ? countSelections(selection.selectionSet.selections, countFragment, own)
    : own;
  if (selection.kind === Kind.INLINE_FRAGMENT) return { ...inner, selections: inner.selections + 1 };
  return {
    ...inner,
    depth: selection.name.value.startsWith('__') ? 0 : inner.depth + 1,
    aliases: inner.aliases + (selection.alias ? 1 : 0),
    rootFields: 1,
    selections: inner.selections + 1,
  };
}

function added(one: Counts, other: Counts): Counts {
  return {
    ...addedValues(one, other),
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    rootFields: one.rootFields + other.rootFields,
    directives: one.directives + other.directives,
    selections: one.selections + other.selections,
  };
}

/** Counts values in a document. */
function countValues(nodes: readonly (ValueNode | undefined)[]): ValueCounts {
  return nodes.reduce(
    (sum, node) => (node === undefined ? sum : addedValues(sum, countValue(node))),
    NO_VALUES,
  );
}

/** Counts the values of arguments and directives. */
function countGiven(
  args: readonly ArgumentNode[] | undefined,
  directives: readonly DirectiveNode[] | undefined,
): ValueCounts {
  const given = [...(args ?? []), ...(directives ?? []).flatMap((directive) => directive.arguments ?? [])];
  return countValues(given.map(({ value }) => value));
}

function addedValues(one: ValueCounts, other: ValueCounts): ValueCounts {
  return { nesting: Math.max(one.nesting, other.nesting), values: one.values + other.values };
}

function countValue(node: ValueNode): ValueCounts {
  if (node.kind !== Kind.LIST && node.kind !== Kind.OBJECT) return { nesting: 0, values: 1 };
  const isList = node.kind === Kind.LIST;
  const { nesting, values } = countValues(isList ? node.values : node.fields.map(({ value }) => value));
  return { nesting: nesting + 1, values: 1 + values * (isList ? 2 : 1) };
}

/** Whether a variable's value nests deeper than the limit; deeper levels are not visited. */
export function nestsBeyond(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => nestsBeyond(inner, limit - 1));
}

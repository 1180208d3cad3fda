/**
 * Reduces an operation to what its caller may see. Selections whose requirements the caller does not meet are removed before
 * planning, so that no subgraph is requested for them on the client's behalf; they are null in the answer, with an error each.
 * Variables that only such selections use are removed, too, and their values are not validated.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { fragmentsOf } from '../execution/document.js';
import type { Requirements, SchemaRequirements } from './requirements.js';

/** A `@skip` or `@include` of a selection. */
export interface Condition {
  /** The name of a variable, or the value as written. */
  readonly given: string | boolean;
  /** What the variable is where it is not given. */
  readonly fallback: boolean | undefined;
  readonly expected: boolean;
}

/** A selection that was removed. */
export interface Denied {
  /** Response names; `@` stands for every place of a list. */
  readonly path: readonly string[];
  /** It was selected only where all of these hold. */
  readonly conditions: readonly Condition[];
}

export interface Authorized {
  readonly document: DocumentNode;
  readonly denied: readonly Denied[];
  /** The fields of the client's document that were removed. The plan may still fetch them, as a key or for a `@requires`. */
  readonly removed: ReadonlySet<FieldNode>;
}

/** Whether the caller meets the requirements of a selection. */
export type Decide = (requirements: Requirements) => boolean;

/** An answer has at most five errors; a document can repeat its fragments without bound. */
const MAXIMUM_DENIED = 100;

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

interface Filtered<Node> {
  readonly node: Node;
  readonly denied: readonly Denied[];
}

export function authorize(
  schema: GraphQLSchema,
  requirements: SchemaRequirements,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  decide: Decide,
): Authorized {
  const sources = fragmentsOf(document);
  const fragments = new Map<string, Filtered<FragmentDefinitionNode>>();
  const removed = new Set<FieldNode>();
  const defaults = defaultsOf(operation);

  function filterFragment(name: string): Filtered<FragmentDefinitionNode> | undefined {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    const source = sources.get(name);
    const type = source && schema.getType(source.typeCondition.name.value);
    if (source === undefined || !isCompositeType(type)) return undefined;
    const { node, denied } = filterSet(source.selectionSet, type);
    const filtered = { node: { ...source, selectionSet: node }, denied };
    fragments.set(name, filtered);
    return filtered;
  }

  function filterField(field: FieldNode, parent: GraphQLCompositeType): Filtered<FieldNode | undefined> {
    const definition = 'getFields' in parent ? parent.getFields()[field.name.value] : undefined;
    if (definition === undefined) return { node: field, denied: [] };
    const key = field.alias?.value ?? field.name.value;
    const conditions = conditionsOf(field.directives, defaults);
    if (!decide(requirements.ofField(parent, definition))) {
      removed.add(field);
      return { node: undefined, denied: [{ path: [key], conditions }] };
    }
    const type = getNamedType(definition.type);
    if (field.selectionSet === undefined || !isCompositeType(type)) return { node: field, denied: [] };
    const { node, denied } = filterSet(field.selectionSet, type);
    return {
      node: { ...field, selectionSet: orTypename(node) },
      denied: below(denied, [key, ...placesOf(definition.type)], conditions),
    };
  }

  function filterSelection(
    selection: SelectionNode,
    parent: GraphQLCompositeType,
  ): Filtered<SelectionNode | undefined> {
    if (selection.kind === Kind.FIELD) return filterField(selection, parent);
    const conditions = conditionsOf(selection.directives, defaults);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = filterFragment(selection.name.value);
      if (fragment === undefined) return { node: selection, denied: [] };
      const isEmpty = fragment.node.selectionSet.selections.length === 0;
      return { node: isEmpty ? undefined : selection, denied: below(fragment.denied, [], conditions) };
    }
    const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
    const { node, denied } = filterSet(
      selection.selectionSet,
      isCompositeType(condition) ? condition : parent,
    );
    const isEmpty = node.selections.length === 0;
    return {
      node: isEmpty ? undefined : { ...selection, selectionSet: node },
      denied: below(denied, [], conditions),
    };
  }

  function filterSet(set: SelectionSetNode, parent: GraphQLCompositeType): Filtered<SelectionSetNode> {
    const selections: SelectionNode[] = [];
    const denied: Denied[] = [];
    for (const selection of set.selections) {
      const filtered = filterSelection(selection, parent);
      if (filtered.node !== undefined) selections.push(filtered.node);
      denied.push(...filtered.denied.slice(0, MAXIMUM_DENIED - denied.length));
    }
    return { node: { ...set, selections }, denied };
  }

  const root = schema.getRootType(operation.operation);
  if (!isObjectType(root)) return { document, denied: [], removed };
  const { node, denied } = filterSet(operation.selectionSet, root);
  if (denied.length === 0) return { document, denied, removed };
  const filtered: OperationDefinitionNode = { ...operation, selectionSet: orTypename(node) };
  const left = [...fragments.values()].flatMap(({ node: fragment }) =>
    fragment.selectionSet.selections.length > 0 ? [fragment] : [],
  );
  return { document: withoutUnusedVariables(filtered, left), denied, removed };
}

function withoutUnusedVariables(
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): DocumentNode {
  const used = new Set<string>();
  const body = { ...operation, variableDefinitions: [] };
  visit(
    { kind: Kind.DOCUMENT, definitions: [body, ...fragments] },
    { Variable: ({ name }) => void used.add(name.value) },
  );
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    used.has(variable.name.value),
  );
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, ...(variableDefinitions && { variableDefinitions }) }, ...fragments],
  };
}

/** An object stays an object when the caller may see none of its fields. */
function orTypename(set: SelectionSetNode): SelectionSetNode {
  return set.selections.length > 0 ? set : { ...set, selections: [TYPENAME] };
}

function below(
  denied: readonly Denied[],
  path: readonly string[],
  conditions: readonly Condition[],
): readonly Denied[] {
  if (path.length === 0 && conditions.length === 0) return denied;
  return denied.map((one) => ({
    path: [...path, ...one.path],
    conditions: [...conditions, ...one.conditions],
  }));
}

function placesOf(type: GraphQLOutputType): string[] {
  if (isNonNullType(type)) return placesOf(type.ofType);
  return isListType(type) ? ['@', ...placesOf(type.ofType)] : [];
}

type ConditionDefaults = ReadonlyMap<string, boolean>;

/** What an operation takes its conditions to be where their variables are not given. */
function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): ConditionDefaults {
  return new Map(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value] as const] : [],
    ),
  );
}

function conditionsOf(
  directives: readonly DirectiveNode[] | undefined,
  defaults: ConditionDefaults,
): readonly Condition[] {
  return (directives ?? []).flatMap(({ name, arguments: given = [] }): Condition[] => {
    if (name.value !== 'skip' && name.value !== 'include') return [];
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    const expected = name.value === 'include';
    if (value?.kind === Kind.BOOLEAN) return [{ given: value.value, fallback: undefined, expected }];
    if (value?.kind !== Kind.VARIABLE) return [];
    const variable = value.name.value;
    return [{ given: variable, fallback: defaults.get(variable), expected }];
  });
}

/** A variable that is not given, and has no default, holds. */
export function hold(
  conditions: readonly Condition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ given, fallback, expected }) => {
    const value =
      typeof given === 'boolean' ? given : Object.hasOwn(variables, given) ? variables[given] : fallback;
    return typeof value !== 'boolean' || value === expected;
  });
}

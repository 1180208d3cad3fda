/**
 * Several fields of an entity may require one field with different arguments (`@requires(fields: "price(in: EUR)")`). Apollo's
 * planner fetches the field once, with the arguments of whichever comes last. The repaired plan fetches it once per set of
 * arguments, under names of its own, and the entity once per set, each with the value that it requires.
 */
import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlanFieldNode,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';
import {
  type FieldNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { ArgumentRequirements, RequiredArguments } from '../../supergraph/required-arguments.js';
import { placeBelow } from '../run/response-path.js';
import {
  documentOf,
  eachField,
  operationOf,
  placed,
  placeOf,
  type RootNode,
  selectionOf,
} from './plan-fetches.js';
import { TYPE_CONDITION } from './rewrites.js';

/** The names under which a place's field is fetched, by its arguments. */
type Variants = Map<string, string>;

interface EntityPart {
  readonly typeCondition: string;
  readonly field: FieldNode;
}

function argumentsText({ arguments: given = [] }: FieldNode): string {
  return given.map(print).toSorted().join();
}

function partsOf({ selections }: SelectionSetNode, typeCondition: string): readonly EntityPart[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ typeCondition, field: selection }];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    return partsOf(selection.selectionSet, selection.typeCondition?.name.value ?? typeCondition);
  });
}

/** These fields of the selection, and the fragments around them. */
function only({ selections }: SelectionSetNode, fields: ReadonlySet<FieldNode>): readonly SelectionNode[] {
  return selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return fields.has(selection) ? [selection] : [];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const inside = only(selection.selectionSet, fields);
    return inside.length === 0
      ? []
      : [{ ...selection, selectionSet: { ...selection.selectionSet, selections: inside } }];
  });
}

class ArgumentRepair {
  readonly #required: RequiredArguments;
  /** By place of the field under its plain name. */
  readonly #variants = new Map<string, Variants>();
  /** Every response name of the plan. */
  readonly #taken = new Set<string>();
  /** What is to be fetched as well, by the place of the field under its plain name and by its own name. */
  readonly #additions = new Map<string, Map<string, FieldNode>>();

  constructor(required: RequiredArguments, root: RootNode) {
    this.#required = required;
    for (const { fetch, place } of placed(root)) {
      const selection = selectionOf(fetch);
      if (!selection) continue;
      eachField(selection, place, (field, at) => {
        this.#taken.add((field.alias ?? field.name).value);
        if (field.alias || (field.arguments ?? []).length === 0) return;
        if (!this.#variants.has(at))
          this.#variants.set(at, new Map([[argumentsText(field), field.name.value]]));
      });
    }
    for (const { fetch, place } of placed(root)) {
      for (const part of this.#partsOf(fetch)) this.#namesFor(fetch, part, place);
    }
  }

  get isNeeded(): boolean {
    return this.#additions.size > 0;
  }

  repaired(root: RootNode): RootNode {
    if (root.kind !== 'Subscription') return this.#repaired(root, '');
    const { primary, rest } = root;
    return {
      ...root,
      primary: this.#extended(primary, ''),
      ...(rest && { rest: this.#repaired(rest, '') }),
    };
  }

  #repaired(node: PlanNode, place: string): PlanNode {
    switch (node.kind) {
      case 'Fetch': {
        const nodes = this.#split(this.#extended(node, place), place);
        const [only] = nodes;
        return only && nodes.length === 1 ? only : { kind: 'Parallel', nodes: [...nodes] };
      }
      case 'Flatten':
        return { ...node, node: this.#repaired(node.node, placeBelow(place, placeOf(node.path))) };
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map((child) => this.#repaired(child, place)) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause && { ifClause: this.#repaired(node.ifClause, place) }),
          ...(node.elseClause && { elseClause: this.#repaired(node.elseClause, place) }),
        };
      default:
        return node;
    }
  }

  /** The fields that a fetch selects of its entities, with the type that they are selected on. */
  #partsOf(fetch: FetchNode): readonly EntityPart[] {
    const selection = fetch.requires && selectionOf(fetch);
    return selection ? partsOf(selection, '') : [];
  }

  #requirementsOf({ serviceName }: FetchNode, { typeCondition, field }: EntityPart): ArgumentRequirements {
    return this.#required.get(serviceName)?.get(`${typeCondition}.${field.name.value}`) ?? [];
  }

  /** Where each field that it requires with arguments is in the answer, if not under its plain name. */
  #namesFor(fetch: FetchNode, part: EntityPart, place: string): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const { path, field } of this.#requirementsOf(fetch, part)) {
      const at = path.reduce(placeBelow, place);
      const variants = this.#variants.get(at);
      if (!variants) continue;
      const text = argumentsText(field);
      const known = variants.get(text);
      const name = known ?? this.#unusedName(field);
      if (known === undefined) {
        variants.set(text, name);
        const additions = this.#additions.get(at) ?? new Map<string, FieldNode>();
        this.#additions.set(at, additions.set(name, field));
      }
      names.set(path.join('.'), name);
    }
    return names;
  }

  #unusedName({ name }: FieldNode): string {
    let count = 1;
    while (this.#taken.has(`${name.value}__${count}`)) count += 1;
    const unused = `${name.value}__${count}`;
    this.#taken.add(unused);
    return unused;
  }

  /** The fetch, with what others require of the fields that it fetches. */
  #extended(fetch: FetchNode, place: string): FetchNode {
    const selection = selectionOf(fetch);
    if (!selection) return fetch;
    let isChanged = false;
    const extend = ({ selections, ...set }: SelectionSetNode, at: string): SelectionSetNode => ({
      ...set,
      selections: selections.flatMap((selected): readonly SelectionNode[] => {
        if (selected.kind === Kind.INLINE_FRAGMENT)
          return [{ ...selected, selectionSet: extend(selected.selectionSet, at) }];
        if (selected.kind !== Kind.FIELD) return [selected];
        const below = placeBelow(at, selected.alias?.value ?? selected.name.value);
        const inner = selected.selectionSet
          ? { ...selected, selectionSet: extend(selected.selectionSet, below) }
          : selected;
        const added = selected.alias ? undefined : this.#additions.get(below);
        if (!added) return [inner];
        isChanged = true;
        const siblings = [...added].map(([name, { arguments: given = [] }]) => ({
          ...inner,
          alias: { kind: Kind.NAME, value: name } as const,
          arguments: given,
        }));
        return [inner, ...siblings];
      }),
    });
    const extended = extend(selection, place);
    return isChanged ? withSelection(fetch, extended) : fetch;
  }

  /** The fetch once for each set of values that what it selects requires. */
  #split(fetch: FetchNode, place: string): readonly FetchNode[] {
    const parts = this.#partsOf(fetch);
    const groups: { names: Map<string, string>; fields: Set<FieldNode> }[] = [];
    for (const part of parts) {
      const names = this.#namesFor(fetch, part, place);
      const fits = ({ names: others }: { names: ReadonlyMap<string, string> }): boolean =>
        [...names].every(([path, name]) => (others.get(path) ?? name) === name);
      let group = groups.find(fits);
      if (!group) {
        group = { names: new Map(), fields: new Set() };
        groups.push(group);
      }
      for (const [path, name] of names) group.names.set(path, name);
      group.fields.add(part.field);
    }
    const isPlain = groups.every(({ names }) =>
      [...names].every(([path, name]) => path === name || path.endsWith(`.${name}`)),
    );
    if (isPlain) return [fetch];
    return groups.map(({ names, fields }) => fetchOf(fetch, names, fields));
  }
}

/** The part of a fetch that selects these fields, with what they require from where it is in the answer. */
function fetchOf(
  fetch: FetchNode,
  names: ReadonlyMap<string, string>,
  fields: ReadonlySet<FieldNode>,
): FetchNode {
  const selection = selectionOf(fetch);
  if (!selection) return fetch;
  const inputRewrites: FetchDataRewrite[] = [...(fetch.inputRewrites ?? [])];
  const rename = (
    selections: readonly QueryPlanSelectionNode[],
    path: readonly string[],
    steps: readonly string[],
  ): QueryPlanSelectionNode[] =>
    selections.map((selected) => {
      if (selected.kind === 'InlineFragment') {
        const { typeCondition } = selected;
        const inside = typeCondition === undefined ? steps : [...steps, TYPE_CONDITION + typeCondition];
        return { ...selected, selections: rename(selected.selections, path, inside) };
      }
      const name = names.get([...path, selected.name].join('.')) ?? selected.name;
      const below: QueryPlanFieldNode = selected.selections
        ? { ...selected, selections: rename(selected.selections, [...path, selected.name], [...steps, name]) }
        : selected;
      if (name === selected.name) return below;
      inputRewrites.push({ kind: 'KeyRenamer', path: [...steps, name], renameKeyTo: selected.name });
      return { ...below, alias: name };
    });
  const requires = rename(fetch.requires ?? [], [], []);
  const own = { ...selection, selections: only(selection, fields) };
  return withSelection({ ...fetch, requires, inputRewrites }, own);
}

function withSelection(fetch: FetchNode, selection: SelectionSetNode): FetchNode {
  const document = visit(documentOf(fetch), {
    OperationDefinition(operation) {
      if (!fetch.requires) return { ...operation, selectionSet: selection };
      const [entities] = operation.selectionSet.selections;
      if (entities?.kind !== Kind.FIELD) return undefined;
      const selections = [{ ...entities, selectionSet: selection }];
      return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
    },
  });
  const used = new Set<string>();
  const operation = operationOf(document);
  visit(operation?.selectionSet ?? selection, { Variable: ({ name }) => void used.add(name.value) });
  const trimmed = visit(document, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(trimmed)),
    operationDocumentNode: trimmed,
    variableUsages: (fetch.variableUsages ?? []).filter((name) => used.has(name)),
  };
}

/** The plan, with every required field fetched with the arguments that it is required with. */
export function withRequiredArguments(required: RequiredArguments, root: RootNode): RootNode {
  if (required.size === 0) return root;
  const repair = new ArgumentRepair(required, root);
  return repair.isNeeded ? repair.repaired(root) : root;
}

/** Walks the fetches of a query plan and what each of them selects, for the repairs of Apollo's plans. */
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { EACH, placeBelow } from '../run/response-path.js';

export type RootNode = NonNullable<QueryPlan['node']>;

export function documentOf(fetch: FetchNode): DocumentNode {
  return fetch.operationDocumentNode ?? parse(fetch.operation);
}

export function operationOf(document: DocumentNode): OperationDefinitionNode | undefined {
  return document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

export function placeOf(path: readonly (string | number)[]): string {
  return path
    .filter((part) => part !== EACH)
    .reduce<string>((place, part) => placeBelow(place, String(part)), '');
}

/** Every fetch with the place where its answer is merged. */
export function placed(
  node: RootNode | undefined,
  place = '',
): readonly { fetch: FetchNode; place: string }[] {
  switch (node?.kind) {
    case 'Fetch':
      return [{ fetch: node, place }];
    case 'Flatten':
      return placed(node.node, placeBelow(place, placeOf(node.path)));
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => placed(child, place));
    case 'Condition':
      return [...placed(node.ifClause, place), ...placed(node.elseClause, place)];
    case 'Subscription':
      return [...placed(node.primary, place), ...placed(node.rest, place)];
    default:
      return [];
  }
}

/** What a fetch selects of its entities, or of its root. */
export function selectionOf(fetch: FetchNode): SelectionSetNode | undefined {
  const operation = operationOf(documentOf(fetch));
  if (!fetch.requires) return operation?.selectionSet;
  const [entities] = operation?.selectionSet.selections ?? [];
  return entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
}

export function eachField(
  { selections }: SelectionSetNode,
  place: string,
  visitField: (field: FieldNode, place: string) => void,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) eachField(selection.selectionSet, place, visitField);
    if (selection.kind !== Kind.FIELD) continue;
    const below = placeBelow(place, selection.alias?.value ?? selection.name.value);
    visitField(selection, below);
    if (selection.selectionSet) eachField(selection.selectionSet, below, visitField);
  }
}

/** Finds parts of a document: the operation to execute, its fragments, the fields that a selection comes to. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';

/** @throws GraphQLError where the name, or its absence, does not decide for one operation. */
export function pickOperation(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [first] = operations;
  if (operationName === undefined || operationName === '') {
    if (first && operations.length === 1) return first;
    const problem = first
      ? 'Must provide operation name if query contains multiple operations.'
      : 'Must provide an operation.';
    throw requestError(ErrorCode.BAD_USER_INPUT, problem);
  }
  const named = operations.find((operation) => operation.name?.value === operationName);
  if (!named) throw requestError(ErrorCode.BAD_USER_INPUT, `Unknown operation named "${operationName}".`);
  return named;
}

/** By name. */
export function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/** The fields that a selection set selects, those in its fragments included. */
export function selectedFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FieldNode[] {
  return selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return selectedFields(selection.selectionSet, fragments);
    const fragment = fragments.get(selection.name.value);
    return fragment === undefined ? [] : selectedFields(fragment.selectionSet, fragments);
  });
}

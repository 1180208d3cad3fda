/** Finds the guarded fields of a mutation, and the accounts that they name. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { AttemptLimit } from './attempts.js';

export interface Attempt {
  /** As the account is counted: how it is written makes no difference. */
  readonly account: string;
  readonly responseName: string;
  /** The response name of what tells success; undefined where it was not asked for. */
  readonly succeeded: string | undefined;
}

export function attemptsOf(
  { definition, document }: { readonly definition: OperationDefinitionNode; readonly document: DocumentNode },
  variables: Readonly<Record<string, unknown>>,
  limits: ReadonlyMap<string, AttemptLimit>,
): readonly Attempt[] {
  if (definition.operation !== OperationTypeNode.MUTATION) return [];
  return fieldsOf(definition.selectionSet, document).flatMap((field): Attempt[] => {
    const limit = limits.get(field.name.value);
    if (limit === undefined) return [];
    const told = field.selectionSet
      ? fieldsOf(field.selectionSet, document).find(({ name }) => name.value === limit.succeeded)
      : undefined;
    return [
      {
        account: accountOf(field, limit, variables),
        responseName: nameOf(field),
        succeeded: told && nameOf(told),
      },
    ];
  });
}

function accountOf(
  { arguments: given = [] }: FieldNode,
  { account: [argument, ...path] }: AttemptLimit,
  variables: Readonly<Record<string, unknown>>,
): string {
  const node = given.find(({ name }) => name.value === argument)?.value;
  let value: unknown = node && valueFromASTUntyped(node, variables);
  for (const step of path) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === step)?.[1]
        : undefined;
  }
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

function fieldsOf({ selections }: SelectionSetNode, document: DocumentNode): readonly FieldNode[] {
  return selections.flatMap((selection): readonly FieldNode[] => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, document);
    const fragment = document.definitions.find(
      (definition): definition is FragmentDefinitionNode =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
    );
    return fragment === undefined ? [] : fieldsOf(fragment.selectionSet, document);
  });
}

function nameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

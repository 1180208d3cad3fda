/** What a fetch selects: which of its fields are objects or lists of them, and which fields one object should have. */
import {
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from './condition-variables.js';
import { isOfType } from './rewrites.js';

/** The paths of response names that lead to the objects, and lists of them, of a selection. */
export function selectedObjects(
  selected: OperationDefinitionNode | FieldNode,
  renamed: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set<string>();
  const walk = ({ selections }: SelectionSetNode, above: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, above);
      if (selection.kind !== Kind.FIELD || !selection.selectionSet) continue;
      const key = selection.alias?.value ?? selection.name.value;
      const path = above + (renamed.get(key) ?? key);
      paths.add(path);
      walk(selection.selectionSet, `${path}.`);
    }
  };
  if (selected.selectionSet) walk(selected.selectionSet, '');
  return [...paths];
}

export interface FieldsOptions {
  readonly schema: GraphQLSchema;
  /** Of the object; undefined where it does not say, and then every fragment applies. */
  readonly typename: unknown;
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly renamed: ReadonlyMap<string, string>;
}

/** The response names that a selection has for one object. Walks the selection, so it is for errors alone. */
export function selectedNames(
  { selections }: SelectionSetNode,
  { schema, typename, conditions, renamed }: FieldsOptions,
): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (selected: SelectionSetNode['selections']): void => {
    for (const selection of selected) {
      if (!isIncluded(conditions, selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        if (selection.name.value !== '__typename') names.add(renamed.get(key) ?? key);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        const applies =
          condition === undefined || typeof typename !== 'string' || isOfType(schema, typename, condition);
        if (applies) walk(selection.selectionSet.selections);
      }
    }
  };
  walk(selections);
  return names;
}

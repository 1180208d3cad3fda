/** Which fields of a fetch's answer are objects or lists of them, by the paths of response names that lead there. */
import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

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

/**
 * Apollo's planner leaves a field out without a word where no object has its type. Such an operation cannot be planned: it is
 * refused instead of answered in part.
 */
import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../document.js';
import { placeBelow } from '../run/response-path.js';
import { isIncluded } from './condition-variables.js';
import { eachField, placed, type RootNode, selectionOf } from './plan-fetches.js';

const NO_CONDITIONS: ReadonlyMap<string, boolean> = new Map();

/**
 * Whether the plan leaves out a field of the operation because no object has its type.
 *
 * @param document as it was planned.
 */
export function leavesOut(
  schema: GraphQLSchema,
  unpopulated: ReadonlySet<string>,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: RootNode | undefined,
): boolean {
  if (unpopulated.size === 0) return false;
  const fetched = new Set<string>();
  for (const { fetch, place } of placed(root)) {
    const selection = selectionOf(fetch);
    if (selection) eachField(selection, place, (_field, at) => void fetched.add(at));
  }
  const fragments = fragmentsOf(document);
  const isMissing = ({ selections }: SelectionSetNode, type: GraphQLCompositeType, place: string): boolean =>
    selections.some((selection) => {
      if (!isIncluded(NO_CONDITIONS, selection.directives)) return false;
      if (selection.kind === Kind.FIELD) {
        const returned = 'getFields' in type ? type.getFields()[selection.name.value]?.type : undefined;
        const named = returned && getNamedType(returned);
        if (!selection.selectionSet || !isCompositeType(named)) return false;
        const at = placeBelow(place, selection.alias?.value ?? selection.name.value);
        if (unpopulated.has(named.name)) return !fetched.has(at);
        return isMissing(selection.selectionSet, named, at);
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
      const inside = isCompositeType(condition) ? condition : type;
      return fragment !== undefined && isMissing(fragment.selectionSet, inside, place);
    });
  const type = schema.getRootType(operation.operation);
  return type != null && isMissing(operation.selectionSet, type, '');
}

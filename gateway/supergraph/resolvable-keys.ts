/**
 * Leaves out of a supergraph the keys that mislead Apollo's planner. Where a field needs another subgraph's value
 * (`@requires`), the planner comes back to the subgraph by the first of its keys whose fields it has, even when that key
 * is declared `resolvable: false` and the subgraph cannot find an entity by it. A subgraph that has a resolvable key as
 * well loses nothing with the others: which fields it has does not depend on its keys.
 */
import { type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

const NAME = /[_A-Za-z]\w*/g;

function argumentOf(
  { arguments: given = [] }: ConstDirectiveNode,
  name: string,
): string | boolean | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
}

export function withoutMisleadingKeys(supergraph: DocumentNode): DocumentNode {
  const visitType = (node: TypeNode) => {
    const directives = node.directives ?? [];
    const keys = directives.filter((one) => one.name.value === 'join__type' && argumentOf(one, 'key'));
    const isResolvable = (key: ConstDirectiveNode): boolean => argumentOf(key, 'resolvable') !== false;
    const misleading = keys.filter((key) => {
      if (isResolvable(key)) return false;
      const graph = argumentOf(key, 'graph');
      const hasResolvable = keys.some((other) => isResolvable(other) && argumentOf(other, 'graph') === graph);
      return hasResolvable && !hasExternal(node, graph, String(argumentOf(key, 'key')));
    });
    if (misleading.length === 0) return undefined;
    return { ...node, directives: directives.filter((one) => !misleading.includes(one)) };
  };
  return visit(supergraph, {
    [Kind.OBJECT_TYPE_DEFINITION]: visitType,
    [Kind.INTERFACE_TYPE_DEFINITION]: visitType,
  });
}

interface TypeNode {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
  readonly fields?:
    | readonly {
        readonly name: { readonly value: string };
        readonly directives?: readonly ConstDirectiveNode[] | undefined;
      }[]
    | undefined;
}

/** A subgraph's external field may be there for the key alone. */
function hasExternal({ fields = [] }: TypeNode, graph: unknown, key: string): boolean {
  const names = new Set(key.match(NAME));
  return fields.some(
    ({ name, directives = [] }) =>
      names.has(name.value) &&
      directives.some(
        (one) =>
          one.name.value === 'join__field' &&
          argumentOf(one, 'graph') === graph &&
          argumentOf(one, 'external') === true,
      ),
  );
}

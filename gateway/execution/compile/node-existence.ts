/**
 * `node(id:)` answers an object for the id of a type that belongs to another subgraph, whether it exists or not. Here the subgraph
 * that owns the type is always requested, beside whatever else is selected: what it does not have is null with NOT_FOUND.
 */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { notFound } from '../../../platform/errors.js';
import { NODE_FIELD, type NodeOwners } from '../../supergraph/node-owners.js';
import { fragmentsOf, selectedFields } from '../document.js';
import { isResponseObject, writeOwn } from '../run/response-object.js';
import type { ResponsePathTree } from '../run/response-path.js';
import type { Step } from '../run/run.js';
import type { EntityKind } from '../types.js';
import { eachField, type RootNode, selectionOf } from './plan-fetches.js';
import { compileRepresentation } from './representation.js';

const KEY: readonly FieldNode[] = ['__typename', 'id'].map((value) => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value },
}));

/** The response names of `node` at the top of a query. */
export function nodesIn(
  owners: NodeOwners,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
): ReadonlySet<string> {
  const names = new Set<string>();
  if (owners.size === 0 || operation !== OperationTypeNode.QUERY) return names;
  for (const { alias, name } of selectedFields(selectionSet, fragmentsOf(document))) {
    if (name.value === NODE_FIELD) names.add((alias ?? name).value);
  }
  return names;
}

/** The document, selecting of every node what names it to its subgraph. */
export function withNodeKeys(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      Field(field) {
        if (field.name.value !== NODE_FIELD || info.getParentType() !== schema.getQueryType())
          return undefined;
        const selections = [...(field.selectionSet?.selections ?? []), ...KEY];
        return { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } };
      },
    }),
  );
}

interface CheckedPlan {
  readonly node: RootNode;
  readonly checks: ReadonlySet<FetchNode>;
}

/** The plan, with a fetch from each owning subgraph for every node as soon as its type is known. */
export function withExistenceChecks(
  owners: NodeOwners,
  nodes: ReadonlySet<string>,
  root: RootNode,
): CheckedPlan {
  const checks = new Set<FetchNode>();
  const checksAfter = (fetch: FetchNode): PlanNode | undefined => {
    const found = nodesOf(fetch, nodes).flatMap((name) =>
      [...owners].map(([serviceName, types]) => {
        const check = checkOf(serviceName, types);
        checks.add(check);
        return { kind: 'Flatten' as const, path: [name], node: check };
      }),
    );
    return found.length === 0 ? undefined : { kind: 'Parallel', nodes: found };
  };
  const checked = (node: PlanNode): PlanNode => {
    switch (node.kind) {
      case 'Fetch': {
        const after = checksAfter(node);
        return after ? { kind: 'Sequence', nodes: [node, after] } : node;
      }
      case 'Sequence': {
        const [first, ...rest] = node.nodes;
        const after = first?.kind === 'Fetch' ? checksAfter(first) : undefined;
        if (!first || !after) return { ...node, nodes: node.nodes.map(checked) };
        const others: PlanNode[] = rest.length === 0 ? [] : [{ kind: 'Sequence', nodes: rest }];
        return { ...node, nodes: [first, { kind: 'Parallel', nodes: [after, ...others] }] };
      }
      case 'Parallel':
        return { ...node, nodes: node.nodes.map(checked) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause && { ifClause: checked(node.ifClause) }),
          ...(node.elseClause && { elseClause: checked(node.elseClause) }),
        };
      default:
        return node;
    }
  };
  return root.kind === 'Subscription' ? { node: root, checks } : { node: checked(root), checks };
}

/** The names of the nodes that a root fetch selects. */
function nodesOf(fetch: FetchNode, nodes: ReadonlySet<string>): readonly string[] {
  const selection = fetch.requires ? undefined : selectionOf(fetch);
  const names = new Set<string>();
  if (selection) {
    eachField(selection, '', (_field, place) => {
      if (nodes.has(place)) names.add(place);
    });
  }
  return [...names];
}

function checkOf(serviceName: string, types: readonly string[]): FetchNode {
  const fragments = types.map((type) => `...on ${type}{__typename}`).join(' ');
  return {
    kind: 'Fetch',
    serviceName,
    variableUsages: [],
    requires: types.map((typeCondition) => ({
      kind: 'InlineFragment',
      typeCondition,
      selections: [
        { kind: 'Field', name: '__typename' },
        { kind: 'Field', name: 'id' },
      ],
    })),
    operation: `query($representations:[_Any!]!){_entities(representations:$representations){${fragments}}}`,
    operationName: undefined,
    operationKind: OperationTypeNode.QUERY,
  };
}

/** The step of such a fetch: what its subgraph does not answer is null, with the subgraph's error or NOT_FOUND. */
export function existenceCheck(
  schema: GraphQLSchema,
  fetch: FetchNode,
  path: ResponsePathTree,
  kind: EntityKind,
): Step {
  const representation = compileRepresentation(schema, fetch.requires ?? []);
  return (run) => {
    const [node] = run.tree.at(path);
    const entity = isResponseObject(node) ? run.loader.entity(kind, representation, node, path) : undefined;
    if (!isResponseObject(node) || !entity) return undefined;
    const finish = (): void => {
      if (entity.result) return;
      const errors = entity.errors?.map(({ reported }) => reported) ?? [notFound(String(node.__typename))];
      for (const error of errors) run.fail(error, kind.serviceName, path.commonPlace);
      writeOwn(run.tree.root, path.key, null);
      run.tree.changed();
    };
    if (!entity.batch.isDone) return entity.batch.done.then(finish);
    finish();
    return undefined;
  };
}

/**
 * A query plan compiled into steps. A step sends its request and merges the result into the answer; it never
 * fails, since what goes wrong is an error of the answer.
 */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { placeBelow, ResponsePathTree } from '../run/response-path.js';
import type { Run, Step } from '../run/run.js';
import type { EntitiesRequest, EntityKind, EntityRequests } from '../types.js';
import { placesBelowContext } from './contexts.js';
import { entityFetch, type Sharing } from './entity-fetch.js';
import { entityKind, kindKey } from './entity-kind.js';
import { mergedRequest } from './merged-request.js';
import { existenceCheck } from './node-existence.js';
import { rootFetch, rootObjects } from './root-fetch.js';

export interface CompiledPlan extends EntityRequests {
  readonly start: Step;
  /** Where entities are merged into the answer: response names joined by dots, lists left out. */
  readonly entityPlaces: ReadonlySet<string>;
}

/** Combinations of kinds whose request is remembered; timing makes them, so there could be many. */
const MAX_MERGED = 64;

interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: ResponsePathTree;
}

function flattened(from: ResponsePathTree, path: readonly (string | number)[]): ResponsePathTree {
  return path.reduce<ResponsePathTree>((above, part) => {
    if (typeof part === 'string' && !part.includes('|')) return above.below(part);
    throw new TypeError(`The plan has a path that is not supported: ${part}`);
  }, from);
}

/** Every fetch of a plan and where in the answer it belongs. */
export function fetchesOf(node: PlanNode | undefined, path: ResponsePathTree): readonly PlacedFetch[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Fetch':
      return [{ fetch: node, path }];
    case 'Flatten':
      return fetchesOf(node.node, flattened(path, node.path));
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => fetchesOf(child, path));
    case 'Condition':
      return [...fetchesOf(node.ifClause, path), ...fetchesOf(node.elseClause, path)];
    default:
      throw new TypeError(`The plan has a step that is not supported: ${node?.kind}`);
  }
}

function inSequence(steps: readonly Step[]): Step {
  const from = (run: Run, first: number): Promise<void> | undefined => {
    for (let index = first; index < steps.length; index += 1) {
      const waiting = steps[index]?.(run);
      if (waiting) return waiting.then(() => from(run, index + 1));
    }
    return undefined;
  };
  return (run) => from(run, 0);
}

function inParallel(steps: readonly Step[]): Step {
  return (run) => {
    const waiting = steps.map((step) => step(run)).filter((promise) => promise !== undefined);
    return waiting.length > 0 ? Promise.all(waiting).then(() => {}) : undefined;
  };
}

/** The field that identifies an entity to the fetch, where one field does. */
function identityOf({ requires = [] }: FetchNode): string | undefined {
  const pending = [...requires];
  for (let selection = pending.shift(); selection; selection = pending.shift()) {
    if (selection.kind === 'InlineFragment') pending.unshift(...selection.selections);
    else if (selection.name !== '__typename' && !selection.selections)
      return selection.alias ?? selection.name;
  }
  return undefined;
}

class PlanCompiler {
  readonly root = ResponsePathTree.root();
  readonly #schema: GraphQLSchema;
  readonly #existenceChecks: ReadonlySet<FetchNode>;
  readonly #kinds = new Map<FetchNode, EntityKind>();
  readonly #fetches: readonly PlacedFetch[];
  /** How many fetches write objects to a place of the operation. */
  readonly #writers = new Map<string, number>();

  constructor(schema: GraphQLSchema, node: PlanNode | undefined, existenceChecks: ReadonlySet<FetchNode>) {
    this.#schema = schema;
    this.#existenceChecks = existenceChecks;
    this.#fetches = fetchesOf(node, this.root);
    const byKey = new Map<string, EntityKind>();
    for (const { fetch } of this.#fetches) {
      if (!fetch.requires) continue;
      const key = kindKey(fetch);
      const kind = byKey.get(key) ?? entityKind(schema, fetch, byKey.size);
      byKey.set(key, kind);
      this.#kinds.set(fetch, kind);
    }
    for (const placed of this.#fetches) {
      for (const place of [...this.#written(placed), ...placesBelowContext(placed.fetch, placed.path)])
        this.#writers.set(place, (this.#writers.get(place) ?? 0) + 1);
    }
    for (const { fetch, path } of this.#fetches) {
      // What several fetches write can differ in ways that do not show yet.
      if (this.#writers.get(path.place) === 1) path.identity ??= identityOf(fetch);
    }
  }

  /** Where entities are merged into the answer. */
  get entityPlaces(): Set<string> {
    return new Set(this.#fetches.filter(({ fetch }) => fetch.requires).map(({ path }) => path.place));
  }

  #written({ fetch, path }: PlacedFetch): readonly string[] {
    const objects = this.#kinds.get(fetch)?.objects ?? rootObjects(fetch);
    return objects.map((object) => placeBelow(path.place, object));
  }

  #sharing(kind: EntityKind, placed: PlacedFetch): Sharing {
    if (this.#written(placed).some((place) => this.#writers.get(place) !== 1)) return 'nothing';
    const isUsedOnce = [...this.#kinds.values()].filter((other) => other === kind).length === 1;
    return isUsedOnce || kind.objects.length === 0 ? 'within all fetches' : 'within this fetch';
  }

  compile(node: PlanNode | undefined, path: ResponsePathTree): Step {
    switch (node?.kind) {
      case 'Fetch': {
        const kind = this.#kinds.get(node);
        if (!kind) return rootFetch(this.#schema, node, path);
        return this.#existenceChecks.has(node)
          ? existenceCheck(this.#schema, node, path, kind)
          : entityFetch(this.#schema, node, path, kind, this.#sharing(kind, { fetch: node, path }));
      }
      case 'Flatten':
        return this.compile(node.node, flattened(path, node.path));
      case 'Sequence':
        return inSequence(node.nodes.map((child) => this.compile(child, path)));
      case 'Parallel':
        return inParallel(node.nodes.map((child) => this.compile(child, path)));
      case 'Condition': {
        const then = this.compile(node.ifClause, path);
        const otherwise = this.compile(node.elseClause, path);
        return (run) => (run.conditions.get(node.condition) ? then(run) : otherwise(run));
      }
      default:
        return () => undefined;
    }
  }
}

/** @param existenceChecks the fetches of the plan that only decide whether a node exists. */
export function compilePlan(
  supergraphSchema: GraphQLSchema,
  root: PlanNode | undefined,
  existenceChecks: ReadonlySet<FetchNode>,
): CompiledPlan {
  const compiler = new PlanCompiler(supergraphSchema, root, existenceChecks);
  const merged = new Map<string, EntitiesRequest | undefined>();
  return {
    start: compiler.compile(root, compiler.root),
    entityPlaces: compiler.entityPlaces,
    merged(kinds) {
      const key = kinds.map(({ index }) => index).join();
      if (merged.has(key)) return merged.get(key);
      const request = mergedRequest(kinds);
      if (merged.size < MAX_MERGED) merged.set(key, request);
      return request;
    },
  };
}

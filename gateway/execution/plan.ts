/**
 * A query plan compiled into steps. A step asks its subgraph, merges what came into the answer and is done; it never
 * fails, since what goes wrong is an error of the answer.
 */
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { PlanPath } from './answer-path.js';
import { entityFetch, type Sharing } from './entity-fetch.js';
import { type EntityKind, entityKind, kindKey } from './entity-kind.js';
import { type EntitiesRequest, mergedRequest } from './merged-request.js';
import { rootFetch } from './root-fetch.js';
import type { Run } from './run.js';

/** Undefined where there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;

export interface CompiledPlan {
  readonly start: Step;
  /** The one request for these kinds, or undefined where they cannot share one. */
  merged(kinds: readonly EntityKind[]): EntitiesRequest | undefined;
  /** Where entities are merged into the answer: response names joined by dots, lists left out. */
  readonly entityPaths: ReadonlySet<string>;
}

/** Combinations of kinds whose request is remembered; timing makes them, so there could be many. */
const MAX_MERGED = 64;

interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: PlanPath;
}

function planPath(path: readonly (string | number)[]): PlanPath {
  return path.map((part) => {
    if (typeof part === 'string' && !part.includes('|')) return part;
    throw new TypeError(`The plan has a path that is not supported: ${part}`);
  });
}

/** Every fetch of a plan and where in the answer it belongs. */
export function fetchesOf(node: PlanNode | undefined, path: PlanPath): readonly PlacedFetch[] {
  switch (node?.kind) {
    case undefined:
      return [];
    case 'Fetch':
      return [{ fetch: node, path }];
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...planPath(node.path)]);
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

class PlanCompiler {
  readonly #schema: GraphQLSchema;
  readonly #kinds = new Map<string, EntityKind>();
  readonly #fetches: readonly PlacedFetch[];

  constructor(schema: GraphQLSchema, root: PlanNode | undefined) {
    this.#schema = schema;
    this.#fetches = fetchesOf(root, []);
    for (const { fetch } of this.#fetches) {
      const key = kindKey(fetch);
      if (fetch.requires && !this.#kinds.has(key)) {
        this.#kinds.set(key, entityKind(schema, fetch, this.#kinds.size));
      }
    }
  }

  get entityPaths(): Set<string> {
    const placed = this.#fetches.filter(({ fetch }) => fetch.requires);
    return new Set(placed.map(({ path }) => path.filter((part) => part !== '@').join('.')));
  }

  #kindOf(fetch: FetchNode): EntityKind | undefined {
    return fetch.requires && this.#kinds.get(kindKey(fetch));
  }

  #sharing(kind: EntityKind, path: PlanPath): Sharing {
    if (kind.compositeKeys.size === 0) return 'within all fetches';
    const here = path.join('.');
    const others = this.#fetches.filter(({ fetch }) => this.#kindOf(fetch) !== kind);
    const contested = others.some(
      (other) =>
        other.path.join('.') === here &&
        [...(this.#kindOf(other.fetch)?.compositeKeys ?? [])].some((key) => kind.compositeKeys.has(key)),
    );
    if (contested) return 'nothing';
    const isUsedOnce = this.#fetches.filter(({ fetch }) => this.#kindOf(fetch) === kind).length === 1;
    return isUsedOnce ? 'within all fetches' : 'within this fetch';
  }

  compile(node: PlanNode | undefined, path: PlanPath): Step {
    switch (node?.kind) {
      case 'Fetch': {
        const kind = this.#kindOf(node);
        return kind
          ? entityFetch(this.#schema, node, path, kind, this.#sharing(kind, path))
          : rootFetch(this.#schema, node, path);
      }
      case 'Flatten':
        return this.compile(node.node, [...path, ...planPath(node.path)]);
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

export function compilePlan(supergraphSchema: GraphQLSchema, root: PlanNode | undefined): CompiledPlan {
  const compiler = new PlanCompiler(supergraphSchema, root);
  const merged = new Map<string, EntitiesRequest | undefined>();
  return {
    start: compiler.compile(root, []),
    entityPaths: compiler.entityPaths,
    merged(kinds) {
      const key = kinds.map(({ index }) => index).join();
      if (merged.has(key)) return merged.get(key);
      if (merged.size >= MAX_MERGED) return undefined;
      const request = mergedRequest(kinds);
      merged.set(key, request);
      return request;
    },
  };
}

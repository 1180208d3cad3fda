/**
 * Arguments that a fetch takes from objects around its entities (`@context`, `@fromContext`): where each value stands,
 * seen from the entity, and how it is read. One entity below two objects may need two values, so values belong to places
 * of the answer and not to entities.
 */
import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isResponseObject, readOwn } from '../run/response-object.js';
import { EACH, placeBelow, type ResponsePathTree } from '../run/response-path.js';
import type { ContextValues, ResponseObject } from '../types.js';
import { isOfType, TYPE_CONDITION } from './rewrites.js';

/** What the planner's variables for such arguments begin with. No client may declare such a variable. */
export const CONTEXT_VARIABLE_PREFIX = 'contextualArgument_';

interface Source {
  readonly variable: string;
  /** How many objects above the entity. */
  readonly levels: number;
  /** Response names and type conditions from there. */
  readonly path: readonly string[];
}

const UP = '..';

function sourcesOf({ contextRewrites = [] }: FetchNode): readonly Source[] {
  return contextRewrites.map(({ path, renameKeyTo }) => {
    const levels = path.findIndex((part) => part !== UP);
    return {
      variable: renameKeyTo,
      levels: levels === -1 ? path.length : levels,
      path: levels === -1 ? [] : path.slice(levels),
    };
  });
}

/** Undefined where a type condition does not hold or a field is missing. */
function read(schema: GraphQLSchema, value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((element) => read(schema, element, path));
  const [first, ...rest] = path;
  if (first === undefined || value === null) return value;
  if (!isResponseObject(value)) return undefined;
  if (!first.startsWith(TYPE_CONDITION)) return read(schema, readOwn(value, first), rest);
  const { __typename: typename } = value;
  const holds =
    typeof typename !== 'string' || isOfType(schema, typename, first.slice(TYPE_CONDITION.length));
  return holds ? read(schema, value, rest) : undefined;
}

/** The objects around every object at the path, the nearest first. */
function surroundings(
  root: ResponseObject,
  { keys }: ResponsePathTree,
): ReadonlyMap<unknown, readonly ResponseObject[]> {
  const found = new Map<unknown, readonly ResponseObject[]>();
  const walk = (value: unknown, depth: number, around: readonly ResponseObject[]): void => {
    const key = keys[depth];
    if (key === undefined) {
      if (!found.has(value)) found.set(value, around);
    } else if (key === EACH) {
      if (Array.isArray(value)) for (const element of value) walk(element, depth + 1, around);
    } else if (isResponseObject(value)) {
      walk(readOwn(value, key), depth + 1, [value, ...around]);
    }
  };
  walk(root, 0, []);
  return found;
}

export interface Contexts {
  /** The values for each of these objects at the fetch's path. */
  valuesFor(root: ResponseObject, targets: readonly ResponseObject[]): readonly ContextValues[];
}

/** Undefined for a fetch that takes nothing from around its entities. */
export function compileContexts(
  schema: GraphQLSchema,
  fetch: FetchNode,
  path: ResponsePathTree,
): Contexts | undefined {
  const sources = sourcesOf(fetch);
  if (sources.length === 0) return undefined;
  return {
    valuesFor(root, targets) {
      const around = surroundings(root, path);
      return targets.map((target) => {
        const objects = around.get(target) ?? [];
        const values: Record<string, unknown> = {};
        for (const { variable, levels, path: below } of sources) {
          const value = read(schema, levels === 0 ? target : objects[levels - 1], below);
          values[variable] = value === undefined ? (values[variable] ?? null) : value;
        }
        return values;
      });
    },
  };
}

/** The places between a fetch's entities and the objects that it takes values from: no object there stands for two. */
export function placesBelowContext(fetch: FetchNode, { keys }: ResponsePathTree): readonly string[] {
  const levels = Math.max(0, ...sourcesOf(fetch).map((source) => source.levels));
  if (levels === 0) return [];
  const names = keys.filter((key) => key !== EACH);
  return names.slice(-levels).map((_, index, last) => {
    const length = names.length - last.length + index + 1;
    return names.slice(0, length).reduce(placeBelow, '');
  });
}

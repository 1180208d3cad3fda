/**
 * The planner's rewrites: a value set before a representation is sent (`@interfaceObject` needs the interface's name as
 * `__typename`), and a key renamed in what came back (fields of one name and different types on a union are fetched
 * under other aliases).
 */
import type { FetchDataRewrite } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { isResponseObject, readOwn, writeOwn } from '../run/response-object.js';
import type { ResponseObject, Rewrite } from '../types.js';

export const TYPE_CONDITION = '... on ';

/** Whether an object whose `__typename` is `typename` is a `condition`, by the whole supergraph's schema. */
export function isOfType(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const wanted = schema.getType(condition);
  return (
    isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
  );
}

function applyAt(
  schema: GraphQLSchema,
  path: readonly string[],
  change: (object: ResponseObject) => void,
): Rewrite {
  const [first, ...rest] = path;
  const onEach = (inner: Rewrite): Rewrite => {
    const apply: Rewrite = (value, typename) => {
      if (Array.isArray(value)) for (const element of value) apply(element, undefined);
      else inner(value, typename);
    };
    return apply;
  };
  if (first === undefined) {
    return onEach((value) => {
      if (isResponseObject(value)) change(value);
    });
  }
  const next = applyAt(schema, rest, change);
  if (first.startsWith(TYPE_CONDITION)) {
    const condition = first.slice(TYPE_CONDITION.length);
    return onEach((value, fallback) => {
      if (!isResponseObject(value)) return;
      const typename = value.__typename ?? fallback;
      if (typeof typename !== 'string' || isOfType(schema, typename, condition)) next(value, fallback);
    });
  }
  return onEach((value) => {
    if (isResponseObject(value)) next(readOwn(value, first), undefined);
  });
}

export function compileRewrites(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[] = []): Rewrite {
  const compiled = rewrites.map((rewrite) => {
    const key = rewrite.path.at(-1) ?? '';
    return applyAt(schema, rewrite.path.slice(0, -1), (object) => {
      if (rewrite.kind === 'ValueSetter') {
        writeOwn(object, key, rewrite.setValueTo);
      } else {
        const value = readOwn(object, key);
        if (value === undefined) return;
        writeOwn(object, rewrite.renameKeyTo, value);
        object[key] = undefined;
      }
    });
  });
  return (value, typename) => {
    for (const rewrite of compiled) rewrite(value, typename);
  };
}

/** The names that clients know a subgraph's aliases by, for the paths of errors. */
export function renamedKeys(rewrites: readonly FetchDataRewrite[] = []): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const rewrite of rewrites) {
    const key = rewrite.path.at(-1);
    if (rewrite.kind === 'KeyRenamer' && key !== undefined) renamed.set(key, rewrite.renameKeyTo);
  }
  return renamed;
}

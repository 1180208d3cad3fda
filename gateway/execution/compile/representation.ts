/**
 * How an entity of the answer is named to a subgraph: its `__typename`, its key, and what the subgraph `@requires`.
 * Compiled once per fetch, and once more per concrete type at its first object, so that what a fragment's
 * type condition decides is decided once. An object that lacks a needed field has no representation: a fragment counts
 * whole or not at all.
 */
import type { FetchDataRewrite, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { jsonText, quote } from '../run/json-text.js';
import { isResponseObject, mergeInto, readOwn, writeOwn } from '../run/response-object.js';
import type { Representation, ResponseObject, Rewrite } from '../types.js';
import { compileRewrites, isOfType } from './rewrites.js';

type Selections = readonly QueryPlanSelectionNode[];
type TextOf = (entity: ResponseObject) => string | undefined;

function responseName(field: QueryPlanFieldNode): string {
  return field.alias ?? field.name;
}

function select(schema: GraphQLSchema, source: unknown, selections: Selections): ResponseObject | null {
  if (!isResponseObject(source)) return null;
  const result: ResponseObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const key = responseName(selection);
      const value = readOwn(source, key);
      if (value === undefined) return null;
      writeOwn(result, key, selection.selections ? selectIn(schema, value, selection.selections) : value);
    } else if (selection.typeCondition !== undefined && typeof source.__typename === 'string') {
      if (!isOfType(schema, source.__typename, selection.typeCondition)) continue;
      const selected = select(schema, source, selection.selections);
      if (selected) mergeInto(result, selected);
    }
  }
  return result;
}

function selectIn(schema: GraphQLSchema, value: unknown, selections: Selections): unknown {
  return Array.isArray(value)
    ? value.map((element) => selectIn(schema, element, selections))
    : select(schema, value, selections);
}

/** The one list of leaf fields that the selections come to for a type, or undefined where it is not as simple as that. */
function leavesFor(
  schema: GraphQLSchema,
  typename: string,
  selections: Selections,
): readonly string[] | undefined {
  const matching = selections.filter(
    (selection) =>
      selection.kind === 'Field' ||
      (selection.typeCondition !== undefined && isOfType(schema, typename, selection.typeCondition)),
  );
  const [only] = matching;
  if (only?.kind === 'InlineFragment') {
    return matching.length === 1 ? leavesFor(schema, typename, only.selections) : undefined;
  }
  const keys: string[] = [];
  for (const selection of matching) {
    if (selection.kind !== 'Field' || selection.selections) return undefined;
    keys.push(responseName(selection));
  }
  return keys;
}

/** Straight to text, `__typename` taken as known, for representations that are a flat list of fields. */
function flatText(typename: string, keys: readonly string[]): TextOf {
  if (!keys.includes('__typename')) return () => undefined;
  const fields = keys.map((key, index) => {
    const name = `${index === 0 ? '{' : ','}${quote(key)}:`;
    return key === '__typename'
      ? { key, name: name + quote(typename), fixed: true }
      : { key, name, fixed: false };
  });
  return (entity) => {
    let text = '';
    for (const { key, name, fixed } of fields) {
      if (fixed) {
        text += name;
        continue;
      }
      const value = readOwn(entity, key);
      if (value === undefined) return undefined;
      text += name + jsonText(value);
    }
    return `${text}}`;
  };
}

export function compileRepresentation(
  schema: GraphQLSchema,
  selections: Selections,
  inputRewrites: readonly FetchDataRewrite[] = [],
): Representation {
  const rewrite: Rewrite = compileRewrites(schema, inputRewrites);
  const value = (entity: ResponseObject): ResponseObject | undefined => {
    const selected = select(schema, entity, selections);
    if (!selected?.__typename) return undefined;
    rewrite(selected, undefined);
    return selected;
  };
  const general: TextOf = (entity) => {
    const selected = value(entity);
    return selected && jsonText(selected);
  };
  const byType = new Map<string, TextOf>();
  const textFor = (typename: string): TextOf => {
    const known = byType.get(typename);
    if (known) return known;
    // Only types of the schema are remembered, so that a subgraph's inventions cannot fill the memory.
    if (!schema.getType(typename)) return general;
    const keys = inputRewrites.length === 0 ? leavesFor(schema, typename, selections) : undefined;
    const text = keys ? flatText(typename, keys) : general;
    byType.set(typename, text);
    return text;
  };
  return {
    value,
    text: (entity) =>
      typeof entity.__typename === 'string' ? textFor(entity.__typename)(entity) : general(entity),
  };
}

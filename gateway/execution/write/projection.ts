/**
 * The client's shape of an answer, compiled: closures that read the merged answer and write the JSON text that the
 * client gets. Objects are compiled per concrete type, when the first object of that type is written.
 */
import {
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLNonNull,
  type GraphQLOutputType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { ErrorCode } from '../../../platform/errors.js';
import { quote } from '../run/json-text.js';
import { isInherited, isResponseObject, readOwn } from '../run/response-object.js';
import { EACH, placeBelow } from '../run/response-path.js';
import type { ResponseObject } from '../types.js';
import {
  type CollectedField,
  collectFields,
  type ScopedSelection,
  type SelectionRules,
} from './collect-fields.js';
import { type Completer, type Completion, FAILED, NULL, rememberingShared } from './completion.js';
import { leafText } from './leaf-text.js';

export interface ProjectionRules extends SelectionRules {
  /** Where entities were merged in, so that what is below may be shown in several places. */
  readonly entityPlaces: ReadonlySet<string>;
  /** The text of `__schema` or `__type`. */
  introspect(field: CollectedField, completion: Completion): string;
}

type GraphQLNullableOutputType = Exclude<GraphQLOutputType, GraphQLNonNull<never>>;

export type ObjectCompleter = (object: ResponseObject, completion: Completion) => string;

/** A value's place in the operation: a field, or an element of the lists in it. */
interface Place {
  readonly field: CollectedField;
  /** How many response names and indices lead here, less one. */
  readonly depth: number;
  readonly isElement: boolean;
  /** As `ResponsePathTree` has it. */
  readonly place: string;
}

function fail(
  completion: Completion,
  { field, depth, isElement }: Place,
  type: GraphQLOutputType,
  problem: string,
): string {
  if (!isElement) completion.path[depth] = field.responseName;
  const what = isElement
    ? `array element of type ${type} at index ${completion.path[depth]}`
    : `field ${field.parent}.${field.responseName}`;
  completion.fail(`${problem} ${what}.`, completion.path.slice(0, depth + 1));
  return FAILED;
}

/** A value that no subgraph sent, and no error explains, is of an entity that its subgraph does not have. */
function notFound(completion: Completion, { field, depth, isElement }: Place): string {
  if (!isElement) completion.path[depth] = field.responseName;
  completion.fail(`${field.parent} not found`, completion.path.slice(0, depth + 1), ErrorCode.NOT_FOUND);
  return FAILED;
}

function constant(text: string): () => string {
  return () => text;
}

export class Projection {
  readonly #rules: ProjectionRules;

  constructor(rules: ProjectionRules) {
    this.#rules = rules;
  }

  root(type: GraphQLCompositeType, selection: ScopedSelection): ObjectCompleter {
    return this.#fields([selection], type, { depth: -1, place: '' });
  }

  #fields(
    selections: readonly ScopedSelection[],
    runtimeType: GraphQLCompositeType | undefined,
    { depth, place }: Pick<Place, 'depth' | 'place'>,
  ): ObjectCompleter {
    const writers = collectFields(this.#rules, selections, runtimeType).map((field, index) => ({
      key: field.key,
      own: isInherited(field.key),
      start: `${index === 0 ? '{' : ','}${quote(field.responseName)}:`,
      complete: this.#field(field, runtimeType, {
        field,
        depth: depth + 1,
        isElement: false,
        place: placeBelow(place, field.key),
      }),
    }));
    if (writers.length === 0) return constant('{}');
    return (object, completion) => {
      let text = '';
      for (const { key, own, start, complete } of writers) {
        const completed = complete(own ? readOwn(object, key) : object[key], completion);
        if (completed === FAILED) return FAILED;
        text += start + completed;
      }
      return `${text}}`;
    };
  }

  #field(field: CollectedField, runtimeType: GraphQLCompositeType | undefined, place: Place): Completer {
    if (field.name === '__typename') {
      const type = runtimeType ?? field.parent;
      return isObjectType(type) ? constant(quote(type.name)) : (value) => this.#typename(value);
    }
    if (field.name === '__schema' || field.name === '__type') {
      return (_, completion) => this.#rules.introspect(field, completion);
    }
    if (!field.type) return constant(NULL);
    const complete = this.#value(field.type, place);
    return field.isRemoved ? (_, completion) => complete(undefined, completion) : complete;
  }

  /** For an object without `__typename` whose type was selected under an alias. */
  #typename(value: unknown): string {
    const isKnown = typeof value === 'string' && isObjectType(this.#rules.schema.getType(value));
    return isKnown ? quote(value) : FAILED;
  }

  #value(type: GraphQLOutputType, place: Place): Completer {
    if (!isNonNullType(type)) {
      const complete = this.#nonNull(type, place);
      return (value, completion) => complete(value, completion) || NULL;
    }
    const complete = this.#nonNull(type.ofType, place);
    return (value, completion) => {
      const text = complete(value, completion);
      if (text !== NULL) return text;
      return value === undefined
        ? notFound(completion, place)
        : fail(completion, place, type.ofType, 'Cannot return null for non-nullable');
    };
  }

  #nonNull(type: GraphQLNullableOutputType, place: Place): Completer {
    if (isListType(type)) return this.#list(type, place);
    return isCompositeType(type) ? this.#object(type, place) : this.#leaf(type, place);
  }

  #leaf(type: GraphQLLeafType, place: Place): Completer {
    const textOf = leafText(type);
    return (value, completion) => {
      if (value === null || value === undefined) return NULL;
      return textOf(value) ?? fail(completion, place, type, 'Invalid value found for');
    };
  }

  #list(type: GraphQLList<GraphQLOutputType>, place: Place): Completer {
    const depth = place.depth + 1;
    const complete = this.#value(type.ofType, { ...place, depth, isElement: true });
    return this.#shared(place, (value, completion) => {
      if (value === null || value === undefined) return NULL;
      if (!Array.isArray(value)) return fail(completion, place, type, 'Invalid value found for');
      if (!place.isElement) completion.path[place.depth] = place.field.responseName;
      let text = '';
      let failed = false;
      for (let index = 0; index < value.length; index += 1) {
        completion.path[depth] = index;
        const completed = complete(value[index], completion);
        if (completed === FAILED) failed = true;
        else text += index === 0 ? completed : `,${completed}`;
      }
      return failed ? FAILED : `[${text}]`;
    });
  }

  #object(type: GraphQLCompositeType, place: Place): Completer {
    const { schema } = this.#rules;
    const { selections } = place.field;
    let untyped: ObjectCompleter | undefined;
    const byType = new Map<string, ObjectCompleter>();
    const completerOf = (typename: string): ObjectCompleter | undefined => {
      const known = byType.get(typename);
      if (known) return known;
      const named = schema.getType(typename);
      if (!isCompositeType(named)) return undefined;
      const made = this.#fields(selections, named, place);
      byType.set(typename, made);
      return made;
    };
    return this.#shared(place, (value, completion) => {
      if (value === null || value === undefined) return NULL;
      if (!isResponseObject(value)) return fail(completion, place, type, 'Invalid value found for');
      if (!place.isElement) completion.path[place.depth] = place.field.responseName;
      const typename = value.__typename;
      if (typename === undefined || typename === '') {
        untyped ??= this.#fields(selections, isObjectType(type) ? type : undefined, place);
        return untyped(value, completion);
      }
      const complete = typeof typename === 'string' ? completerOf(typename) : undefined;
      if (complete) return complete(value, completion);
      return fail(completion, place, type, 'Invalid __typename found for object at');
    });
  }

  /** Entities, and what their fetch brought, may have several places, and need completing once. */
  #shared({ place, isElement }: Place, complete: Completer): Completer {
    const { entityPlaces } = this.#rules;
    const parent = place.slice(0, Math.max(0, place.lastIndexOf('.')));
    const canBeShared = entityPlaces.has(place) || entityPlaces.has(parent);
    return canBeShared ? rememberingShared(isElement ? EACH + place : place, complete) : complete;
  }
}

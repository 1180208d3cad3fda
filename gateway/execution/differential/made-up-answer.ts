/**
 * An answer generated from a seed, an object, a field and its arguments, and from nothing else. So
 * however a fetch is split, merged or repeated, the same request has the same answer. As configured, fields are null, missing,
 * wrong or in error.
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { mergeInto, writeOwn } from '../run/response-object.js';
import type { Faults } from './faults.js';

export type Values = Readonly<Record<string, unknown>>;

/** FNV-1a, finished so that close texts are far apart. */
export function hash(...parts: readonly unknown[]): number {
  let value = 0x811c9dc5;
  for (const char of JSON.stringify(parts)) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every key value ends in the entity's own number, so that any key leads back to it. */
function entityIn(representation: Values): string {
  const found = /:(\d+)"/.exec(JSON.stringify({ ...representation, __typename: '' }));
  return found?.[1] ?? JSON.stringify(representation);
}

export class MadeUpAnswer {
  readonly errors: GraphQLError[] = [];
  readonly #name: string;
  readonly #schema: GraphQLSchema;
  readonly #variables: Values;
  readonly #seed: number;
  readonly #faults: Faults;
  readonly #saysTypes: boolean;

  constructor(
    name: string,
    schema: GraphQLSchema,
    variables: Values,
    seed: number,
    faults: Faults,
    saysTypes: boolean,
  ) {
    this.#name = name;
    this.#schema = schema;
    this.#variables = variables;
    this.#seed = seed;
    this.#faults = faults;
    this.#saysTypes = saysTypes;
  }

  #isEntity(type: GraphQLObjectType): boolean {
    return (type.astNode?.directives ?? []).some(({ name }) => name.value === 'key');
  }

  #concrete(type: GraphQLOutputType, entity: string): GraphQLObjectType | undefined {
    if (isObjectType(type)) return type;
    if (!isAbstractType(type)) return undefined;
    const possible = [...this.#schema.getPossibleTypes(type)].sort((a, b) => a.name.localeCompare(b.name));
    return possible[(Number(entity) || 0) % possible.length];
  }

  /** @param id who the object is, as every subgraph would say. */
  object(
    type: GraphQLObjectType,
    id: string,
    entity: string,
    { selections }: SelectionSetNode,
    path: readonly (string | number)[],
    representation: Values = {},
  ): Record<string, unknown> {
    const result: Record<string, unknown> = this.#saysTypes && id !== 'root' ? { __typename: type.name } : {};
    for (const selection of selections) {
      if (!this.#isIncluded(selection.directives)) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition && this.#schema.getType(selection.typeCondition.name.value);
        const applies =
          !condition ||
          condition === type ||
          (isAbstractType(condition) && this.#schema.isSubType(condition, type));
        if (applies) {
          mergeInto(result, this.object(type, id, entity, selection.selectionSet, path, representation));
        }
        continue;
      }
      if (selection.kind !== Kind.FIELD) throw new TypeError('Plans have no named fragments here');
      const key = selection.alias?.value ?? selection.name.value;
      if (selection.name.value === '__typename') {
        writeOwn(result, key, type.name);
        continue;
      }
      const field = type.getFields()[selection.name.value];
      if (!field) throw new TypeError(`${this.#name} has no ${type}.${selection.name.value}`);
      const args = getArgumentValues(field, selection, this.#variables);
      const needs = (field.astNode?.directives ?? []).some(({ name }) => name.value === 'requires');
      const about = [id, field.name, args, needs ? { ...representation, __typename: '' } : ''];
      const value = this.#fated(field.type, about, entity, selection.selectionSet, [...path, key]);
      if (value !== undefined) mergeInto(result, { [key]: value });
    }
    return result;
  }

  #isIncluded(
    directives: readonly { name: { value: string }; arguments?: readonly unknown[] }[] = [],
  ): boolean {
    return directives.every((directive) => {
      const [condition] = directive.arguments ?? [];
      const value = isValues(condition) && isValues(condition.value) ? condition.value : {};
      const given =
        value.kind === Kind.VARIABLE && isValues(value.name)
          ? this.#variables[String(value.name.value)]
          : value.value;
      return directive.name.value === 'include' ? given === true : given !== true;
    });
  }

  #fated(
    type: GraphQLOutputType,
    about: readonly unknown[],
    entity: string,
    selectionSet: SelectionSetNode | undefined,
    path: readonly (string | number)[],
  ): unknown {
    const { nulls, errors, missing, wrongLeaves, wrongShapes } = this.#faults;
    let chance = hash(this.#seed, 'fate', about) % 100;
    const strikes = (share: number): boolean => {
      const struck = chance >= 0 && chance < share;
      chance -= share;
      return struck;
    };
    if (strikes(nulls)) return null;
    if (strikes(missing)) return undefined;
    if (strikes(errors)) {
      const code = [undefined, 'FORBIDDEN', 'OWN_CODE'][hash(this.#seed, 'code', about) % 3];
      this.errors.push(
        new GraphQLError(`${this.#name} fails at ${JSON.stringify(about)}`, {
          path,
          extensions: code ? { code, more: 1 } : {},
        }),
      );
      return null;
    }
    if (!selectionSet && !isListType(isNonNullType(type) ? type.ofType : type) && strikes(wrongLeaves)) {
      const wrong = [true, 1.5, 'WRONG', 7][hash(this.#seed, 'wrong', about) % 4];
      // An integer is a good ID, which Apollo's executor passes on as a number.
      return wrong === 7 && getNamedType(type).name === 'ID' ? false : wrong;
    }
    if (strikes(wrongShapes))
      return [[], {}, 'text', [[{}]], 3.5, [null]][hash(this.#seed, 'shape', about) % 6];
    return this.#value(type, about, entity, selectionSet, path);
  }

  #value(
    type: GraphQLOutputType,
    about: readonly unknown[],
    entity: string,
    selectionSet: SelectionSetNode | undefined,
    path: readonly (string | number)[],
  ): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, about, entity, selectionSet, path);
    if (isListType(type)) {
      return Array.from({ length: hash(this.#seed, 'length', about) % 4 }, (_, index) =>
        this.#fated(type.ofType, [...about, index], entity, selectionSet, [...path, index]),
      );
    }
    const drawn = String(hash(this.#seed, 'entity', about) % 5);
    const concrete = this.#concrete(type, drawn);
    if (concrete && selectionSet) {
      const isEntity = this.#isEntity(concrete);
      const id = isEntity ? `${concrete}:${drawn}` : JSON.stringify(about);
      // What is no entity belongs to the one around it, and so do the keys in it.
      return this.object(concrete, id, isEntity ? drawn : entity, selectionSet, path);
    }
    return this.#leaf(getNamedType(type), about, entity);
  }

  #leaf(type: ReturnType<typeof getNamedType>, about: readonly unknown[], entity: string): unknown {
    const value = hash(this.#seed, 'leaf', about);
    if (isEnumType(type)) return type.getValues()[value % type.getValues().length]?.name;
    switch (type?.name) {
      case 'Int':
        return value % 100;
      case 'Float':
        return (value % 100) / 4;
      case 'Boolean':
        return value % 2 === 0;
      case 'ID':
        return `${about[1]}:${entity}`;
      case 'String':
        return about[1] === 'sku' ? `sku:${entity}` : `"${about[1]}" é\n ${value % 10}`;
      default:
        return [{ of: about[1], list: [1, null, 'x'] }, 'text', 5][value % 3];
    }
  }

  run(document: DocumentNode): Record<string, unknown> {
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('Not an operation');
    const root = this.#schema.getRootType(operation.operation);
    if (!root) throw new TypeError(`${this.#name} has no ${operation.operation} type`);
    const entities = operation.selectionSet.selections.filter(
      (selection) => selection.kind === Kind.FIELD && selection.name.value === '_entities',
    );
    if (entities.length === 0) return this.object(root, 'root', '0', operation.selectionSet, []);
    const data: Record<string, unknown> = {};
    for (const selection of entities) {
      if (selection.kind !== Kind.FIELD || !selection.selectionSet) continue;
      const { selectionSet, alias, arguments: given = [] } = selection;
      const key = alias?.value ?? '_entities';
      const variable = given[0]?.value.kind === Kind.VARIABLE ? given[0].value.name.value : '';
      const representations = this.#variables[variable];
      if (!Array.isArray(representations)) throw new TypeError('No representations');
      data[key] = representations.map((representation: unknown, index) => {
        if (!isValues(representation)) throw new TypeError('Not a representation');
        const entity = entityIn(representation);
        const type = this.#schema.getType(String(representation.__typename));
        const concrete =
          isObjectType(type) || isAbstractType(type) ? this.#concrete(type, entity) : undefined;
        if (!concrete) return null;
        return this.object(
          concrete,
          `${concrete}:${entity}`,
          entity,
          selectionSet,
          [key, index],
          representation,
        );
      });
    }
    return data;
  }
}

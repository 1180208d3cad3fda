/**
 * The access requirements of each part of a schema. A field reached through an interface or a union requires what any of the
 * possible objects does: the type of the object is unknown before the request.
 */
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import type { AnyOfAllOf, SecurityRequirement, SecurityView } from '../supergraph/security.js';

/** What a caller has. */
export interface Grants {
  readonly isSignedIn: boolean;
  readonly scopes: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
}

export type Requirements = readonly SecurityRequirement[];

const NONE: Requirements = [];

export class SchemaRequirements {
  readonly #schema: GraphQLSchema;
  readonly #view: SecurityView;
  readonly #fields = new Map<string, Requirements>();

  constructor(schema: GraphQLSchema, view: SecurityView) {
    this.#schema = schema;
    this.#view = view;
  }

  /** Whether nothing in the schema demands anything. */
  get isEmpty(): boolean {
    return this.#view.types.size === 0 && this.#view.fields.size === 0;
  }

  /** For selecting a field on a type: of the field, of the type and of what it returns. */
  ofField(parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): Requirements {
    const coordinate = `${parent.name}.${field.name}`;
    const known = this.#fields.get(coordinate);
    if (known !== undefined) return known;
    const found = distinct([
      ...this.#ownAndPossible(parent).flatMap((type) => [
        this.#view.types.get(type.name),
        this.#view.fields.get(`${type.name}.${field.name}`),
      ]),
      this.#view.types.get(getNamedType(field.type).name),
    ]);
    this.#fields.set(coordinate, found);
    return found;
  }

  /** For narrowing to a type by a fragment. */
  ofType(type: GraphQLNamedType): Requirements {
    return distinct([this.#view.types.get(type.name)]);
  }

  #ownAndPossible(type: GraphQLCompositeType): readonly GraphQLNamedType[] {
    if (isObjectType(type) || !isAbstractType(type)) return [type];
    return [type, ...this.#schema.getPossibleTypes(type)];
  }
}

export function meets({ authenticated, scopes, policies }: SecurityRequirement, grants: Grants): boolean {
  return (
    (!authenticated || grants.isSignedIn) && holds(scopes, grants.scopes) && holds(policies, grants.policies)
  );
}

function holds(anyOf: AnyOfAllOf, held: ReadonlySet<string>): boolean {
  return anyOf.length === 0 || anyOf.some((all) => all.every((one) => held.has(one)));
}

function distinct(requirements: readonly (SecurityRequirement | undefined)[]): Requirements {
  const found = requirements.filter((requirement) => requirement !== undefined);
  return found.length === 0 ? NONE : [...new Set(found)];
}

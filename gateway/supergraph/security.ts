/**
 * What a supergraph demands of a caller, read from its `@authenticated`, `@requiresScopes` and `@policy` under whatever
 * names its `@link`s give them. This is the view that access control enforces: nothing here enforces anything itself.
 */
import {
  AuthenticatedSpecDefinition,
  type FieldDefinition,
  type InterfaceType,
  type NamedType,
  type ObjectType,
  PolicySpecDefinition,
  RequiresScopesSpecDefinition,
  type Schema,
} from '@apollo/federation-internals';

/** Outer list: any of; inner list: all of. Empty means that nothing is demanded. */
export type AnyOfAllOf = readonly (readonly string[])[];

export interface SecurityRequirement {
  readonly authenticated: boolean;
  readonly scopes: AnyOfAllOf;
  readonly policies: AnyOfAllOf;
}

export interface SecurityView {
  /** By type name: objects, interfaces, scalars and enums. A type without a demand has no entry. */
  readonly types: ReadonlyMap<string, SecurityRequirement>;
  /** By `Type.field`. A field without a demand of its own has no entry. */
  readonly fields: ReadonlyMap<string, SecurityRequirement>;
}

type Element = NamedType | FieldDefinition<ObjectType | InterfaceType>;

function stringLists(value: unknown): AnyOfAllOf {
  if (!Array.isArray(value)) return [];
  return value.map((inner) => (Array.isArray(inner) ? inner.map(String) : [String(inner)]));
}

/** The features that this gateway enforces; a supergraph may link them `for: SECURITY`. */
export const ENFORCED_SECURITY_FEATURES = [
  `${AuthenticatedSpecDefinition.identity}/v0.1`,
  `${RequiresScopesSpecDefinition.identity}/v0.1`,
  `${PolicySpecDefinition.identity}/v0.1`,
] as const;

export function readSecurity(schema: Schema): SecurityView {
  const named = (identity: string, directive: string): string | undefined =>
    schema.coreFeatures?.getByIdentity(identity)?.directiveNameInSchema(directive);
  const authenticated = named(
    AuthenticatedSpecDefinition.identity,
    AuthenticatedSpecDefinition.directiveName,
  );
  const scopes = named(RequiresScopesSpecDefinition.identity, RequiresScopesSpecDefinition.directiveName);
  const policy = named(PolicySpecDefinition.identity, PolicySpecDefinition.directiveName);

  const requirementOf = (element: Element): SecurityRequirement | undefined => {
    const applied = element.appliedDirectives;
    const argument = (directive: string | undefined, name: string): AnyOfAllOf =>
      stringLists(applied.find((application) => application.name === directive)?.arguments()[name]);
    const requirement = {
      authenticated: applied.some((application) => application.name === authenticated),
      scopes: argument(scopes, 'scopes'),
      policies: argument(policy, 'policies'),
    };
    const demands =
      requirement.authenticated || requirement.scopes.length > 0 || requirement.policies.length > 0;
    return demands ? requirement : undefined;
  };

  const types = new Map<string, SecurityRequirement>();
  const fields = new Map<string, SecurityRequirement>();
  if (authenticated === undefined && scopes === undefined && policy === undefined) return { types, fields };
  for (const type of schema.types()) {
    const onType = requirementOf(type);
    if (onType) types.set(type.name, onType);
    if (type.kind !== 'ObjectType' && type.kind !== 'InterfaceType') continue;
    for (const field of type.fields()) {
      const onField = requirementOf(field);
      if (onField) fields.set(field.coordinate, onField);
    }
  }
  return { types, fields };
}

/**
 * Enforces `@authenticated`, `@requiresScopes` and `@policy` of a subgraph's own SDL, so that the subgraph holds to them
 * whatever stands in front of it. A field is refused before its arguments are used: null with UNAUTHENTICATED or
 * FORBIDDEN. A demand on a type holds wherever the type is reached: for the fields that return it and for its own fields.
 * A policy is never granted here: nothing in Kedai decides one yet. A context that no identity was bound to is nobody's.
 */
import {
  type ConstDirectiveNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { ErrorCode, forbidden, requestError } from '../errors.js';
import { ANONYMOUS, type Identity, permissionsOf } from '../identity/identity.js';

/** What one directive demands. Scopes: outer list any of, inner list all of. */
type Demand =
  | { readonly kind: 'authenticated' | 'policy' }
  | { readonly kind: 'scopes'; readonly anyOf: string[][] };

const identities = new WeakMap<object, Identity>();

/** Ties an operation's context to whom it is for. */
export function bindIdentity<Context extends object>(context: Context, identity: Identity): Context {
  identities.set(context, identity);
  return context;
}

/** The same schema with its fields guarded; it is changed in place. */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const demands = [...demandsOf(type), ...demandsOf(getNamedType(field.type)), ...demandsOf(field)];
      if (demands.length > 0) guard(field, demands);
    }
  }
  return schema;
}

function guard(field: GraphQLField<unknown, object>, demands: readonly Demand[]): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => {
    demand(demands, context);
    return resolve(source, args, context, info);
  };
  if (subscribe === undefined) return;
  field.subscribe = (source, args, context, info) => {
    demand(demands, context);
    return subscribe(source, args, context, info);
  };
}

function demand(demands: readonly Demand[], context: object): void {
  const identity = identities.get(context) ?? ANONYMOUS;
  if (identity.customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  const held = new Set<string>(permissionsOf(identity));
  const met = demands.every(
    (one) =>
      one.kind === 'authenticated' ||
      (one.kind === 'scopes' && one.anyOf.some((all) => all.every((scope) => held.has(scope)))),
  );
  if (!met) throw forbidden();
}

function demandsOf(element: GraphQLNamedType | GraphQLField<unknown, unknown>): Demand[] {
  const { astNode } = element;
  const extensions = 'extensionASTNodes' in element ? element.extensionASTNodes : [];
  return [...(astNode ? [astNode] : []), ...extensions]
    .flatMap(({ directives = [] }): readonly ConstDirectiveNode[] => directives)
    .flatMap((directive) => demandOf(directive));
}

function demandOf({ name, arguments: given = [] }: ConstDirectiveNode): Demand[] {
  switch (name.value.replace(/^federation__/, '')) {
    case 'authenticated':
      return [{ kind: 'authenticated' }];
    case 'policy':
      return [{ kind: 'policy' }];
    case 'requiresScopes': {
      const scopes: unknown = given[0] && valueFromASTUntyped(given[0].value);
      return [{ kind: 'scopes', anyOf: listOf(scopes).map((all) => listOf(all).map(String)) }];
    }
    default:
      return [];
  }
}

/** GraphQL's input coercion: what is no list stands for the list of it. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

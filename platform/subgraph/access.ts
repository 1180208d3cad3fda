/**
 * Enforces `@authenticated`, `@requiresScopes` and `@policy` of a subgraph's own SDL, whichever gateway stands in front of
 * it. A refused field is null with UNAUTHENTICATED or FORBIDDEN, before its arguments are used. A requirement of a type
 * applies to the fields that return it and to its own fields. Policies are never granted: Kedai has none to decide. A
 * context without an identity is anonymous.
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

/** What one directive requires. Scopes: any of the outer list, all of the inner. */
type Demand =
  | { readonly kind: 'authenticated' | 'policy' }
  | { readonly kind: 'scopes'; readonly anyOf: string[][] };

const identities = new WeakMap<object, Identity>();

/** Binds an operation's context to its caller. */
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

/** GraphQL's input coercion: a single value stands for the list of it. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

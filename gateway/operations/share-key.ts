/**
 * What makes two answers the same: the operation as its caller may see it, its variables, and whom it is the same for.
 */
import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Caller } from '../access/caller.js';

export interface ShareKeyParts {
  readonly supergraphId: string;
  /** Of the operation's plan, as far as the caller may see it. */
  readonly planKey: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Whom it is the same for: everybody, all who hold the caller's roles, or the caller alone. */
  readonly audience: 'everybody' | 'roles' | 'caller';
}

export function shareKeyOf({ supergraphId, planKey, variables, caller, audience }: ShareKeyParts): string {
  return JSON.stringify([supergraphId, planKey, variables, audienceOf(caller, audience)]);
}

/** A session is of no concern: one person on two devices is told the same. */
function audienceOf({ identity, authorization }: Caller, audience: ShareKeyParts['audience']): unknown {
  const { customerId, roles } = identity;
  if (audience === 'everybody') return null;
  if (customerId === null) return [authorization];
  return audience === 'roles' ? roles.map((grant) => JSON.stringify(grant)).toSorted() : [customerId, roles];
}

/** The types whose fields a document selects. */
export function selectedTypesOf(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const types = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field({ name }) {
        const parent = info.getParentType();
        if (parent && !name.value.startsWith('__')) types.add(parent.name);
      },
    }),
  );
  return types;
}

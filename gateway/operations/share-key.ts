/**
 * What makes two streams the same: the operation as its caller may see it, its variables, and the caller. Two people who
 * hold the same roles share, too, where every type of the selection is declared to answer alike to them.
 */
import { type DocumentNode, type GraphQLSchema, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Caller } from '../access/caller.js';

export interface ShareKeyParts {
  readonly supergraphId: string;
  /** Of the operation's plan, as far as the caller may see it. */
  readonly planKey: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Whether the caller's roles alone decide over what is told. */
  readonly byRolesAlone: boolean;
}

export function shareKeyOf({
  supergraphId,
  planKey,
  variables,
  caller,
  byRolesAlone,
}: ShareKeyParts): string {
  return JSON.stringify([supergraphId, planKey, variables, callerKeyOf(caller, byRolesAlone)]);
}

/** A session is of no concern to a stream: one person on two devices is told the same. */
function callerKeyOf({ identity, authorization }: Caller, byRolesAlone: boolean): unknown {
  const { customerId, roles } = identity;
  if (customerId === null) return authorization;
  return byRolesAlone ? roles.map((grant) => JSON.stringify(grant)).toSorted() : [customerId, roles];
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

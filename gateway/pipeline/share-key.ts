/**
 * The key under which answers are shared: the operation as authorized, its variables, and the callers that share it.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Caller } from './caller.js';

export interface ShareKeyParts {
  readonly supergraphId: string;
  /** Of the operation's plan, as far as the caller may see it. */
  readonly planKey: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Of the client's headers that subgraphs receive. */
  readonly headers?: string | undefined;
  /**
   * Whom it is the same for: everybody, all who hold the caller's roles, the caller alone, or who sends the very same
   * `authorization`.
   */
  readonly audience: 'everybody' | 'roles' | 'caller' | 'authorization';
}

export function shareKeyOf({
  supergraphId,
  planKey,
  variables,
  caller,
  audience,
  headers,
}: ShareKeyParts): string {
  return JSON.stringify([supergraphId, planKey, variables, audienceOf(caller, audience), headers]);
}

/** The session is left out: one person's devices get the same answers. */
function audienceOf({ identity, authorization }: Caller, audience: ShareKeyParts['audience']): unknown {
  const { customerId, roles } = identity;
  if (audience === 'everybody') return null;
  if (audience === 'authorization' || customerId === null) return [authorization];
  return audience === 'roles' ? roles.map((grant) => JSON.stringify(grant)).toSorted() : [customerId, roles];
}

/**
 * What a document's answer depends on: the fields of the subscription type that it selects, by their coordinates such as
 * `Subscription.priceChanged`, and every type that it selects a field of, or a field that returns it: `__typename` tells
 * of an object, too.
 */
export function selectedOf(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const selected = new Set<string>();
  const root = schema.getSubscriptionType();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field({ name }) {
        const [parent, type] = [info.getParentType(), getNamedType(info.getType())];
        if (parent && parent === root) selected.add(`${parent.name}.${name.value}`);
        else if (parent) selected.add(parent.name);
        if (isCompositeType(type)) selected.add(type.name);
      },
    }),
  );
  return selected;
}

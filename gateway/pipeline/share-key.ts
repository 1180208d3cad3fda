/**
 * The key under which responses and streams are shared: the authorized operation, its variables, its language, and the callers that
 * share it.
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
import { exactJsonText } from '../../platform/exact-json.js';
import type { Language } from '../../platform/language/language.js';
import type { Caller } from './caller.js';

export interface ShareKeyParts {
  readonly supergraphId: string;
  /** Of the plan of the operation as authorized for the caller. */
  readonly planKey: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Undefined where the client does not say. */
  readonly language: Language | undefined;
  /** The fingerprint of the client's headers that subgraphs receive. */
  readonly headers?: string | undefined;
  /** Who shares it: every caller, those with the same roles, the same person, or requests with the same `authorization`. */
  readonly audience: 'everyone' | 'roles' | 'caller' | 'authorization';
}

export function shareKeyOf({
  supergraphId,
  planKey,
  variables,
  caller,
  language,
  audience,
  headers,
}: ShareKeyParts): string {
  const parts = [supergraphId, planKey, variables, audienceOf(caller, audience), language, headers];
  return exactJsonText(parts) ?? '';
}

/** The session is left out: all devices of one person share. */
function audienceOf({ identity, authorization }: Caller, audience: ShareKeyParts['audience']): unknown {
  const { customerId, roles } = identity;
  if (audience === 'everyone') return null;
  if (audience === 'authorization' || customerId === null) return [authorization];
  return audience === 'roles' ? roles.map((grant) => JSON.stringify(grant)).toSorted() : [customerId, roles];
}

/**
 * What the events of a subscription depend on: its root fields by coordinate, such as `Subscription.priceChanged`, and the name of
 * every type that it selects a field of or that a selected field returns.
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

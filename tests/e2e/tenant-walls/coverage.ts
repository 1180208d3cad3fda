/**
 * Whether the probes of the walls between tenants name every field, argument and input field of the subgraphs' schemas, and attempt every
 * mutation, but for what is listed with its reason.
 */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLInputType, type GraphQLSchema, getNamedType, isInputObjectType, parse } from 'graphql';
import { newId } from '../../../platform/ids.js';
import { mutationOperation } from './generated-operations.js';
import { attemptsOn } from './mutations.js';
import { coordinatesIn, coordinatesOf } from './probed-coordinates.js';
import { argumentsFor, queriesOn, subscriptionsOn } from './probes.js';
import type { Person, Tenant } from './two-tenants.js';

const person = (): Person => ({ customerId: newId(), roles: [] });
const TENANT: Tenant = {
  ...{ outletId: newId(), franchiseId: newId(), orderId: newId(), paymentId: newId(), disputeId: newId() },
  ...{ guest: person(), barista: person(), manager: person(), owner: person() },
  ...{ paidOrderId: newId(), cashPaymentId: newId(), unpaidOrderId: newId(), cartLineId: newId() },
  ...{ invitationId: newId(), promotionId: newId(), stockItemId: newId(), shelfId: newId() },
  ...{ tillId: newId(), closedDay: '2026-11-20', supplierId: newId(), purchaseOrderId: newId() },
  ...{ transferId: newId(), stockCountId: newId(), webhookId: newId(), scheduleId: newId() },
};
const ATTEMPTS = attemptsOn(TENANT, person(), []);

/**
 * What is not covered, and what is listed in vain, as sentences.
 * @param schemas of the subgraphs, as text. @param unprobed schema coordinates by reason.
 */
export function coverageFaults(
  schemas: readonly string[],
  unprobed: Readonly<Record<string, readonly string[]>>,
): string[] {
  const listed = new Set(Object.values(unprobed).flat());
  const there = new Set<string>();
  const probed = new Set<string>();
  /** Argument and payload of a listed mutation. */
  const implied = new Set<string>();
  for (const text of schemas) {
    const schema = buildSubgraphSchema({ typeDefs: parse(text) });
    const all = coordinatesOf(schema);
    for (const coordinate of all) there.add(coordinate);
    for (const coordinate of probedIn(schema)) probed.add(coordinate);
    for (const { name, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      if (!listed.has(`Mutation.${name}`)) continue;
      const starts = [`Mutation.${name}(`, `${getNamedType(type).name}.`];
      for (const coordinate of all)
        if (starts.some((start) => coordinate.startsWith(start))) implied.add(coordinate);
    }
  }
  const missing = [...there].filter(
    (coordinate) => !probed.has(coordinate) && !listed.has(coordinate) && !implied.has(coordinate),
  );
  return [
    ...missing.map(
      (coordinate) => `${coordinate} has no probe: probes.ts, mutations.ts, or unprobed.ts with a reason`,
    ),
    ...[...listed].flatMap((coordinate) => {
      if (!there.has(coordinate))
        return `unprobed.ts lists ${coordinate}, which does not exist or names nothing`;
      return probed.has(coordinate) ? `unprobed.ts lists ${coordinate}, which is probed` : [];
    }),
  ];
}

function probedIn(schema: GraphQLSchema): Set<string> {
  const mutations = Object.entries(schema.getMutationType()?.getFields() ?? {}).filter(
    ([mutation]) => mutation in ATTEMPTS,
  );
  const coordinates = coordinatesIn(schema, [
    ...queriesOn(schema, TENANT, []).map(({ source }) => source),
    ...subscriptionsOn(schema, TENANT).map(({ source }) => source),
    ...mutations.map(([mutation]) => mutationOperation(schema, mutation, argumentsFor(TENANT))),
  ]);
  for (const [mutation, { args }] of mutations) {
    for (const { name, type } of args) addInputs(type, ATTEMPTS[mutation]?.variables[name], coordinates);
  }
  return coordinates;
}

/** Adds the coordinates of the input fields that a value has. */
function addInputs(type: GraphQLInputType, value: unknown, coordinates: Set<string>): void {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) addInputs(named, one, coordinates);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const field = named.getFields()[name];
    if (field === undefined) continue;
    coordinates.add(`${named.name}.${name}`);
    addInputs(field.type, member, coordinates);
  }
}

/** Where a gateway receives and reads revocations: the bus, and the subgraph that owns them. */
import { OperationTypeNode, parse } from 'graphql';
import { z } from 'zod';
import type { Bus } from '../../platform/bus/bus.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { REVOCATIONS_TOPIC, revocationPageSchema } from '../../platform/identity/revocations.js';
import { newTraceparent } from '../../platform/trace.js';
import type { GraphSource } from './graph-in-service.js';
import type { RevocationSource } from './revocations.js';

/** The field is inaccessible to clients, so it is asked for without a plan. */
export const REVOCATIONS_QUERY =
  'query ($after: SafeInt!) { revocations(afterSequence: $after) { last revocations { sequence sessionId customerId } } }';
const DOCUMENT = parse(REVOCATIONS_QUERY, { noLocation: true });

const answerSchema = z.object({ revocations: revocationPageSchema });

export function revocationSource(
  graphs: GraphSource,
  { subgraph, bus }: { readonly subgraph: string; readonly bus: Bus | undefined },
): RevocationSource {
  return {
    subscribe: bus && (() => bus.subscribe(REVOCATIONS_TOPIC)),
    read: (after, signal) =>
      graphs.current.during(async ({ clients }) => {
        const client = clients.get(subgraph);
        if (client === undefined) throw new Error(`The supergraph has no subgraph ${subgraph}`);
        const variables = { after };
        const request = {
          query: REVOCATIONS_QUERY,
          document: DOCUMENT,
          operationName: undefined,
          operationType: OperationTypeNode.QUERY,
          variables,
        };
        const call = { identity: ANONYMOUS, authorization: undefined, traceparent: newTraceparent(), signal };
        const { data, errors = [] } = await client.execute(request, call);
        const [problem] = errors;
        if (problem !== undefined) throw problem;
        return answerSchema.parse(data).revocations;
      }),
  };
}

/** Where a gateway renews the sessions of browsers: the subgraph that owns them. */
import { OperationTypeNode, parse } from 'graphql';
import { z } from 'zod';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { originOf } from '../../platform/identity/origin.js';
import { newTraceparent } from '../../platform/trace.js';
import type { SessionSource } from './browser-sessions.js';
import type { GraphSource } from './graph-in-service.js';

/** The field is inaccessible to clients, so it is asked for without a plan. */
export const RENEWAL =
  'mutation ($refreshToken: String!) { renewBrowserSession(refreshToken: $refreshToken) { accessToken } }';
const DOCUMENT = parse(RENEWAL, { noLocation: true });
const TIMEOUT_MILLISECONDS = 5_000;

const answerSchema = z.object({ renewBrowserSession: z.object({ accessToken: z.string() }).nullable() });

export function sessionSource(graphs: GraphSource, subgraph: string): SessionSource {
  return {
    renew: (refreshToken, { address, userAgent }) =>
      graphs.current.during(async ({ clients }) => {
        const client = clients.get(subgraph);
        if (client === undefined) throw new Error(`The supergraph has no subgraph ${subgraph}`);
        const request = {
          query: RENEWAL,
          document: DOCUMENT,
          operationName: undefined,
          operationType: OperationTypeNode.MUTATION,
          variables: { refreshToken },
        };
        const { data, errors = [] } = await client.execute(request, {
          identity: ANONYMOUS,
          origin: originOf(address, userAgent),
          authorization: undefined,
          traceparent: newTraceparent(),
          signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
        });
        const [problem] = errors;
        if (problem !== undefined) throw problem;
        return answerSchema.parse(data).renewBrowserSession?.accessToken ?? null;
      }),
  };
}

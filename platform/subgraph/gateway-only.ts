/** Tells the gateway from everyone else, by the identity that it signs for each subgraph. */
import type { Identity } from '../identity/identity.js';
import type { SubgraphTokens } from '../identity/subgraph-token.js';
import { continueTrace, traceIdOf } from '../trace.js';
import type { OperationCall } from './subgraph.js';

/** Whom the gateway asks for; undefined for whoever is not the gateway. */
export async function identityOf(
  tokens: SubgraphTokens,
  authorization: unknown,
  subgraph: string,
): Promise<Identity | undefined> {
  if (typeof authorization !== 'string') return undefined;
  try {
    return await tokens.verify(authorization.replace(/^Bearer /i, ''), subgraph);
  } catch {
    return undefined;
  }
}

/** The gateway's trace goes on; the trace's id is what everything that the operation causes is found by. */
export function callOf(identity: Identity, traceparent: string | undefined): OperationCall {
  const trace = continueTrace(traceparent);
  return { identity, cause: { traceparent: trace, correlationId: traceIdOf(trace) ?? trace } };
}

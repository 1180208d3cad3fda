/** Authenticates the gateway by the identity that it signs for each subgraph. */
import { causeOf } from '../events/envelope.js';
import type { SignedCaller, SubgraphTokens } from '../identity/subgraph-token.js';
import { continueTrace } from '../trace.js';
import type { OperationCall } from './subgraph.js';

/** The caller whom the gateway names; undefined where the request is not the gateway's. */
export async function callerOf(
  tokens: SubgraphTokens,
  authorization: unknown,
  subgraph: string,
): Promise<SignedCaller | undefined> {
  if (typeof authorization !== 'string') return undefined;
  try {
    return await tokens.verify(authorization.replace(/^Bearer /i, ''), subgraph);
  } catch {
    return undefined;
  }
}

/** The operation continues the trace context that came with it. */
export function callOf(caller: SignedCaller, traceparent: unknown, tracestate: unknown): OperationCall {
  return { ...caller, cause: causeOf(continueTrace(traceparent, tracestate)) };
}

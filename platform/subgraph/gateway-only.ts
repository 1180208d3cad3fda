/** Authenticates the gateway by the identity that it signs for each subgraph. */
import { errors } from 'jose';
import { causeOf } from '../events/envelope.js';
import type { SignedCaller, SubgraphTokens } from '../identity/subgraph-token.js';
import type { Log } from '../log.js';
import { continueTrace } from '../trace.js';
import type { OperationCall } from './subgraph.js';

export interface GatewayOnlyOptions {
  /** Verify the identities that the gateway signs. */
  readonly tokens: SubgraphTokens;
  readonly log: Log;
}

/**
 * The caller whom the gateway names; undefined where the request is not the gateway's. A token of the gateway's that has expired by this
 * process's clock is logged, for nothing else says that clocks differ.
 */
export async function callerOf(
  { tokens, log }: GatewayOnlyOptions,
  authorization: unknown,
  subgraph: string,
): Promise<SignedCaller | undefined> {
  if (typeof authorization !== 'string') return undefined;
  try {
    return await tokens.verify(authorization.replace(/^Bearer /i, ''), subgraph);
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const expiredSeconds = Math.round(Date.now() / 1_000 - Number(error.payload.exp));
      log.error(
        { expiredSeconds },
        'the gateway is refused: its token has expired by the clock of this process; set both clocks by NTP',
      );
    }
    return undefined;
  }
}

/** The operation continues the trace context that came with it. */
export function callOf(caller: SignedCaller, traceparent: unknown, tracestate: unknown): OperationCall {
  return { ...caller, cause: causeOf(continueTrace(traceparent, tracestate)) };
}

/** What a log line about a client's request says of it: its trace, by whose id the lines of subgraphs are found, and its own id where that is another one. */
import { traceIdOf } from '../../platform/trace.js';
import type { SubgraphCall } from './client.js';

export interface RequestFields {
  readonly trace_id: string | undefined;
  readonly requestId?: string;
}

export function requestFields({
  traceparent,
  requestId,
}: Pick<SubgraphCall, 'traceparent' | 'requestId'>): RequestFields {
  const trace_id = traceIdOf(traceparent);
  return requestId === undefined ? { trace_id } : { trace_id, requestId };
}

/** Plans operations for an anonymous caller, on a supergraph without running subgraphs. */
import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'graphql';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { createLog } from '../../../platform/log.js';

import type { DecideOverride } from '../../supergraph/overrides.js';

import type { Supergraph } from '../../supergraph/supergraph.js';
import { Graph } from '../graph.js';
import { DEFAULT_REQUEST_LIMITS, type ExecutableOperation, OperationPlanner } from '../planner.js';
import { UNLIMITED } from '../rate-limits.js';

const caller = {
  identity: ANONYMOUS,
  isSignedIn: false,
  scopes: new Set<string>(),
  expiresAt: Number.POSITIVE_INFINITY,
  authorization: undefined,
  address: '127.0.0.1',
};

export function readierOn(
  { sdl, services }: Pick<Supergraph, 'sdl' | 'services'>,
  overrideLabel?: DecideOverride,
): (source: string, headers?: IncomingHttpHeaders) => Promise<ExecutableOperation> {
  const graph = new Graph(sdl, {
    targets: new Map(services.map(({ name }) => [name, { url: 'http://localhost/' }])),
    tokens: undefined,
    log: createLog('silent'),
  });
  const planner = new OperationPlanner({
    limits: DEFAULT_REQUEST_LIMITS,
    rateLimits: UNLIMITED,
    errors: { showFailures: true },
    overrideLabel,
  });
  const call = { caller, traceparent: '', signal: new AbortController().signal };
  return (source, headers = {}) =>
    planner.ready(graph, graph.operations.learn(source, parse(source), undefined), {}, { ...call, headers });
}

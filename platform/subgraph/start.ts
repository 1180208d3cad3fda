/**
 * Brings a subgraph's parts to life in the right order and lets them go in the reverse one: consumers and background work
 * stop taking in, the relay carries what was written, the database closes last.
 */
import type { GraphQLSchema } from 'graphql';
import type { SubgraphName } from '../config.js';
import type { Database } from '../database/database.js';
import { type Consumer, startConsumer } from '../events/consumer.js';
import { startRelay } from '../events/relay.js';
import type { Route } from '../http/server.js';
import type { Platform } from '../platform.js';
import { bindIdentity } from './access.js';
import { tellChanged } from './invalidation.js';
import type { OperationCall, RunningSubgraph } from './subgraph.js';

export interface SubgraphParts {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  readonly database: Pick<Database<never>, 'pool' | 'onEventsWritten' | 'ready' | 'close'>;
  readonly consumers: readonly Consumer[];
  /** Whether gateways keep answers of it, and are told when its data changes. */
  readonly isKeptElsewhere?: boolean;
  readonly routes?: readonly Route[];
  /** Work that goes on by itself (sweeps, timers), started already. */
  readonly background?: readonly { stop(): Promise<void> }[];
  context(call: OperationCall): object;
}

export async function startSubgraph(platform: Platform, parts: SubgraphParts): Promise<RunningSubgraph> {
  const { name, schema, database } = parts;
  const relay = startRelay({
    source: name,
    pool: database.pool,
    queues: platform.queues,
    register: platform.register,
    log: platform.log,
  });
  database.onEventsWritten(() => {
    relay.wake();
    if (parts.isKeptElsewhere) tellChanged(platform.bus, name);
  });
  const consumers = await Promise.all(
    parts.consumers.map((consumer) => startConsumer(platform, consumer, database.ready)),
  );

  return {
    name,
    schema,
    context: (call) => bindIdentity(parts.context(call), call.identity),
    routes: parts.routes ?? [],
    ready: database.ready,
    async stop() {
      await Promise.all([...consumers, ...(parts.background ?? [])].map((work) => work.stop()));
      await relay.stop();
      await database.close();
    },
  };
}

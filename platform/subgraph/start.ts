/**
 * Starts a subgraph's parts in order and stops them in reverse: consumers and background work stop taking in, the relay
 * carries what was written, the database closes last.
 */
import type { GraphQLSchema } from 'graphql';
import type { Database } from '../database/database.js';
import { startPartitionMaintenance } from '../database/partitions.js';
import { createApplicationAwaiter } from '../events/await-application.js';
import { type Consumer, startConsumer } from '../events/consumer.js';
import { startRelay } from '../events/relay.js';
import { startRetiring } from '../events/retired-consumers.js';
import type { Route } from '../http/server.js';
import type { Platform } from '../platform.js';
import { publishInvalidation } from './invalidation.js';
import type { OperationCall, RunningSubgraph } from './subgraph.js';

export interface SubgraphParts {
  readonly name: string;
  readonly schema: GraphQLSchema;
  readonly database: Pick<Database, 'pool' | 'deliverEventsBy' | 'ready' | 'close'>;
  readonly consumers: readonly Consumer[];
  /** Names of consumers that former releases had. */
  readonly retiredConsumers?: readonly string[];
  /** Whether its writes invalidate the responses that gateways have cached. Default false. */
  readonly publishesInvalidations?: boolean;
  readonly routes?: readonly Route[];
  /** By family of tables: whole days before partitions are dropped, where the past is not archived. */
  readonly dropPartitionsAfterDays?: Readonly<Record<string, number>>;
  /** Work that runs by the clock, already started. */
  readonly background?: readonly { stop(): Promise<void> }[];
  context(call: OperationCall): object;
}

export async function startSubgraph(platform: Platform, parts: SubgraphParts): Promise<RunningSubgraph> {
  const { name, schema, database } = parts;
  const { bus, config, consumers, queues, log } = platform;
  const relay = startRelay({ source: name, pool: database.pool, queues, consumers, log });
  const applications = createApplicationAwaiter({ bus, consumers, log });
  database.deliverEventsBy({
    applications,
    onCommitted() {
      relay.wake();
      if (parts.publishesInvalidations) publishInvalidation(bus, name);
    },
  });
  const archiveAfterMonths = config.environment.ARCHIVE_AFTER_MONTHS;
  const dropAfterDays = parts.dropPartitionsAfterDays ?? {};
  const partitions = startPartitionMaintenance(
    database.pool,
    name,
    { archiveAfterMonths, dropAfterDays },
    log,
  );
  const running = await Promise.all(
    parts.consumers.map((consumer) => startConsumer(platform, consumer, database.ready)),
  );
  const retiring = startRetiring(platform, parts.retiredConsumers ?? []);
  return {
    name,
    schema,
    context: parts.context,
    routes: parts.routes ?? [],
    ready: database.ready,
    async stop() {
      await Promise.all(
        [...running, retiring, partitions, ...(parts.background ?? [])].map((work) => work.stop()),
      );
      await relay.stop();
      await applications.close();
      await database.close();
    },
  };
}

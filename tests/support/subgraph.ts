/**
 * A subgraph as it runs, on a database and a platform of its own: operations come as the gateway sends them, events as
 * the relay delivers them.
 */
import { type ExecutionResult, parse } from 'graphql';
import pg from 'pg';
import { vi } from 'vitest';
import { type AnyEvent, type NewEvent, newCause } from '../../platform/events/envelope.js';
import { eventQueueName } from '../../platform/events/relay.js';
import type { Identity } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import type { Language } from '../../platform/language/language.js';
import type { Platform } from '../../platform/platform.js';
import { executeOperation, subscribeOperation } from '../../platform/subgraph/execution.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import type { SubgraphName } from '../../subgraphs/names.js';
import { type Fill, freshDatabase } from './database.js';
import { openTestPlatform } from './platform.js';

export interface TestSubgraph {
  readonly running: RunningSubgraph;
  readonly platform: Platform;
  /** Reads the database beside the subgraph. */
  readonly pool: pg.Pool;
  /** @param language that the client prefers. Default: it does not say. */
  run(
    identity: Identity,
    source: string,
    variables?: Readonly<Record<string, unknown>>,
    language?: Language,
  ): Promise<ExecutionResult>;
  subscribe(
    identity: Identity,
    source: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<AsyncGenerator<ExecutionResult, void, void>>;
  /** Puts an event into a consumer's queue. Returns it, to be delivered again. */
  deliver(consumer: string, event: NewEvent | AnyEvent): Promise<AnyEvent>;
  stop(): Promise<void>;
}

export async function startTestSubgraph(
  name: SubgraphName,
  start: (platform: Platform) => Promise<RunningSubgraph>,
  options: {
    seed?: Fill;
    /** Runs on the database itself, before the unit starts. */
    prepare?: (url: string) => Promise<void>;
    settings?: NodeJS.ProcessEnv;
  } = {},
): Promise<TestSubgraph> {
  const database = await freshDatabase(name, options.seed);
  await options.prepare?.(database.url);
  const platform = await openTestPlatform({
    [`${name.toUpperCase()}_DATABASE_URL`]: database.url,
    ...options.settings,
  });
  const running = await start(platform);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const { log } = platform;
  return {
    running,
    platform,
    pool,
    run(identity, source, variables, language) {
      const operation = { document: parse(source), variables };
      return executeOperation(running, operation, { identity, language, cause: newCause() }, log);
    },
    async subscribe(identity, source, variables) {
      const operation = { document: parse(source), variables };
      const stream = await subscribeOperation(running, operation, { identity, cause: newCause() }, log);
      if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors));
      return stream;
    },
    async deliver(consumer, event) {
      const whole = 'id' in event ? event : enveloped(event);
      await platform.queues.add(eventQueueName(consumer), { events: [whole] }, { jobId: newId() });
      return whole;
    },
    async stop() {
      await pool.end();
      await running.stop();
      await platform.drop();
      await database.drop();
    },
  };
}

/** What an answer holds at a path; the answer's errors when it holds nothing there. */
export function textAt(result: ExecutionResult, ...path: readonly (string | number)[]): string {
  let value: unknown = result.data;
  for (const key of path)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof value !== 'string') throw new Error(`Nothing at ${path.join('.')}: ${JSON.stringify(result)}`);
  return value;
}

/** The codes of an answer's errors. */
export function codesOf(result: ExecutionResult): unknown[] {
  return (result.errors ?? []).map(({ extensions }) => extensions.code);
}

/** The SQL that reaches the database from this process during `work`. */
export async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return spy.mock.calls.map(([query]: readonly unknown[]) =>
      typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : String(query),
    );
  } finally {
    spy.mockRestore();
  }
}

/** A new event as the relay would deliver it. */
export function enveloped(event: NewEvent): AnyEvent {
  return {
    ...event,
    id: newId(),
    version: 1,
    source: 'test',
    occurredAt: new Date().toISOString(),
    metadata: newCause(),
  };
}

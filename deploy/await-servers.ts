/**
 * Waits for servers that are away, with growing pauses and without limit; reports each once when it is away and once when it
 * is back. A server that refuses the credentials ends the start.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../platform/config.js';
import type { Log } from '../platform/log.js';
import type { NeededServer } from './needed-servers.js';

export interface AwaitServersOptions {
  readonly log: Log;
  /** Called after each failed attempt. */
  readonly onAway?: () => Promise<void>;
  /** Ends the waiting. */
  readonly ending?: AbortSignal;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 2_000;

/** Resolves when all are available at the same time. @throws ConfigurationError */
export async function awaitServers(
  servers: readonly NeededServer[],
  options: AwaitServersOptions,
): Promise<void> {
  for (let someWereAway = true; someWereAway; ) {
    const wereAway = await Promise.all(servers.map((server) => awaitServer(server, options)));
    someWereAway = wereAway.includes(true);
  }
}

/** @returns whether it was away. */
async function awaitServer(
  { name, reach }: NeededServer,
  { log, onAway, ending }: AwaitServersOptions,
): Promise<boolean> {
  let pause = FIRST_PAUSE_MILLISECONDS;
  for (let failures = 0; ; failures += 1) {
    try {
      await reach();
      if (failures > 0) log.info(`${name} is there`);
      return failures > 0;
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      if (failures === 0) log.warn({ error: String(error) }, `waiting for ${name}`);
    }
    await onAway?.();
    await sleep(pause, undefined, { ...(ending === undefined ? {} : { signal: ending }) });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
  }
}

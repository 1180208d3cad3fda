/**
 * Waits for servers that are away, ever more patiently and for as long as it takes: says so once for each, and once when it
 * is there. One that refuses us ends the start.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../platform/config.js';
import type { Log } from '../platform/log.js';
import type { NeededServer } from './needed-servers.js';

export interface AwaitServersOptions {
  readonly log: Log;
  /** Called when one is away, each time that it is tried in vain. */
  readonly onAway: () => Promise<void>;
  /** Ends the waiting. */
  readonly ending: AbortSignal;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 2_000;

/** Resolves when all are there at once: one may go while another is waited for. @throws ConfigurationError */
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
    await onAway();
    await sleep(pause, undefined, { signal: ending });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
  }
}

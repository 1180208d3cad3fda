/**
 * Ends consumers that a release no longer has: without this, relays would fill their queues for ever. A consumer is removed from the
 * registry, and its queue deleted, once the last instance of the former release has stopped.
 */
import { type PollLoop, startPollLoop } from '../kit/poll-loop.js';
import type { Platform } from '../platform.js';
import { eventQueueName } from './relay.js';

/** Longer than a heartbeat lives. */
const INTERVAL_MILLISECONDS = 20_000;

/** @param names never to be used again. */
export function startRetiring(
  { consumers, log, queues }: Pick<Platform, 'consumers' | 'log' | 'queues'>,
  names: readonly string[],
): PollLoop {
  return startPollLoop({
    name: 'retired consumers',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const registered = await consumers.all();
      for (const name of names.filter((known) => registered.has(known))) {
        if (!(await consumers.remove(name))) continue;
        await queues.remove(eventQueueName(name));
        log.info({ consumer: name }, 'consumer: removed, this release does without it');
      }
      return 'done';
    },
  });
}

/**
 * Publishes revocations on the bus in their sequence, however they were written, and with each turn the number of the last one. Nothing is
 * published while the database is away: gateways then read them, and find out.
 */
import type { Bus } from '../../../platform/bus/bus.js';
import {
  HEARTBEAT_MILLISECONDS,
  heartbeatMessage,
  REVOCATIONS_TOPIC,
  revocationMessage,
} from '../../../platform/identity/revocations.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { findLastRevocation, findRevocations } from '../store/revocations.js';

export function startRevocations(database: OwnCustomerDatabase, bus: Bus, log: Log): PollLoop {
  /** The number of the last one published; undefined before the first turn, which publishes none of the past. */
  let published: number | undefined;
  return startPollLoop({
    name: 'customer.revocations',
    intervalMilliseconds: HEARTBEAT_MILLISECONDS,
    log,
    async turn() {
      let last = await findLastRevocation(database);
      published ??= last;
      if (last > published) {
        const page = await findRevocations(database, published);
        for (const revocation of page.revocations)
          bus.publish(REVOCATIONS_TOPIC, revocationMessage(revocation));
        last = page.last;
        published = page.revocations.at(-1)?.sequence ?? last;
      }
      if (published < last) return 'more';
      bus.publish(REVOCATIONS_TOPIC, heartbeatMessage(last));
      published = last;
      return 'done';
    },
  });
}

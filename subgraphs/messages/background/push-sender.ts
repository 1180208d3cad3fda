/** Posts pushes as they become due. A push service that hangs holds up a part of what is posted at once, and no claim of another process. */
import { CoalescingWriter } from '../../../platform/kit/coalescing-writer.js';
import type { PollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { PushPoster } from '../delivery/push/push-poster.js';
import type { ClaimedPush } from '../domain/push.js';
import { postPush } from '../operations/push/post-push.js';
import type { OwnMessagesDatabase } from '../store/database.js';
import { claimDuePushes, expirePushes, markPushed } from '../store/push/deliveries.js';
import { startClaimingSender } from './claiming-sender.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;
const AT_ONCE = 128;
/** To one service: others have the rest. */
const AT_ONCE_PER_SERVICE = 96;
/** Longer than the slowest attempt: 8 s for the name, 10 s for the service. */
const CLAIM_SECONDS = 40;

export interface PushSending {
  readonly database: OwnMessagesDatabase;
  readonly poster: PushPoster;
  readonly log: Log;
}

export function startPushSender({ database, poster, log }: PushSending): Pick<PollLoop, 'wake' | 'stop'> {
  const delivered = new CoalescingWriter<string, undefined>({
    maximumBatch: AT_ONCE,
    write: async (ids) => {
      await markPushed(database, ids);
      return ids.map(() => undefined);
    },
  });
  const sender = startClaimingSender<ClaimedPush>({
    name: 'messages.push-sender',
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    atOnce: AT_ONCE,
    claim: (free, underWay) =>
      claimDuePushes(database, {
        inAll: free,
        perService: AT_ONCE_PER_SERVICE,
        full: fullServices(underWay),
        claimSeconds: CLAIM_SECONDS,
      }),
    attempt: (push, stopping) =>
      postPush(push, { database, poster, log, markDelivered: (id) => delivered.write(id) }, stopping),
    tidy: () => expirePushes(database),
  });
  return {
    wake: sender.wake,
    async stop() {
      await sender.stop();
      await poster.close();
    },
  };
}

function fullServices(underWay: readonly ClaimedPush[]): string[] {
  const counts = new Map<string, number>();
  for (const { service } of underWay) counts.set(service, (counts.get(service) ?? 0) + 1);
  return [...counts].flatMap(([service, count]) => (count >= AT_ONCE_PER_SERVICE ? [service] : []));
}

/**
 * What a subscription sends: a snapshot first, then the updates that each message on a topic stands for. The topic is
 * subscribed to before the snapshot is read, so nothing falls between them; clients compare versions. Where the bus may have
 * lost messages, the snapshot is read again. Returning ends the iterator at once, also while the next message is awaited,
 * for which an async generator would wait.
 */
import { type Bus, type BusPayload, MISSED } from './bus.js';

export interface LiveUpdatesOptions<Update> {
  readonly bus: Bus;
  readonly topic: string;
  /** The snapshot. Default: nothing. What it throws refuses the subscription. */
  readonly first?: () => Promise<readonly Update[]>;
  /** The updates that lost messages may have stood for. Default: the snapshot again. */
  readonly missed?: () => Promise<readonly Update[]>;
  /** The updates that a message stands for, none or several. */
  readonly next: (message: BusPayload) => Promise<readonly Update[]>;
}

export async function liveUpdates<Update>({
  bus,
  topic,
  first = async () => [],
  missed = first,
  next,
}: LiveUpdatesOptions<Update>): Promise<AsyncIterableIterator<Update, undefined>> {
  const messages = await bus.subscribe(topic);
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await messages.return?.();
    return { done: true, value: undefined };
  };
  let ready: readonly Update[];
  try {
    ready = await first();
  } catch (error) {
    await end();
    throw error;
  }
  const updates: AsyncIterableIterator<Update, undefined> = {
    async next() {
      while (ready.length === 0) {
        const message = await messages.next();
        if (message.done) return { done: true, value: undefined };
        ready = await (message.value === MISSED ? missed() : next(message.value));
      }
      const [update, ...rest] = ready;
      ready = rest;
      return update === undefined ? end() : { done: false, value: update };
    },
    return: end,
    [Symbol.asyncIterator]: () => updates,
  };
  return updates;
}

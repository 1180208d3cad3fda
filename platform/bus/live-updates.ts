/**
 * What a subscription sends: how things stand first, then what each message on a topic stands for. The topic is listened
 * to before the first is read, so nothing falls between them; whoever reads compares versions. Where the bus may have lost
 * messages, how things stand is read anew. Returning ends it at once, also while the next message is awaited, which an async
 * generator would wait for.
 */
import { type Bus, type BusPayload, MISSED } from './bus.js';

export interface LiveUpdatesOptions<Update> {
  readonly bus: Bus;
  readonly topic: string;
  /** How things stand. Default: nothing. What it throws refuses the subscription. */
  readonly first?: () => Promise<readonly Update[]>;
  /** What may have been missed since what was sent. Default: `first` again. */
  readonly missed?: () => Promise<readonly Update[]>;
  /** What to send for a message; nothing for one that is of no use. */
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

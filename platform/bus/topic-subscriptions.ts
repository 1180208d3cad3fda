/**
 * The subscribers of each topic in this process: the local half of a bus. A subscriber 1,000 messages behind is ended as
 * unavailable, so that the gateway opens its subscription again, from a snapshot.
 */
import { ErrorCode, requestError } from '../errors.js';
import { AsyncQueue } from '../kit/async-queue.js';
import { type BusMessage, type BusPayload, MISSED } from './bus.js';

const CAPACITY = 1_000;

const OVERFLOW = {
  kind: 'fail',
  capacity: CAPACITY,
  error: () => requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, `Subscriber fell ${CAPACITY} messages behind`),
} as const;

export class TopicSubscriptions {
  readonly #subscribers = new Map<string, Set<AsyncQueue<BusMessage>>>();

  topics(): string[] {
    return [...this.#subscribers.keys()];
  }

  deliver(topic: string, payload: BusPayload): void {
    for (const subscriber of this.#subscribers.get(topic) ?? []) subscriber.push(payload);
  }

  /** Sends `MISSED` to every subscriber. */
  missed(): void {
    for (const subscribers of this.#subscribers.values())
      for (const subscriber of subscribers) subscriber.push(MISSED);
  }

  /** @param onLast called when the topic's last subscriber has gone. */
  subscribe(topic: string, onLast: () => void): AsyncIterableIterator<BusMessage> {
    const subscribers = this.#subscribers.get(topic) ?? new Set();
    this.#subscribers.set(topic, subscribers);
    const subscriber = new AsyncQueue<BusMessage>({
      overflow: OVERFLOW,
      onReturn: () => {
        subscribers.delete(subscriber);
        if (subscribers.size === 0 && this.#subscribers.get(topic) === subscribers) {
          this.#subscribers.delete(topic);
          onLast();
        }
      },
    });
    subscribers.add(subscriber);
    return subscriber;
  }

  endAll(): void {
    for (const subscribers of [...this.#subscribers.values()])
      for (const subscriber of [...subscribers]) void subscriber.return();
  }
}

/** Public events on their way to an event stream, and the port of the brokers that take them. */

export interface StreamedEvent {
  readonly id: string;
  readonly type: string;
  readonly franchiseId: string;
  readonly outletId: string;
  /** What the event is about: events of one thing keep their order. */
  readonly aggregateId: string;
  /** A CloudEvent in JSON: the bytes that webhooks receive, too. */
  readonly body: string;
}

/** An event that the broker will never take, as it is. */
export interface RefusedEvent {
  readonly id: string;
  readonly because: string;
}

/** What became of a batch. What is neither stored nor refused is published again. */
export interface Published {
  /** The ids of the events that the broker has acknowledged. */
  readonly stored: readonly string[];
  readonly refused: readonly RefusedEvent[];
  /** Why the rest is not stored: the broker is away. Null where there is no rest, or where time ran out. */
  readonly failure: unknown;
}

/** A broker that public events are published to. Another broker is another file beside those of `delivery/streams/`. */
export interface EventStream {
  /** As operators know it. What waits is stored under it: it never changes. */
  readonly name: string;
  /**
   * At least once, with the event's id for deduplication. Never throws.
   * @param events of one thing one after the other: a later one is not published before an earlier one is stored or refused.
   */
  publish(events: readonly StreamedEvent[]): Promise<Published>;
  /** Ends what is under way as a failure. */
  close(): Promise<void>;
}

/** Longest that a batch may take, connecting included: then it counts as failed. */
export const PUBLISH_SECONDS = 25;
/** After so long no further message of a batch is begun. */
export const BATCH_MILLISECONDS = 5_000;
/** For one answer of a broker. */
export const ANSWER_MILLISECONDS = 5_000;

const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

/** How long a broker is left alone after so many failures in a row, up to half of it at random. */
export function pauseAfter(failures: number): number {
  const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (failures - 1), LONGEST_PAUSE_MILLISECONDS);
  return pause * (1 - Math.random() / 2);
}

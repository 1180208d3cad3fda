/**
 * Live updates between processes: fire and forget, apart from the durable events. A message may be lost and is never
 * repeated, so a stream sends a snapshot first and compares versions. Payloads stay below 7 kB: ids and versions, not
 * documents.
 */
export interface Bus {
  publish(topic: string, payload: BusPayload): void;
  /**
   * Subscribed once this resolves; ends when the iterator is returned. A subscriber 1,000 messages behind ends with an error.
   * Yields `MISSED` when the connection was lost and is back.
   */
  subscribe(topic: string): Promise<AsyncIterableIterator<BusMessage>>;
  close(): Promise<void>;
}

export type BusPayload = Readonly<Record<string, string | number | boolean | null>>;

/** Stands for any number of messages that may have been lost. */
export const MISSED = Symbol('messages may have been missed');

export type BusMessage = BusPayload | typeof MISSED;

export const MAXIMUM_PAYLOAD_BYTES = 7_000;

/**
 * Live updates: fire and forget between processes, apart from the durable events. A message may be lost and is never
 * repeated, so whoever streams sends a snapshot first and compares versions; a listener that could not hear for a while is
 * told so once it hears again, and looks anew. Payloads stay below 7 kB: ids and versions, not documents.
 */
export interface Bus {
  publish(topic: string, payload: BusPayload): void;
  /**
   * Listens once this resolves; ends when the iterator is returned. A listener 1,000 messages behind is ended with an error.
   * `MISSED` comes after the connection was lost, once it listens again.
   */
  subscribe(topic: string): Promise<AsyncIterableIterator<BusMessage>>;
  close(): Promise<void>;
}

export type BusPayload = Readonly<Record<string, string | number | boolean | null>>;

/** In place of messages: any number of them may have been lost. */
export const MISSED = Symbol('messages may have been missed');

export type BusMessage = BusPayload | typeof MISSED;

export const MAXIMUM_PAYLOAD_BYTES = 7_000;

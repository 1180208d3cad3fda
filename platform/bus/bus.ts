/**
 * Live updates: fire and forget between processes, apart from the durable events. A message may be lost and is never
 * repeated, so whoever streams sends a snapshot first and compares versions. Payloads stay below 7 kB: ids and versions,
 * not documents.
 */
export interface Bus {
  publish(topic: string, payload: BusPayload): void;
  /** Listens once this resolves; ends when the iterator is returned. A listener 1,000 messages behind is ended with an error. */
  subscribe(topic: string): Promise<AsyncIterableIterator<BusPayload>>;
  close(): Promise<void>;
}

export type BusPayload = Readonly<Record<string, string | number | boolean | null>>;

export const MAXIMUM_PAYLOAD_BYTES = 7_000;

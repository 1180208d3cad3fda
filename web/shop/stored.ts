/**
 * A value that survives a reload, stored in this browser's IndexedDB and followed by every tab. A browser that stores nothing (private
 * windows of some) holds it in memory alone. What is stored by another release and does not fit is left out.
 */
import { get, set } from 'idb-keyval';
import { useSyncExternalStore } from 'react';

const channel = new BroadcastChannel('kedai-shop');
const opened = new Map<string, Reloadable>();

interface Reloadable {
  reload(): void;
}

channel.onmessage = ({ data }) => {
  if (typeof data === 'string') opened.get(data)?.reload();
};

export class Stored<Value> {
  readonly #key: string;
  readonly #fits: (value: unknown) => value is Value;
  readonly #listeners = new Set<() => void>();
  #value: Value;
  #isRead = false;
  #reading: Promise<void> | undefined;

  constructor(key: string, initial: Value, fits: (value: unknown) => value is Value) {
    this.#key = key;
    this.#value = initial;
    this.#fits = fits;
    opened.set(key, this);
  }

  readonly present = (): Value => this.#value;

  /** Whether what was stored has been read. */
  readonly isRead = (): boolean => this.#isRead;

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    void this.read();
    return () => this.#listeners.delete(listener);
  };

  /** What is stored, once it has been read. */
  async read(): Promise<Value> {
    this.#reading ??= this.#load();
    await this.#reading;
    return this.#value;
  }

  /** Resolves when it is stored: what has to survive is awaited before anything follows from it. */
  async change(next: (value: Value) => Value): Promise<void> {
    await this.read();
    this.#show(next(this.#value));
    try {
      await set(this.#key, this.#value);
      channel.postMessage(this.#key);
    } catch {
      // Nothing can be stored here; the value lives as long as the page.
    }
  }

  reload(): void {
    this.#reading = this.#load();
  }

  async #load(): Promise<void> {
    const stored: unknown = await get(this.#key).catch(() => undefined);
    this.#isRead = true;
    this.#show(this.#fits(stored) ? stored : this.#value);
  }

  #show(value: Value): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }
}

export function useStored<Value>(stored: Stored<Value>): Value {
  return useSyncExternalStore(stored.listen, stored.present);
}

export function useIsRead(stored: Stored<unknown>): boolean {
  return useSyncExternalStore(stored.listen, stored.isRead);
}

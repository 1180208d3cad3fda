/**
 * Items pushed on one side and awaited on the other, as an async iterator. Bounded: what happens when the reader falls behind
 * is the queue's overflow policy. `return()` ends a pending `next()` at once, which an async generator would not.
 */

/**
 * - `fail`: drops what is waiting and fails the reader with this error: for readers that must not miss an item.
 * - `latest-by-key`: an item replaces the waiting one of its key, in the same place. The number of keys is the bound.
 */
export type OverflowPolicy<Item> =
  | { readonly kind: 'fail'; readonly capacity?: number; error(): Error }
  | { readonly kind: 'latest-by-key'; keyOf(item: Item): unknown };

export interface AsyncQueueOptions<Item> {
  /** Default capacity of `fail`: 1,000 items. */
  readonly overflow: OverflowPolicy<Item>;
  /** Called once, when the reader returns or overflows; not when the writer ends the queue. */
  readonly onReturn?: () => void;
}

const DEFAULT_CAPACITY = 1_000;
/** Slots already read that are worth removing before the queue is empty. */
const COMPACTION_MINIMUM = 32;

interface Slot<Item> {
  item: Item;
}

interface Reader<Item> {
  resolve(result: IteratorResult<Item, undefined>): void;
  reject(error: Error): void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

export class AsyncQueue<Item> implements AsyncIterableIterator<Item, undefined> {
  readonly #overflow: OverflowPolicy<Item>;
  readonly #onReturn: () => void;
  readonly #slotsByKey = new Map<unknown, Slot<Item>>();
  readonly #readers: Reader<Item>[] = [];
  #slots: Slot<Item>[] = [];
  #head = 0;
  #hasEnded = false;
  #error: Error | undefined;

  constructor({ overflow, onReturn = () => {} }: AsyncQueueOptions<Item>) {
    this.#overflow = overflow;
    this.#onReturn = onReturn;
  }

  /** Items waiting for the reader. */
  get size(): number {
    return this.#slots.length - this.#head;
  }

  /** Ignored after the end. */
  push(item: Item): void {
    if (this.#hasEnded) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) reader.resolve({ done: false, value: item });
    else if (this.#overflow.kind === 'latest-by-key') this.#pushLatest(this.#overflow.keyOf(item), item);
    else if (this.size < (this.#overflow.capacity ?? DEFAULT_CAPACITY)) this.#slots.push({ item });
    else this.#cutOff(this.#overflow.error());
  }

  /** No further items. The reader gets those waiting, then the error if there is one. */
  end(error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const [first, ...others] = this.#readers.splice(0);
    if (first === undefined) this.#error = error;
    else if (error === undefined) first.resolve(DONE);
    else first.reject(error);
    for (const reader of others) reader.resolve(DONE);
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    const slot = this.#takeSlot();
    if (slot !== undefined) return { done: false, value: slot.item };
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    if (this.#hasEnded) return DONE;
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#cutOff();
    this.#error = undefined;
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #pushLatest(key: unknown, item: Item): void {
    const waiting = this.#slotsByKey.get(key);
    if (waiting !== undefined) {
      waiting.item = item;
      return;
    }
    const slot = { item };
    this.#slots.push(slot);
    this.#slotsByKey.set(key, slot);
  }

  #takeSlot(): Slot<Item> | undefined {
    const slot = this.#slots[this.#head];
    if (slot === undefined) return undefined;
    this.#head += 1;
    if (this.#overflow.kind === 'latest-by-key') this.#slotsByKey.delete(this.#overflow.keyOf(slot.item));
    if (this.#head === this.#slots.length) this.#clear();
    else if (this.#head > COMPACTION_MINIMUM && this.#head * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#head);
      this.#head = 0;
    }
    return slot;
  }

  #clear(): void {
    this.#slots = [];
    this.#head = 0;
    this.#slotsByKey.clear();
  }

  #cutOff(error?: Error): void {
    const wasOpen = !this.#hasEnded;
    this.#clear();
    this.end(error);
    if (wasOpen) this.#onReturn();
  }
}

/**
 * Bounds what waits for a client that does not read, and lets a client that reads have messages of any size.
 *
 * - Up to `bufferedBytes` may wait.
 * - Above it, the limit is exceeded once the connection has taken no byte for five seconds: a large message to a slow
 *   reader is progress.
 * - Above eight times as much, it is exceeded at once: the client reads more slowly than its streams emit.
 *
 * What waits is measured before a message is written, so one message never exceeds the limit by itself.
 */
export interface UnreadLimitOptions {
  readonly bufferedBytes: number;
  /** Bytes that were written and have not left yet. */
  readonly unread: () => number;
  /** Called at most once. */
  readonly onExceeded: () => void;
}

/** What a socket and an HTTP response have alike; their timeout passes when no byte does. */
export interface Connection {
  setTimeout(milliseconds: number): unknown;
  on(event: 'timeout', listener: () => void): unknown;
}

const STALL_MILLISECONDS = 5_000;
const HARD_FACTOR = 8;

export class UnreadLimit {
  readonly #connection: Connection;
  readonly #options: UnreadLimitOptions;
  #isWatching = false;
  #isExceeded = false;

  constructor(connection: Connection, options: UnreadLimitOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Whether another message may be written. */
  admits(): boolean {
    const unread = this.#options.unread();
    if (unread <= this.#options.bufferedBytes) return true;
    if (unread > this.#options.bufferedBytes * HARD_FACTOR) this.#exceed();
    else this.#watch();
    return !this.#isExceeded;
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#connection.setTimeout(STALL_MILLISECONDS);
    this.#connection.on('timeout', () => {
      if (!this.#isWatching) return;
      if (this.#options.unread() > this.#options.bufferedBytes) this.#exceed();
      this.#isWatching = false;
      this.#connection.setTimeout(0);
    });
  }

  #exceed(): void {
    if (this.#isExceeded) return;
    this.#isExceeded = true;
    this.#options.onExceeded();
  }
}

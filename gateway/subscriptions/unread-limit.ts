/**
 * Bounds the bytes that wait for a client that does not read; a client that reads gets messages of any size.
 *
 * - Up to `bufferedBytes` may wait.
 * - Above that, the limit is exceeded once the connection has accepted no byte for five seconds: a large message that a slow
 *   client is reading counts as progress.
 * - Above eight times `bufferedBytes` it is exceeded at once: the client reads more slowly than its streams emit.
 *
 * The bytes are counted before a message is written, so that no message exceeds the limit by itself.
 */
export interface UnreadLimitOptions {
  readonly bufferedBytes: number;
  /** Bytes that were written and not sent yet. */
  readonly unread: () => number;
  /** Called at most once. */
  readonly onExceeded: () => void;
}

/** A socket or an HTTP response. Its timeout fires when no byte passes. */
export interface Connection {
  setTimeout(milliseconds: number): unknown;
  on(event: 'timeout', listener: () => void): unknown;
}

/** The part of `bufferedBytes` from which a client counts as slow. */
export const SLOW_FROM = 1 / 8;

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

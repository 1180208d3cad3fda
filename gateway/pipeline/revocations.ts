/**
 * Whether what an access token says still holds: sessions that were ended and roles that were revoked end at requests, sockets and event
 * streams as soon as the gateway receives the revocation. Checking is a look-up in memory.
 *
 * Revocations arrive on the bus in sequence. A gateway that misses a number, or receives nothing for a second, reads them again from the
 * customer subgraph. After five seconds in which nothing confirmed that it has them all, it treats staff as guests, until it is confirmed
 * again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { errors } from 'jose';
import { type BusMessage, MISSED } from '../../platform/bus/bus.js';
import type { TokenVerifier, VerifiedToken } from '../../platform/identity/access-token.js';
import {
  HEARTBEAT_MILLISECONDS,
  parseRevocationMessage,
  type Revocation,
  type RevocationPage,
} from '../../platform/identity/revocations.js';
import { type OutageLog, outageLog } from '../../platform/kit/outage-log.js';
import type { Log } from '../../platform/log.js';

export interface RevocationSource {
  /** What the customer unit publishes. Undefined where the gateway has no bus: it reads every second. */
  readonly subscribe: (() => Promise<AsyncIterableIterator<BusMessage>>) | undefined;
  /** Those after a number of the sequence whose tokens may still be valid. */
  read(after: number, signal: AbortSignal): Promise<RevocationPage>;
}

export interface RevocationTimes {
  /** Without a message for so long, they are read again. Default 1 s. */
  readonly silenceMilliseconds: number;
  /** Without a confirmation for so long, staff are treated as guests. Default 5 s. */
  readonly unconfirmedMilliseconds: number;
}

const DEFAULT_TIMES: RevocationTimes = { silenceMilliseconds: 1_000, unconfirmedMilliseconds: 5_000 };
const READ_TIMEOUT_MILLISECONDS = 2_000;
/** Longer than any access token lives. */
const RETENTION_MILLISECONDS = 20 * 60_000;

/** Receives the end of a connection's token. */
export interface RevocationWatcher {
  readonly token: VerifiedToken;
  /** The session is over, or a role is. */
  revoked(): void;
  /** Nothing confirms that the caller's roles hold. */
  unconfirmed(): void;
}

interface RevokedAt {
  readonly sequence: number;
  /** By the gateway's clock. */
  readonly until: number;
}

export class Revocations {
  readonly #source: RevocationSource;
  readonly #times: RevocationTimes;
  readonly #log: Log;
  readonly #outage: OutageLog;
  readonly #sessions = new Map<string, RevokedAt>();
  readonly #persons = new Map<string, RevokedAt>();
  readonly #watchers = new Set<RevocationWatcher>();
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #messages: AsyncIterableIterator<BusMessage> | undefined;
  #reading: Promise<void> | undefined;
  #last = 0;
  #receivedAt = 0;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #wasConfirmed = false;

  /** Resolves when they were read once, or could not be. */
  static async start(
    source: RevocationSource,
    log: Log,
    times: Partial<RevocationTimes> = {},
  ): Promise<Revocations> {
    const revocations = new Revocations(source, log, { ...DEFAULT_TIMES, ...times });
    await revocations.#read();
    return revocations;
  }

  private constructor(source: RevocationSource, log: Log, times: RevocationTimes) {
    this.#source = source;
    this.#log = log;
    this.#outage = outageLog(log, 'subscriptions to revocations fail, and are tried again');
    this.#times = times;
    this.#timer = setInterval(() => this.#tick(), HEARTBEAT_MILLISECONDS);
    this.#timer.unref();
    void this.#receive();
  }

  /** Whether every revocation up to a moment ago is known. */
  get isConfirmed(): boolean {
    return performance.now() - this.#confirmedAt < this.#times.unconfirmedMilliseconds;
  }

  isRevoked({ identity, revocation = 0 }: VerifiedToken): boolean {
    const { sessionId, customerId } = identity;
    if (sessionId !== undefined && this.#sessions.has(sessionId)) return true;
    const person = this.#persons.get(customerId);
    return person !== undefined && person.sequence > revocation;
  }

  /** Notifies the watcher of every later change, and asynchronously of a token that is revoked already. @returns how to stop. */
  watch(watcher: RevocationWatcher): () => void {
    this.#watchers.add(watcher);
    const { token } = watcher;
    if (this.isRevoked(token)) queueMicrotask(() => watcher.revoked());
    else if (!this.isConfirmed && isStaff(token)) queueMicrotask(() => watcher.unconfirmed());
    return () => this.#watchers.delete(watcher);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    await this.#messages?.return?.();
    await this.#reading;
  }

  async #receive(): Promise<void> {
    const { subscribe } = this.#source;
    while (subscribe !== undefined && !this.#stopping.signal.aborted) {
      try {
        this.#messages = await subscribe();
        if (this.#stopping.signal.aborted) return void (await this.#messages.return?.());
        this.#outage.succeeded();
        for await (const message of this.#messages) this.#handle(message);
      } catch (error) {
        this.#outage.failed(error);
      }
      await this.#pause();
    }
  }

  #handle(message: BusMessage): void {
    const received = message === MISSED ? null : parseRevocationMessage(message);
    if (received === null) return void this.#read();
    this.#receivedAt = performance.now();
    if ('last' in received) {
      if (received.last > this.#last) void this.#read();
      else this.#confirm();
      return;
    }
    if (received.sequence <= this.#last) return;
    const isNext = received.sequence === this.#last + 1;
    this.#apply([received]);
    // What lies between was lost: the number does not advance until it is read.
    if (!isNext) return void this.#read();
    this.#last = received.sequence;
    this.#confirm();
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#receivedAt >= this.#times.silenceMilliseconds) void this.#read();
    this.#forget(now);
    const { isConfirmed } = this;
    if (this.#wasConfirmed && !isConfirmed) {
      this.#log.warn({}, 'revocations are not confirmed: staff are treated as guests');
      for (const watcher of [...this.#watchers]) if (isStaff(watcher.token)) watcher.unconfirmed();
    }
    this.#wasConfirmed = isConfirmed;
  }

  /** One read at a time; what is missed during one is missed by the heartbeat after it, too. */
  #read(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAll(): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(READ_TIMEOUT_MILLISECONDS)]);
    try {
      let isComplete = false;
      while (!isComplete) {
        const { last, revocations } = await this.#source.read(this.#last, signal);
        this.#apply(revocations);
        const reached = revocations.at(-1)?.sequence ?? last;
        isComplete = reached >= last;
        // A database that was restored continues from an earlier number.
        this.#last = reached;
      }
      this.#confirm();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#log.debug({ error: String(error) }, 'revocations cannot be read');
    }
    this.#receivedAt = performance.now();
  }

  #confirm(): void {
    this.#confirmedAt = performance.now();
    this.#wasConfirmed = true;
  }

  #apply(revocations: readonly Revocation[]): void {
    const until = performance.now() + RETENTION_MILLISECONDS;
    for (const { sequence, sessionId, customerId } of revocations) {
      if (sessionId !== null) this.#sessions.set(sessionId, { sequence, until });
      if (customerId !== null) this.#persons.set(customerId, { sequence, until });
    }
    if (revocations.length === 0) return;
    for (const watcher of [...this.#watchers]) if (this.isRevoked(watcher.token)) watcher.revoked();
  }

  /** Entries are in the order of their time. */
  #forget(now: number): void {
    for (const revoked of [this.#sessions, this.#persons]) {
      for (const [id, { until }] of revoked) {
        if (until > now) break;
        revoked.delete(id);
      }
    }
  }

  async #pause(): Promise<void> {
    const { signal } = this.#stopping;
    await delay(this.#times.silenceMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/**
 * A verifier that refuses what was revoked. While revocations are not confirmed, the identity of staff is that of a guest, and
 * `isUnconfirmed`.
 */
export function revocableTokens(verifier: TokenVerifier, revocations: Revocations): TokenVerifier {
  return {
    async verify(token) {
      const verified = await verifier.verify(token);
      if (revocations.isRevoked(verified)) throw new errors.JWTInvalid('The token was revoked');
      return revocations.isConfirmed || !isStaff(verified) ? verified : asGuest(verified);
    },
  };
}

function isStaff({ identity, scopes }: VerifiedToken): boolean {
  return scopes.size > 0 || identity.roles.some(({ role }) => role !== 'CUSTOMER');
}

function asGuest(verified: VerifiedToken): VerifiedToken {
  const { identity } = verified;
  return {
    ...verified,
    identity: { ...identity, roles: identity.roles.filter(({ role }) => role === 'CUSTOMER') },
    scopes: new Set(),
    isUnconfirmed: true,
  };
}

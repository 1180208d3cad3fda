/**
 * The sessions of browsers, whose cookies name them by a refresh token that is never exchanged. The gateway holds the access token of each
 * session that it has seen lately, in memory, and renews it before it expires: once for all requests and sockets of the session. Other
 * gateways do the same beside it, so none of them depends on what another one holds.
 */
import { LRUCache } from 'lru-cache';
import type { TokenVerifier, VerifiedToken } from '../../platform/identity/access-token.js';
import { type OutageLog, outageLog } from '../../platform/kit/outage-log.js';
import type { Log } from '../../platform/log.js';
import { anonymousAt, type Caller, isUnverifiable } from './caller.js';

export interface SessionSource {
  /** The next access token of a session; null where it is over. */
  renew(refreshToken: string, from: BrowserAddress): Promise<string | null>;
}

/** Where a request comes from, by which its session is recognised in the list of a person's sessions. */
export interface BrowserAddress {
  readonly address: string;
  readonly userAgent: string | undefined;
}

const MAXIMUM_HELD = 20_000;
const MAXIMUM_OVER = 20_000;
const OVER_MILLISECONDS = 60_000;
/** Before an access token expires, so that a short outage of the subgraph ends nothing. */
const RENEWED_BEFORE_MILLISECONDS = 30_000;

interface Held {
  readonly accessToken: string;
  readonly receivedAt: number;
  readonly renewFrom: number;
}

export class BrowserSessions {
  readonly #source: SessionSource;
  readonly #verifier: TokenVerifier;
  readonly #outage: OutageLog;
  readonly #held = new LRUCache<string, Held>({ max: MAXIMUM_HELD });
  /** What is over stays so; forgotten after a while to spare memory. */
  readonly #over = new LRUCache<string, true>({ max: MAXIMUM_OVER, ttl: OVER_MILLISECONDS });
  readonly #renewals = new Map<string, Promise<Held | undefined>>();

  constructor(source: SessionSource, verifier: TokenVerifier, log: Log) {
    this.#source = source;
    this.#verifier = verifier;
    this.#outage = outageLog(log, 'sessions of browsers cannot be renewed, and are tried again');
  }

  /**
   * The caller by a session; undefined where it is over. While that cannot be found out, an anonymous one that is `isUnconfirmed`.
   *
   * @param maximumAge of what is known of the caller's roles, in milliseconds. Default: as long as an access token lives.
   */
  async callerOf(
    refreshToken: string,
    from: BrowserAddress,
    maximumAge = Number.POSITIVE_INFINITY,
  ): Promise<Caller | undefined> {
    if (this.#over.has(refreshToken)) return undefined;
    let caller: Caller | undefined;
    try {
      const held = this.#held.get(refreshToken);
      caller = held && (await this.#callerBy(held, refreshToken, from));
      const now = Date.now();
      const isCurrent = held !== undefined && now < held.renewFrom && now - held.receivedAt < maximumAge;
      if (caller !== undefined && isCurrent) return caller;
      const next = await this.#renewed(refreshToken, from);
      return next && (await this.#callerBy(next, refreshToken, from));
    } catch {
      return caller ?? { ...anonymousAt(from.address), isUnconfirmed: true };
    }
  }

  /** Of a session that was just opened, so that its first request needs no renewal. */
  async opened(refreshToken: string, accessToken: string): Promise<void> {
    await this.#hold(refreshToken, accessToken).catch(() => undefined);
  }

  ended(refreshToken: string): void {
    this.#held.delete(refreshToken);
    this.#over.set(refreshToken, true);
  }

  /** One renewal of a session at a time, however many wait for it. */
  #renewed(refreshToken: string, from: BrowserAddress): Promise<Held | undefined> {
    const underWay = this.#renewals.get(refreshToken);
    if (underWay !== undefined) return underWay;
    const renewal = this.#renew(refreshToken, from).finally(() => this.#renewals.delete(refreshToken));
    this.#renewals.set(refreshToken, renewal);
    return renewal;
  }

  async #renew(refreshToken: string, from: BrowserAddress): Promise<Held | undefined> {
    try {
      const accessToken = await this.#source.renew(refreshToken, from);
      this.#outage.succeeded();
      if (accessToken !== null) return await this.#hold(refreshToken, accessToken);
      this.ended(refreshToken);
      return undefined;
    } catch (error) {
      this.#outage.failed(error);
      throw error;
    }
  }

  async #hold(refreshToken: string, accessToken: string): Promise<Held | undefined> {
    const verified = await this.#verified(accessToken);
    if (verified === undefined || this.#over.has(refreshToken)) return undefined;
    const receivedAt = Date.now();
    const left = verified.expiresAt - receivedAt;
    const renewFrom = receivedAt + Math.max(left / 2, left - RENEWED_BEFORE_MILLISECONDS);
    const held = { accessToken, receivedAt, renewFrom };
    this.#held.set(refreshToken, held);
    return held;
  }

  async #callerBy(
    { accessToken, renewFrom }: Held,
    refreshToken: string,
    from: BrowserAddress,
  ): Promise<Caller | undefined> {
    const verified = await this.#verified(accessToken);
    if (verified === undefined) return undefined;
    return {
      ...verified,
      isSignedIn: true,
      authorization: `Bearer ${accessToken}`,
      address: from.address,
      session: { renewFrom, next: () => this.callerOf(refreshToken, from) },
    };
  }

  /** Undefined where the token has expired or was revoked. */
  async #verified(accessToken: string): Promise<VerifiedToken | undefined> {
    try {
      return await this.#verifier.verify(accessToken);
    } catch (error) {
      if (isUnverifiable(error)) throw error;
      return undefined;
    }
  }
}

/**
 * Whose a socket is. A socket that was opened by an access token ends with it, unless its client sends the next one by a `ping`; one that
 * was opened by a browser's cookie goes on as long as the session does, with access tokens that the gateway renews. Its streams go on with
 * it, but for those that the next token may not have.
 */
import { CloseCode } from 'graphql-ws';
import type { Log } from '../../platform/log.js';
import type { Caller, IdentifyCaller } from '../pipeline/caller.js';
import type { RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';
import type { Revocations } from '../pipeline/revocations.js';
import { type CallerEnd, followCaller, TRY_AGAIN_LATER } from './connection-end.js';
import {
  acceptLanguageOf,
  authorizationOf,
  type Connection,
  callerOfConnection,
} from './socket-connection.js';
import type { Renewed } from './socket-session.js';

export interface SocketCallerOptions {
  readonly identify: IdentifyCaller;
  /** Whether access tokens are verified here; otherwise a client's `authorization` goes upstream, and a ping is a ping. */
  readonly verifiesTokens: boolean;
  /** Undefined: tokens are valid until they expire. */
  readonly revocations: Revocations | undefined;
  readonly rateLimits: RateLimits;
  readonly log: Log;
}

type Payload = Readonly<Record<string, unknown>> | undefined;

const END_REASONS: Readonly<Record<CallerEnd, string>> = {
  expired: 'The access token has expired',
  revoked: 'The access token was revoked',
  unconfirmed: 'What staff may do cannot be confirmed at the moment',
};

export class SocketCallers {
  readonly #options: SocketCallerOptions;

  constructor(options: SocketCallerOptions) {
    this.#options = options;
  }

  /** Identifies the client by its `connection_init`. @returns false where it may not connect. */
  async connect(connection: Connection, parameters: Payload): Promise<boolean> {
    const { request, socket } = connection;
    try {
      const authorization = authorizationOf(parameters) ?? request.headers.authorization;
      const acceptLanguage = acceptLanguageOf(parameters);
      if (acceptLanguage !== undefined)
        connection.headers = { ...request.headers, 'accept-language': acceptLanguage };
      const caller = await this.#options.identify(request, authorization);
      if (caller.isUnconfirmed) {
        socket.close(TRY_AGAIN_LATER, unconfirmedReason(caller));
        return false;
      }
      this.#follow(connection, caller);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status !== 401) socket.close(TRY_AGAIN_LATER, error.message);
      return false;
    }
  }

  /** The next access token, where a `ping` carries one. */
  tokenIn(payload: Payload): string | undefined {
    return this.#options.verifiesTokens ? authorizationOf(payload) : undefined;
  }

  /** The connection goes on by the token if that is the same person's; otherwise it is closed. Tokens take effect in their order. */
  renew(connection: Connection, authorization: string): Promise<Renewed | undefined> {
    const renewal = connection.renewals.then(() => this.#renew(connection, authorization));
    connection.renewals = renewal;
    return renewal;
  }

  async #renew(connection: Connection, authorization: string): Promise<Renewed | undefined> {
    const { identify, rateLimits, log } = this.#options;
    const { address, identity } = callerOfConnection(connection);
    const close = (code: number, reason: string) => {
      connection.socket.close(code, reason);
      return undefined;
    };
    if (!connection.socket.isOpen) return undefined;
    try {
      rateLimits.fromAddress(address);
      // The cookie would count in its place.
      if (authorization === '') return close(CloseCode.Unauthorized, 'The access token is empty');
      const next = await identify(connection.request, authorization);
      if (next.isUnconfirmed) return close(TRY_AGAIN_LATER, unconfirmedReason(next));
      if (next.identity.customerId !== identity.customerId)
        return close(CloseCode.Forbidden, "The access token is another person's");
      this.#follow(connection, next);
      return Number.isFinite(next.expiresAt) ? { expiresAt: new Date(next.expiresAt).toISOString() } : {};
    } catch (error) {
      if (error instanceof Refusal)
        return close(error.status === 401 ? CloseCode.Unauthorized : TRY_AGAIN_LATER, error.message);
      log.error({ error: String(error) }, 'a client could not renew its token');
      return close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  #follow(connection: Connection, caller: Caller): void {
    const { socket } = connection;
    connection.stopFollowing?.();
    goOnAs(connection, caller);
    if (!socket.isOpen) return;
    connection.stopFollowing = followCaller(caller, this.#options.revocations, {
      renewed: (next) => goOnAs(connection, next),
      // A client with a newer token reconnects, as graphql-ws does by itself.
      ended: (why) =>
        socket.close(why === 'unconfirmed' ? TRY_AGAIN_LATER : CloseCode.Forbidden, END_REASONS[why]),
    });
  }
}

function goOnAs(connection: Connection, caller: Caller): void {
  connection.caller = caller;
  for (const stream of connection.streams) stream.continueAs(caller);
}

function unconfirmedReason({ isSignedIn }: Caller): string {
  return isSignedIn ? END_REASONS.unconfirmed : 'Sessions cannot be looked up at the moment';
}

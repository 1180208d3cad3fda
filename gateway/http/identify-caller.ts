/** Identifies callers by their access token, or else by the cookie of a session where the request comes from the gateway's own origin. */
import type { IncomingMessage } from 'node:http';
import { clientAddress } from '../../platform/http/client-address.js';
import type { TokenVerifier } from '../../platform/identity/access-token.js';
import type { BrowserSessions } from '../pipeline/browser-sessions.js';
import { anonymousAt, type Caller, callerOf, type IdentifyCaller } from '../pipeline/caller.js';
import type { CrossOrigin } from './cross-origin.js';
import { sessionCookieOf } from './session-cookie.js';

export interface IdentificationOptions {
  readonly verifier: TokenVerifier | undefined;
  /** Undefined: no cookie signs anybody in. */
  readonly sessions: BrowserSessions | undefined;
  readonly crossOrigin: CrossOrigin;
  readonly trustedProxies: number;
}

export function identifyCaller(options: IdentificationOptions): IdentifyCaller {
  return async (request, authorization) => {
    const address = clientAddress(request, options.trustedProxies);
    const refreshToken = authorization ? undefined : countingCookieOf(request, options);
    if (refreshToken === undefined) return callerOf(options.verifier, authorization, address);
    return (await callerByCookie(request, refreshToken, options)) ?? anonymousAt(address);
  };
}

/** The refresh token of a cookie that counts: where sessions are served, and no other origin can have caused the request. */
export function countingCookieOf(
  request: IncomingMessage,
  { sessions, crossOrigin }: Pick<IdentificationOptions, 'sessions' | 'crossOrigin'>,
): string | undefined {
  if (sessions === undefined || request.headers.cookie === undefined) return undefined;
  return crossOrigin.isSameOrigin(request)
    ? sessionCookieOf(request, crossOrigin.calledAt(request))
    : undefined;
}

/** @param maximumAge of what is known of the caller's roles, in milliseconds. Default: as long as an access token lives. */
export async function callerByCookie(
  request: IncomingMessage,
  refreshToken: string,
  { sessions, trustedProxies }: Pick<IdentificationOptions, 'sessions' | 'trustedProxies'>,
  maximumAge?: number,
): Promise<Caller | undefined> {
  const from = {
    address: clientAddress(request, trustedProxies),
    userAgent: request.headers['user-agent'],
  };
  return sessions?.callerOf(refreshToken, from, maximumAge);
}

/**
 * The cookie that names a browser's session: its refresh token, which no script reads (HttpOnly) and no page of another site sends
 * (SameSite=Strict). Browsers send the cookies of a host to all of its ports, so its name has the port: two Kedai on one machine do not sign
 * each other out. Over https it is Secure, and so named that nothing but this host over https can have set it (`__Host-`).
 */
import type { IncomingMessage } from 'node:http';
import { HOST_PREFIX, SESSION_COOKIE } from '../clients/session-cookie-name.js';
import type { CalledAt } from './cross-origin.js';

/** As long as a session lives at the longest: the subgraph says when it is over. */
const LIFE_SECONDS = 90 * 24 * 60 * 60;
/** What the subgraph issues, and no more than it. */
const TOKEN = /^[A-Za-z0-9_-]{20,128}$/;

/** The refresh token; undefined where there is none that could be one. */
export function sessionCookieOf({ headers: { cookie } }: IncomingMessage, at: CalledAt): string | undefined {
  const start = `${nameAt(at)}=`;
  const found = cookie
    ?.split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith(start));
  const token = found?.slice(start.length);
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** The `set-cookie` that begins a session in the browser. */
export function sessionCookie(refreshToken: string, at: CalledAt): string {
  return `${nameAt(at)}=${refreshToken}; Max-Age=${LIFE_SECONDS}${attributes(at)}`;
}

/** The `set-cookie` that ends it. */
export function noSessionCookie(at: CalledAt): string {
  return `${nameAt(at)}=; Max-Age=0${attributes(at)}`;
}

function nameAt({ isSecure, port }: CalledAt): string {
  return `${isSecure ? HOST_PREFIX : ''}${SESSION_COOKIE}${port === undefined ? '' : `_${port}`}`;
}

function attributes({ isSecure }: CalledAt): string {
  return `; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

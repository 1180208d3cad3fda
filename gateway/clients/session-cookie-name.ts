/** The names of session cookies. A session cookie is a credential, so it is removed from what is forwarded to subgraphs. */

export const SESSION_COOKIE = 'kedai_session';
/** Of browsers that have it from the host alone, over https. */
export const HOST_PREFIX = '__Host-';

const ITS_NAME = new RegExp(`^(${HOST_PREFIX})?${SESSION_COOKIE}(_\\d+)?=`);

/** A `cookie` header without them; undefined where nothing is left. */
export function withoutSessions(cookies: string | undefined): string | undefined {
  if (cookies === undefined || !cookies.includes(SESSION_COOKIE)) return cookies;
  const others = cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => !ITS_NAME.test(cookie));
  return others.length === 0 ? undefined : others.join('; ');
}

/**
 * Which pages of other origins may call (CORS) and open sockets, and the security headers of answers.
 * No cookie signs anybody in, so credentials are not allowed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

const PREFLIGHT_SECONDS = '86400';
const EXPOSED = 'retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, x-request-id';

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export class CrossOrigin {
  readonly #origins: ReadonlySet<string>;
  readonly #trustedProxies: number;

  /** @param origins such as `https://kedai.example`; `*` for every one. */
  constructor(origins: readonly string[], trustedProxies = 0) {
    this.#origins = new Set(origins);
    this.#trustedProxies = trustedProxies;
  }

  /** Browsers send no preflight before they open a socket. Clients other than browsers send no origin. */
  mayOpenSocket({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    if (origin === undefined || this.#allowed(origin) !== undefined) return true;
    const calledBy = this.#trustedProxies > 0 ? (headers['x-forwarded-host'] ?? host) : host;
    return URL.canParse(origin) && new URL(origin).host === calledBy;
  }

  /** The headers of every GraphQL answer to this request. */
  headersFor({ headers }: IncomingMessage): Record<string, string> {
    const origin = this.#allowed(headers.origin);
    if (this.#origins.size === 0) return { ...SECURITY_HEADERS };
    if (origin === undefined) return { ...SECURITY_HEADERS, vary: 'origin' };
    return {
      ...SECURITY_HEADERS,
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
      vary: 'origin',
    };
  }

  /** Answers a preflight: yes to the origins that may, and else without a word of permission. @param headers of every answer. */
  answerPreflight(
    request: IncomingMessage,
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
  ): void {
    const requested = request.headers['access-control-request-headers'];
    const granted =
      this.#allowed(request.headers.origin) === undefined
        ? {}
        : {
            'access-control-allow-methods': 'GET, POST',
            'access-control-allow-headers':
              typeof requested === 'string' ? requested : 'content-type, authorization',
            'access-control-max-age': PREFLIGHT_SECONDS,
          };
    response.writeHead(204, { ...headers, ...granted }).end();
  }

  #allowed(origin: string | undefined): string | undefined {
    if (origin === undefined) return undefined;
    return this.#origins.has(origin) || this.#origins.has('*') ? origin : undefined;
  }
}

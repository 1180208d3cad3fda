/**
 * Which pages of other origins may call (CORS) and open sockets, which requests come from a page of the gateway's own, and the security
 * headers of answers. A cookie signs in requests of the own origin alone, so credentials are not allowed.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

const PREFLIGHT_SECONDS = '86400';
const EXPOSED = 'retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, x-request-id';

export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const PORT = /:(\d+)$/;

export interface CalledAt {
  /** Whether the client came by https. */
  readonly isSecure: boolean;
  /** Undefined for the scheme's own. */
  readonly port: string | undefined;
}

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
    const { origin } = headers;
    if (origin === undefined || this.#allowed(origin) !== undefined) return true;
    return URL.canParse(origin) && new URL(origin).host === this.#hostOf(headers);
  }

  /**
   * Whether no page of another origin can have caused a request. Browsers name the page's origin wherever it may be another one: in
   * `origin`, with every upgrade and all that changes anything; in `sec-fetch-site`, over https. Of what has neither, a `GET` over plain
   * http is answered to its own origin alone, and everything else comes from a program.
   */
  isSameOrigin(request: IncomingMessage): boolean {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (site !== undefined && site !== 'same-origin') return false;
    if (origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    const { host, protocol } = new URL(origin);
    const { isSecure } = this.calledAt(request);
    return host === this.#hostOf(request.headers) && (!isSecure || protocol === 'https:');
  }

  /** How the client addresses the gateway, as trusted proxies say. */
  calledAt({ headers }: IncomingMessage): CalledAt {
    const forwarded = this.#trustedProxies > 0 ? String(headers['x-forwarded-proto'] ?? '') : '';
    const hops = forwarded.split(',').map((hop) => hop.trim().toLowerCase());
    return {
      isSecure: hops[Math.max(0, hops.length - this.#trustedProxies)] === 'https',
      port: PORT.exec(this.#hostOf(headers) ?? '')?.[1],
    };
  }

  #hostOf(headers: IncomingHttpHeaders): string | undefined {
    const { host } = headers;
    return this.#trustedProxies > 0 ? String(headers['x-forwarded-host'] ?? host) : host;
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

/** The steps of every HTTP request before its operation is read: rate limits, identification, the body within its limit. */
import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '../../platform/errors.js';
import { parseExactJson } from '../../platform/exact-json.js';
import { ACCEPTED_ENCODINGS, BodyRefused, readBody } from '../../platform/http/body.js';
import { clientAddress } from '../../platform/http/client-address.js';
import { anonymousAt, type Caller, type IdentifyCaller } from '../pipeline/caller.js';
import { headersOf, type RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';

export interface RequestGuardOptions {
  readonly identify: IdentifyCaller;
  readonly rateLimits: RateLimits;
  readonly trustedProxies: number;
  readonly bodyBytes: number;
  /** Whether cookies reach subgraphs: a GET with cookies is then accepted only if no other site can have caused it. */
  readonly forwardsCookies: boolean;
}

/** A caller with an invalid token: anonymous for mutations that establish a session, refused for all other operations. */
export interface RejectedCaller {
  readonly anonymous: Caller;
  readonly refusal: Refusal;
}

export class RequestGuard {
  readonly #options: RequestGuardOptions;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
  }

  /** Identifies the caller, and adds what is left of its rate limit to `headers`. @throws Refusal (429) */
  async identify(
    request: IncomingMessage,
    headers: Record<string, string>,
  ): Promise<Caller | RejectedCaller> {
    const { identify, rateLimits } = this.#options;
    const { address } = this.anonymous(request, headers);
    let identified: Caller | RejectedCaller;
    try {
      identified = await identify(request, request.headers.authorization);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      identified = { anonymous: anonymousAt(address), refusal: error };
    }
    const taken = 'refusal' in identified ? undefined : rateLimits.fromPerson(identified);
    if (taken !== undefined) Object.assign(headers, headersOf(taken));
    return identified;
  }

  /** Counts a request whose caller is of no account, as `identify` does. @throws Refusal (429) */
  anonymous(request: IncomingMessage, headers: Record<string, string>): Caller {
    const address = clientAddress(request, this.#options.trustedProxies);
    const taken = this.#options.rateLimits.fromAddress(address);
    if (taken !== undefined) Object.assign(headers, headersOf(taken));
    return anonymousAt(address);
  }

  /** The parameters of a request's operation, as JSON values. @throws Refusal */
  async parametersOf(request: IncomingMessage, url: URL): Promise<unknown> {
    if (request.method === 'POST') return this.bodyOf(request);
    if (request.method === 'GET') {
      if (this.#options.forwardsCookies && mayBeForged(request)) {
        throw refusal('A GET with cookies needs the header apollo-require-preflight', 400);
      }
      return searchParametersOf(url);
    }
    throw refusal('An operation is sent by GET or POST', 405, { allow: 'GET, POST' });
  }

  /** @throws Refusal */
  async bodyOf(request: IncomingMessage): Promise<unknown> {
    // Also protects against forged requests: other sites may send plain text and forms without a preflight.
    if (!isJson(request.headers['content-type'])) {
      throw refusal('A request is sent as content-type: application/json', 415);
    }
    const { bodyBytes } = this.#options;
    try {
      return parseExactJson(await readBody(request, bodyBytes));
    } catch (error) {
      if (error instanceof SyntaxError) throw refusal('The body is not JSON', 400);
      if (!(error instanceof BodyRefused)) throw error;
      const { status, message } = error;
      if (status === 413) throw refusal(`A request has at most ${bodyBytes} bytes`, 413);
      throw refusal(message, status, status === 415 ? { 'accept-encoding': ACCEPTED_ENCODINGS } : {});
    }
  }
}

/** Whether a page of another site may have caused the request, which carries cookies and needed no preflight. */
function mayBeForged({ headers }: IncomingMessage): boolean {
  if (headers.cookie === undefined || headers['sec-fetch-site'] === 'same-origin') return false;
  return !headers['apollo-require-preflight'] && !headers['x-apollo-operation-name'];
}

const CHARSET = /^charset\s*=\s*/;
const UTF_8 = /^charset\s*=\s*"?utf-?8"?$/;

/** JSON in UTF-8; other parameters of the type have no meaning here. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [name, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  return name === 'application/json' && parameters.every((one) => !CHARSET.test(one) || UTF_8.test(one));
}

/** The parameters of a GET by GraphQL over HTTP: `variables` and `extensions` are JSON. */
function searchParametersOf({ searchParams }: URL): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.fromEntries(searchParams);
  for (const name of ['variables', 'extensions']) {
    const text = searchParams.get(name);
    if (text === null) continue;
    try {
      parameters[name] = text === '' ? undefined : parseExactJson(text);
    } catch {
      throw refusal(`${name} is not JSON`, 400);
    }
  }
  return parameters;
}

function refusal(
  message: string,
  status: 400 | 405 | 413 | 415,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, message, { status, headers });
}

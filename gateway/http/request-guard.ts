/** The steps of every HTTP request before its operation is read: rate limits, identification, the body within its limit. */
import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '../../platform/errors.js';
import { parseExactJson } from '../../platform/exact-json.js';
import { ACCEPTED_ENCODINGS, BodyRefused, readBody } from '../../platform/http/body.js';
import { clientAddress } from '../../platform/http/client-address.js';
import type { LargeBodies } from '../options.js';
import { anonymousAt, type Caller, type IdentifyCaller } from '../pipeline/caller.js';
import { headersOf, type RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';

export interface RequestGuardOptions {
  readonly identify: IdentifyCaller;
  readonly rateLimits: RateLimits;
  readonly trustedProxies: number;
  readonly bodyBytes: number;
  readonly largeBodyBytes: number;
  readonly largeBodies: LargeBodies | undefined;
  /** Whether cookies reach subgraphs: a GET with cookies is then accepted only if no other site can have caused it. */
  readonly forwardsCookies: boolean;
}

/** A caller with an invalid token: anonymous for mutations that establish a session, refused for all other operations. */
export interface RejectedCaller {
  readonly anonymous: Caller;
  readonly refusal: Refusal;
}

export interface ReadParameters {
  /** What an operation is requested by, as JSON values. */
  readonly parameters: unknown;
  /** Whether the body is larger than that of just any operation may be. */
  readonly isLarge: boolean;
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

  /** The parameters of a request's operation. @throws Refusal */
  async parametersOf(
    request: IncomingMessage,
    url: URL,
    caller: Caller | RejectedCaller,
  ): Promise<ReadParameters> {
    if (request.method === 'POST') return this.#bodyFrom(request, caller);
    if (request.method === 'GET') {
      if (this.#options.forwardsCookies && mayBeForged(request)) {
        throw refusal('A GET with cookies needs the header apollo-require-preflight', 400);
      }
      return { parameters: searchParametersOf(url), isLarge: false };
    }
    throw refusal('An operation is sent by GET or POST', 405, { allow: 'GET, POST' });
  }

  /** Of a caller who may send a file, more is read than of others. */
  async #bodyFrom(request: IncomingMessage, caller: Caller | RejectedCaller): Promise<ReadParameters> {
    const { bodyBytes, largeBodyBytes, largeBodies } = this.#options;
    const maySendFiles =
      largeBodies !== undefined && 'scopes' in caller && caller.scopes.has(largeBodies.scope);
    if (!maySendFiles) return { parameters: await this.bodyOf(request), isLarge: false };
    const most = Math.max(bodyBytes, largeBodyBytes);
    const text = await this.#textOf(request, most, () => this.tooLarge());
    return { parameters: parsed(text), isLarge: Buffer.byteLength(text) > bodyBytes };
  }

  /** @throws Refusal */
  async bodyOf(request: IncomingMessage): Promise<unknown> {
    return parsed(await this.#textOf(request, this.#options.bodyBytes, () => this.#tooLarge()));
  }

  /** Of somebody who may send a file by another operation. */
  tooLarge(): Refusal {
    const { largeBodyBytes, largeBodies } = this.#options;
    const mutations = largeBodies?.mutations.join(' or ');
    return this.#tooLarge(`, and ${largeBodyBytes} where it is ${mutations} alone`);
  }

  #tooLarge(hint = ''): Refusal {
    return refusal(`A request has at most ${this.#options.bodyBytes} bytes${hint}`, 413);
  }

  async #textOf(request: IncomingMessage, limit: number, refusal413: () => Refusal): Promise<string> {
    // Also protects against forged requests: other sites may send plain text and forms without a preflight.
    if (!isJson(request.headers['content-type'])) {
      throw refusal('A request is sent as content-type: application/json', 415);
    }
    try {
      return await readBody(request, limit);
    } catch (error) {
      if (!(error instanceof BodyRefused)) throw error;
      const { status, message } = error;
      if (status === 413) throw refusal413();
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

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal('The body is not JSON', 400);
    throw error;
  }
}

function refusal(
  message: string,
  status: 400 | 405 | 413 | 415,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, message, { status, headers });
}

/** What happens to every HTTP request before its operation is looked at: rate limits, sign-in, the body within its bound. */
import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '../../platform/errors.js';
import { BodyTooLarge, readBody } from '../../platform/http/body.js';
import { clientAddress } from '../../platform/http/client-address.js';
import { type Caller, callerOf } from '../pipeline/caller.js';
import { headersOf, type RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';
import type { TokenVerifier } from '../pipeline/token.js';
import { isJson } from './plain-request.js';

export interface RequestGuardOptions {
  readonly verifier: TokenVerifier | undefined;
  readonly rateLimits: RateLimits;
  readonly trustedProxies: number;
  readonly bodyBytes: number;
}

export class RequestGuard {
  readonly #options: RequestGuardOptions;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
  }

  /** Who asks. What is left of the caller's rate is added to `headers`. @throws Refusal */
  async callerOf(request: IncomingMessage, headers: Record<string, string>): Promise<Caller> {
    const { verifier, rateLimits, trustedProxies } = this.#options;
    const address = clientAddress(request, trustedProxies);
    const ofAddress = rateLimits.fromAddress(address);
    const caller = await callerOf(verifier, request.headers.authorization, address);
    const taken = rateLimits.fromPerson(caller) ?? ofAddress;
    if (taken !== undefined) Object.assign(headers, headersOf(taken));
    return caller;
  }

  /** The JSON of a POST; undefined for everything else. @throws Refusal */
  async bodyOf(request: IncomingMessage): Promise<unknown> {
    if (request.method !== 'POST') return undefined;
    if (!isJson(request.headers['content-type'])) throw notJson();
    const { bodyBytes } = this.#options;
    try {
      return JSON.parse(await readBody(request, bodyBytes));
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        const told = `A request has at most ${bodyBytes} bytes`;
        throw Refusal.of(ErrorCode.BAD_USER_INPUT, told, { status: 413 });
      }
      if (error instanceof SyntaxError) {
        throw Refusal.of(ErrorCode.BAD_USER_INPUT, 'The body is not JSON', { status: 400 });
      }
      throw error;
    }
  }
}

/** Refused for safety, too: pages of other sites may send plain text and forms without a preflight. */
function notJson(): Refusal {
  const told = 'An operation is sent as content-type: application/json';
  return Refusal.of(ErrorCode.BAD_USER_INPUT, told, { status: 415 });
}

/**
 * Forwards a request to a subgraph elsewhere: the bytes of its body unchanged, since a callback's signature covers them, and only
 * the headers that describe the body or the answer, sign it or trace it. The answer's bytes are unchanged as well. Without one within ten seconds the client gets a 502.
 */
import { request as send } from 'undici';
import { BodyTooLarge, readBytes } from '../../platform/http/body.js';
import { type Route, sendText } from '../../platform/http/server.js';

const MAXIMUM_BODY_BYTES = 256 * 2 ** 10;
const TIMEOUT_MILLISECONDS = 10_000;

const FORWARDED = new Set([
  'accept',
  'content-encoding',
  'content-type',
  'traceparent',
  'tracestate',
  'webhook-id',
  'x-callback-token',
]);

/** What an answer says about who may store and use it, and when to ask again. */
const ANSWERED = [
  'cache-control',
  'content-disposition',
  'content-security-policy',
  'referrer-policy',
  'retry-after',
  'vary',
  'x-content-type-options',
  'x-robots-tag',
] as const;

/** @param addressOf the current address of the subgraph; only its origin is used. */
export function forwardTo(addressOf: () => string, { method, path }: Pick<Route, 'method' | 'path'>): Route {
  return {
    method,
    path,
    async handle(request, response, { search }, requestId) {
      try {
        const body = await readBytes(request, MAXIMUM_BODY_BYTES);
        const headers = Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => FORWARDED.has(name)),
        );
        const answer = await send(new URL(`${path}${search}`, addressOf()), {
          method: request.method === 'GET' ? 'GET' : 'POST',
          headers: { ...headers, 'x-request-id': requestId },
          ...(body.length === 0 ? {} : { body }),
          headersTimeout: TIMEOUT_MILLISECONDS,
          bodyTimeout: TIMEOUT_MILLISECONDS,
        });
        for (const name of ANSWERED) {
          const value = answer.headers[name];
          if (value !== undefined) response.setHeader(name, value);
        }
        response.writeHead(answer.statusCode, {
          'content-type': String(answer.headers['content-type'] ?? 'text/plain'),
        });
        response.end(await answer.body.bytes());
      } catch (error) {
        if (error instanceof BodyTooLarge) return sendText(response, 413, 'Too large\n');
        sendText(response, 502, 'Unavailable\n');
      }
    },
  };
}

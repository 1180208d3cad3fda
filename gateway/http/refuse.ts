/** Tells a client over HTTP why its operation never began. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorPolicy, MAXIMUM_ERRORS, presentable } from '../pipeline/errors.js';
import type { Refusal } from '../pipeline/refusal.js';
import { type Negotiated, negotiate } from './media-type.js';

const OTHERWISE: Negotiated = { mediaType: 'application/json', isLegacy: false };

export function refuse(
  { errors, status, headers: own }: Refusal,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  policy: ErrorPolicy,
): void {
  const { mediaType, isLegacy } = negotiate(request.headers.accept) ?? OTHERWISE;
  const told = errors.slice(0, MAXIMUM_ERRORS).map((error) => presentable(error.toJSON(), policy));
  response
    .writeHead(status ?? (isLegacy ? 200 : 400), {
      ...headers,
      ...own,
      'content-type': `${mediaType}; charset=utf-8`,
      // Of a body that is too large nothing more is read.
      ...(status === 413 ? { connection: 'close' } : {}),
    })
    .end(JSON.stringify({ errors: told }));
}

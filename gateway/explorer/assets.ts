/**
 * Pages and their files. A file is compressed once and cached by browsers for good, so its address must change with its
 * content; a page is requested each time.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Route } from '../../platform/http/server.js';

const compress = promisify(gzip);

export function assetRoute(path: string, contentType: string, load: () => Promise<string>): Route {
  let compressed: Promise<Buffer> | undefined;
  return {
    method: 'GET',
    path,
    async handle(_request, response) {
      compressed ??= load().then((content) => compress(content));
      const bytes = await compressed;
      response
        .writeHead(200, {
          'content-type': contentType,
          'content-encoding': 'gzip',
          'content-length': bytes.length,
          'cache-control': 'public, max-age=31536000, immutable',
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        })
        .end(bytes);
    },
  };
}

/** @param render makes the page, given a number used once that its own scripts may carry. */
export function pageRoute(
  path: string,
  contentSecurityPolicy: string | ((nonce: string) => string),
  render: (nonce: string, request: IncomingMessage) => string,
): Route {
  return {
    method: 'GET',
    path,
    handle(request, response) {
      const nonce = randomBytes(16).toString('base64url');
      response
        .writeHead(200, {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-cache',
          'content-security-policy':
            typeof contentSecurityPolicy === 'string' ? contentSecurityPolicy : contentSecurityPolicy(nonce),
          'referrer-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        })
        .end(render(nonce, request));
    },
  };
}

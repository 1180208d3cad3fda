/**
 * Pages and their files. A file is compressed once and cached by browsers for good, so its address must change with its
 * content; a page is requested each time.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { acceptedEncoding, type ContentEncoding, compress } from '../../platform/http/content-encoding.js';
import { entityTagOf, isKnownTag } from '../../platform/http/entity-tag.js';
import type { Route } from '../../platform/http/server.js';

export function assetRoute(path: string, contentType: string, load: () => Promise<string>): Route {
  const compressed = new Map<ContentEncoding, Promise<Buffer>>();
  let tag: Promise<string> | undefined;

  /** Few browsers accept no compression, so what they get is read again each time. */
  function contentAs(encoding: ContentEncoding | undefined): Promise<string | Buffer> {
    if (encoding === undefined) return load();
    const made = compressed.get(encoding) ?? load().then((content) => compress(content, encoding));
    compressed.set(encoding, made);
    return made;
  }

  return {
    method: 'GET',
    path,
    async handle(request, response) {
      tag ??= load().then(entityTagOf);
      const headers = {
        etag: await tag,
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
      };
      if (isKnownTag(request.headers['if-none-match'], headers.etag)) {
        response.writeHead(304, headers).end();
        return;
      }
      const encoding = acceptedEncoding(request.headers['accept-encoding']);
      const content = await contentAs(encoding);
      response
        .writeHead(200, {
          ...headers,
          'content-type': contentType,
          'content-length': Buffer.byteLength(content),
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        })
        .end(content);
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

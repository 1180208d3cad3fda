/**
 * Serves the built screens: a page per address, the files it loads beside it. Files under `/assets` have their content's hash in their
 * name and are cached for good; everything else is revalidated at each visit. No page asks anything of another host.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { acceptedEncoding, type ContentEncoding, compress } from '../../platform/http/content-encoding.js';
import { entityTagOf, isKnownTag } from '../../platform/http/entity-tag.js';
import type { Route } from '../../platform/http/server.js';

/** Which entry an address opens. The kitchen's entry chooses its view by the address. */
const PAGES: Readonly<Record<string, string>> = {
  '/': 'start/index.html',
  '/shop': 'shop/index.html',
  '/kitchen': 'kitchen/index.html',
  '/kitchen/counter': 'kitchen/index.html',
  '/kitchen/board': 'kitchen/index.html',
  '/dashboard': 'dashboard/index.html',
};

/** `wasm-unsafe-eval` is for the barcode decoder, `blob:` for camera frames and pictures that are chosen for upload. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'permissions-policy': 'camera=(self), geolocation=(self), microphone=()',
  'referrer-policy': 'same-origin',
};

const FOR_GOOD = { 'cache-control': 'public, max-age=31536000, immutable' };
const REVALIDATED = { 'cache-control': 'no-cache' };

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
};

/** Compressed by their format. */
const IS_COMPRESSED = new Set(['.png', '.woff2', '.mp3']);

/** Empty where the screens were not built: such a gateway serves none. @param folder what the build wrote. */
export async function screenRoutes(folder: string): Promise<Route[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile() && extname(entry.name) in CONTENT_TYPES)
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  const files = new Map<string, ServedFile>();
  for (const path of paths) files.set(path, new ServedFile(path, await readFile(join(folder, path))));
  const routes: Route[] = [];
  for (const [address, path] of Object.entries(PAGES)) {
    const file = files.get(path);
    if (file !== undefined) routes.push(file.at(address, PAGE_HEADERS));
  }
  for (const [path, file] of files) {
    if (path.endsWith('.html')) continue;
    routes.push(file.at(`/${path}`, path.startsWith('assets/') ? FOR_GOOD : REVALIDATED));
  }
  return routes;
}

class ServedFile {
  readonly #type: string;
  readonly #content: Buffer;
  readonly #tag: string;
  readonly #isCompressible: boolean;
  readonly #compressed = new Map<ContentEncoding, Promise<Buffer>>();

  constructor(path: string, content: Buffer) {
    const extension = extname(path);
    this.#type = CONTENT_TYPES[extension] ?? 'application/octet-stream';
    this.#content = content;
    this.#tag = entityTagOf(content);
    this.#isCompressible = !IS_COMPRESSED.has(extension);
  }

  at(path: string, headers: Readonly<Record<string, string>>): Route {
    return {
      method: 'GET',
      path,
      handle: async (request, response) => {
        const common = {
          ...headers,
          etag: this.#tag,
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
          vary: 'accept-encoding',
        };
        if (isKnownTag(request.headers['if-none-match'], this.#tag))
          return void response.writeHead(304, common).end();
        const encoding = this.#isCompressible
          ? acceptedEncoding(request.headers['accept-encoding'])
          : undefined;
        const content = await this.#contentAs(encoding);
        response
          .writeHead(200, {
            ...common,
            'content-type': this.#type,
            'content-length': content.length,
            ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
          })
          .end(content);
      },
    };
  }

  #contentAs(encoding: ContentEncoding | undefined): Promise<Buffer> | Buffer {
    if (encoding === undefined) return this.#content;
    const made = this.#compressed.get(encoding) ?? compress(this.#content, encoding);
    this.#compressed.set(encoding, made);
    return made;
  }
}

/**
 * Compresses what is sent over HTTP by what the client accepts (RFC 9110, section 12.5.3): brotli, else gzip, else nothing. Compressing
 * runs on Node's thread pool. Callers must not pass an answer whose length could reveal a secret (BREACH).
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';

export type ContentEncoding = 'br' | 'gzip';

const PREFERRED: readonly ContentEncoding[] = ['br', 'gzip'];
/** Half the size of the fastest level, at a few times the speed of the default 11. */
const BROTLI_QUALITY = 5;

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

/** By header: clients of one kind send equal ones. */
const known = new LRUCache<string, { readonly encoding: ContentEncoding | undefined }>({ max: 200 });

/** Undefined where the client accepts neither, or says nothing. */
export function acceptedEncoding(header: string | string[] | undefined): ContentEncoding | undefined {
  if (typeof header !== 'string' || header === '') return undefined;
  const before = known.get(header);
  if (before !== undefined) return before.encoding;
  const qualities = new Map(header.split(',').map(qualityOf));
  const encoding = PREFERRED.find((name) => (qualities.get(name) ?? qualities.get('*') ?? 0) > 0);
  known.set(header, { encoding });
  return encoding;
}

export function compress(content: string | Buffer, encoding: ContentEncoding): Promise<Buffer> {
  if (encoding === 'gzip') return asGzip(content);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  return asBrotli(content, { params });
}

function qualityOf(text: string): [name: string, quality: number] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return [name, quality === undefined ? 1 : Number(quality.slice(2)) || 0];
}

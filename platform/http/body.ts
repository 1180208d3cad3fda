/**
 * Reads a request body up to a limit, which holds for what was sent and for what it decompresses to. What exceeds the limit
 * is discarded while it arrives: a client that is cut off while it writes sees a broken connection instead of the answer.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';

/** A body that cannot be accepted, with the HTTP status that says why. */
export class BodyRefused extends Error {
  override readonly name: string = 'BodyRefused';
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

export class BodyTooLarge extends BodyRefused {
  override readonly name = 'BodyTooLarge';

  constructor() {
    super(413, 'The body is too large');
  }
}

/** The content encodings that `readBody` accepts, as an `accept-encoding` header lists them. */
export const ACCEPTED_ENCODINGS = 'gzip, br';

/** How much is discarded before the connection is cut all the same. */
const DISCARDED_BYTES = 64 * 1024 * 1024;
/** By how much incompressible content may grow when it is compressed. */
const COMPRESSION_OVERHEAD_BYTES = 1_024;
const BYTE_ORDER_MARK = 0xfeff;

type Decompress = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * The body as text: decompressed by its `content-encoding`, decoded as UTF-8, without a byte-order mark.
 *
 * @throws BodyRefused 413 when it is larger than `limit`, sent or decompressed; 415 for an encoding that is not accepted;
 * 400 for what cannot be decompressed.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const encoding = request.headers['content-encoding'];
  const bytes =
    encoding === undefined
      ? await readBytes(request, limit)
      : await readDecompressed(request, encoding, limit);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

async function readDecompressed(request: IncomingMessage, encoding: string, limit: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return readBytes(request, limit);
  const decompress = DECOMPRESS.get(name);
  if (decompress === undefined)
    throw new BodyRefused(415, `A body is sent plain or as ${ACCEPTED_ENCODINGS}`);
  const compressed = await readBytes(request, limit + COMPRESSION_OVERHEAD_BYTES);
  try {
    return await decompress(compressed, { maxOutputLength: limit });
  } catch (error) {
    // The decompressor stops here, so a small body that stands for a large one costs no more than a large one.
    if (error instanceof RangeError) throw new BodyTooLarge();
    throw new BodyRefused(400, `The body is not ${name}`);
  }
}

/** The body as it was sent, compressed or not. @throws BodyTooLarge beyond `limit` bytes, or at once when far more are announced. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const most = limit + DISCARDED_BYTES;
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.reject(new BodyTooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      if (size <= most) return;
      request.pause();
      reject(new BodyTooLarge());
    });
    request.once('end', () => (size > limit ? reject(new BodyTooLarge()) : resolve(joined(chunks))));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('The request was cut off'));
    });
  });
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

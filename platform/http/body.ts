/**
 * Reads a request body up to a limit. What goes beyond it is thrown away as it comes: a client that is cut off while it
 * writes sees a broken connection instead of the answer.
 */
import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** How much is thrown away before the connection is cut all the same. */
const PATIENCE_BYTES = 64 * 1024 * 1024;

/** As `readBytes`, as UTF-8. */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  return (await readBytes(request, limit)).toString('utf8');
}

/** @throws BodyTooLarge when more than `limit` bytes came in, or at once when far more are announced. */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const most = limit + PATIENCE_BYTES;
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

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

/** @throws BodyTooLarge when more than `limit` bytes came in, or at once when far more are announced. */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const most = limit + PATIENCE_BYTES;
  if (Number(request.headers['content-length'] ?? 0) > most) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) break;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > limit) throw new BodyTooLarge();
  return Buffer.concat(chunks, size).toString('utf8');
}

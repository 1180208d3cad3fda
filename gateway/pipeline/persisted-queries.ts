/**
 * Automatic persisted queries, by Apollo's protocol: a client names a document by the SHA-256 of its text, and sends the
 * text with the hash where the hash is not stored. Only documents that were admitted are stored; least recently used
 * ones are dropped first.
 */
import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ErrorCode } from '../../platform/errors.js';
import { Refusal } from './refusal.js';

const MAXIMUM_DOCUMENTS = 10_000;
const MAXIMUM_CHARACTERS = 16 * 2 ** 20;

export class PersistedQueries {
  readonly #texts = new LRUCache<string, string>({
    max: MAXIMUM_DOCUMENTS,
    maxSize: MAXIMUM_CHARACTERS,
    sizeCalculation: (text) => Math.max(1, text.length),
  });

  /** The stored text of a hash. @throws Refusal that makes the client send the text. */
  find(hash: string): string {
    const text = this.#texts.get(hash);
    if (text === undefined) throw notFound();
    return text;
  }

  /** @throws Refusal (400) where the hash is of another text. */
  static verify(hash: string, text: string): void {
    if (createHash('sha256').update(text).digest('hex') === hash) return;
    throw Refusal.of(ErrorCode.BAD_USER_INPUT, 'The hash is not that of the query', { status: 400 });
  }

  store(hash: string, text: string): void {
    this.#texts.set(hash, text);
  }
}

/** Clients recognise this by its message or by its code, both of which Apollo's protocol fixes, and an HTTP status of 200. */
function notFound(): Refusal {
  return new Refusal(
    [new GraphQLError('PersistedQueryNotFound', { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } })],
    { status: 200 },
  );
}

/** A cache of documents parsed and validated against one schema, least recently used evicted first. Invalid ones are not cached. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { ErrorCode } from '../errors.js';

export type ParsedDocument =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLFormattedError[] };

const MAXIMUM_DOCUMENTS = 2_000;
/** Of source text; the parsed form takes about twenty times that. */
const MAXIMUM_CHARACTERS = 4 * 2 ** 20;

export class DocumentCache {
  readonly #schema: GraphQLSchema;
  readonly #documents = new LRUCache<string, DocumentNode>({
    max: MAXIMUM_DOCUMENTS,
    maxSize: MAXIMUM_CHARACTERS,
    sizeCalculation: (_document, source) => Math.max(1, source.length),
  });

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  get(source: string): ParsedDocument {
    const known = this.#documents.get(source);
    if (known !== undefined) return { ok: true, document: known };
    const document = parsed(source);
    const errors = document instanceof GraphQLError ? [document] : validate(this.#schema, document);
    if (document instanceof GraphQLError || errors.length > 0)
      return { ok: false, errors: errors.map(format) };
    this.#documents.set(source, document);
    return { ok: true, document };
  }
}

function parsed(source: string): DocumentNode | GraphQLError {
  try {
    return parse(source, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function format(error: GraphQLError): GraphQLFormattedError {
  return { ...error.toJSON(), extensions: { code: ErrorCode.BAD_USER_INPUT } };
}

/**
 * The one way in for operations, whatever they came over: reads what a client sent, finds the text of a persisted document,
 * and admits an operation whose document is within the limits, parses, and is valid on the schema.
 */
import {
  type DocumentNode,
  GraphQLError,
  Lexer,
  parse,
  Source,
  specifiedRules,
  TokenKind,
  type ValidationRule,
  validate,
} from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { isJsonObject } from '../../platform/exact-json.js';
import { type DocumentLimits, excessOf, tooComplex } from './document-limits.js';
import { DEFAULT_MAXIMUM_ERRORS } from './errors.js';
import type { Graph } from './graph.js';
import type { ValidatedOperation } from './operation-cache.js';
import { PersistedQueries } from './persisted-queries.js';
import { Refusal } from './refusal.js';
import type { ListedDocument, TrustedDocuments } from './trusted-documents.js';

export interface OperationRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The hash to store the text by once it is admitted; undefined where the client did not request that. */
  readonly persistAs?: string | undefined;
}

export interface AdmissionOptions {
  readonly limits: DocumentLimits & { readonly errors?: number };
  readonly introspection: boolean;
  /** Undefined: any operation is run, and clients may persist queries. */
  readonly trusted?: TrustedDocuments | undefined;
  /** What clients may name by `documentId` where any operation is run. */
  readonly documents?: readonly ListedDocument[] | undefined;
}

export class Admission {
  readonly #limits: DocumentLimits;
  readonly #maxErrors: number;
  readonly #rules: readonly ValidationRule[];
  readonly #trusted: TrustedDocuments | undefined;
  readonly #documents: ReadonlyMap<string, string>;
  readonly #persisted = new PersistedQueries();

  constructor({ limits, introspection, trusted, documents = [] }: AdmissionOptions) {
    this.#trusted = trusted;
    this.#documents = new Map(documents.map(({ id, body }) => [id, body]));
    this.#limits = limits;
    this.#maxErrors = limits.errors ?? DEFAULT_MAXIMUM_ERRORS;
    this.#rules = introspection ? specifiedRules : [...specifiedRules, noIntrospection];
  }

  /**
   * Reads the parameters of a GraphQL request: the body of a POST, the search parameters of a GET, the payload of a
   * `subscribe` message. @throws Refusal
   */
  read(parameters: unknown): OperationRequest {
    if (!isJsonObject(parameters)) throw malformed('A request is one JSON object');
    const { operationName, variables, extensions } = parameters;
    if (operationName != null && typeof operationName !== 'string')
      throw malformed('operationName is a string');
    if (variables != null && !isJsonObject(variables)) throw malformed('variables is an object');
    if (extensions != null && !isJsonObject(extensions)) throw malformed('extensions is an object');
    const hash = extensions == null ? undefined : persistedHashOf(extensions);
    const query = this.#textOf(parameters, hash);
    return {
      query,
      operationName: operationName || undefined,
      variables: variables ?? {},
      persistAs:
        hash !== undefined && this.#trusted === undefined && query === parameters.query ? hash : undefined,
    };
  }

  /** @throws Refusal */
  admit(
    graph: Graph,
    { query, operationName, persistAs }: Omit<OperationRequest, 'variables'>,
  ): ValidatedOperation {
    const operation =
      graph.operations.find(query, operationName) ?? this.#admitUnknown(graph, query, operationName);
    if (persistAs !== undefined) this.#persisted.store(persistAs, query);
    return operation;
  }

  #textOf({ query, documentId }: Readonly<Record<string, unknown>>, hash: string | undefined): string {
    if (this.#trusted !== undefined) {
      const id = typeof documentId === 'string' ? documentId : hash;
      if (id !== undefined) return this.#trusted.bodyOf(id);
    } else if (hash !== undefined) {
      if (typeof query !== 'string' || query === '') return this.#persisted.find(hash);
      PersistedQueries.verify(hash, query);
    } else if (typeof documentId === 'string' && (query == null || query === '')) {
      const body = this.#documents.get(documentId);
      if (body === undefined)
        throw Refusal.of(ErrorCode.NOT_FOUND, 'No document has this documentId', { status: 400 });
      return body;
    }
    if (typeof query !== 'string' || query === '') throw malformed('query is the text of an operation');
    return query;
  }

  #admitUnknown(graph: Graph, query: string, operationName: string | undefined): ValidatedOperation {
    this.#trusted?.demand(query, this.#limits.tokens);
    const document = this.#parse(query);
    const excess = this.#excessOf(document);
    if (excess !== undefined) throw new Refusal([excess], { status: 400 });
    const errors = this.#validate(graph, document);
    if (errors.length > 0) throw new Refusal(errors.map(withCode));
    return graph.operations.learn(query, document, operationName);
  }

  #excessOf(document: DocumentNode): GraphQLError | undefined {
    try {
      return excessOf(document, this.#limits);
    } catch (error) {
      // Counting recurses into each level of nesting, as the parser does.
      if (error instanceof RangeError) return tooComplex('levels', this.#limits.depth);
      throw error;
    }
  }

  #validate({ supergraph }: Graph, document: DocumentNode): readonly GraphQLError[] {
    try {
      return validate(supergraph.apiSchema, document, this.#rules, { maxErrors: this.#maxErrors });
    } catch (error) {
      // A rule of graphql-js evaluates conditions at a subscription's root, whose variables it does not have.
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  #parse(query: string): DocumentNode {
    const { tokens, depth } = this.#limits;
    try {
      return parse(query, { maxTokens: tokens });
    } catch (error) {
      if (error instanceof GraphQLError) {
        if (!hasMoreTokens(query, tokens, error)) throw new Refusal([withCode(error)]);
        throw new Refusal([tooComplex('tokens', tokens)], { status: 400 });
      }
      // The parser recurses into each level of nesting.
      if (error instanceof RangeError) throw new Refusal([tooComplex('levels', depth)], { status: 400 });
      throw error;
    }
  }
}

/** Refuses introspection; `__typename` belongs to the data and stays. */
const noIntrospection: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '__schema' && node.name.value !== '__type') return;
    context.reportError(new GraphQLError('Introspection is disabled', { nodes: [node] }));
  },
});

/** Whether the parser stopped at a token beyond the limit: its error does not say so but in its message. */
function hasMoreTokens(query: string, limit: number, { positions }: GraphQLError): boolean {
  const stoppedAt = positions?.[0] ?? 0;
  const lexer = new Lexer(new Source(query));
  try {
    for (let count = 0; count <= limit; count += 1) {
      const { kind, start } = lexer.advance();
      if (kind === TokenKind.EOF) return false;
      if (start >= stoppedAt) return count === limit;
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
  }
  return false;
}

/** The hash by which Apollo's protocol names a document. @throws Refusal for a version of it that is unknown. */
function persistedHashOf({ persistedQuery }: Readonly<Record<string, unknown>>): string | undefined {
  if (persistedQuery == null) return undefined;
  if (!isJsonObject(persistedQuery) || typeof persistedQuery.sha256Hash !== 'string') {
    throw malformed('persistedQuery has a sha256Hash');
  }
  if (persistedQuery.version !== 1) throw malformed('Only version 1 of persisted queries is supported');
  return persistedQuery.sha256Hash;
}

function withCode(error: GraphQLError): GraphQLError {
  if (typeof error.extensions.code === 'string') return error;
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code: ErrorCode.BAD_USER_INPUT },
  });
}

function malformed(problem: string): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, problem, { status: 400 });
}

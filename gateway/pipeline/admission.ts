/**
 * Lets an operation in, or says why not: a document within the limits, that parses, that is valid on the schema, and that
 * has the operation asked for. Everything a client can send as text goes through here, whatever it came over.
 */
import {
  type DocumentNode,
  GraphQLError,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import type { Graph } from '../supergraph/graph.js';
import { type DocumentLimits, excessOf, tooComplex } from './document-limits.js';
import { MAXIMUM_ERRORS } from './errors.js';
import type { ValidatedOperation } from './operation-cache.js';
import { Refusal } from './refusal.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface AdmissionOptions {
  readonly limits: DocumentLimits;
  readonly introspection: boolean;
  /** Undefined: any operation may be asked for. */
  readonly trusted?: TrustedDocuments | undefined;
}

export class Admission {
  readonly #limits: DocumentLimits;
  readonly #rules: readonly ValidationRule[];
  readonly #trusted: TrustedDocuments | undefined;

  constructor({ limits, introspection, trusted }: AdmissionOptions) {
    this.#trusted = trusted;
    this.#limits = limits;
    this.#rules = introspection ? specifiedRules : [...specifiedRules, noIntrospection];
  }

  /** @throws Refusal */
  admit(graph: Graph, source: string, operationName: string | undefined): ValidatedOperation {
    const known = graph.operations.find(source, operationName);
    if (known !== undefined) return known;
    this.#trusted?.demand(source, this.#limits.tokens);
    const document = this.#parse(source);
    const excess = this.#excessOf(document);
    if (excess !== undefined) throw new Refusal([excess], { status: 400 });
    const errors = this.#validate(graph, document);
    if (errors.length > 0) throw new Refusal(errors.map(withCode));
    return graph.operations.learn(source, document, operationName);
  }

  /** The text of an operation that is asked for by the id of a listed one; undefined where none is listed. @throws Refusal */
  textOf(documentId: string): string | undefined {
    return this.#trusted?.bodyOf(documentId);
  }

  #excessOf(document: DocumentNode): GraphQLError | undefined {
    try {
      return excessOf(document, this.#limits);
    } catch (error) {
      // Counting calls itself for each level of nesting, as the parser does.
      if (error instanceof RangeError) return tooComplex('levels', this.#limits.depth);
      throw error;
    }
  }

  #validate({ supergraph }: Graph, document: DocumentNode): readonly GraphQLError[] {
    try {
      return validate(supergraph.apiSchema, document, this.#rules, { maxErrors: MAXIMUM_ERRORS });
    } catch (error) {
      // A rule of graphql-js evaluates conditions at a subscription's root, whose variables it does not know.
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  #parse(source: string): DocumentNode {
    try {
      return parse(source, { maxTokens: this.#limits.tokens });
    } catch (error) {
      if (error instanceof GraphQLError && TOO_MANY_TOKENS.test(error.message)) {
        throw new Refusal([tooComplex('tokens', this.#limits.tokens)], { status: 400 });
      }
      if (error instanceof GraphQLError) throw new Refusal([withCode(error)]);
      // The parser calls itself for each level of nesting.
      if (error instanceof RangeError) {
        throw new Refusal([tooComplex('levels', this.#limits.depth)], { status: 400 });
      }
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

const TOO_MANY_TOKENS = /^Syntax Error: Document contains more that \d+ tokens/;

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

/** Why an operation did not begin: thrown by the pipeline, sent to the client by the transport that the operation came over. */
import type { GraphQLError } from 'graphql';
import { type ErrorCode, requestError } from '../../platform/errors.js';
import { counter } from '../../platform/metrics.js';

const refusals = counter('kedai_gateway_refusals_total', 'Operations that did not begin, by their code', [
  'code',
]);

export interface RefusalOptions {
  /**
   * The HTTP status. Default: 400, and 200 to a client that does not know `application/graphql-response+json`, as GraphQL over
   * HTTP has it for operations that are invalid.
   */
  readonly status?: 200 | 400 | 401 | 403 | 405 | 406 | 413 | 415 | 429 | 503;
  /** Headers of the HTTP response, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly errors: readonly GraphQLError[];
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(errors: readonly GraphQLError[], { status, headers = {} }: RefusalOptions = {}) {
    super(errors.map(({ message }) => message).join('; '));
    this.errors = errors;
    refusals.inc({ code: String(errors[0]?.extensions.code) });
    this.status = status;
    this.headers = headers;
  }

  static of(code: ErrorCode, message: string, options?: RefusalOptions): Refusal {
    return new Refusal([requestError(code, message)], options);
  }
}

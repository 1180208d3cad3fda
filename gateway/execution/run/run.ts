/** The state of one run of an operation: its answer so far, its errors, and what it sends requests with. */
import type { ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../../platform/errors.js';
import type { SubgraphCall, SubgraphClient, SubgraphRequest } from '../../clients/client.js';
import type { ClientNames, EntityRequests, ResponsePath, Variables } from '../types.js';
import { EntityLoader } from './entity-loader.js';
import { isResponseObject } from './response-object.js';
import { ResponseTree } from './response-tree.js';
import { clientError, type ReportedError, unavailable } from './subgraph-error.js';

/** One bad answer must not fill the memory with errors. */
const MAX_ERRORS = 1_000;

export interface RunContext {
  readonly variables: Variables;
  readonly call: SubgraphCall;
  /** By service name. */
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly names: ClientNames;
  /** The values of the variables that decide over `@skip` and `@include`. */
  readonly conditions: ReadonlyMap<string, boolean>;
}

/** A step of a plan. Undefined where there was nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;

export class Run {
  readonly tree = new ResponseTree();
  readonly errors: GraphQLError[] = [];
  readonly variables: Variables;
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly loader: EntityLoader;
  readonly #context: RunContext;
  /** Where a subgraph that is away has been reported: several fetches may miss it at one place. */
  readonly #unavailableAt = new Set<string>();

  constructor(plan: EntityRequests, context: RunContext) {
    this.#context = context;
    this.variables = context.variables;
    this.conditions = context.conditions;
    this.loader = new EntityLoader(plan, this);
  }

  /** Adds a subgraph's error, at a place of the answer. */
  fail(reported: ReportedError, serviceName: string, path: ResponsePath | undefined): void {
    if (this.errors.length >= MAX_ERRORS) return;
    const { names } = this.#context;
    const error = clientError(
      reported,
      serviceName,
      path?.map((part) => names.client(part)),
    );
    if (!this.#isRepeated(error, serviceName)) this.addError(error);
  }

  #isRepeated({ extensions, path }: GraphQLError, serviceName: string): boolean {
    if (extensions.code !== ErrorCode.SUBGRAPH_UNAVAILABLE) return false;
    const place = JSON.stringify([serviceName, path]);
    if (this.#unavailableAt.has(place)) return true;
    this.#unavailableAt.add(place);
    return false;
  }

  addError(error: GraphQLError): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push(error);
  }

  /** The service's answer; a failure on the way is an answer with an error. */
  async fetch(serviceName: string, request: SubgraphRequest): Promise<ExecutionResult> {
    const { call, clients } = this.#context;
    if (call.signal.aborted) {
      return { errors: [requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, 'The operation was cancelled')] };
    }
    const client = clients.get(serviceName);
    if (!client) return { errors: [unavailable(serviceName, undefined)] };
    try {
      const answer = await client.execute(request, call);
      return isResponseObject(answer) ? answer : { errors: [unavailable(serviceName, undefined)] };
    } catch (cause) {
      return { errors: [unavailable(serviceName, cause)] };
    }
  }
}

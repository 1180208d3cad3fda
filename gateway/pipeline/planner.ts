/**
 * Prepares an operation for one caller: removes what the caller may not see, enforces the limits, and plans what is left the
 * first time it occurs. No subgraph is requested yet.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { givenRequestId } from '../../platform/http/request-id.js';
import { originOf } from '../../platform/identity/origin.js';
import { type Language, preferredLanguage } from '../../platform/language/language.js';
import type { TraceContext } from '../../platform/trace.js';
import type { Cancellation, SubgraphCall } from '../clients/client.js';
import type { ForwardedHeaders } from '../clients/header-rules.js';
import type { ExecutionOptions } from '../execution/execute.js';
import { type PreparedOperation, prepare } from '../execution/prepare.js';
import type { Variables } from '../execution/types.js';
import { variableErrors, withBuiltInIntegers } from '../execution/variables.js';
import { type DecideOverride, takenOverrides } from '../supergraph/overrides.js';
import { type Denied, hold } from './authorize.js';
import type { Caller } from './caller.js';
import type { CostEstimate } from './cost.js';
import { nestsBeyond, tooComplex } from './document-limits.js';
import { type ErrorPolicy, presentErrors } from './errors.js';
import type { Graph } from './graph.js';
import type { OperationVariant, ValidatedOperation } from './operation-cache.js';
import type { RateLimits } from './rate-limits.js';
import { Refusal } from './refusal.js';
import { type ShareKeyParts, shareKeyOf } from './share-key.js';

/** The caller of an operation and its cancellation. */
export interface OperationCaller extends TraceContext {
  readonly caller: Caller;
  /** Of the HTTP request, or of the one that opened the WebSocket; its `accept-language` says the language of the answer. */
  readonly headers: IncomingHttpHeaders;
  readonly signal: Cancellation;
  /** Set where header rules apply. */
  readonly forwarded?: ForwardedHeaders | undefined;
}

/** An operation that is planned and admitted for its caller. */
export interface ExecutableOperation {
  readonly graph: Graph;
  readonly operation: ValidatedOperation;
  readonly variables: Variables;
  readonly caller: Caller;
  /** Of the answer; undefined where the client does not say. */
  readonly language: Language | undefined;
  /** Equal for operations that share a response; undefined for a response to its caller alone. */
  readonly shareKey: string | undefined;
  /** Seconds for which its answer may be cached for every caller; 0 for none. */
  readonly maxAge: number;
  readonly prepared: PreparedOperation;
  readonly options: ExecutionOptions;
}

/** The policies of `@policy` that a caller is granted, out of those an operation names. */
export type DecidePolicies = (caller: Caller, policies: readonly string[]) => Promise<readonly string[]>;

/** Bounds that depend on the variables. */
export interface RequestLimits {
  /** The maximum cost of an operation, by `@cost` and `@listSize`. Default 250,000. */
  readonly cost: number;
  /** Entries that a slicing argument may request. Default 100. */
  readonly pageSize: number;
  /** Lists and objects within one another in the variables' values. Default 32. */
  readonly nesting: number;
}

export const DEFAULT_REQUEST_LIMITS: RequestLimits = { cost: 250_000, pageSize: 100, nesting: 32 };

export interface OperationPlannerOptions {
  readonly limits: RequestLimits;
  readonly rateLimits: RateLimits;
  readonly errors: ErrorPolicy;
  readonly policies?: DecidePolicies | undefined;
  /** Subscription fields and types that are the same for all callers with the same roles. Default: none. */
  readonly sharedByRole?: readonly string[] | undefined;
  /** Decides labels of progressive overrides. Default: each is left to its percentage. */
  readonly overrideLabel?: DecideOverride | undefined;
}

/** Of staff whose roles wait for a second factor: the message says the way out. */
const LACKS_SECOND_FACTOR =
  'Your roles count once a second factor is set: beginSecondFactor, then refreshSession';
/** Of staff whose roles could not be confirmed within the time that `Revocations` allows. */
const UNCONFIRMED = 'What staff may do cannot be confirmed at the moment';
/** Of a browser whose session could not be looked up. */
const SESSION_UNKNOWN = 'Sessions cannot be looked up at the moment';
const NO_POLICIES: ReadonlySet<string> = new Set();

export class OperationPlanner {
  readonly #errors: ErrorPolicy;
  readonly #policies: DecidePolicies | undefined;
  readonly #limits: RequestLimits;
  readonly #rateLimits: RateLimits;
  readonly #sharedByRole: ReadonlySet<string>;
  readonly #overrideLabel: DecideOverride | undefined;

  constructor(options: OperationPlannerOptions) {
    const { errors, policies, limits, rateLimits, sharedByRole = [], overrideLabel } = options;
    this.#overrideLabel = overrideLabel;
    this.#rateLimits = rateLimits;
    this.#sharedByRole = new Set(sharedByRole);
    this.#limits = limits;
    this.#errors = errors;
    this.#policies = policies;
  }

  /** As `ready`, for a transport that answers once: refuses a subscription before anything else. */
  async readyToAnswer(
    graph: Graph,
    operation: ValidatedOperation,
    variables: Variables,
    call: OperationCaller,
  ): Promise<ExecutableOperation> {
    if (operation.isSubscription) throw needsStream();
    return this.ready(graph, operation, variables, call);
  }

  /** Plans the operation for its caller. @throws Refusal when it cannot begin. */
  async ready(
    graph: Graph,
    operation: ValidatedOperation,
    given: Variables,
    call: OperationCaller,
  ): Promise<ExecutableOperation> {
    const { caller } = call;
    this.#throwIfTooDeep(given);
    const variables = withBuiltInIntegers(graph.supergraph.apiSchema, operation.definition, given);
    const policies = await this.#policiesOf(operation, caller);
    const { isSignedIn, scopes } = caller;
    const variant = operation.variantFor({ isSignedIn, scopes, policies });
    const { denied, estimate, maxAge } = variant;
    this.#throwIfTooMuch(estimate(variables), caller);
    const refused = denied.filter(({ conditions }) => hold(conditions, variables));
    const errors = refused.map((one) => refusalOf(one, caller));
    if (operation.isSubscription && refused.some(({ path }) => path.length === 1)) throw new Refusal(errors);
    const overrides = this.#overridesOf(graph, call);
    // A new string would be hashed again for every request.
    const planKey = overrides.length === 0 ? variant.key : [variant.key, ...overrides].join();
    const prepared = planOf(graph, operation, variant, planKey, overrides);
    if (operation.isSubscription) throwIfBad(prepared, variables);
    const { forwarded } = call;
    const mayShare = forwarded === undefined || forwarded.isShareable || operation.isSubscription;
    const audience = mayShare ? this.#audienceOf(graph, operation, caller, variant) : undefined;
    const supergraphId = graph.supergraph.id;
    const language = graph.speaksLanguages ? preferredLanguage(call.headers['accept-language']) : undefined;
    return {
      graph,
      operation,
      variables,
      caller,
      language,
      shareKey:
        audience &&
        shareKeyOf({
          supergraphId,
          planKey,
          variables,
          caller,
          language,
          audience,
          headers: forwarded?.fingerprint,
        }),
      maxAge: mayShare ? maxAge : 0,
      prepared,
      options: {
        variables,
        call: subgraphCallOf(call, prepared.type, language),
        clients: graph.clients,
        errors,
        formatErrors: (found) => presentErrors(found, this.#errors, language),
      },
    };
  }

  #overridesOf({ supergraph }: Graph, { caller, headers }: OperationCaller): readonly string[] {
    const decide = this.#overrideLabel;
    const { identity } = caller;
    return takenOverrides(
      supergraph.overrides,
      Math.random() * 100,
      decide && ((label) => decide(label, { identity, headers })),
    );
  }

  /** Undefined for a response that is not shared. */
  #audienceOf(
    { forwardsAuthorization }: Graph,
    { isSubscription, definition }: ValidatedOperation,
    caller: Caller,
    { selected, maxAge }: Pick<OperationVariant, 'selected' | 'maxAge'>,
  ): ShareKeyParts['audience'] | undefined {
    const { authorization, isSignedIn, scopes } = caller;
    // A subgraph may refuse an `authorization` that it verifies itself, and the refusal is for its sender alone.
    const isForSender = authorization !== undefined && (forwardsAuthorization || !isSignedIn);
    if (isForSender) return isSubscription || maxAge > 0 ? 'authorization' : undefined;
    if (isSubscription) return [...selected].every((one) => this.#sharedByRole.has(one)) ? 'roles' : 'caller';
    // Who has permissions may be shown more, such as a draft.
    if (maxAge > 0) return scopes.size > 0 ? 'roles' : 'everyone';
    return !isSignedIn && definition.operation === OperationTypeNode.QUERY ? 'caller' : undefined;
  }

  /** Bounds the recursion of every function that walks the variables. */
  #throwIfTooDeep(variables: Variables): void {
    const { nesting } = this.#limits;
    if (!Object.values(variables).some((value) => nestsBeyond(value, nesting))) return;
    throw new Refusal([tooComplex('levels in a value', nesting)], { status: 400 });
  }

  #throwIfTooMuch({ cost, largestPage }: CostEstimate, caller: Caller): void {
    const { pageSize, cost: limit } = this.#limits;
    if (largestPage > pageSize) {
      throw Refusal.of(ErrorCode.BAD_USER_INPUT, `A page has at most ${pageSize} entries`, { status: 400 });
    }
    if (cost > limit) {
      const message = `The operation may cost ${cost}: at most ${limit}`;
      throw Refusal.of(ErrorCode.OPERATION_TOO_COMPLEX, message, { status: 400 });
    }
    this.#rateLimits.cost(caller, cost);
  }

  async #policiesOf({ demands }: ValidatedOperation, caller: Caller): Promise<ReadonlySet<string>> {
    if (this.#policies === undefined) return NO_POLICIES;
    const named = new Set(demands.flatMap(({ policies }) => policies.flat()));
    return named.size === 0 ? NO_POLICIES : new Set(await this.#policies(caller, [...named]));
  }
}

function planOf(
  graph: Graph,
  operation: ValidatedOperation,
  { document: plannedDocument, removed }: OperationVariant,
  planKey: string,
  overrides: readonly string[],
): PreparedOperation {
  const { supergraph, plans } = graph;
  try {
    return plans.get(planKey, () =>
      prepare(supergraph, operation.document, operation.name, { plannedDocument, removed, overrides }),
    );
  } catch (error) {
    if (error instanceof GraphQLError) throw new Refusal([error], { status: 400 });
    throw error;
  }
}

/** A stream opens its upstream before anything is executed, so its variables are validated here. */
function throwIfBad({ supergraph, plannedDefinition }: PreparedOperation, variables: Variables): void {
  const errors = variableErrors(supergraph.apiSchema, plannedDefinition, variables);
  if (errors.length > 0) throw new Refusal(errors);
}

function refusalOf(
  { path }: Denied,
  { isSignedIn, isUnconfirmed = false, lacksSecondFactor = false }: Caller,
): GraphQLError {
  if (isUnconfirmed)
    return new GraphQLError(isSignedIn ? UNCONFIRMED : SESSION_UNKNOWN, {
      path,
      extensions: { code: ErrorCode.SUBGRAPH_UNAVAILABLE },
    });
  if (lacksSecondFactor)
    return new GraphQLError(LACKS_SECOND_FACTOR, { path, extensions: { code: ErrorCode.FORBIDDEN } });
  const [code, message] = isSignedIn
    ? ([ErrorCode.FORBIDDEN, 'Not allowed'] as const)
    : ([ErrorCode.UNAUTHENTICATED, 'Sign in first'] as const);
  return new GraphQLError(message, { path, extensions: { code } });
}

/** Where it came from is said of mutations alone: a query's identity is signed once for all the places a caller is at. */
function subgraphCallOf(
  { caller, headers, traceparent, tracestate, signal, forwarded }: OperationCaller,
  type: OperationTypeNode,
  language: Language | undefined,
): SubgraphCall {
  const { identity, authorization, address } = caller;
  const origin = type === OperationTypeNode.MUTATION ? originOf(address, headers['user-agent']) : undefined;
  const requestId = givenRequestId(headers);
  return { identity, origin, language, requestId, authorization, traceparent, tracestate, signal, forwarded };
}

function needsStream(): Refusal {
  const message = 'A subscription needs a stream: WebSocket (graphql-transport-ws) or server-sent events';
  return Refusal.of(ErrorCode.BAD_USER_INPUT, message, { status: 400 });
}

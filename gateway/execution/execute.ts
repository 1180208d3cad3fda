/**
 * Runs a prepared operation against the subgraphs and answers in the client's shape.
 *
 * - The answer is always an answer: nothing a subgraph does makes these functions throw.
 * - `variables` are the client's own, unchecked: what does not fit their definitions is answered with BAD_USER_INPUT
 *   and no subgraph gets a request.
 * - A value that its type does not allow is null, up to the nearest place that allows null, and an error says so, unless a
 *   subgraph's own error explains it already.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { exactJsonText } from '../../platform/exact-json.js';
import type { SubgraphCall, SubgraphClient } from '../clients/client.js';
import type { PreparedOperation } from './prepare.js';
import { copyOf, isResponseObject } from './run/response-object.js';
import { EACH } from './run/response-path.js';
import { Run } from './run/run.js';
import type { ResponsePath, Variables } from './types.js';
import { variableErrors } from './variables.js';

export interface ExecutionOptions {
  readonly variables?: Variables | undefined;
  readonly call: SubgraphCall;
  /** By service name. */
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  /** Errors found before execution, such as fields that access control took out; they come first in the answer. */
  readonly errors?: readonly GraphQLError[];
  /** The last word on the errors that leave, for limits and masking. */
  readonly formatErrors?: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
}

interface Answer {
  /** The JSON text of `data`; undefined where execution never began. */
  readonly data: string | undefined;
  readonly errors: readonly GraphQLError[];
}

const NO_VARIABLES: Variables = {};

function refusal(errors: readonly GraphQLError[]): Answer {
  return { data: undefined, errors };
}

function unexpected(cause: unknown): GraphQLError {
  if (cause instanceof GraphQLError) return cause;
  return new GraphQLError('Internal server error', {
    ...(cause instanceof Error ? { originalError: cause } : {}),
    extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR },
  });
}

/** An event may be others' as well. */
function ownCopy({ data, errors }: ExecutionResult): ExecutionResult {
  const copy = copyOf(data);
  return { data: isResponseObject(copy) ? copy : null, ...(errors ? { errors } : {}) };
}

/** Whether an error at `above` explains one at `path`; errors of access control stand for every element of a list. */
function explains(above: ResponsePath, path: ResponsePath): boolean {
  return above.every(
    (part, depth) =>
      depth >= path.length || part === path[depth] || (part === EACH && typeof path[depth] === 'number'),
  );
}

/** The errors of completion that no other error explains. */
function unexplained(
  found: readonly GraphQLError[],
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  return found.filter(
    ({ path = [] }) => !errors.some((error) => error.path === undefined || explains(error.path, path)),
  );
}

async function run(
  prepared: PreparedOperation,
  options: ExecutionOptions,
  event?: ExecutionResult,
): Promise<Answer> {
  const { variables = NO_VARIABLES, call, clients, errors = [], formatErrors } = options;
  try {
    const invalid = variableErrors(prepared.supergraph.apiSchema, prepared.plannedDefinition, variables);
    if (invalid.length > 0) return refusal(formatErrors ? formatErrors(invalid) : invalid);
    const { compiled, names } = prepared;
    const conditions = prepared.conditions.values(variables);
    const current = new Run(compiled, { variables, call, clients, conditions, names });
    for (const error of errors) current.addError(error);
    if (event) prepared.subscription?.receive(current, ownCopy(event));
    const waiting = compiled.start(current);
    if (waiting) await waiting;
    const { text, completion } = prepared.shape.complete(current);
    const found =
      completion.errors.length === 0
        ? current.errors
        : [...current.errors, ...unexplained(completion.errors, current.errors)];
    return { data: text, errors: formatErrors && found.length > 0 ? formatErrors(found) : found };
  } catch (cause) {
    const error = [unexpected(cause)];
    return refusal(formatErrors ? formatErrors(error) : error);
  }
}

function toResult({ data, errors }: Answer): ExecutionResult {
  return {
    ...(errors.length > 0 ? { errors: errors.map(withPlainNumbers) } : {}),
    ...(data === undefined ? {} : { data: JSON.parse(data) }),
  };
}

/** A result that is passed on as an object is serialised by `JSON.stringify`, which refuses a BigInt. */
function withPlainNumbers(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: JSON.parse(exactJsonText(extensions) ?? '{}'),
  });
}

function toText({ data, errors }: Answer): string {
  const first = errors.length > 0 ? `"errors":${exactJsonText(errors)}` : '';
  return data === undefined ? `{${first}}` : `{${first}${first && ','}"data":${data}}`;
}

export async function execute(
  prepared: PreparedOperation,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  return toResult(await run(prepared, options));
}

/** An answer as JSON text. Without data the operation never began: its request was wrong. */
export interface SerializedResponse {
  readonly text: string;
  readonly hasData: boolean;
}

/** As `execute`, as the JSON text of the answer, where the object is not needed. */
export async function executeToText(
  prepared: PreparedOperation,
  options: ExecutionOptions,
): Promise<SerializedResponse> {
  const answer = await run(prepared, options);
  return { text: toText(answer), hasData: answer.data !== undefined };
}

/** One event of a subscription: `event` is what its upstream sent, and what else the client selected is fetched now. */
export async function executeRest(
  prepared: PreparedOperation,
  event: ExecutionResult,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  return toResult(await run(prepared, options, event));
}

/** As `executeRest`, as JSON text. */
export async function executeRestToText(
  prepared: PreparedOperation,
  event: ExecutionResult,
  options: ExecutionOptions,
): Promise<string> {
  return toText(await run(prepared, options, event));
}

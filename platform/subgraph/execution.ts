/**
 * Executes one operation of the gateway on a subgraph in this process, whichever transport it came by. The document must be
 * valid. Every operation gets its own context; the answer is always an ExecutionResult, with errors as clients may see them.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
} from 'graphql';
import { bindLanguage } from '../language/bound-language.js';
import type { Log } from '../log.js';
import { traced } from '../telemetry.js';
import { bindIdentity } from './access.js';
import { presentError, presentErrors } from './errors.js';
import type { OperationCall, RunningSubgraph } from './subgraph.js';

/** The part of a subgraph that operations need. */
export type ExecutableSubgraph = Pick<RunningSubgraph, 'schema' | 'context'> & { readonly name: string };

export interface SubgraphOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export async function executeOperation(
  subgraph: ExecutableSubgraph,
  operation: SubgraphOperation,
  call: OperationCall,
  log: Log,
): Promise<ExecutionResult> {
  const presentation = { subgraph: subgraph.name, log, call };
  try {
    const name = `${subgraph.name} ${operation.operationName ?? 'operation'}`;
    return await traced(name, call.cause, {}, async (trace) => {
      const inside = { ...call, cause: { ...call.cause, ...trace } };
      return presentErrors(await execute(argumentsOf(subgraph, operation, inside)), presentation);
    });
  } catch (error) {
    return { errors: [presentError(graphqlErrorOf(error), presentation)] };
  }
}

/** The events of a subscription, or the errors that refuse it. Each event is executed in its own context. */
export async function subscribeOperation(
  subgraph: ExecutableSubgraph,
  operation: SubgraphOperation,
  call: OperationCall,
  log: Log,
): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const presentation = { subgraph: subgraph.name, log, call };
  try {
    const source = await createSourceEventStream(argumentsOf(subgraph, operation, call));
    if (!(Symbol.asyncIterator in source)) return presentErrors(source, presentation);
    return events(source[Symbol.asyncIterator](), subgraph, operation, call, log);
  } catch (error) {
    return { errors: [presentError(graphqlErrorOf(error), presentation)] };
  }
}

function argumentsOf(
  { schema, context }: ExecutableSubgraph,
  { document, operationName, variables }: SubgraphOperation,
  call: OperationCall,
): ExecutionArgs {
  return {
    schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue: bindLanguage(bindIdentity(context(call), call.identity), call.language),
  };
}

/** Ends at once when returned, also while the next event is awaited, for which a generator would wait. */
function events(
  source: AsyncIterator<unknown>,
  subgraph: ExecutableSubgraph,
  operation: SubgraphOperation,
  call: OperationCall,
  log: Log,
): AsyncGenerator<ExecutionResult, void, void> {
  const presentation = { subgraph: subgraph.name, log, call };
  const end: IteratorReturnResult<void> = { done: true, value: undefined };
  const waiting = new Set<(end: IteratorReturnResult<void>) => void>();
  let ended = false;

  async function following(): Promise<IteratorResult<ExecutionResult, void>> {
    try {
      const event = await source.next();
      if (event.done || ended) return end;
      const rootValue = event.value;
      const result = await execute({ ...argumentsOf(subgraph, operation, call), rootValue });
      return { done: false, value: presentErrors(result, presentation) };
    } catch (error) {
      throw presentError(graphqlErrorOf(error), presentation);
    }
  }

  async function finish(): Promise<IteratorReturnResult<void>> {
    ended = true;
    for (const resolve of waiting) resolve(end);
    void source.return?.()?.catch((error: unknown) => {
      log.warn({ subgraph: subgraph.name, error: String(error) }, 'subscription failed to end');
    });
    return end;
  }

  return {
    next: () =>
      ended
        ? Promise.resolve(end)
        : new Promise((resolve, reject) => {
            waiting.add(resolve);
            following()
              .then(resolve, reject)
              .finally(() => waiting.delete(resolve));
          }),
    return: finish,
    async throw(error: unknown) {
      await finish();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function graphqlErrorOf(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

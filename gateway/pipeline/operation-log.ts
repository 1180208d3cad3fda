/**
 * Logs what was answered, by operation: at `info` a line for each mutation, at `warn` one for each answer in which Kedai failed. Both name
 * the request and its trace, and neither has variables or answers, which hold what is people's own, but for the ids (UUIDv7) of what a
 * mutation was about and made: an order is followed by its own.
 */
import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import { requestFields } from '../clients/request-fields.js';
import type { SerializedResponse } from '../execution/execute.js';
import type { ExecutableOperation } from './planner.js';

const ERRORS_FIRST = '{"errors":';
const CODE = `"code":"${ErrorCode.INTERNAL_SERVER_ERROR}"`;
const ID = /[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g;
const ID_LENGTH = 36;
const IDS_SAID = 10;
/** Errors are the first of an answer, and few. */
const LOOKED_AT = 16_384;

export class OperationLog {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** @param milliseconds that the operation took. */
  answered(
    { operation, options, variables }: Pick<ExecutableOperation, 'operation' | 'options' | 'variables'>,
    answer: SerializedResponse | ExecutionResult,
    milliseconds: number,
  ): void {
    const hasFailed = isFailure(answer);
    const isMutation = operation.definition.operation === OperationTypeNode.MUTATION;
    if (!hasFailed && !(isMutation && this.#log.isLevelEnabled('info'))) return;
    const line = {
      ...requestFields(options.call),
      type: operation.definition.operation,
      operation: operation.name,
      fields: operation.rootFields(),
      customerId: options.call.identity.customerId,
      milliseconds: Math.round(milliseconds),
    };
    if (hasFailed) this.#log.warn(line, 'operation failed');
    else this.#log.info({ ...line, ids: idsOf(variables, answer) }, 'mutation');
  }
}

/** Of what the variables name, then of what the answer begins with. */
function idsOf(
  variables: ExecutableOperation['variables'],
  answer: SerializedResponse | ExecutionResult,
): string[] {
  const named = Object.values(variables).flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(value) : [value],
  );
  const texts = named.filter((value) => typeof value === 'string').map((value) => value.slice(0, ID_LENGTH));
  const found =
    [...texts, 'text' in answer ? answer.text.slice(0, LOOKED_AT) : ''].join('\n').match(ID) ?? [];
  return [...new Set(found)].slice(0, IDS_SAID);
}

function isFailure(answer: SerializedResponse | ExecutionResult): boolean {
  if ('text' in answer)
    return answer.text.startsWith(ERRORS_FIRST) && answer.text.slice(0, LOOKED_AT).includes(CODE);
  return (
    answer.errors?.some(({ extensions }) => extensions.code === ErrorCode.INTERNAL_SERVER_ERROR) === true
  );
}

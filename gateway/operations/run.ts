/** Runs operations that are ready, on the graph that they were planned on, timed and traced. */
import type { ExecutionResult } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { traced } from '../../platform/telemetry.js';
import type { AttemptGuard } from '../access/attempts.js';
import { type ExecutionOptions, execute, executeToText, type TextAnswer } from '../execution/execute.js';
import type { PreparedOperation } from '../execution/prepare.js';
import { operationSeconds } from '../metrics.js';
import type { ReadyOperation } from './planner.js';
import { Refusal } from './refusal.js';

export class OperationRunner {
  readonly #attempts: AttemptGuard | undefined;

  constructor(attempts?: AttemptGuard) {
    this.#attempts = attempts;
  }

  /** @throws Refusal when the operation cannot begin. */
  async run(ready: ReadyOperation): Promise<ExecutionResult> {
    const judged = await this.#attempts?.admit(ready);
    const answer = await this.#timed(ready, execute);
    await judged?.(answer);
    return answer;
  }

  /** As `run`, as JSON text. */
  async runToText(ready: ReadyOperation): Promise<TextAnswer> {
    const judged = await this.#attempts?.admit(ready);
    const answer = await this.#timed(ready, executeToText);
    if (judged !== undefined) await judged(JSON.parse(answer.text));
    return answer;
  }

  async #timed<Answer>(
    { graph, operation, prepared, options }: ReadyOperation,
    run: (prepared: PreparedOperation, options: ExecutionOptions) => Promise<Answer>,
  ): Promise<Answer> {
    if (operation.isSubscription) throw needsStream();
    const { operation: type } = operation.definition;
    const stopTimer = operationSeconds.startTimer({ type });
    const release = graph.hold();
    try {
      const { call } = options;
      return await traced(`${type} ${operation.name ?? ''}`, call.traceparent, {}, (traceparent) =>
        run(
          prepared,
          traceparent === call.traceparent ? options : { ...options, call: { ...call, traceparent } },
        ),
      );
    } finally {
      release();
      stopTimer();
    }
  }
}

function needsStream(): Refusal {
  const told = 'A subscription needs a stream: WebSocket (graphql-transport-ws) or server-sent events';
  return Refusal.of(ErrorCode.BAD_USER_INPUT, told, { status: 400 });
}

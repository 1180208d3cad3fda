/** Runs operations that are ready, on the graph that they were planned on, timed and traced. */
import type { ExecutionResult } from 'graphql';
import { traced } from '../../platform/telemetry.js';
import type { AttemptGuard } from '../access/attempts.js';
import { type ExecutionOptions, execute, executeToText, type TextAnswer } from '../execution/execute.js';
import type { PreparedOperation } from '../execution/prepare.js';
import { operationSeconds } from '../metrics.js';
import type { ReadyOperation } from './planner.js';

/** Whoever asked first may go away, and others still wait. */
const NEVER = new AbortController().signal;

export class OperationRunner {
  readonly #attempts: AttemptGuard | undefined;
  readonly #underWay = new Map<string, Promise<TextAnswer>>();

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
    if (ready.shareKey !== undefined) return this.#shared(ready, ready.shareKey);
    const judged = await this.#attempts?.admit(ready);
    const answer = await this.#timed(ready, executeToText);
    if (judged !== undefined) await judged(JSON.parse(answer.text));
    return answer;
  }

  /** Of the same query asked twice on nobody's behalf, the second waits for the answer to the first. */
  #shared(ready: ReadyOperation, key: string): Promise<TextAnswer> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const { options } = ready;
    const call = { ...options.call, signal: NEVER };
    const answer = this.#timed({ ...ready, options: { ...options, call } }, executeToText).finally(() =>
      this.#underWay.delete(key),
    );
    this.#underWay.set(key, answer);
    return answer;
  }

  async #timed<Answer>(
    { graph, operation, prepared, options }: ReadyOperation,
    run: (prepared: PreparedOperation, options: ExecutionOptions) => Promise<Answer>,
  ): Promise<Answer> {
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

/** Executes planned operations on the graph that they were planned on, timed and traced. */
import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { histogram } from '../../platform/metrics.js';
import { traced } from '../../platform/telemetry.js';
import {
  type ExecutionOptions,
  execute,
  executeToText,
  type SerializedResponse,
} from '../execution/execute.js';
import type { PreparedOperation } from '../execution/prepare.js';
import type { AttemptGuard } from './guess-limits.js';
import type { OperationLog } from './operation-log.js';
import type { ExecutableOperation } from './planner.js';
import type { ResponseCache } from './response-cache.js';
import { SingleFlight } from './single-flight.js';

const operationSeconds = histogram('kedai_gateway_operation_seconds', 'Time to run an operation', ['type']);

export class OperationRunner {
  readonly #responseCache: ResponseCache;
  readonly #attempts: AttemptGuard | undefined;
  readonly #log: OperationLog | undefined;
  readonly #underWay = new Map<string, SingleFlight>();

  #mutations = 0;

  /** @param responseCache cleared after mutations that run here; the caller clears it after changes made elsewhere. */
  constructor(responseCache: ResponseCache, attempts?: AttemptGuard, log?: OperationLog) {
    this.#responseCache = responseCache;
    this.#attempts = attempts;
    this.#log = log;
  }

  /** @throws Refusal when the operation cannot begin. */
  async run(ready: ExecutableOperation): Promise<ExecutionResult> {
    const judged = await this.#attempts?.admit(ready);
    const answer = await this.#timed(ready, execute);
    await judged?.(answer);
    return answer;
  }

  /** As `run`, as JSON text. */
  async runToText(ready: ExecutableOperation): Promise<SerializedResponse> {
    if (ready.shareKey !== undefined) return this.#shared(ready, ready.shareKey);
    const judged = await this.#attempts?.admit(ready);
    const answer = await this.#timed(ready, executeToText);
    if (judged !== undefined) await judged(JSON.parse(answer.text));
    return answer;
  }

  /** Answers an operation that others share: from the cache, by joining a run in flight, or by a run of its own. */
  #shared(ready: ExecutableOperation, shareKey: string): Promise<SerializedResponse> {
    const { maxAge, options, prepared } = ready;
    const cached = maxAge > 0 ? this.#responseCache.get(shareKey) : undefined;
    if (cached !== undefined) return Promise.resolve(cached);
    // A run that began before a change may answer with the state before it, so later requests do not join it.
    const key = `${this.#mutations} ${this.#responseCache.purges} ${shareKey}`;
    const underWay = this.#underWay.get(key);
    if (underWay?.isWanted) return underWay.join(options.call.signal);
    const run = new SingleFlight((signal) => {
      const call = { ...options.call, signal };
      const execute = () => this.#timed({ ...ready, options: { ...options, call } }, executeToText);
      const entry = { seconds: maxAge, services: prepared.services };
      return maxAge > 0 ? this.#responseCache.fill(shareKey, entry, execute) : execute();
    });
    this.#underWay.set(key, run);
    const forget = () => {
      if (this.#underWay.get(key) === run) this.#underWay.delete(key);
    };
    run.answer.then(forget, forget);
    return run.join(options.call.signal);
  }

  async #timed<Answer extends SerializedResponse | ExecutionResult>(
    ready: ExecutableOperation,
    run: (prepared: PreparedOperation, options: ExecutionOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const { graph, operation, prepared, options } = ready;
    const { operation: type } = operation.definition;
    const began = performance.now();
    const stopTimer = operationSeconds.startTimer({ type });
    const release = graph.hold();
    try {
      const { call } = options;
      const answer = await traced(`${type} ${operation.name ?? ''}`, call, {}, (trace) =>
        run(prepared, trace === call ? options : { ...options, call: { ...call, ...trace } }),
      );
      this.#log?.answered(ready, answer, performance.now() - began);
      return answer;
    } finally {
      if (type === OperationTypeNode.MUTATION) this.#changed(prepared);
      release();
      stopTimer();
    }
  }

  #changed({ rootServices }: PreparedOperation): void {
    this.#mutations += 1;
    this.#responseCache.changedAt(rootServices);
  }
}

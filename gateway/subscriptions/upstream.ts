/**
 * A subscription at the subgraph that owns its field. Each event is completed with the fields of other subgraphs and serialised.
 *
 * - An interrupted stream is opened again, after a pause that doubles with every failure and is reset once a stream has lasted;
 *   the subgraph then sends a snapshot first. It fails when it was never established, and after two minutes of interruptions.
 * - Any other failure ends the stream with its errors.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import type { SubgraphCall, SubgraphClient } from '../clients/client.js';
import { StreamInterrupted } from '../clients/failures.js';
import { executeRestToText } from '../execution/execute.js';
import type { SubscriptionSource } from '../execution/prepare.js';
import type { ExecutableOperation } from '../pipeline/planner.js';
import { Frame } from './frame.js';

/** Receives a stream. Exactly one of `complete` and `fail` is the last call. */
export interface UpstreamListener {
  event(frame: Frame): void;
  complete(): void;
  fail(errors: readonly GraphQLError[]): void;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
/** After this, a stream without events counts as established. */
const ESTABLISHED_MILLISECONDS = 2_000;
/** How many events of one stream are being completed at the same time. */
const COMPLETED_AT_ONCE = 16;
/** After this, a stream counts as sound: its next interruption starts with the first pause again. */
const SOUND_MILLISECONDS = 15_000;
const GIVE_UP_MILLISECONDS = 120_000;

export class Upstream {
  readonly #operation: ExecutableOperation;
  readonly #source: SubscriptionSource;
  readonly #client: SubgraphClient;
  readonly #listener: UpstreamListener;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #call: SubgraphCall;
  #isEstablished = false;
  #completing = 0;

  /** @throws TypeError for an operation that is not a subscription. */
  constructor(operation: ExecutableOperation, listener: UpstreamListener, log: Log) {
    const { prepared, options } = operation;
    const { subscription } = prepared;
    const client = subscription && options.clients.get(subscription.serviceName);
    if (subscription === undefined || client === undefined) throw new TypeError('Not a subscription');
    // Every subgraph request of an event that is being completed listens on it.
    setMaxListeners(0, this.#closing.signal);
    this.#operation = operation;
    this.#source = subscription;
    this.#client = client;
    this.#call = { ...options.call, signal: this.#closing.signal };
    this.#listener = listener;
    this.#log = log;
  }

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#closing.abort();
  }

  /** Whether an event has been received and not emitted yet. */
  get isCompleting(): boolean {
    return this.#completing > 0;
  }

  async #run(): Promise<void> {
    const release = this.#operation.graph.hold();
    try {
      await this.#follow();
    } finally {
      release();
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    let pause = FIRST_PAUSE_MILLISECONDS;
    let unsoundSince: number | undefined;
    while (!signal.aborted) {
      let openedAt = performance.now();
      try {
        const events = await this.#subscribe();
        openedAt = performance.now();
        const errors = await this.#deliver(events);
        if (signal.aborted) return;
        if (errors === undefined) this.#listener.complete();
        else this.#listener.fail(errors);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof StreamInterrupted)) {
          this.#listener.fail([failureOf(error)]);
          return;
        }
        const now = performance.now();
        const lasted = now - openedAt;
        this.#isEstablished ||= lasted > ESTABLISHED_MILLISECONDS;
        if (lasted > SOUND_MILLISECONDS) {
          pause = FIRST_PAUSE_MILLISECONDS;
          unsoundSince = undefined;
        }
        unsoundSince ??= now;
        const mayRetry = this.#isEstablished || error.mustIsolate;
        if (!mayRetry || now - unsoundSince > GIVE_UP_MILLISECONDS) {
          this.#listener.fail([error.error]);
          return;
        }
        this.#log.info(
          { subgraph: this.#client.name, reason: error.message },
          'a subscription was interrupted and is opened again',
        );
        this.#call = { ...this.#call, isIsolated: error.mustIsolate };
        await sleep(pause + Math.random() * pause, undefined, { signal, ref: false }).catch(() => {});
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      }
    }
  }

  /** Resolves when the upstream is connected. */
  #subscribe(): Promise<AsyncIterable<ExecutionResult>> {
    const { variables = {} } = this.#operation.options;
    return this.#client.subscribe(this.#source.request(variables), this.#call);
  }

  /** Resolves when the subgraph ends the stream, with its errors if there are any. @throws when the stream breaks. */
  async #deliver(events: AsyncIterable<ExecutionResult>): Promise<readonly GraphQLError[] | undefined> {
    const { prepared, options } = this.#operation;
    const call = this.#call;
    const emissions: Promise<void>[] = [];
    let last = Promise.resolve();
    try {
      for await (const event of events) {
        if (event.data === undefined && event.errors) return event.errors;
        last = this.#emit(last, executeRestToText(prepared, event, { ...options, call }));
        emissions.push(last);
        if (emissions.length >= COMPLETED_AT_ONCE) await emissions.shift();
      }
      return undefined;
    } finally {
      await last;
    }
  }

  /** Events are completed concurrently and emitted in order. */
  async #emit(previous: Promise<void>, completed: Promise<string>): Promise<void> {
    this.#completing += 1;
    await previous;
    const text = await completed;
    this.#completing -= 1;
    if (this.#closing.signal.aborted) return;
    this.#isEstablished = true;
    this.#listener.event(new Frame(text));
  }
}

function failureOf(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return requestError(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error');
}

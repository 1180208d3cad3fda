/**
 * A subscription at the subgraph that owns it, kept open: each event is completed with what the other subgraphs know and
 * written out. When it breaks it is opened again, later each time, and the subgraph sends its snapshot first again. One
 * that breaks before it ever stood fails, and so does one that cannot be had back for two minutes.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '../../platform/log.js';
import type { SubgraphCall, SubgraphClient } from '../clients/client.js';
import { StreamOverrun, unavailable } from '../clients/unavailable.js';
import { executeRestToText } from '../execution/execute.js';
import type { SubscriptionSource } from '../execution/prepare.js';
import type { ExecutableOperation } from '../pipeline/planner.js';
import { Frame } from './frame.js';

/** Who is told. Exactly one of `complete` and `fail` is the last call. */
export interface UpstreamListener {
  event(frame: Frame): void;
  complete(): void;
  fail(errors: readonly GraphQLError[]): void;
}

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
/** A stream without an event is taken to stand when it has lasted so long. */
const SETTLED_MILLISECONDS = 2_000;
/** How many events of one stream are completed by other subgraphs at the same time. */
const COMPLETED_AT_ONCE = 16;
const PATIENCE_MILLISECONDS = 120_000;

export class Upstream {
  readonly #operation: ExecutableOperation;
  readonly #source: SubscriptionSource;
  readonly #client: SubgraphClient;
  readonly #call: SubgraphCall;
  readonly #listener: UpstreamListener;
  readonly #log: Log;
  readonly #closing = new AbortController();
  #hasEvents = false;
  #hasSettled = false;
  #completing = 0;

  /** @throws TypeError for what is no subscription of this graph. */
  constructor(operation: ExecutableOperation, listener: UpstreamListener, log: Log) {
    const { prepared, options } = operation;
    const { subscription } = prepared;
    const client = subscription && options.clients.get(subscription.serviceName);
    if (subscription === undefined || client === undefined) throw new TypeError('Not a subscription');
    // Every subgraph request of the events being completed listens for the end.
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

  /** Whether an event has arrived that has not been emitted yet. */
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
    let wellSince = performance.now();
    let pause = FIRST_PAUSE_MILLISECONDS;
    for (;;) {
      const openedAt = performance.now();
      this.#hasEvents = false;
      try {
        const errors = await this.#deliver(await this.#subscribe());
        if (signal.aborted) return;
        return errors === undefined ? this.#listener.complete() : this.#listener.fail(errors);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof StreamOverrun) return this.#listener.fail([error]);
        const now = performance.now();
        if (this.#hasEvents || now - openedAt > SETTLED_MILLISECONDS) {
          this.#hasSettled = true;
          wellSince = now;
          pause = FIRST_PAUSE_MILLISECONDS;
        }
        const { name } = this.#client;
        if (!this.#hasSettled || now - wellSince > PATIENCE_MILLISECONDS) {
          return this.#listener.fail([unavailable(name)]);
        }
        this.#log.info({ subgraph: name, error: String(error) }, 'subscription broke and is opened again');
        await sleep(pause + Math.random() * pause, undefined, { ref: false });
        if (signal.aborted) return;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      }
    }
  }

  #subscribe(): Promise<AsyncIterableIterator<ExecutionResult>> {
    const { variables = {} } = this.#operation.options;
    return this.#client.subscribe(this.#source.request(variables), this.#call);
  }

  /** Until the subgraph ends the stream; the errors, where it refused to begin one. @throws when it breaks. */
  async #deliver(
    events: AsyncIterableIterator<ExecutionResult>,
  ): Promise<readonly GraphQLError[] | undefined> {
    const { prepared, options } = this.#operation;
    const emissions: Promise<void>[] = [];
    let last = Promise.resolve();
    try {
      for await (const event of events) {
        if (event.data === undefined && event.errors) return event.errors;
        last = this.#emit(last, executeRestToText(prepared, event, { ...options, call: this.#call }));
        emissions.push(last);
        if (emissions.length >= COMPLETED_AT_ONCE) await emissions.shift();
      }
      return undefined;
    } finally {
      await last;
    }
  }

  /** Events are completed side by side and emitted in their order. */
  async #emit(previous: Promise<void>, completed: Promise<string>): Promise<void> {
    this.#completing += 1;
    await previous;
    const text = await completed;
    this.#completing -= 1;
    if (this.#closing.signal.aborted) return;
    this.#hasEvents = true;
    this.#listener.event(new Frame(text));
  }
}

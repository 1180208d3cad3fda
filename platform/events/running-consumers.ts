/**
 * The consumers that run in this process. Every five seconds all of them are registered and their heartbeats renewed together, so that
 * the cost does not grow with their number, and they survive a registry that is away or emptied.
 */
import { newId } from '../ids.js';
import type { Log } from '../log.js';
import type { ConsumerRegistry, RunningConsumer } from './consumer-registry.js';
import type { EventType } from './envelope.js';

const HEARTBEAT_MILLISECONDS = 5_000;

export class RunningConsumers {
  readonly #registry: ConsumerRegistry;
  readonly #log: Log;
  readonly #running = new Set<RunningConsumer>();
  readonly #starting: RunningConsumer[] = [];
  /** Of those starting; null where none is. */
  #registration: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** The last heartbeat: one that is under way would bring back a consumer that has ended. */
  #beating: Promise<void> = Promise.resolve();

  constructor(registry: ConsumerRegistry, log: Log) {
    this.#registry = registry;
    this.#log = log;
  }

  /**
   * Registers it before it resolves, unless the registry is away: then with the next heartbeat. Those that start together are registered
   * together. @returns what ends it.
   */
  async start(name: string, types: readonly EventType[]): Promise<() => Promise<void>> {
    const consumer: RunningConsumer = { name, types, instance: newId() };
    this.#running.add(consumer);
    this.#timer ??= setInterval(() => {
      this.#beating = this.#beat([...this.#running]);
    }, HEARTBEAT_MILLISECONDS);
    this.#starting.push(consumer);
    this.#registration ??= Promise.resolve().then(() => {
      this.#registration = null;
      return this.#beat(this.#starting.splice(0));
    });
    await this.#registration;
    return () => this.#end(consumer);
  }

  async #beat(consumers: readonly RunningConsumer[]): Promise<void> {
    try {
      await this.#registry.beat(consumers);
    } catch (error) {
      const names = consumers.map(({ name }) => name);
      this.#log.warn(
        { consumers: names, error: String(error) },
        'consumers: cannot register now, will retry',
      );
    }
  }

  async #end(consumer: RunningConsumer): Promise<void> {
    this.#running.delete(consumer);
    if (this.#running.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    await this.#beating;
    await this.#registry.endBeat(consumer).catch(() => undefined);
  }
}

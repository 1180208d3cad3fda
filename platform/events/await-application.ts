/**
 * Lets a writer wait until other subgraphs have applied its events, so that people read their own writes across subgraphs that
 * never call one another. Consumers confirm on the bus what they have committed, to the topic that the event's metadata
 * names. Awaited are the consumers that are live and registered for the event's type when the work begins: neither one
 * that is down nor a lost message costs more than the bound, and a crashed one is not waited for once its heartbeat lapsed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Bus, MISSED } from '../bus/bus.js';
import { newId } from '../ids.js';
import type { Log } from '../log.js';
import { counter } from '../metrics.js';
import type { ConsumerRegistry, Consumers } from './consumer-registry.js';
import type { AnyEvent, EventType } from './envelope.js';

export interface ApplicationAwaiter {
  /**
   * Runs `write`, which commits events, and resolves when they are applied or the bound has passed.
   * @param write given the topic for its events' metadata; undefined where the bus or the registry did not answer within the
   * bound, and nothing will be awaited.
   */
  run<Result>(write: (confirmTo: string | undefined) => Promise<Written<Result>>): Promise<Result>;
  close(): Promise<void>;
}

export interface Written<Result> {
  readonly result: Result;
  readonly events: readonly { readonly id: string; readonly type: EventType }[];
}

export interface ApplicationAwaiterOptions {
  readonly bus: Bus;
  readonly consumers: Pick<ConsumerRegistry, 'live'>;
  readonly log: Log;
  /** Longest wait after the commit. Default 1 s. */
  readonly boundMilliseconds?: number;
}

const BOUND_MILLISECONDS = 1_000;

const timeouts = counter(
  'kedai_event_application_timeouts_total',
  'Writes that stopped waiting for a live consumer to apply their events',
  ['consumer'],
);

export function createApplicationAwaiter({
  bus,
  consumers,
  log,
  boundMilliseconds = BOUND_MILLISECONDS,
}: ApplicationAwaiterOptions): ApplicationAwaiter {
  const confirmTo = `events.applied.${newId()}`;
  const waits = new Set<Wait>();
  let subscription: Promise<AsyncIterableIterator<unknown>> | undefined;
  let isClosed = false;

  function subscribe(): Promise<unknown> {
    if (subscription === undefined) {
      const opening = bus.subscribe(confirmTo);
      subscription = opening;
      void opening
        .then(receive)
        .catch((error: unknown) => {
          if (!isClosed) log.warn({ error: String(error) }, 'events: confirmations are lost for a moment');
        })
        .finally(() => {
          if (subscription === opening) subscription = undefined;
        });
    }
    return subscription;
  }

  async function receive(messages: Awaited<ReturnType<Bus['subscribe']>>): Promise<void> {
    for await (const message of messages) {
      // What was lost while the bus was away is not repeated: those waits end by their bound.
      if (message === MISSED) continue;
      const confirmation = `${message.consumer} ${message.eventId}`;
      for (const wait of waits) wait.confirm(confirmation);
    }
  }

  /** Undefined when nothing can be awaited now. */
  async function findLiveConsumers(): Promise<Consumers | undefined> {
    const ready = Promise.all([subscribe(), consumers.live()]).then(([, live]) => live);
    return within(boundMilliseconds, ready).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'events: cannot await their application');
      return undefined;
    });
  }

  return {
    async run(write) {
      const live = await findLiveConsumers();
      if (live === undefined) return (await write(undefined)).result;
      // Before the commit: a consumer may confirm before the writer knows of its own commit.
      const wait = new Wait();
      waits.add(wait);
      try {
        const { result, events } = await write(confirmTo);
        await within(boundMilliseconds, wait.until(confirmationsOf(events, live)));
        for (const consumer of wait.missingConsumers()) timeouts.inc({ consumer });
        return result;
      } finally {
        waits.delete(wait);
      }
    },
    async close() {
      isClosed = true;
      await (await subscription?.catch(() => undefined))?.return?.();
    },
  };
}

/** Confirms events that a consumer has applied, to those who wait for it. */
export function confirmApplied(bus: Bus, consumer: string, events: readonly AnyEvent[]): void {
  for (const { id, metadata } of events) {
    if (metadata.confirmTo !== undefined) bus.publish(metadata.confirmTo, { consumer, eventId: id });
  }
}

/** `<consumer> <event id>` for each that is to be awaited. */
function confirmationsOf(
  events: readonly { readonly id: string; readonly type: EventType }[],
  consumers: Consumers,
): string[] {
  return [...consumers].flatMap(([consumer, types]) =>
    events.flatMap(({ id, type }) => (types.has(type) ? [`${consumer} ${id}`] : [])),
  );
}

/** The confirmations of one unit of work. */
class Wait {
  readonly #received = new Set<string>();
  #awaited: ReadonlySet<string> | undefined;
  #resolve: () => void = () => {};

  confirm(confirmation: string): void {
    if (this.#awaited?.has(confirmation) === false) return;
    this.#received.add(confirmation);
    if (this.#awaited !== undefined && this.#isComplete()) this.#resolve();
  }

  until(confirmations: readonly string[]): Promise<void> {
    this.#awaited = new Set(confirmations);
    if (this.#isComplete()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  missingConsumers(): Set<string> {
    const missing = [...(this.#awaited ?? [])].filter((confirmation) => !this.#received.has(confirmation));
    return new Set(missing.map((confirmation) => confirmation.split(' ')[0] ?? ''));
  }

  #isComplete(): boolean {
    for (const confirmation of this.#awaited ?? []) if (!this.#received.has(confirmation)) return false;
    return true;
  }
}

/** Undefined when the time is up first. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  const limit = new AbortController();
  const timeUp = delay(milliseconds, undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    limit.abort();
  }
}

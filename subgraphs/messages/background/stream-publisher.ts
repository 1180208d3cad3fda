/**
 * Publishes what waits for an event stream: by one process at a time, an event until its broker has acknowledged it. A broker that is away is
 * left alone for a growing time; what it will never take is set aside, and the rest goes on.
 */
import { dependsOn } from '../../../platform/health.js';
import { newId } from '../../../platform/ids.js';
import { askedAtScrape } from '../../../platform/kit/at-scrape.js';
import { outageLog } from '../../../platform/kit/outage-log.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { counter, gauge } from '../../../platform/metrics.js';
import {
  type EventStream,
  PUBLISH_SECONDS,
  type Published,
  pauseAfter,
  type StreamedEvent,
} from '../domain/stream.js';
import type { OwnMessagesDatabase } from '../store/database.js';
import {
  findDueStreamEvents,
  hasDueStreamEvents,
  leaveStreamLease,
  markRefused,
  markStored,
  readStreamBacklog,
  SETTLING_MILLISECONDS,
  type StreamBacklog,
  takeStreamLease,
} from '../store/streams/stream-events.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;
/** Longer than a batch and its marks take. */
const LEASE_SECONDS = PUBLISH_SECONDS + 5;
/** For a batch under way, once the process is to stop. */
const STOP_MILLISECONDS = 3_000;

const published = counter('kedai_stream_published_total', 'Events that a broker has acknowledged', [
  'stream',
]);
const setAside = counter('kedai_stream_refused_total', 'Events that a broker will never take', ['stream']);
/** By stream. */
const backlogs = new Map<string, () => Promise<StreamBacklog | undefined>>();
backlogGauge('kedai_stream_waiting', 'Events that wait for a broker, at most 100000', 'waiting');
backlogGauge('kedai_stream_oldest_seconds', 'How long the oldest of them has waited', 'oldestSeconds');
backlogGauge(
  'kedai_stream_set_aside',
  'Events that are set aside because the broker refuses them',
  'refused',
);

export interface StreamPublishing {
  readonly database: OwnMessagesDatabase;
  readonly stream: EventStream;
  readonly log: Log;
}

export function startStreamPublisher({
  database,
  stream,
  log,
}: StreamPublishing): Pick<PollLoop, 'wake' | 'stop'> {
  const { name } = stream;
  const holder = newId();
  const outage = outageLog(log, `event stream: ${name} is away, events wait`, { stream: name });
  let failures = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  // One that is stopped depends on nothing.
  dependsOn(name, () => !isStopped && outage.isOpen());
  const backlog = askedAtScrape(() => readStreamBacklog(database, name));
  backlogs.set(name, backlog);

  async function turn(): Promise<'more' | 'done'> {
    if (performance.now() < pausedUntil || !(await hasDueStreamEvents(database, name))) return 'done';
    if (!(await takeStreamLease(database, name, holder, LEASE_SECONDS))) return 'done';
    try {
      await publishBatch();
    } finally {
      await leaveStreamLease(database, name, holder);
    }
    return failures === 0 ? 'more' : 'done';
  }

  async function publishBatch(): Promise<void> {
    const events = await findDueStreamEvents(database, name);
    if (events.length === 0) return;
    const { stored, refused, failure } = await publishWithin(events);
    await markStored(database, name, stored);
    await markRefused(database, name, refused);
    published.inc({ stream: name }, stored.length);
    setAside.inc({ stream: name }, refused.length);
    for (const { id, because } of refused)
      log.error({ stream: name, event: id, because }, 'event stream: an event is set aside');
    if (failure === null) {
      failures = 0;
      outage.succeeded();
    } else {
      failures += 1;
      pausedUntil = performance.now() + pauseAfter(failures);
      outage.failed(failure);
      wakeIn(pausedUntil - performance.now());
    }
  }

  /** Ends the batch under way as a failure. */
  let abandon = () => {};

  async function publishWithin(events: readonly StreamedEvent[]): Promise<Published> {
    const abandoned = new Promise<Published>((resolve) => {
      abandon = () => {
        void stream.close();
        resolve({ stored: [], refused: [], failure: new Error('no answer in time') });
      };
    });
    const limit = setTimeout(abandon, PUBLISH_SECONDS * 1_000);
    try {
      return await Promise.race([stream.publish(events), abandoned]);
    } finally {
      clearTimeout(limit);
      abandon = () => {};
    }
  }

  let timer: NodeJS.Timeout | undefined;
  let isWokenMeanwhile = false;
  function wakeIn(milliseconds: number): void {
    if (timer !== undefined) {
      isWokenMeanwhile = true;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      loop.wake();
      if (isWokenMeanwhile) wakeIn(SETTLING_MILLISECONDS);
      isWokenMeanwhile = false;
    }, milliseconds).unref();
  }

  const loop = startPollLoop({
    ...{
      name: `messages.stream-publisher.${name}`,
      intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
      log,
      turn,
    },
    isMaintenance: true,
  });
  return {
    wake: () => wakeIn(SETTLING_MILLISECONDS),
    async stop() {
      isStopped = true;
      const stopped = loop.stop();
      clearTimeout(timer);
      const patience = setTimeout(() => abandon(), STOP_MILLISECONDS);
      await stopped;
      clearTimeout(patience);
      await stream.close();
      if (backlogs.get(name) === backlog) backlogs.delete(name);
    },
  };
}

function backlogGauge(name: string, help: string, figure: keyof StreamBacklog): void {
  gauge(name, help, ['stream'], async (shown) => {
    const answers = await Promise.all(
      [...backlogs].map(async ([stream, ask]) => ({ stream, ...(await ask()) })),
    );
    shown.reset();
    for (const { stream, [figure]: value } of answers) if (value !== undefined) shown.set({ stream }, value);
  });
}

/**
 * A process's lifetime: on Ctrl-C, SIGTERM or a failed start, what was started is stopped in reverse order. Where a drain is set, a
 * process that has started serves on for so long first, and its `/health/ready` answers 503. A second Ctrl-C ends the process at once. Under npm the process also ends with npm. An invalid or missing setting is one sentence on
 * standard error and exit code 1.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../platform/config.js';
import { beginDrain } from '../platform/health.js';

export interface Lifetime {
  /** Registers what has to be stopped, and returns it. */
  keep<Started extends { stop(): Promise<void> }>(started: Started): Started;
  /** How long it serves on after a signal, so that load balancers can turn to others first. Default 0. */
  drainFor(seconds: number): void;
}

/** Runs `main` until a signal. Ends the process. */
export function runUntilSignal(main: (lifetime: Lifetime) => Promise<void>): void {
  const started: { stop(): Promise<void> }[] = [];
  let ending: Promise<void> | undefined;
  let drainSeconds = 0;
  let hasStarted = false;

  async function drain(): Promise<void> {
    beginDrain();
    await sleep(drainSeconds * 1_000);
  }

  function end(exitCode: number): Promise<void> {
    ending ??= (hasStarted ? drain() : Promise.resolve())
      .then(() => stopAll(started))
      .then((failures) => {
        for (const failure of failures) process.stderr.write(`While stopping: ${wordsOf(failure)}\n`);
        process.exit(failures.length > 0 ? 1 : exitCode);
      });
    return ending;
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending && signal === 'SIGINT') process.exit(130);
      void end(0);
    });
  }
  whenLeftByNpm(() => void end(0));
  main({
    keep(one) {
      started.push(one);
      return one;
    },
    drainFor(seconds) {
      drainSeconds = seconds;
    },
  }).then(
    () => {
      hasStarted = true;
    },
    (error: unknown) => {
      if (ending) return;
      process.stderr.write(`${error instanceof ConfigurationError ? error.message : stackOf(error)}\n`);
      void end(1);
    },
  );
}

const LOOK_AGAIN_MILLISECONDS = 200;

/** npm sends SIGTERM to the shell that runs this process; the shell ends without passing it on. */
function whenLeftByNpm(call: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    call();
  }, LOOK_AGAIN_MILLISECONDS);
  watch.unref();
}

async function stopAll(started: readonly { stop(): Promise<void> }[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const one of [...started].reverse()) await one.stop().catch((error: unknown) => failures.push(error));
  return failures;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

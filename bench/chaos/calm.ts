/**
 * On a slow machine the faults may leave no time to serve anybody. The load then goes on in calm until each service of the verdict was
 * rendered, for 90 seconds at most after every unit is up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally } from './tally.js';
import { missingServices } from './verdict.js';

const LIMIT_MILLISECONDS = 90_000;
const POLL_INTERVAL_MILLISECONDS = 250;

/** Resolves at once when nothing is missing. @param options.report called with what it waits for, and with how the wait ended. */
export async function untilServed(
  load: Tally,
  options: { untilUp: () => Promise<void>; report: (line: string) => void; ending: AbortSignal },
  limitMilliseconds = LIMIT_MILLISECONDS,
): Promise<void> {
  const { untilUp, report, ending } = options;
  const missing = () => missingServices(load.counts()).join(', ');
  if (missing() === '') return;
  report(`the load goes on in calm: there were no ${missing()} yet`);
  await untilUp();
  const startedAt = Date.now();
  while (missing() !== '' && Date.now() < startedAt + limitMilliseconds) {
    await sleep(POLL_INTERVAL_MILLISECONDS, undefined, { signal: ending });
  }
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  report(
    missing() === ''
      ? `all was served after ${seconds} s of calm`
      : `still no ${missing()} after ${seconds} s of calm`,
  );
}

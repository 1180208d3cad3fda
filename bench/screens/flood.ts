/** The dashboard while 200 readings a second come in: frames, long tasks, and memory after minutes of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import type { Figure } from '../result.js';
import { addressOf, MANAGERS_SCREEN, openPage, type Place, SLOWER } from './place.js';
import { connectScales, type Scale } from './scales.js';

const SCALES = 20;
const READINGS_PER_SECOND = 200;
const WATCHED_SECONDS = 15;
const MEMORY_SECONDS = 120;

const watchedSchema = z.object({ frames: z.number(), longest: z.number() });

export async function measureFlood(
  place: Place,
  report: (progress: string) => void,
): Promise<Record<string, Figure>> {
  report(`${READINGS_PER_SECOND} readings a second for ${WATCHED_SECONDS + MEMORY_SECONDS} s`);
  const options = { path: `/dashboard?outlet=${place.outletId}`, ...MANAGERS_SCREEN };
  const { page, devTools } = await openPage(place, options);
  await page.goto(addressOf(place, options));
  await page.getByRole('region', { name: 'Stock' }).getByRole('row').nth(5).waitFor();
  const scales = await connectScales(place, SCALES);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const atRest = await watch(page);
  const flood = startFlood(scales.all);
  try {
    await sleep(2_000);
    const flooded = await watch(page);
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    const before = await heapOf(devTools);
    await sleep(MEMORY_SECONDS * 1_000);
    const after = await heapOf(devTools);
    return {
      'frames at 200 readings/s': { value: flooded.frames, unit: 'frames/s', target: 58 },
      'frames at rest': { value: atRest.frames, unit: 'frames/s' },
      'longest task at 200 readings/s': { value: flooded.longest, unit: 'ms', target: 50 },
      'readings published': { value: flood.published() / flood.seconds(), unit: 'readings/s' },
      [`heap after ${MEMORY_SECONDS / 60} minutes of it`]: {
        ...{ value: (after / before - 1) * 100, unit: '% more', target: 10 },
      },
    };
  } finally {
    await flood.stop();
    await scales.close();
    await page.context().close();
  }
}

async function watch(page: Page): Promise<z.infer<typeof watchedSchema>> {
  return watchedSchema.parse(
    await page.evaluate(`new Promise((resolve) => {
      let frames = 0;
      let longest = 0;
      const tasks = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      });
      tasks.observe({ type: 'longtask' });
      const begin = performance.now();
      const frame = () => {
        const seconds = (performance.now() - begin) / 1000;
        frames += 1;
        if (seconds < ${WATCHED_SECONDS}) return requestAnimationFrame(frame);
        tasks.disconnect();
        resolve({ frames: frames / seconds, longest });
      };
      requestAnimationFrame(frame);
    })`),
  );
}

async function heapOf(devTools: CDPSession): Promise<number> {
  await devTools.send('HeapProfiler.collectGarbage');
  return (await devTools.send('Runtime.getHeapUsage')).usedSize;
}

function startFlood(scales: readonly Scale[]) {
  const begin = Date.now();
  let published = 0;
  let isOver = false;
  const beat = (1_000 * scales.length) / READINGS_PER_SECOND;
  const running = scales.map(async (scale, index) => {
    for (let round = 0; !isOver; round += 1) {
      const due = begin + round * beat;
      await sleep(Math.max(0, due - Date.now()));
      await scale.weigh(20_000 + ((index * 37 + round * 11) % 5_000));
      published += 1;
    }
  });
  return {
    published: () => published,
    seconds: () => (Date.now() - begin) / 1_000,
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

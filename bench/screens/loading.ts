/** What a screen loads before it can be used, and when its largest part is painted: at a first visit and at a second one. */
import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import type { Figure } from '../result.js';
import {
  addressOf,
  GUESTS_SCREEN,
  KITCHENS_SCREEN,
  MANAGERS_SCREEN,
  type OpenOptions,
  openPage,
  type Place,
  SLOWER,
} from './place.js';

const BYTES_PER_SECOND = 9_000_000 / 8;
const LATENCY_MILLISECONDS = 100;
const KILOBYTES: Readonly<Record<string, number>> = { shop: 120, kitchen: 120, dashboard: 165 };

/** Largest Contentful Paint (W3C), of which the last entry counts. */
const OBSERVE_PAINT = `
  window.largestPaint = 0;
  new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) window.largestPaint = startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
`;
const SETTLE_MILLISECONDS = 2_000;

export async function measureLoading(
  place: Place,
  report: (progress: string) => void,
): Promise<Record<string, Figure>> {
  const screens: Readonly<Record<string, OpenOptions>> = {
    shop: { path: `/shop?outlet=${place.outletId}`, ...GUESTS_SCREEN },
    kitchen: { path: '/kitchen', ...KITCHENS_SCREEN },
    dashboard: { path: `/dashboard?outlet=${place.outletId}`, ...MANAGERS_SCREEN },
  };
  const figures: Record<string, Figure> = {};
  for (const [name, options] of Object.entries(screens)) {
    report(`loading the ${name}`);
    const { page, devTools } = await openPage(place, options);
    await slowDown(devTools);
    await page.addInitScript(OBSERVE_PAINT);
    const scripts: Promise<{ readonly responseBodySize: number }>[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.sizes());
    });
    const first = await paintOf(page, addressOf(place, options));
    const bytes = (await Promise.all(scripts)).reduce(
      (sum, { responseBodySize }) => sum + responseBodySize,
      0,
    );
    figures[`${name}, scripts compressed`] = {
      value: bytes / 1024,
      unit: 'KB',
      target: KILOBYTES[name] ?? 0,
    };
    figures[`${name}, largest paint`] = { value: first, unit: 'ms', target: 1_500 };
    const again = await paintOf(page, addressOf(place, options));
    figures[`${name}, largest paint again`] = { value: again, unit: 'ms', target: 500 };
    await page.context().close();
  }
  return figures;
}

async function slowDown(devTools: CDPSession): Promise<void> {
  await devTools.send('Network.enable');
  await devTools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: LATENCY_MILLISECONDS,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND,
  });
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

async function paintOf(page: Page, address: string): Promise<number> {
  await page.goto(address);
  await page.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
  await page.waitForTimeout(SETTLE_MILLISECONDS);
  return z.number().parse(await page.evaluate('window.largestPaint'));
}

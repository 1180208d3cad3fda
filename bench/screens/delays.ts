/** How soon a screen shows what has happened: a scale's reading, a paid order, a tap. Clocks are one: browser and system share the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { type PlacedOrder, payOrder, placeOrder } from '../../tests/support/ordering.js';
import { eventually } from '../../tests/support/wait.js';
import { type Figure, quantile } from '../result.js';
import {
  addressOf,
  GUESTS_SCREEN,
  KITCHENS_SCREEN,
  MANAGERS_SCREEN,
  openPage,
  type Place,
  SLOWER,
} from './place.js';
import { connectScales } from './scales.js';

const READINGS = 60;
const ORDERS = 25;
const TAPS = 30;
const PAUSE_MILLISECONDS = 200;

export async function measureDelays(
  place: Place,
  report: (progress: string) => void,
): Promise<Record<string, Figure>> {
  report('readings to pixels');
  const readings = await readingsToPixels(place);
  report('paid orders to tickets');
  const { tickets, tones } = await paidToTickets(place);
  report('taps to paint');
  const taps = await tapsToPaint(place);
  const of = (samples: readonly number[], share: number, target: number): Figure => ({
    ...{ value: quantile(samples, share), unit: 'ms', target },
  });
  return {
    'reading to pixel p50': of(readings, 0.5, 100),
    'reading to pixel p99': of(readings, 0.99, 300),
    'paid to ticket p50': of(tickets, 0.5, 300),
    'paid to ticket p99': of(tickets, 0.99, 300),
    'paid to tone p99': of(tones, 0.99, 300),
    'tap to paint p50': of(taps, 0.5, 50),
    'tap to paint p98': of(taps, 0.98, 100),
  };
}

const PATIENCE_MILLISECONDS = 30_000;

/** The moment after the frame in which an element that is there says the words; fails where none does for half a minute. */
const SHOWN = (selector: string, words: string) => `new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(${JSON.stringify(`Not shown: ${words}`)})), ${PATIENCE_MILLISECONDS});
  const isThere = () => [...document.querySelectorAll(${JSON.stringify(selector)})]
    .some(({ textContent }) => textContent.includes(${JSON.stringify(words)}));
  const look = () => {
    if (!isThere()) return false;
    requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => resolve(Date.now()); port2.postMessage(0); });
    return true;
  };
  if (look()) return;
  const watch = new MutationObserver(() => { if (look()) watch.disconnect(); });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
})`;

const momentSchema = z.number();

async function readingsToPixels(place: Place): Promise<number[]> {
  const options = { path: `/dashboard?outlet=${place.outletId}`, ...MANAGERS_SCREEN };
  const { page } = await openPage(place, options);
  await page.goto(addressOf(place, options));
  await page.getByRole('region', { name: 'Stock' }).getByRole('row').nth(5).waitFor();
  const scales = await connectScales(place, 1);
  const [scale] = scales.all;
  if (scale === undefined) throw new Error('The demo’s outlet has a scale');
  const delays: number[] = [];
  try {
    for (let index = 0; index <= READINGS; index += 1) {
      const grams = 10_001 + index * 7;
      const shown = page.evaluate(SHOWN('section tbody td', new Intl.NumberFormat('en-GB').format(grams)));
      await sleep(PAUSE_MILLISECONDS);
      const sentAt = Date.now();
      await scale.weigh(grams);
      const delay = momentSchema.parse(await shown) - sentAt;
      // The first one renews what the row is made of.
      if (index > 0) delays.push(delay);
    }
  } finally {
    await scales.close();
    await page.context().close();
  }
  return delays;
}

async function paidToTickets(place: Place): Promise<{ tickets: number[]; tones: number[] }> {
  const options = { path: '/kitchen', ...KITCHENS_SCREEN };
  const { page } = await openPage(place, options);
  await page.goto(addressOf(place, options));
  await page.getByRole('list', { name: 'Queue' }).waitFor();
  await page.getByRole('button', { name: 'Start shift' }).click();
  await page.evaluate(`{
    window.toneAt = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) { window.toneAt = Date.now(); return start.apply(this, when); };
  }`);
  const tickets: number[] = [];
  const tones: number[] = [];
  for (let index = 0; index <= ORDERS; index += 1) {
    const { orderId, number } = await placedOrder(place);
    const shown = page.evaluate(SHOWN('article', number));
    await payOrder(place.guest, orderId, 'QRIS');
    const shownAt = momentSchema.parse(await shown);
    const paidAt = await eventually(() => paidAtOf(place, orderId));
    if (index > 0) {
      tickets.push(shownAt - paidAt);
      tones.push((await toneAfter(page, paidAt)) - paidAt);
    }
  }
  await page.context().close();
  return { tickets, tones };
}

function toneAfter(page: Page, paidAt: number): Promise<number> {
  return eventually(async () => {
    const toneAt = momentSchema.parse(await page.evaluate('window.toneAt'));
    if (toneAt < paidAt) throw new Error('No tone yet');
    return toneAt;
  });
}

async function placedOrder({ guest, outletId }: Place): Promise<PlacedOrder> {
  const { menu } = await guest.execute<{ menu: { nodes: { id: string; isLimited: boolean }[] } }>(
    'query ($outletId: ID!) { menu(outletId: $outletId, first: 5) { nodes { id isLimited } } }',
    { outletId },
  );
  const menuItemId = menu.nodes.find(({ isLimited }) => !isLimited)?.id;
  return placeOrder(guest, outletId, [{ menuItemId, quantity: 1 }]);
}

async function paidAtOf({ guest }: Place, orderId: string): Promise<number> {
  const { order } = await guest.execute<{ order: { statusHistory: { status: string; at: string }[] } }>(
    'query ($orderId: ID!) { order(id: $orderId) { statusHistory { status at } } }',
    { orderId },
  );
  const paid = order.statusHistory.find(({ status }) => status === 'PAID');
  if (paid === undefined) throw new Error('Not paid yet');
  return Date.parse(paid.at);
}

/** Event Timing (W3C): from the tap to the next paint. What takes less than 16 ms is not reported, and counts as 16. */
async function tapsToPaint(place: Place): Promise<number[]> {
  const options = { path: `/shop?outlet=${place.outletId}`, ...GUESTS_SCREEN };
  const { page, devTools } = await openPage(place, options);
  await page.goto(addressOf(place, options));
  const add = page.getByRole('button', { name: /^Add / });
  await add.first().waitFor();
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.evaluate(`{
    window.taps = {};
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries())
        if (interactionId > 0) window.taps[interactionId] = Math.max(window.taps[interactionId] ?? 0, duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  }`);
  for (let index = 0; index < TAPS; index += 1) {
    await add.nth(index % 5).click();
    await sleep(PAUSE_MILLISECONDS);
  }
  const taps = z.array(z.number()).parse(await page.evaluate('Object.values(window.taps)'));
  await page.context().close();
  return [...taps, ...Array.from({ length: Math.max(0, TAPS - taps.length) }, () => 16)];
}

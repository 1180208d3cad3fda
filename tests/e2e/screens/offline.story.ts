/**
 * The shop was opened once; then there is no network at all. The page opens all the same, with the menu and how old that is, and takes an
 * order, which goes out when the network is back, once.
 */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';
import { FrontEnd } from '../../support/front-end.js';
import { networkTo } from '../../support/network.js';
import { workplaceOf } from '../../support/ordering.js';
import { eventually } from '../../support/wait.js';
import { expectAccessible, openPage, type Stage, signIn } from './stage.js';

const PHONE = { width: 390, height: 844 };

export async function openingOffline(stage: Stage): Promise<void> {
  const guest = await new FrontEnd(stage.url).signIn('rina@kedai.test');
  const barista = await new FrontEnd(stage.url).signIn('sari@kedai.test');
  const network = await networkTo({ port: Number(new URL(stage.url).port) });
  const { page, close } = await openPage(stage, `/shop?outlet=${await workplaceOf(barista)}`, {
    ...PHONE,
    address: `http://localhost:${network.port}/`,
  });
  try {
    await signIn(page, 'rina@kedai.test');
    const add = page.getByRole('button', { name: 'Add Taro Milk Tea' });
    await add.waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    expect(await page.locator('link[rel="manifest"]').getAttribute('href')).toBe('/shop.webmanifest');
    const before = await ordersOf(guest);

    network.cut();
    await page.reload();
    await add.click();
    await page.getByText(/This menu is from .+ ago/).waitFor();
    const basket = page.getByRole('region', { name: 'Basket' });
    await basket.getByRole('button', { name: 'Order and pay' }).click();
    await eventually(async () => expect(await basket.textContent()).toContain('you order once'));
    await page.reload();
    await eventually(async () => expect(await basket.textContent()).toContain('you order once'));
    // The browser scrolls to where it was, with the search beneath the head.
    await page.evaluate('scrollTo(0, 0)');
    await expectAccessible(page);
    expect(await ordersOf(guest)).toBe(before);

    network.mend();
    await page.getByRole('region', { name: 'Order', exact: true }).waitFor();
    expect(await ordersOf(guest)).toBe(before + 1);
    await showNotification(page, network.port);
  } finally {
    await close();
    await network.stop();
  }
}

/** What is pushed is shown, and a click opens its order in this page. No push service is reached from here, and the shop says so. */
async function showNotification(page: Page, port: number): Promise<void> {
  const origin = `http://localhost:${port}`;
  await page.context().grantPermissions(['notifications'], { origin });
  const order = page.getByRole('region', { name: 'Order', exact: true });
  await order.getByRole('switch', { name: 'Notify me when it is ready' }).click();
  await order.getByText('Notifications cannot reach this browser now').waitFor();
  await expectAccessible(page);

  const number = await order.getByRole('heading').first().textContent();
  const path = `/shop${new URL(page.url()).search}`;
  await page.getByRole('button', { name: 'Back to the menu' }).click();
  await order.waitFor({ state: 'detached' });
  await push(page, origin, {
    title: 'Order ready',
    body: 'Pick it up.',
    language: 'en',
    tag: 'an order',
    path,
  });
  await eventually(async () =>
    expect(await shownIn(page)).toEqual([{ title: 'Order ready', body: 'Pick it up.', tag: 'an order' }]),
  );
  const [worker] = page.context().serviceWorkers();
  await worker?.evaluate(`registration.getNotifications().then(([notification]) =>
    void dispatchEvent(new NotificationEvent('notificationclick', { notification })))`);
  await order.waitFor();
  expect(await order.getByRole('heading').first().textContent()).toBe(number);
  expect(await shownIn(page)).toEqual([]);
}

/** As a push service does. */
async function push(page: Page, origin: string, message: object): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL === `${origin}/`);
      if (own !== undefined) resolve(own.registrationId);
    }),
  );
  await devtools.send('ServiceWorker.enable');
  const data = JSON.stringify(message);
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data });
}

const shown = z.array(z.object({ title: z.string(), body: z.string(), tag: z.string() }));

async function shownIn(page: Page): Promise<z.output<typeof shown>> {
  return shown.parse(
    await page.evaluate(`navigator.serviceWorker.ready.then((registration) => registration.getNotifications())
      .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`),
  );
}

async function ordersOf(guest: FrontEnd): Promise<number> {
  const { me } = await guest.execute<{ me: { orders: { totalCount: number } } }>(
    '{ me { orders(first: 1) { totalCount } } }',
  );
  return me.orders.totalCount;
}

/**
 * The shop was opened once; then there is no network at all. The page opens all the same, with the menu and how old that is, and takes an
 * order, which goes out when the network is back, once.
 */
import { expect } from 'vitest';
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
    await expectAccessible(page);
    expect(await ordersOf(guest)).toBe(before);

    network.mend();
    await page.getByRole('region', { name: 'Order', exact: true }).waitFor();
    expect(await ordersOf(guest)).toBe(before + 1);
  } finally {
    await close();
    await network.stop();
  }
}

async function ordersOf(guest: FrontEnd): Promise<number> {
  const { me } = await guest.execute<{ me: { orders: { totalCount: number } } }>(
    '{ me { orders(first: 1) { totalCount } } }',
  );
  return me.orders.totalCount;
}

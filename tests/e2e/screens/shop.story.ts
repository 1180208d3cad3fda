/**
 * A guest chooses drinks before signing in, orders and pays, and watches the kitchen make it; the counter can be shown a code. Then the
 * network goes away with a basket that is full: the order goes out by itself when it is back, once, though the page was loaded again in
 * between.
 */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DEMO_PASSWORD } from '../../../prisma/seed/chain.js';
import { FrontEnd } from '../../support/front-end.js';
import { networkTo } from '../../support/network.js';
import { workplaceOf } from '../../support/ordering.js';
import { eventually } from '../../support/wait.js';
import { expectAccessible, openPage, type Stage } from './stage.js';

const PHONE = { width: 390, height: 844 };

export async function shopping(stage: Stage): Promise<void> {
  const barista = await new FrontEnd(stage.url).signIn('sari@kedai.test');
  const guest = await new FrontEnd(stage.url).signIn('rina@kedai.test');
  const outletId = await workplaceOf(barista);
  const network = await networkTo({ port: Number(new URL(stage.url).port) });
  const { page, close } = await openPage(stage, `/shop?outlet=${outletId}`, {
    ...PHONE,
    address: `http://localhost:${network.port}/`,
  });
  try {
    await order(page);
    await expectAccessible(page);
    await payAndWatch(page, barista, guest);
    await page.getByRole('button', { name: 'Back to the menu' }).click();
    await showMemberCode(page, guest);
    await orderWhileAway(page, network, guest);
  } finally {
    await close();
    await network.stop();
  }
}

async function order(page: Page): Promise<void> {
  const menu = page.getByRole('list', { name: 'Menu' });
  const taro = menu.getByRole('listitem').filter({ hasText: 'Taro Milk Tea' });
  await taro.getByRole('button', { name: 'Add Taro Milk Tea' }).click();
  await page.getByRole('searchbox', { name: 'Search the menu' }).fill('mangoo tee');
  await eventually(async () => expect(await menu.textContent()).not.toContain('Taro Milk Tea'));
  await menu.getByRole('button', { name: /^Mango Tea/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Mango Tea' });
  await sheet.getByRole('radio', { name: 'Large' }).check({ force: true });
  await expectAccessible(page);
  await sheet.getByRole('button', { name: /Add to basket/ }).click();
  await page.getByRole('searchbox', { name: 'Search the menu' }).fill('');
  await expectAccessible(page);

  const basket = page.getByRole('region', { name: 'Basket' });
  await basket.getByRole('button', { name: /2 items/ }).click();
  // Taro at 22,000, mango at 20,000 and 5,000 more for the large one.
  await eventually(async () => expect(await basket.textContent()).toMatch(/Rp\s47\.000/));
  await basket.getByRole('button', { name: 'Order and pay' }).click();
  await page.getByLabel('Email').fill('rina@kedai.test');
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('region', { name: 'Order', exact: true }).waitFor();
}

async function payAndWatch(page: Page, barista: FrontEnd, guest: FrontEnd): Promise<void> {
  const shown = page.getByRole('region', { name: 'Order', exact: true });
  const isAt = (step: string) =>
    eventually(async () => expect(await shown.locator('[aria-current="step"]').textContent()).toBe(step));
  await isAt('Awaiting payment');
  await shown
    .getByRole('radiogroup', { name: 'Payment method' })
    .getByRole('radio', { name: 'GoPay' })
    .check();
  await shown.getByRole('button', { name: 'Pay', exact: true }).click();
  await isAt('Paid');
  const [last] = await ordersOf(guest);
  await barista.execute('mutation ($id: ID!) { startPreparing(orderId: $id) { userErrors { code } } }', {
    id: last?.id,
  });
  await isAt('Preparing');
  await barista.execute('mutation ($id: ID!) { markReady(orderId: $id) { userErrors { code } } }', {
    id: last?.id,
  });
  await isAt('Ready');
  expect(await shown.textContent()).toContain(last?.number);
  await expectAccessible(page);
}

/** By which the counter finds the guest; and what the guest agrees to is as easily withdrawn. */
async function showMemberCode(page: Page, guest: FrontEnd): Promise<void> {
  await page.getByTitle(/orders, points, messages/).click();
  const shown = page.getByRole('region', { name: 'Your member code' });
  await shown.getByRole('img', { name: 'Your member code' }).waitFor();
  expect(await shown.textContent()).toMatch(/[1-9]\d{3} \d{4}/);
  await expectAccessible(page);
  const agrees = page.getByRole('checkbox', { name: 'Count my orders in statistics' });
  for (const isGranted of [true, false]) {
    await agrees.click();
    await eventually(async () => {
      const { me } = await guest.execute<{ me: { analyticsConsent: { isGranted: boolean } } }>(
        '{ me { analyticsConsent { isGranted } } }',
      );
      expect(me.analyticsConsent.isGranted).toBe(isGranted);
      expect(await agrees.isChecked()).toBe(isGranted);
    });
  }
  await page.keyboard.press('Escape');
}

async function orderWhileAway(
  page: Page,
  network: { cut(): void; mend(): void },
  guest: FrontEnd,
): Promise<void> {
  const before = await ordersOf(guest);
  await page.getByRole('button', { name: 'Add Taro Milk Tea' }).click();
  const basket = page.getByRole('region', { name: 'Basket' });
  await basket.getByRole('button', { name: /1 item/ }).waitFor();
  network.cut();
  await basket.getByRole('button', { name: 'Order and pay' }).click();
  await eventually(async () => expect(await basket.textContent()).toContain('you order once'));
  expect(await ordersOf(guest)).toHaveLength(before.length);
  network.mend();
  await page.reload();
  await page.getByRole('region', { name: 'Order', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Back to the menu' }).click();
  await page.getByRole('button', { name: 'Add Taro Milk Tea' }).waitFor();
  expect(await basket.isVisible()).toBe(false);
  expect(await ordersOf(guest)).toHaveLength(before.length + 1);
}

async function ordersOf(
  guest: FrontEnd,
): Promise<readonly { readonly id: string; readonly number: string }[]> {
  const { me } = await guest.execute<{ me: { orders: { nodes: { id: string; number: string }[] } } }>(
    '{ me { orders(first: 100) { nodes { id number } } } }',
  );
  return me.orders.nodes;
}

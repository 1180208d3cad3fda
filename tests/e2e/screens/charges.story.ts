/** An outlet that adds a service charge and taxes: the basket says so before anything is ordered, and the first try is accepted. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { expectAccessible, openPage, type Stage } from './stage.js';

const PHONE = { width: 390, height: 844 };
const CHARGES = { serviceChargeBasisPoints: 500, taxInPrices: 'ADDED' };

export async function chargesBeforeOrdering(stage: Stage): Promise<void> {
  const headOffice = await new FrontEnd(stage.url).signIn('hq@kedai.test');
  const outletId = await lastOutlet(headOffice);
  const set = async (key: string, value: number | string | null) => {
    const { setSetting } = await headOffice.execute<{ setSetting: { userErrors: object[] } }>(
      'mutation ($input: SetSettingInput!) { setSetting(input: $input) { userErrors { code } } }',
      { input: { level: 'OUTLET', id: outletId, key, value } },
    );
    expect(setSetting.userErrors).toEqual([]);
  };
  for (const [key, value] of Object.entries(CHARGES)) await set(key, value);
  const { page, close } = await openPage(stage, `/shop?outlet=${outletId}`, PHONE);
  try {
    await order(page);
  } finally {
    await close();
    for (const key of Object.keys(CHARGES)) await set(key, null);
  }
}

async function order(page: Page): Promise<void> {
  const add = page.getByRole('button', { name: 'Add Taro Milk Tea' });
  const basket = page.getByRole('region', { name: 'Basket' });
  const first = { service: 'Rp 1.100', total: 'Rp 25.410' };
  await add.click();
  await basket.getByRole('button', { name: /1 item/ }).click();
  // Taro at 22,000, 5 % service, and 10 % of both. The settings reach orders a moment after they were set: another quote is asked for then.
  await eventually(async () => {
    const words = (await basket.textContent())?.replaceAll('\u00a0', ' ') ?? '';
    if (!words.includes(first.total)) {
      await basket.getByRole('button', { name: 'One more Taro Milk Tea' }).click();
      await basket.getByRole('button', { name: 'One Taro Milk Tea fewer' }).click();
    }
    expect(words).toContain(`Service${first.service}`);
    expect(words).toContain(first.total);
  });
  await expectAccessible(page);
  await basket.getByRole('button', { name: 'Order and pay' }).click();
  await page.getByLabel('Email').fill('rina@kedai.test');
  await page.getByLabel('Password').fill('kedai-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const shown = page.getByRole('region', { name: 'Order', exact: true });
  await shown.waitFor();
  await eventually(async () =>
    expect((await shown.textContent())?.replaceAll('\u00a0', ' ')).toContain(first.total),
  );
}

async function lastOutlet(headOffice: FrontEnd): Promise<string> {
  const { outlets } = await headOffice.execute<{ outlets: { nodes: { id: string }[] } }>(
    '{ outlets(first: 100) { nodes { id } } }',
  );
  const outletId = outlets.nodes.at(-1)?.id;
  if (outletId === undefined) throw new Error('The demo chain has outlets');
  return outletId;
}

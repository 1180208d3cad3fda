/** Two tabs of a browser are signed in and out together, also while one reads, and a session that ends elsewhere ends in both. */
import type { Page } from 'playwright-core';
import { FrontEnd } from '../../support/front-end.js';
import { openPage, type Stage, signIn } from './stage.js';

const BARISTA = 'sari@kedai.test';

export async function sessions(stage: Stage): Promise<void> {
  const { page: kitchen, close } = await openPage(stage, '/kitchen');
  try {
    const shop = await kitchen.context().newPage();
    await shop.goto(new URL('/shop?lang=en', stage.address).href);

    await signIn(kitchen, BARISTA);
    await isSignedIn(shop);

    // Both renew the session's tokens as they like.
    await Promise.all([kitchen.reload(), shop.reload()]);
    await Promise.all([isSignedIn(kitchen), isSignedIn(shop)]);

    await shop.getByRole('button', { name: 'Sign out' }).click();
    await asksToSignIn(kitchen);
    await signIn(kitchen, BARISTA);
    await isSignedIn(shop);

    const elsewhere = await new FrontEnd(stage.url).signIn(BARISTA);
    await elsewhere.execute('mutation { signOutEverywhere { userErrors { code } } }');
    await asksToSignIn(kitchen);
    await shop.getByRole('button', { name: 'Sign out' }).waitFor({ state: 'detached' });
  } finally {
    await close();
  }
}

async function isSignedIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

async function asksToSignIn(page: Page): Promise<void> {
  await page.getByLabel('Password').waitFor();
}

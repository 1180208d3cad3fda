/** Where the screens are measured: the demo's outlet, its people, and a page for each of them. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../../prisma/seed/chain.js';
import type { FrontEnd } from '../../tests/support/front-end.js';

export interface Place {
  readonly browser: Browser;
  /** Of the screens, such as http://localhost:4000/. */
  readonly address: string;
  readonly mqttUrl: string;
  readonly outletId: string;
  readonly manager: FrontEnd;
  readonly guest: FrontEnd;
}

export interface OpenOptions {
  readonly path: string;
  readonly as: string;
  readonly width: number;
  readonly height: number;
}

/** A page of a browser context of its own, signed in, that has not gone anywhere. */
export async function openPage(
  { browser, address }: Place,
  { as, width, height }: OpenOptions,
): Promise<{ readonly page: Page; readonly devTools: CDPSession }> {
  const context = await browser.newContext({ viewport: { width, height } });
  const answer = await context.request.post(new URL('/session', address).href, {
    data: { email: as, password: DEMO_PASSWORD },
    headers: { origin: new URL(address).origin },
  });
  if (answer.status() !== 204) throw new Error(`${as} could not sign in: HTTP ${answer.status()}`);
  const page = await context.newPage();
  return { page, devTools: await context.newCDPSession(page) };
}

export function addressOf({ address }: Place, { path }: OpenOptions): string {
  const target = new URL(path, address);
  target.searchParams.set('lang', 'en');
  return target.href;
}

export const MANAGERS_SCREEN = { as: 'budi@kedai.test', width: 1440, height: 900 };
export const KITCHENS_SCREEN = { as: 'sari@kedai.test', width: 1180, height: 820 };
export const GUESTS_SCREEN = { as: 'rina@kedai.test', width: 390, height: 844 };

/** As much slower as a middling phone is. */
export const SLOWER = 4;

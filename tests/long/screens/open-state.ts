/** Opens a state of the screens in a browser context of its own: language, theme and size as asked for. */
import type { Browser, Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../../../prisma/seed/chain.js';
import type { State } from './states.js';

export const LANGUAGES = ['en', 'id'] as const;
export const THEMES = ['light', 'dark'] as const;

const NARROW = 600;

export interface Look {
  readonly language: (typeof LANGUAGES)[number];
  readonly theme: (typeof THEMES)[number];
  readonly size?: State['size'];
}

export async function openState(
  browser: Browser,
  address: string,
  { path, as, size, shows, reach }: State,
  look: Look,
): Promise<Page> {
  const viewport = look.size ?? size;
  const context = await browser.newContext({
    viewport,
    // A phone's scroll bar takes no width.
    isMobile: viewport.width < NARROW,
    colorScheme: look.theme,
    reducedMotion: 'reduce',
  });
  if (as !== undefined) {
    const { origin } = new URL(address);
    const answer = await context.request.post(new URL('/session', address).href, {
      data: { email: as, password: DEMO_PASSWORD },
      headers: { origin },
    });
    if (answer.status() !== 204) throw new Error(`${as} could not sign in: HTTP ${answer.status()}`);
  }
  const page = await context.newPage();
  const target = new URL(path, address);
  target.searchParams.set('lang', look.language);
  await page.goto(target.href);
  await shows(page).waitFor();
  await reach?.(page);
  await page.locator('[data-loading]').first().waitFor({ state: 'detached' });
  return page;
}

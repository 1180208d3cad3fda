/** Takes the pictures of README and docs from the running screens: `npm run test:long -- pictures` renews docs/pictures. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { BROWSERS, launchBrowser } from '../../support/chromium.js';
import { describeNeeding } from '../../support/program.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';
import { type BusyShop, fillShop } from './busy-shop.js';
import { type Look, openState } from './open-state.js';
import { type State, statesOf } from './states.js';

const FOLDER = join(PROJECT_FOLDER, 'docs', 'pictures');
/** A page that shows nothing compresses to less. */
const LEAST_BYTES = 12_000;

const LIGHT: Look = { language: 'en', theme: 'light' };
const DARK: Look = { language: 'id', theme: 'dark' };
const PHONE: State['size'] = { width: 390, height: 844 };
const TABLET: State['size'] = { width: 820, height: 1180 };

/** File's name: state and look. */
const PICTURES: Readonly<Record<string, readonly [string, Look]>> = {
  'start.png': ['start', LIGHT],
  'shop-outlets.png': ['shop-outlets', LIGHT],
  'shop-menu.png': ['shop-menu', LIGHT],
  'shop-item.png': ['shop-item', LIGHT],
  'shop-basket.png': ['shop-basket', LIGHT],
  'shop-payment.png': ['shop-payment', LIGHT],
  'shop-order.png': ['shop-order', LIGHT],
  'shop-menu-dark.png': ['shop-menu', DARK],
  'shop-menu-tablet.png': ['shop-menu', { ...LIGHT, size: TABLET }],
  'kitchen.png': ['kitchen', LIGHT],
  'kitchen-dark.png': ['kitchen', DARK],
  'kitchen-board.png': ['kitchen-board', LIGHT],
  'counter.png': ['counter', LIGHT],
  'dashboard.png': ['dashboard', LIGHT],
  'dashboard-dark.png': ['dashboard', DARK],
  'dashboard-level.png': ['dashboard-level', LIGHT],
  'dashboard-operation.png': ['dashboard-operation', LIGHT],
  'dashboard-chain.png': ['dashboard-chain', LIGHT],
  'dashboard-phone.png': ['dashboard', { ...LIGHT, size: PHONE }],
};

describeNeeding(...BROWSERS)('the pictures', () => {
  let system: WholeSystem;
  let browser: Browser;
  let shop: BusyShop;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startWholeSystem({ DEMO_PAST: 'on' }), launchBrowser()]);
    shop = await fillShop(system.url);
    await mkdir(FOLDER, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it.each(Object.entries(PICTURES))('%s', async (file, [name, look]) => {
    const state = statesOf(shop).find((one) => one.name === name);
    if (state === undefined) throw new Error(`There is no state ${name}`);
    const page = await openState(browser, new URL('/', system.url).href, state, look);
    // Scroll bars are not drawn, so no room is left for them.
    await page.evaluate('document.documentElement.style.scrollbarGutter = "auto"; document.fonts.ready');
    await page.screenshot({ path: join(FOLDER, file) });
    await page.context().close();
    expect((await stat(join(FOLDER, file))).size).toBeGreaterThan(LEAST_BYTES);
  });

  it('are all there are in the folder', async () => {
    expect((await readdir(FOLDER)).sort()).toEqual(Object.keys(PICTURES).sort());
  });
});

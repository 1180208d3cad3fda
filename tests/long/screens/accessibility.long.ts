/** WCAG 2.2 AA in every state of the screens, in both languages and themes, as narrow as 320 px and as wide as a desktop. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { expectAccessible } from '../../e2e/screens/stage.js';
import { BROWSERS, launchBrowser } from '../../support/chromium.js';
import { describeNeeding } from '../../support/program.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';
import { type BusyShop, fillShop } from './busy-shop.js';
import { LANGUAGES, openState, THEMES } from './open-state.js';
import { statesOf } from './states.js';

const WIDTHS = [320, 1280];
const NAMES = statesOf({ outletId: '', unpaidOrderId: '', startedOrderId: '' }).map(({ name }) => name);

describeNeeding(...BROWSERS)('axe finds nothing', () => {
  let system: WholeSystem;
  let browser: Browser;
  let shop: BusyShop;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startWholeSystem({ DEMO_PAST: 'on' }), launchBrowser()]);
    shop = await fillShop(system.url);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it.each(NAMES.flatMap((name) => LANGUAGES.map((language) => ({ name, language }))))(
    'in $name, $language',
    async ({ name, language }) => {
      const state = statesOf(shop).find((one) => one.name === name);
      if (state === undefined) throw new Error(`There is no state ${name}`);
      const address = new URL('/', system.url).href;
      const [theme] = THEMES;
      for (const width of WIDTHS) {
        const size = { width, height: 900 };
        const page = await openState(browser, address, state, { language, theme, size });
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme });
          await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished))');
          await expectAccessible(page);
        }
        await page.context().close();
      }
    },
  );
});

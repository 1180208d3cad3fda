/** The built screens in a real browser on a running system, found by role and name as a person finds things. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { BROWSERS, launchBrowser } from '../../support/chromium.js';
import { startDemoSystem } from '../../support/demo-system.js';
import { describeNeeding } from '../../support/program.js';
import type { WholeSystem } from '../../support/whole-system.js';
import { chargesBeforeOrdering } from './charges.story.js';
import { counter } from './counter.story.js';
import { startFromTheStartPage, watchAnOutlet, watchTheChain } from './dashboard.story.js';
import { freshness } from './freshness.story.js';
import { kitchen } from './kitchen.story.js';
import { openingOffline } from './offline.story.js';
import { sessions } from './sessions.story.js';
import { shopping } from './shop.story.js';
import type { Stage } from './stage.js';
import { somethingElse } from './substitution.story.js';

describeNeeding(...BROWSERS)('the screens', () => {
  let system: WholeSystem;
  let browser: Browser;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startDemoSystem(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });
  const on = (story: (stage: Stage) => Promise<void>) => () =>
    story({ browser, address: new URL('/', system.url).href, url: system.url, mqttUrl: system.mqttUrl });

  it('say within seconds that their link is dead, and are true again without a reload', on(freshness));
  it('begin at a start page that leads to each and signs a demo’s people in', on(startFromTheStartPage));
  it('show a manager the scale that moves, the order that comes and what caused a level', on(watchAnOutlet));
  it('show head office the whole chain, and the outlet that it chooses', on(watchTheChain));
  it(
    'are signed in and out together in two tabs, and signed out when the session ends elsewhere',
    on(sessions),
  );
  it('take an order through the kitchen by taps and keys, each of which can be undone', on(kitchen));
  it(
    'sell at the counter for a shift, in cash with change and in parts, and count what was taken',
    on(counter),
  );
  it(
    'let a guest choose, order, pay and watch, and send an order that waited for the network once',
    on(shopping),
  );
  it(
    'say what service and taxes add before a guest orders, so that the first try is accepted',
    on(chargesBeforeOrdering),
  );
  it('offer a guest something else in place of what ran short, and have it made', on(somethingElse));
  it('open the shop without a network, and send what was ordered meanwhile once', on(openingOffline));
});

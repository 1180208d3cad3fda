/**
 * `npm run bench -- screens`: the built screens in Chromium on a whole system of the demo chain, which shares the machine's cores with
 * the browser. Sizes and loading are as on a phone (9 Mbit/s, 100 ms, a quarter of the processor), delays as on this machine.
 */
import { launchBrowser } from '../../tests/support/chromium.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { workplaceOf } from '../../tests/support/ordering.js';
import { startWholeSystem } from '../../tests/support/whole-system.js';
import type { Bench } from '../result.js';
import { measureDelays } from './delays.js';
import { measureFlood } from './flood.js';
import { measureLoading } from './loading.js';
import type { Place } from './place.js';

export const bench: Bench = async (report) => {
  report('starting the demo chain');
  const system = await startWholeSystem({ RATE_LIMIT: 'off', DEMO_PAST: 'on' });
  const browser = await launchBrowser();
  try {
    const visitor = new FrontEnd(system.url);
    const [manager, guest] = await Promise.all([
      visitor.signIn('budi@kedai.test'),
      visitor.signIn('rina@kedai.test'),
    ]);
    const outletId = await workplaceOf(manager);
    const address = new URL('/', system.url).href;
    const place: Place = { browser, address, mqttUrl: system.mqttUrl, outletId, manager, guest };
    return {
      figures: {
        ...(await measureLoading(place, report)),
        ...(await measureDelays(place, report)),
        ...(await measureFlood(place, report)),
      },
      peers: {},
    };
  } finally {
    await browser.close();
    await system.stop();
  }
};

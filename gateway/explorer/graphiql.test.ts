/** GraphiQL in a real browser with no way out of the machine. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../../deploy/local-fleet/program.js';
import { describeNeeding } from '../../tests/support/program.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

describeNeeding(...BROWSERS)('GraphiQL', () => {
  let under: ShopGateway;
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];

  beforeAll(async () => {
    under = await startShopGateway();
    browser = await chromium.launch({
      executablePath: findProgram(...BROWSERS) ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(under.url).host) elsewhere.push(request.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await under?.stop();
  });

  /** Opens it on an operation and presses the button that runs it. */
  async function run(query: string): Promise<void> {
    const address = new URL('/graphiql', under.url);
    address.searchParams.set('query', query);
    await page.goto(address.href);
    await page.locator('button.graphiql-execute-button').click();
  }

  const shown = () => page.locator('.graphiql-response').textContent();
  const compact = (text: string | null) => text?.replace(/\s/g, '');

  it('runs a query across subgraphs', async () => {
    await run('{ product(id: "1") { name reviews { body } } }');
    await eventually(async () => expect(compact(await shown())).toContain('"body":"Reviewof1"'));
  });

  it('shows the events of a subscription as they come', async () => {
    await run('subscription { priceChanged(id: "2") { price rating } }');
    await eventually(async () => expect(compact(await shown())).toContain('"price":200'));
    under.shop.reprice('2', 222);
    await eventually(async () => expect(compact(await shown())).toContain('"price":222'));
  });

  it('signs both in with the token of the headers pane', async () => {
    const token = await under.tokenFor('rina');
    await page.goto(new URL('/graphiql?query=subscription{myTicks}', under.url).href);
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
    await page.keyboard.insertText(JSON.stringify({ authorization: `Bearer ${token}` }));
    await page.locator('button.graphiql-execute-button').click();
    await eventually(() => expect(under.shop.listeners()).toBe(1));
    under.shop.tick(42);
    await eventually(async () => expect(compact(await shown())).toContain('"myTicks":42'));
  });

  it('requests nothing from other hosts', () => {
    expect(elsewhere).toEqual([]);
  });
});

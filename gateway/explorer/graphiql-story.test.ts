/** GraphiQL as a demo opens it, in a real browser: an order from the menu to its payment, by what stands in the tabs. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProgram } from '../../deploy/local-fleet/program.js';
import { describeNeeding } from '../../tests/support/program.js';
import { eventually } from '../../tests/support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../tests/support/whole-system.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

describeNeeding(...BROWSERS)('GraphiQL of a demo', () => {
  let system: WholeSystem;
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];

  beforeAll(async () => {
    system = await startWholeSystem();
    browser = await chromium.launch({
      executablePath: findProgram(...BROWSERS) ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(system.url).host) elsewhere.push(request.url());
    });
    await page.goto(new URL('/graphiql', system.url).href);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  const session = () => page.locator('#session').textContent();
  const answer = async () => (await page.locator('.graphiql-response').textContent())?.replace(/\s/g, '');

  async function run(tab: string): Promise<void> {
    await page.getByRole('tab', { name: tab }).click();
    await eventually(async () =>
      expect(await page.locator('.graphiql-query-editor .view-lines').textContent()).toContain(`${tab}(`),
    );
    await page.locator('button.graphiql-execute-button').click();
  }

  const answers = (text: string) => eventually(async () => expect(await answer()).toContain(text));

  it('has a tab for each step', async () => {
    await eventually(async () =>
      expect(await page.locator('.graphiql-tab-button').allTextContents()).toEqual([
        'SignIn',
        'Menu',
        'Order',
        'Watch',
        'Pay',
        'Weights',
      ]),
    );
    expect(await session()).toBe('Not signed in');
  });

  it('shows the menu to a guest, and takes no order from one', async () => {
    await run('Menu');
    await answers('"inStock":true');
    await run('Order');
    await answers('UNAUTHENTICATED');
  });

  it('signs every tab in by the first one, or by a button', async () => {
    await run('SignIn');
    await eventually(async () => expect(await session()).toBe('Signed in as Rina Wulandari'));
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await session()).toBe('Not signed in');
    await page.getByRole('button', { name: 'Rina, customer' }).click();
    await eventually(async () => expect(await session()).toBe('Signed in as Rina Wulandari'));
  });

  it('orders, watches and pays', async () => {
    await run('Order');
    await answers('"status":"PLACED"');
    await run('Watch');
    await answers('"status":"AWAITING_PAYMENT"');
    await run('Pay');
    await answers('"method":"GOPAY"');
    await run('Watch');
    await answers('"status":"PAID"');
  });

  it('shows weights to staff', async () => {
    await run('Weights');
    await answers('FORBIDDEN');
    await page.getByRole('button', { name: 'Sari, barista' }).click();
    await eventually(async () => expect(await session()).toBe('Signed in as Sari Lestari'));
    await run('Weights');
    await answers('"onHand"');
  });

  it('fits a phone: accounts, operation and answer are seen at once', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const seen = [
      ...(await page.getByRole('navigation').getByRole('button').all()),
      page.locator('.graphiql-query-editor'),
      page.locator('.graphiql-response'),
    ];
    for (const part of seen) {
      const box = await part.boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844).toBe(true);
      expect(box?.height).toBeGreaterThan(20);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  it('starts over with the story, whatever became of its tabs', async () => {
    await page.setViewportSize({ width: 1300, height: 800 });
    await page.getByRole('tab', { name: 'Weights' }).getByRole('button', { name: 'Close Tab' }).click();
    await eventually(async () => expect(await page.getByRole('tab').count()).toBe(5));
    await page.getByRole('button', { name: 'Start over' }).click();
    await eventually(async () => expect(await page.getByRole('tab').count()).toBe(6));
    expect(await session()).toBe('Not signed in');
  });

  it('requests nothing from other hosts', () => {
    expect(elsewhere).toEqual([]);
  });
});

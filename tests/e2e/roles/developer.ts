/** A developer tries the API out: by hand in GraphiQL, in a real browser, and then by a program. */
import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { BROWSERS, launchBrowser, PATIENCE_MILLISECONDS } from '../../support/chromium.js';
import { describeNeeding } from '../../support/program.js';
import { eventually } from '../../support/wait.js';
import type { GetPlace } from './place.js';

export function developersDay(at: GetPlace): void {
  describeNeeding(...BROWSERS)('in GraphiQL', () => inGraphiql(at));

  it('reads what a field means in the schema itself', async () => {
    const { __type } = await at().visitor.execute<{
      __type: { fields: { name: string; description: string }[] };
    }>('{ __type(name: "StockItem") { fields { name description } } }');
    expect(__type.fields.find(({ name }) => name === 'available')?.description).toBe(
      'What can still be reserved: max(0, onHand − reserved − drawn).',
    );
  });

  it('gets the id of a request back, by which the log names what failed', async () => {
    const id = newId();
    const response = await fetch(at().url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.headers.get('x-request-id')).toBe(id);
    await response.text();
  });

  it('has a misspelt field named before anything is executed', async () => {
    const { data, errors } = await at().visitor.answer('{ outlets { nodes { nmae } } }');
    expect(data).toBeNull();
    expect(errors[0]?.message).toMatch(/Cannot query field "nmae"/);
  });

  it('sends a query once and then its hash alone, and the answer again only where it has changed', async () => {
    const query = '{ outlets(first: 1) { nodes { name city } } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    await fetch(at().url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, extensions }),
    });
    const address = new URL(at().url);
    address.searchParams.set('extensions', JSON.stringify(extensions));
    const get = (headers: Record<string, string> = {}) =>
      fetch(address, { headers: { 'apollo-require-preflight': 'true', ...headers } });
    const first = await get();
    expect(await first.json()).toEqual({
      data: { outlets: { nodes: [{ name: 'Kedai Menteng', city: 'Jakarta' }] } },
    });
    const again = await get({ 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  it('tries a declined payment by its documented amount', async () => {
    const { floor } = at();
    const { rina } = floor.people;
    const { id: orderId } = await floor.awaitingPayment();
    const input = { orderId, method: 'GOPAY', amount: 13_001, idempotencyKey: newId() };
    const { payment } = await floor.execute<{ payment: { id: string } }>(
      ...([rina, 'payOrder', { input }, 'payment { id }'] as const),
    );
    await eventually(async () => {
      const { payment: declined } = await rina.execute<{ payment: object }>(
        'query ($id: ID!) { payment(id: $id) { status } }',
        { id: payment.id },
      );
      expect(declined).toEqual({ status: 'FAILED' });
    });
    await floor.execute(rina, 'cancelOrder', { orderId, reason: null });
  });

  it('reads a mail of the system in its own mailbox', async () => {
    const { visitor, floor, url } = at();
    const to = `${newId()}@kedai.test`;
    const account = { email: to, password: 'kedai-demo', name: 'Ayu' };
    await floor.execute(visitor, 'signUp', { input: account });
    await eventually(async () => {
      const response = await fetch(new URL('/mail', url), { headers: { accept: 'application/json' } });
      const mails: { to: string; text: string }[] = JSON.parse(await response.text());
      expect(mails.find((mail) => mail.to === to)?.text).toContain('token=');
    });
  });
}

function inGraphiql(at: GetPlace): void {
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    page.setDefaultTimeout(PATIENCE_MILLISECONDS);
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(at().url).host) elsewhere.push(request.url());
    });
    await page.goto(new URL('/graphiql', at().url).href);
  });
  afterAll(() => browser?.close());

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

  it('has the same tabs after a reload, with the same one open, and is signed in', async () => {
    const tabs = () => page.locator('.graphiql-tab-button').allTextContents();
    const open = () => page.getByRole('tab', { selected: true }).textContent();
    const before = { tabs: await tabs(), open: await open() };
    await page.reload();
    await eventually(async () => expect(await session()).toBe('Signed in as Sari Lestari'));
    await eventually(async () => expect({ tabs: await tabs(), open: await open() }).toEqual(before));
    expect(before.tabs).toHaveLength(6);
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
    await eventually(async () => expect(await session()).toBe('Not signed in'));
  });

  it('requests nothing from other hosts', () => {
    expect(elsewhere).toEqual([]);
  });
}

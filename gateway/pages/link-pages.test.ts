/** The pages behind the links in mails, in a real browser, on a phone and with a keyboard. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../deploy/local-fleet/program.js';
import { readBody } from '../../platform/http/body.js';
import { type HttpServer, sendJson, startHttpServer } from '../../platform/http/server.js';
import { createLog } from '../../platform/log.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { describeNeeding } from '../../tests/support/program.js';
import { loadSupergraph } from '../supergraph/supergraph.js';
import { linkPageRoutes } from './link-pages.js';
import { PAGE_OPERATIONS } from './operations.js';
import { PURPOSES } from './texts.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
const PHONE = { width: 390, height: 844 };

interface Received {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

let gateway: HttpServer;
let origin: string;
const received: Received[] = [];
interface Fault {
  readonly code: string;
  readonly message: string;
  readonly field?: readonly string[];
}

let faults: readonly Fault[] = [];

beforeAll(async () => {
  gateway = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    log: createLog('silent'),
    ready: async () => undefined,
    routes: [
      ...linkPageRoutes(),
      {
        method: 'POST',
        path: '/graphql',
        async handle(request, response) {
          received.push(JSON.parse(await readBody(request, 10_000)));
          sendJson(response, 200, { data: { result: { userErrors: faults } } });
        },
      },
    ],
  });
  origin = `http://127.0.0.1:${gateway.port}`;
});
beforeEach(() => {
  received.length = 0;
  faults = [];
});
afterAll(() => gateway.stop());

it('their mutations fit those of the supergraph', async () => {
  const { apiSchema } = loadSupergraph(
    await readFile(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8'),
  );
  const known = Object.keys(apiSchema.getMutationType()?.getFields() ?? {});
  for (const operation of Object.values(PAGE_OPERATIONS)) {
    const [, field = ''] = /result: (\w+)/.exec(operation) ?? [];
    if (known.includes(field)) expect(validate(apiSchema, parse(operation))).toEqual([]);
  }
});

describe('a page', () => {
  it.each(PURPOSES)(
    'of %s is stored by no cache, sends no referrer, and reaches no other host',
    async (purpose) => {
      const { headers, status } = await fetch(`${origin}/${purpose}?token=abc`);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(received).toEqual([]);
    },
  );

  it.each([
    ['id', '', ''],
    ['en', '?lang=en', 'id'],
    ['id', '?lang=id', 'en'],
    ['en', '', 'fr, en;q=0.8, id;q=0.3'],
    ['id', '', 'id-ID,en;q=0.9'],
    ['id', '?lang=fr', 'en;q=0, fr'],
  ])('is in the language %s for %s and Accept-Language "%s"', async (language, query, accept) => {
    const response = await fetch(`${origin}/reset${query}`, { headers: { 'accept-language': accept } });
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  it('shows a token as text, whatever it contains', async () => {
    const token = `"><script>alert(1)</script>`;
    const page = await (await fetch(`${origin}/verify?token=${encodeURIComponent(token)}`)).text();
    expect(page).not.toContain('<script>alert');
  });
});

describeNeeding(...BROWSERS)('a person with the link', () => {
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: findProgram(...BROWSERS) ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: PHONE, locale: 'en-GB' });
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
        elsewhere.push(request.url());
    });
  });
  afterAll(async () => {
    await browser?.close();
    expect(elsewhere).toEqual([]);
  });

  const open = (path: string) => page.goto(`${origin}${path}`);
  const problem = () => page.getByRole('alert').textContent();

  it('sets a new password with the keyboard alone', async () => {
    await open('/reset?token=TOKEN');
    await page.getByLabel('New password').focus();
    await page.keyboard.type('kopi susu');
    await page.keyboard.press('Tab');
    await page.keyboard.type('kopi susu');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Password saved' }).waitFor();
    expect(received).toEqual([
      { query: PAGE_OPERATIONS.reset, variables: { token: 'TOKEN', password: 'kopi susu' } },
    ]);
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('shows what to mend before anything is sent', async () => {
    await open('/reset?token=TOKEN');
    await page.getByLabel('New password').fill('kopi');
    await page.getByRole('button', { name: 'Save password' }).click();
    expect(await problem()).toContain('too short');
    await page.getByLabel('New password').fill('kopi susu');
    await page.getByLabel('Repeat the password').fill('kopi susi');
    await page.getByRole('button', { name: 'Save password' }).click();
    expect(await problem()).toContain('not the same');
    expect(await page.getByLabel('Repeat the password').getAttribute('aria-invalid')).toBe('true');
    expect(received).toEqual([]);
  });

  it('sees what they type when they want to', async () => {
    await open('/reset?token=TOKEN');
    await page.getByLabel('Show password').check();
    expect(await page.getByLabel('New password').getAttribute('type')).toBe('text');
  });

  it('confirms an address and accepts an invitation by a button, and not by opening the page', async () => {
    for (const [path, button, done] of [
      ['/verify', 'Confirm address', 'Address confirmed'],
      ['/invitation', 'Accept invitation', 'Invitation accepted'],
    ] as const) {
      received.length = 0;
      await open(`${path}?token=TOKEN`);
      expect(received).toEqual([]);
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('heading', { name: done }).waitFor();
      expect(received.map(({ variables }) => variables)).toEqual([{ token: 'TOKEN' }]);
    }
  });

  it('shows that a link was used, or that it is not whole, and has nothing left to press', async () => {
    faults = [{ code: 'LINK_INVALID', message: 'gone' }];
    await open('/verify?token=TOKEN');
    await page.getByRole('button').click();
    await page.getByText('This link no longer works').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    await open('/verify');
    await page.getByText('This link is incomplete').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('reads what the server says of a password, and can try again', async () => {
    faults = [{ code: 'INVALID_INPUT', message: 'Not the e-mail address' }];
    await open('/reset?token=TOKEN');
    await page.getByLabel('New password').fill('rina@kedai.test');
    await page.getByLabel('Repeat the password').fill('rina@kedai.test');
    await page.getByRole('button').click();
    await page.getByText('Not the e-mail address').waitFor();
    expect(await page.getByRole('button', { name: 'Save password' }).isEnabled()).toBe(true);
  });

  it('without an account is asked for a name and a password when they accept an invitation', async () => {
    faults = ['name', 'password'].map((name) => ({
      code: 'INVALID_INPUT',
      message: 'Required',
      field: [name],
    }));
    await open('/invitation?token=TOKEN');
    expect(await page.getByLabel('Name').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Accept invitation' }).click();
    await page.getByText('One more step').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    faults = [];
    await page.getByLabel('Name').fill('Wayan');
    await page.getByLabel('New password').fill('kopi susu');
    await page.getByLabel('Repeat the password').fill('kopi susu');
    await page.getByRole('button', { name: 'Accept invitation' }).click();
    await page.getByRole('heading', { name: 'Invitation accepted' }).waitFor();
    expect(received.map(({ variables }) => variables)).toEqual([
      { token: 'TOKEN' },
      { token: 'TOKEN', name: 'Wayan', password: 'kopi susu' },
    ]);
  });

  it('changes the language and keeps the link', async () => {
    await open('/verify?token=TOKEN&lang=en');
    await page.getByRole('link', { name: 'Bahasa Indonesia' }).click();
    await page.getByRole('heading', { name: 'Konfirmasi alamat surel' }).waitFor();
    expect(new URL(page.url()).searchParams.get('token')).toBe('TOKEN');
  });

  it('needs no scrolling sideways on a phone', async () => {
    for (const purpose of PURPOSES) {
      await open(`/${purpose}?token=TOKEN&lang=id`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
    }
  });
});

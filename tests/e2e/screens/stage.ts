/** Where a story of the screens plays, and what every story does in its browser. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';
import { DEMO_PASSWORD } from '../../../prisma/seed/chain.js';
import { PATIENCE_MILLISECONDS } from '../../support/chromium.js';

export interface Stage {
  readonly browser: Browser;
  /** Of the screens, such as http://localhost:4000/. */
  readonly address: string;
  /** Of GraphQL. */
  readonly url: string;
  readonly mqttUrl: string;
}

export interface PageOptions {
  /** Instead of the system's own address, such as a proxy's. */
  readonly address?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A page in a browser context of its own, in English. What it asks of another host, and any error in its console, fails `close`. */
export async function openPage(
  { browser, address: own }: Stage,
  path: string,
  { address = own, width = 1280, height = 900 }: PageOptions = {},
): Promise<{ readonly page: Page; close(): Promise<void> }> {
  const context = await browser.newContext({ viewport: { width, height }, bypassCSP: false });
  context.setDefaultTimeout(PATIENCE_MILLISECONDS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(address).host) faults.push(`asked ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|React/.test(message.text()))
      faults.push(message.text());
  });
  const target = new URL(path, address);
  target.searchParams.set('lang', 'en');
  await page.goto(target.href);
  return {
    page,
    async close() {
      await context.close();
      expect(faults).toEqual([]);
    },
  };
}

export async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

const violationsSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** That axe finds nothing against WCAG 2.2 AA in what the page shows. */
export async function expectAccessible(page: Page): Promise<void> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Evaluated by the debugger, which no Content-Security-Policy binds.
  await page.evaluate(source);
  const violations = violationsSchema.parse(
    await page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations)`,
    ),
  );
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

/** A real browser, with no way out of the machine. */
import { type Browser, chromium } from 'playwright-core';
import { findProgram } from '../../deploy/local-fleet/program.js';

/** Any of them, as Debian and others name it. */
export const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/** For an action of a page: a browser beside whole systems may stand still for half a minute. */
export const PATIENCE_MILLISECONDS = 120_000;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findProgram(...BROWSERS) ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { demoAccounts } from '../../deploy/demo-accounts.js';
import { type HttpServer, startHttpServer } from '../../platform/http/server.js';
import { createLog } from '../../platform/log.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { aboutRoute } from './about.js';

let server: HttpServer;
afterEach(() => server.stop());

async function aboutOf(options: Parameters<typeof aboutRoute>[0]): Promise<unknown> {
  const routes = [await aboutRoute(options)];
  server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, routes, ready: async () => {}, log: createLog('silent') },
  });
  const { statusCode, body } = await request(`http://127.0.0.1:${server.port}/about`);
  expect(statusCode).toBe(200);
  return body.json();
}

it('a demo names its accounts, their password and the version', async () => {
  const demo = demoAccounts({ hasDemo: true });
  const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  expect(await aboutOf({ hasExplorers: true, demo })).toEqual({ version, hasExplorers: true, demo });
  expect(demo?.accounts.map(({ email }) => email)).toContain('budi@kedai.test');
});

it('a chain of one’s own names no account', async () => {
  const demo = demoAccounts({ hasDemo: false });
  expect(await aboutOf({ hasExplorers: false, demo })).toMatchObject({ hasExplorers: false, demo: null });
});

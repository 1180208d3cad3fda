/**
 * `GET /about`: what the start page shows of this system without an account. The demo's accounts with their password are in it where the
 * demo is on, and nowhere else.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Route } from '../../platform/http/server.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import type { DemoAccounts } from '../explorer/story.js';

export interface About {
  readonly version: string;
  /** Whether Apollo Sandbox and GraphiQL are served. */
  readonly hasExplorers: boolean;
  /** Null: a chain of one's own. */
  readonly demo: DemoAccounts | null;
}

export async function aboutRoute({
  hasExplorers,
  demo,
}: {
  readonly hasExplorers: boolean;
  readonly demo: DemoAccounts | undefined;
}): Promise<Route> {
  const about: About = { version: await versionOfProject(), hasExplorers, demo: demo ?? null };
  const text = JSON.stringify(about);
  return {
    method: 'GET',
    path: '/about',
    handle: async (_request, response) => {
      response
        .writeHead(200, {
          'content-type': 'application/json',
          'cache-control': 'no-cache',
          'content-length': Buffer.byteLength(text),
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        })
        .end(text);
    },
  };
}

async function versionOfProject(): Promise<string> {
  const { version }: { version?: unknown } = JSON.parse(
    await readFile(join(PROJECT_FOLDER, 'package.json'), 'utf8'),
  );
  return String(version);
}

/** `npm run dev` in a copy of the project: what is changed there is served, without another start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { stablePort } from '../../../deploy/local-fleet/stable-port.js';
import { copyProject, type ProjectCopy } from '../../e2e/extend/project-copy.js';
import { eventually } from '../../support/wait.js';

const PATIENCE = { timeout: 240_000 };
const RESOLVERS = 'subgraphs/messages/resolvers/query.ts';
const SCHEMA = 'schema/messages.graphql';

let project: ProjectCopy;
let dev: ChildProcess;
let url: string;
let printed = '';

beforeAll(async () => {
  project = await copyProject();
  const port = await stablePort();
  url = `http://localhost:${port}/graphql`;
  dev = spawn('npm', ['run', 'dev'], {
    cwd: project.folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), DATA_DIR: dataFolder() },
    // A group of its own, which Ctrl-C reaches as a whole.
    detached: true,
  });
  for (const stream of [dev.stdout, dev.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  await eventually(() => expect(printed).toMatch(/^Ready: /m), PATIENCE);
});
afterAll(async () => {
  if (dev.exitCode === null && dev.signalCode === null && dev.pid !== undefined)
    process.kill(-dev.pid, 'SIGKILL');
  await project.remove();
});

const dataFolder = () => join(project.folder, '.data');

async function answerTo(query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return z.object({ data: z.unknown() }).parse(await response.json()).data;
}

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(project.folder, file), 'utf8');
  expect(text).toContain(from);
  await project.write(
    file,
    text.replace(from, () => to),
  );
}

const untilAnswered = (query: string, data: object) =>
  eventually(async () => expect(await answerTo(query)).toEqual(data), PATIENCE);

it('serves a resolver that was changed, and goes on with the former one while it does not compile', async () => {
  await change(RESOLVERS, 'push.publicKey', "push.publicKey && 'changed'");
  await untilAnswered('{ vapidPublicKey }', { vapidPublicKey: 'changed' });
  await change(RESOLVERS, "'changed'", "'changed");
  await eventually(() => expect(printed).toContain(`${RESOLVERS}:`), PATIENCE);
  expect(await answerTo('{ vapidPublicKey }')).toEqual({ vapidPublicKey: 'changed' });
  await change(RESOLVERS, "'changed", "'mended'");
  await untilAnswered('{ vapidPublicKey }', { vapidPublicKey: 'mended' });
});

it('serves a field that was added to a schema', async () => {
  await change(RESOLVERS, '  vapidPublicKey:', "  addedField: () => 'there',\n\n  vapidPublicKey:");
  await change(
    SCHEMA,
    '  vapidPublicKey: String',
    '  vapidPublicKey: String\n  "Added."\n  addedField: String',
  );
  await untilAnswered('{ addedField }', { addedField: 'there' });
});

it('ends on Ctrl-C with all that it started', async () => {
  const ended = once(dev, 'exit');
  if (dev.pid !== undefined) process.kill(-dev.pid, 'SIGINT');
  await ended;
  await eventually(async () => {
    await expect(fetch(url)).rejects.toThrow();
    expect(existsSync(join(dataFolder(), 'postgres', 'postmaster.pid'))).toBe(false);
  }, PATIENCE);
});

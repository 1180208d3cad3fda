/** What a person is told when something is missing, wrong or in the way: one sentence, and exit code 1. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { startWholeSystem } from '../../support/whole-system.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-words-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(
  program: string,
  words: string[],
  settings: NodeJS.ProcessEnv,
): Promise<{ code: unknown; errors: string }> {
  const env = { PATH: process.env.PATH, DATA_DIR: folder, ...settings };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [`dist/deploy/${program}.js`, ...words],
      { cwd: PROJECT_FOLDER, env },
      (error, _out, errors) => resolve({ code: error?.code ?? 0, errors: errors.trim() }),
    );
  });
}

describe('a unit in production names the setting that it lacks and ends', () => {
  it.each([
    [
      'gateway',
      'JWT_PUBLIC_KEY_FILE is missing: the key that access tokens are verified with (or set JWKS_URL).',
    ],
    ['customer', 'JWT_PRIVATE_KEY_FILE is missing: the key that access tokens are signed with.'],
    ['stock', 'SUBGRAPH_SECRET is missing: the secret shared by the gateway and the subgraphs.'],
  ])('%s', async (unit, sentence) => {
    expect(await run('unit', [unit], { NODE_ENV: 'production' })).toEqual({ code: 1, errors: sentence });
  });

  it('payment', async () => {
    const settings = { NODE_ENV: 'production', SUBGRAPH_SECRET: 'x'.repeat(32) };
    const { code, errors } = await run('unit', ['payment'], settings);
    expect({ code, errors }).toEqual({
      code: 1,
      errors: "MIDTRANS_SERVER_KEY is missing: Midtrans' server key.",
    });
  });
});

describe('a start that cannot go on says why in one message', () => {
  it('naming every setting that is wrong', async () => {
    const { code, errors } = await run('unit', ['order'], {
      PORT: 'high',
      DATABASE_URL: 'http://x',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    for (const setting of ['PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(errors).toContain(setting);
    expect(errors.split('\n')).toHaveLength(1);
  });

  it('naming the database that is not configured', async () => {
    const { code, errors } = await run('unit', ['order'], {});
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'ORDER_DATABASE_URL or DATABASE_URL is missing: the database of order.',
    });
  });

  it('naming a unit that there is not, and those that there are', async () => {
    const { code, errors } = await run('unit', ['kitchen'], {});
    expect(code).toBe(1);
    expect(errors).toMatch(/^No unit is called kitchen\.\n[\s\S]*customer, menu, order, stock, payment/);
  });

  it('naming the port that is taken, and what to set', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
    const { code, errors } = await run('start', [], { PORT: String(address.port), MQTT_PORT: '0' });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `Port ${address.port} is in use: set PORT to a free one.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('a second start beside the first', () => {
  it('disturbs nothing, with a data folder of its own', async () => {
    const systems = await Promise.all([startWholeSystem(), startWholeSystem()]);
    const answers = await Promise.all(
      systems.map(({ url }) => fetch(url.replace('/graphql', '/health/ready')).then(({ status }) => status)),
    );
    expect(answers).toEqual([200, 200]);
    expect(await Promise.all(systems.map((system) => system.stop()))).toEqual([0, 0]);
  });

  it('keeps its data for the next start', async () => {
    const data = join(folder, 'kept');
    const first = await startWholeSystem({}, data);
    const order = `mutation { signUp(input: { email: "stay@kedai.test", password: "long-enough", name: "Stay" }) { userErrors { code } } }`;
    const post = (url: string, query: string) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
    await post(first.url, order);
    await first.stop();
    const second = await startWholeSystem({}, data);
    const again = await (await post(second.url, order)).text();
    expect(JSON.parse(again)).toEqual({ data: { signUp: { userErrors: [{ code: 'ALREADY_EXISTS' }] } } });
    await second.stop();
  });
});

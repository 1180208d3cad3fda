/** A start that fails because something is missing, invalid or occupied: one sentence, and exit code 1. */
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

describe('a unit in production names every setting that it lacks and ends', () => {
  const SECRET = 'SUBGRAPH_SECRET is missing: the secret shared by the gateway and the subgraphs.';
  const databaseOf = (name: string) =>
    `${name.toUpperCase()}_DATABASE_URL or DATABASE_URL is missing: the database of ${name}.`;

  it.each([
    [
      'gateway',
      [
        'JWT_PUBLIC_KEY_FILE is missing: the key that access tokens are verified with (or set JWKS_URL).',
        SECRET,
      ],
    ],
    ['customer', ['JWT_PRIVATE_KEY_FILE is missing: the key that access tokens are signed with.', SECRET]],
    ['stock', [SECRET]],
    [
      'payment',
      [
        SECRET,
        "MIDTRANS_SERVER_KEY is missing: Midtrans' server key.",
        "XENDIT_SECRET_KEY is missing: Xendit's secret key.",
        "XENDIT_CALLBACK_TOKEN is missing: the token that Xendit's callbacks carry.",
        'MIDTRANS_BASE_URL is missing: https://api.midtrans.com, its sandbox or a simulator.',
        'XENDIT_BASE_URL is missing: https://api.xendit.co or a simulator.',
      ],
    ],
  ])('%s', async (unit, sentences) => {
    const databases = [...(unit === 'gateway' ? [] : [databaseOf(unit)]), databaseOf('platform')];
    expect(await run('unit', [unit], { NODE_ENV: 'production' })).toEqual({
      code: 1,
      errors: [...sentences, ...databases].join(' '),
    });
  });
});

describe('a start that fails prints one message', () => {
  it('naming every invalid setting', async () => {
    const { code, errors } = await run('unit', ['order'], {
      PORT: 'high',
      DATABASE_URL: 'http://x',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    for (const setting of ['PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(errors).toContain(setting);
    expect(errors.split('\n')).toHaveLength(1);
  });

  it('naming the server that it does not own and must not empty', async () => {
    const settings = { DATABASE_URL: 'postgres://localhost:1/' };
    const { code, errors } = await run('start', ['--fresh'], settings);
    expect(code).toBe(1);
    expect(errors).toMatch(/^--fresh removes the embedded PostgreSQL and DATABASE_URL names another: /);
  });

  it('naming the databases that are not configured', async () => {
    const { code, errors } = await run('unit', ['order'], {});
    expect({ code, errors }).toEqual({
      code: 1,
      errors:
        'ORDER_DATABASE_URL or DATABASE_URL is missing: the database of order. ' +
        'PLATFORM_DATABASE_URL or DATABASE_URL is missing: the database of platform.',
    });
  });

  it('naming an unknown unit, and the known ones', async () => {
    const { code, errors } = await run('unit', ['kitchen'], {});
    expect(code).toBe(1);
    expect(errors).toMatch(/^No unit is called kitchen\.\n[\s\S]*customer, menu, order, stock, payment/);
  });

  it('naming the occupied port, and the setting to change', async () => {
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
    const data = join(folder, 'data');
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

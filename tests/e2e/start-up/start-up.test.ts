/** A start that fails because something is missing, invalid or occupied: one sentence, and exit code 1. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const JSON_WANTED = { accept: 'application/json' };

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
        "MIDTRANS_SERVER_KEY is missing: Midtrans' server key.",
        "XENDIT_SECRET_KEY is missing: Xendit's secret key.",
        "XENDIT_CALLBACK_TOKEN is missing: the token that Xendit's callbacks carry.",
        'MIDTRANS_BASE_URL is missing: https://api.midtrans.com, its sandbox or a simulator.',
        'XENDIT_BASE_URL is missing: https://api.xendit.co or a simulator.',
        SECRET,
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

describe('a second start beside the first, with a data folder of its own', () => {
  let systems: readonly [WholeSystem, WholeSystem];
  beforeAll(async () => {
    systems = await Promise.all([startWholeSystem(), startWholeSystem()]);
  });
  afterAll(() => Promise.all(systems.map((system) => system.stop())));

  const at = (url: string, path: string) => fetch(url.replace('/graphql', path), { headers: JSON_WANTED });

  it('disturbs nothing', async () => {
    const answers = await Promise.all(systems.map(({ url }) => at(url, '/health/ready')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('has a mailbox of its own, in which a link leads back to it and works once', async () => {
    const [{ url }, other] = systems;
    const visitor = new FrontEnd(url);
    await visitor.execute(
      'mutation { requestPasswordReset(email: "rina@kedai.test") { userErrors { code } } }',
    );
    const mail = await eventually(async () => {
      const [newest]: { to: string; text: string }[] = JSON.parse(await (await at(url, '/mail')).text());
      expect(newest?.to).toBe('rina@kedai.test');
      return newest;
    });
    const [, link = '', token = ''] = /(http:\S+token=(\S+))/.exec(mail?.text ?? '') ?? [];
    expect(new URL(link).origin).toBe(new URL(url).origin.replace('127.0.0.1', 'localhost'));
    expect((await fetch(link)).status).toBe(200);
    const reset = `mutation ($token: String!) { resetPassword(input: { token: $token, newPassword: "teh tarik" }) { userErrors { code } } }`;
    const [first, second] = [
      await visitor.execute(reset, { token }),
      await visitor.execute(reset, { token }),
    ];
    expect(first).toEqual({ resetPassword: { userErrors: [] } });
    expect(second).toEqual({ resetPassword: { userErrors: [{ code: 'LINK_INVALID' }] } });
    await visitor.signIn('rina@kedai.test', 'teh tarik');
    expect(await (await at(other.url, '/mail')).json()).toEqual([]);
  });

  it('ends cleanly beside the other', async () => {
    expect(await Promise.all(systems.map((system) => system.stop()))).toEqual([0, 0]);
  });
});

describe('a start', () => {
  it('has the data of the one before', async () => {
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

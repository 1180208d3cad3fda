/** A start that fails because something is missing, invalid or occupied: one sentence, and exit code 1. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import { startDemoSystem } from '../../support/demo-system.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const JSON_WANTED = { accept: 'application/json' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-words-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function portOf(server: Server): Promise<number> {
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  return address.port;
}

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

/** The lines of the one message about several settings. */
const settingsMessage = (...problems: string[]) =>
  [`${problems.length} settings have to be changed:`, ...problems.map((problem) => `  ${problem}`)].join(
    '\n',
  );

describe('a unit in production names every setting that it lacks and ends', () => {
  const SECRET = 'SUBGRAPH_SECRET is missing: the secret shared by the gateway and the subgraphs';
  const databaseOf = (name: string) =>
    `${name.toUpperCase()}_DATABASE_URL or DATABASE_URL is missing: the database of ${name}`;
  const addressOf = (name: string) =>
    `${name.toUpperCase()}_URL is missing: where the subgraph ${name} serves`;

  it.each([
    [
      'gateway',
      [
        'JWT_PUBLIC_KEY_FILE is missing: the key that access tokens are verified with (or set JWKS_URL)',
        SECRET,
        databaseOf('platform'),
        ...SUBGRAPH_NAMES.map(addressOf),
      ],
    ],
    [
      'customer',
      [
        'JWT_PRIVATE_KEY_FILE is missing: the key that access tokens are signed with',
        SECRET,
        databaseOf('customer'),
        databaseOf('platform'),
      ],
    ],
    ['stock', [SECRET, databaseOf('stock'), databaseOf('platform')]],
    ['payment', [SECRET, databaseOf('payment'), databaseOf('platform')]],
  ])('%s', async (unit, problems) => {
    expect(await run('unit', [unit], { NODE_ENV: 'production' })).toEqual({
      code: 1,
      errors: settingsMessage(...problems),
    });
  });
});

describe('in production nothing that is for trying Kedai out starts by itself', () => {
  it('neither the payment simulators', async () => {
    const { code, errors } = await run('unit', ['payment-simulators'], { NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(errors).toContain('PAYMENT_SIMULATORS must be on for the payment simulators in production');
  });

  it.each(['start', 'unit'])(
    'nor a payment provider of which only a part is configured (%s)',
    async (program) => {
      const settings = {
        NODE_ENV: 'production',
        DATABASE_URL: 'postgres://localhost:1/',
        SUBGRAPH_SECRET: 's'.repeat(32),
        XENDIT_SECRET_KEY: 'x',
      };
      expect(await run(program, program === 'unit' ? ['payment'] : [], settings)).toEqual({
        code: 1,
        errors: settingsMessage(
          "XENDIT_CALLBACK_TOKEN is missing: the token that Xendit's callbacks carry",
          'XENDIT_BASE_URL is missing: https://api.xendit.co or a simulator',
        ),
      });
    },
  );
});

describe('a start that fails prints one message', () => {
  it('naming every setting that has to be changed, those that are invalid and those that are missing', async () => {
    const { code, errors } = await run('unit', ['order'], {
      PORT: 'high',
      LOG_LEVEL: 'loud',
      REDIS_URL: 'redis://localhost:1',
      JWT_PUBLIC_KEY_FILE: '/nowhere',
      KEDAI_ADMIN_MAIL: 'someone@example.com',
    });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: settingsMessage(
        'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
        'PORT must be a whole number from 0 to 65535, not "high"',
        'ORDER_DATABASE_URL or DATABASE_URL is missing: the database of order',
        'JWT_PUBLIC_KEY_FILE must name a file that can be read',
        'KEDAI_ADMIN_MAIL is no setting: KEDAI_ADMIN_EMAIL is',
      ),
    });
  });

  it('naming the broker’s credentials, once it refuses them', async () => {
    // A broker that refuses every user name and password (MQTT 5, CONNACK with reason 0x86).
    const broker = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.from([0x20, 0x03, 0x00, 0x86, 0x00])));
    }).listen(0, '127.0.0.1');
    const port = await portOf(broker);
    const settings = { MQTT_URL: `mqtt://kedai:wrong@127.0.0.1:${port}`, PORT: '0' };
    const { code, errors } = await run('start', [], settings);
    expect(code).toBe(1);
    expect(errors).toContain('The MQTT broker refuses the user name and password of MQTT_URL');
    await new Promise((resolve) => broker.close(resolve));
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
      errors: settingsMessage(
        'ORDER_DATABASE_URL or DATABASE_URL is missing: the database of order',
        'PLATFORM_DATABASE_URL or DATABASE_URL is missing: the database of platform',
      ),
    });
  });

  it.each([
    ['that this system has no folders in', '/proc/kedai', 'no folder can be made there'],
    ['beneath a file', join(PROJECT_FOLDER, 'package.json', 'data'), 'a part of its path is a file'],
  ])('naming a data folder %s', async (_words, DATA_DIR, reason) => {
    const { code, errors } = await run('start', [], { DATA_DIR, PORT: '0' });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `DATA_DIR cannot be used: ${DATA_DIR} (${reason}). Set it to a folder that this account may write.`,
    });
  });

  it('naming an unknown unit, and the known ones', async () => {
    const { code, errors } = await run('unit', ['kitchen'], {});
    expect(code).toBe(1);
    expect(errors).toMatch(/^No unit is called kitchen\.\n[\s\S]*customer, menu, order, stock, payment/);
  });

  it('naming the occupied port, and the setting to change', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    const port = await portOf(other);
    const { code, errors } = await run('start', [], { PORT: String(port), MQTT_PORT: '0' });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `Port ${port} is in use: set PORT to a free one.`,
    });
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('a second start beside the first, with a data folder of its own', () => {
  let systems: readonly WholeSystem[] = [];
  beforeAll(async () => {
    systems = await Promise.all([startWholeSystem({}, join(folder, 'data')), startDemoSystem()]);
  });
  afterAll(() => Promise.all(systems.map((system) => system.stop())));

  const at = (url: string, path: string) => fetch(url.replace('/graphql', path), { headers: JSON_WANTED });

  it('disturbs nothing', async () => {
    const answers = await Promise.all(systems.map(({ url }) => at(url, '/health/ready')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('has a mailbox of its own, in which a link leads back to it and works once', async () => {
    const [url = '', other = ''] = systems.map((system) => system.url);
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
    expect(await (await at(other, '/mail')).json()).toEqual([]);
  });

  it('ends cleanly beside the other', async () => {
    expect(await Promise.all(systems.map((system) => system.stop()))).toEqual([0, 0]);
  });

  it('has the data of the one before in the next start, and with --live scales that weigh', async () => {
    const startedAt = new Date().toISOString();
    const second = await startWholeSystem({}, join(folder, 'data'), undefined, ['--live']);
    systems = [second];
    await new FrontEnd(second.url).signIn('rina@kedai.test', 'teh tarik');
    const manager = await new FrontEnd(second.url).signIn('hq@kedai.test');
    const weighed = `{ outlets(first: 1) { nodes { stockItems(first: 20) { nodes { shelves { lastReadingAt } } } } } }`;
    await eventually(async () => {
      const readings = JSON.stringify(await manager.execute(weighed)).matchAll(/"lastReadingAt":"([^"]+)"/g);
      expect([...readings].some(([, at = '']) => at > startedAt)).toBe(true);
    });
    expect(await second.stop()).toBe(0);
  });
});

/** `npm run reporting` on a server of the operator's own, whose account is no superuser. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../platform/database/embedded.js';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { migrate } from '../../../prisma/migrate.js';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import { runAsOwner } from '../../support/database.js';
import { describeWithPsql, psql } from './psql.js';

let folder: string;
let server: EmbeddedPostgres;
let operatorUrl: string;
const [franchiseId, outletId] = [newId(), newId()];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-reporting-'));
  server = await startEmbeddedPostgres({ folder, durable: false });
  await runAsOwner(server.url, `CREATE ROLE operator LOGIN CREATEDB CREATEROLE PASSWORD 'operator'`);
  operatorUrl = onServer('postgres');
  const databases = [...SUBGRAPH_NAMES, 'platform'] as const;
  await migrate({ urls: Object.fromEntries(databases.map((name) => [name, onServer(`kedai_${name}`)])) });
  await runAsOwner(
    onServer('kedai_menu'),
    `INSERT INTO franchise (id, name, version) VALUES ('${franchiseId}', 'Kedai Priangan', 1);
     INSERT INTO outlet (id, franchise_id, name, city, address, phone, time_zone, version)
     VALUES ('${outletId}', '${franchiseId}', 'Dago', 'Bandung', 'Jalan Dago 1', '+62221234567', 'Asia/Jakarta', 1)`,
  );
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function onServer(database: string): string {
  const url = new URL(server.url);
  Object.assign(url, { username: 'operator', password: 'operator', pathname: `/${database}` });
  return url.href;
}

function reporting(...parameters: readonly string[]): Promise<{ output: string; isOk: boolean }> {
  const program = join(PROJECT_FOLDER, 'dist', 'deploy', 'reporting.js');
  const env = { PATH: process.env.PATH, DATABASE_URL: operatorUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...parameters], { env }, (error, stdout, stderr) =>
      resolve({ output: `${stdout}${stderr}`, isOk: error === null }),
    );
  });
}

describeWithPsql('npm run reporting', () => {
  it('makes an account, lists it without its password, and ends it', async () => {
    const granted = await reporting('grant', '--franchise', franchiseId);
    expect(granted.output).toContain('reads what is of the franchise Kedai Priangan.');
    expect(granted.output).toContain('A superuser of the server should bound what it stores');
    const urls = new Map(
      [...granted.output.matchAll(/^(\w+) +(postgresql:\S+)$/gm)].map(([, ...one]) => [one[0], one[1]]),
    );
    expect([...urls.keys()]).toEqual([...SUBGRAPH_NAMES]);
    const menuUrl = urls.get('menu') ?? '';
    const { username: account, password } = new URL(menuUrl);

    const read = 'SELECT name, franchise_name FROM outlets';
    expect(await psql(menuUrl, read)).toMatchObject({ rows: ['Dago|Kedai Priangan'], messages: '' });
    const listed = await reporting('list');
    expect(listed.output).toContain(`${account}  franchise Kedai Priangan (${franchiseId}), since 20`);
    expect(listed.output).not.toContain(password);

    expect(await reporting('revoke', account)).toEqual({ output: `${account} is no more.\n`, isOk: true });
    expect(await psql(menuUrl, read)).toMatchObject({ rows: [], isRefused: true });
    expect(await reporting('revoke', account)).toMatchObject({ isOk: false });
    expect((await reporting('list')).output).toBe('There are no accounts.\n');
  });

  it('ends an account that has made something', async () => {
    const { output } = await reporting('grant', '--outlet', outletId);
    const orderUrl = /^order +(\S+)$/m.exec(output)?.[1] ?? '';
    const made = await psql(orderUrl, 'SET default_transaction_read_only = off', 'SELECT lo_create(0) > 0');
    expect(made.rows).toEqual(['t']);
    expect(await reporting('revoke', new URL(orderUrl).username)).toMatchObject({ isOk: true });
  });
});

describe('a call of npm run reporting that says too little', () => {
  it.each([[[]], [['grant']], [['revoke']], [['grant', '--outlet', 'x', '--franchise', 'y']]])(
    'is answered with how to call it: %s',
    async (parameters) => {
      const { output, isOk } = await reporting(...parameters);
      expect(isOk).toBe(false);
      expect(output).toContain('npm run reporting -- grant --franchise <id>');
    },
  );
});

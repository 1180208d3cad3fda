/** A chain from files: an empty one in production takes nine CSV files, and its first order is paid; what it exports is what it imports. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { requireKind } from '../../../deploy/bulk/command.js';
import { exportTable } from '../../../deploy/bulk/export-table.js';
import { GatewayClient } from '../../../deploy/bulk/gateway-client.js';
import { importFile } from '../../../deploy/bulk/import-file.js';
import type { ImportResult } from '../../../platform/bulk/import-table.js';
import { newId } from '../../../platform/ids.js';
import { readCsv } from '../../../platform/kit/csv.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const HEAD_OFFICE = 'owner@kopi.example';
const PASSWORD = 'a long enough password';

const lines = (...rows: string[]) => `${rows.join('\r\n')}\r\n`;

/** In the order in which an empty chain takes them; as a spreadsheet with Indonesian settings writes them, and otherwise. */
const FILES: Readonly<Record<string, string>> = {
  franchises: lines('name', 'Kopi Bandung'),
  outlets: lines(
    'franchise;name;city;address;phone;openingHours;status',
    'Kopi Bandung;Kopi Dago;Bandung;Jl. Dago 1;0225550100;;open',
    'Kopi Bandung;Kopi Braga;;;;"MONDAY-FRIDAY 08:00-22:00";',
  ),
  ingredients: lines('name;unit', 'Susu;Millilitre', 'Kopi;gram', 'Gelas: besar;piece'),
  categories: lines('name,nameEn', 'Favorit,Favourites'),
  menu: lines(
    '\uFEFFbarcode;name;nameEn;description;category;categories;price;recipe;group;option;priceDelta;isDefault;optionRecipe',
    'KOPI-SUSU;Kopi Susu;Milk Coffee;"Kopi, ""susu""";coffee;Favorit;25000;"Susu: 200; Kopi: 18; Gelas: besar: 1";Ukuran;Sedang;0;ya;',
    'KOPI-SUSU;;;;;;;;Ukuran;Besar;5000;tidak;"Susu: 50"',
    "KOPI-HITAM;'=Kopi Hitam;;;coffee;;18000;Kopi: 18;;;;;",
  ),
  prices: lines(
    'outlet,barcode,price,isOffered',
    'Kopi Braga,KOPI-SUSU,27000,true',
    'Kopi Braga,KOPI-HITAM,,false',
  ),
  'stock-items': lines(
    'outlet,ingredient,tracking,reorderPoint,countedOnHand',
    'Kopi Dago,Susu,COUNT,1000,10000',
    'Kopi Dago,Gelas: besar,COUNT,10,500',
    'Kopi Dago,Kopi,SHELF,100,',
  ),
  shelves: lines('outlet,ingredient,gramsPerUnit,tareGrams', 'Kopi Dago,Kopi,1,0'),
  staff: lines('email,role,outlet', 'ayu@kopi.example,BARISTA,Kopi Dago'),
};

let folder: string;
let system: WholeSystem;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(script: string, words: readonly string[], settings: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, ...settings };
    execFile(
      process.execPath,
      [`dist/deploy/${script}.js`, ...words],
      { cwd: PROJECT_FOLDER, env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const account = () => ['--email', HEAD_OFFICE, '--url', system.url];
const importing = (kind: string, file: string, ...more: string[]) =>
  run('import', [kind, join(folder, file), ...more, ...account()], { ACCOUNT_PASSWORD: PASSWORD });
const exporting = (kind: string, ...more: string[]) =>
  run('export', [kind, ...more, ...account()], { ACCOUNT_PASSWORD: PASSWORD });

/** The same without a process for each. */
function client(): GatewayClient {
  return new GatewayClient(system.url, undefined, async () => ({ email: HEAD_OFFICE, password: PASSWORD }));
}
let signedIn: GatewayClient | undefined;

function importText(kind: string, text: string): Promise<ImportResult> {
  signedIn ??= client();
  const watch = { begin: () => undefined, progress: () => undefined, storeTokens: async () => undefined };
  return importFile(signedIn, requireKind(kind, ''), new TextEncoder().encode(text), false, watch);
}

function exportText(kind: string): Promise<string> {
  signedIn ??= client();
  return exportTable(signedIn, requireKind(kind, ''), { outletId: null, withoutIds: false });
}

const given = (file: string, text: string) => writeFile(join(folder, file), text);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-bulk-'));
  system = await startWholeSystem({ NODE_ENV: 'production' }, join(folder, 'data'));
  const settings = { NODE_ENV: 'production', DATA_DIR: join(folder, 'data') };
  const { stdout } = await run('admin', ['create', '--email', HEAD_OFFICE], settings);
  const token = /token=(\S+)/.exec(stdout)?.[1];
  await new FrontEnd(system.url).execute(
    'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { userErrors { code } } }',
    { input: { token, newPassword: PASSWORD } },
  );
});
afterAll(async () => {
  await system?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a chain from files', () => {
  it.each(Object.entries(FILES))('takes its %s, once', async (kind, text) => {
    await given(`${kind}.csv`, text);
    const first = await importing(kind, `${kind}.csv`);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/^Imported: [1-9]\d* created, 0 changed, 0 unchanged/);
    const again = await importText(kind, text);
    expect(again).toMatchObject({ created: 0, changed: 0, badLines: [] });
    expect(again.unchanged).toBeGreaterThan(0);
  });

  it.each(Object.keys(FILES))('exports its %s as it imports them', async (kind) => {
    const text = await exportText(kind);
    expect(await importText(kind, text)).toMatchObject({ created: 0, changed: 0, badLines: [] });
    expect(await exportText(kind)).toBe(text);
  });

  it('is written to files, for another chain without ids', async () => {
    const path = join(folder, 'exported.csv');
    expect(await exporting('menu', path, '--without-ids')).toMatchObject({
      code: 0,
      stderr: `menu: written to ${path}.\n`,
    });
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^\uFEFFbarcode,name,/);
    const [header] = readCsv(text);
    expect(header?.cells.filter((name) => /id$/i.test(name))).toEqual([]);
    const dry = await importing('menu', 'exported.csv', '--dry-run');
    expect(dry.stdout).toMatch(
      /^Nothing was imported \(dry run\)\. It would be: 0 created, 0 changed, 2 unchanged/,
    );
  });

  it('has what the files say: texts as they are, ingredients by their names', async () => {
    const stdout = await exportText('menu');
    const rows = readCsv(stdout).map(({ cells }) => cells);
    const [header = []] = rows;
    const cell = (row: number, column: string) => rows[row]?.[header.indexOf(column)];
    expect(
      [1, 2, 3].map((row) => [cell(row, 'barcode'), cell(row, 'option'), cell(row, 'optionRecipe')]),
    ).toEqual([
      ['KOPI-SUSU', 'Sedang', ''],
      ['KOPI-SUSU', 'Besar', 'Susu: 50'],
      ['KOPI-HITAM', '', ''],
    ]);
    expect([cell(1, 'recipe'), cell(1, 'categories'), cell(3, 'name')]).toEqual([
      'Susu: 200; Kopi: 18; Gelas: besar: 1',
      'Favorit',
      "'=Kopi Hitam",
    ]);
    expect(cell(1, 'description')).toBe('Kopi, "susu"');
  });

  it('has the tokens of its devices in a file of its owner’s, by which they sign in', async () => {
    const path = join(folder, 'shelves.csv.tokens.csv');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const [header, ...shelves] = readCsv(await readFile(path, 'utf8'));
    expect(header?.cells.slice(0, 3)).toEqual(['shelfId', 'deviceToken', 'topic']);
    expect(shelves).toHaveLength(1);
    const [username = '', password = '', topic = ''] = shelves[0]?.cells ?? [];
    const device = await mqtt.connectAsync(system.mqttUrl, { username, password });
    const reading = { seq: 1, bootId: 'a', at: new Date().toISOString(), grams: 5_000, batteryPct: 90 };
    await device.publishAsync(topic, JSON.stringify(reading), { qos: 1 });
    await device.endAsync();
  });

  it('sells its first drink', async () => {
    const headOffice = await new FrontEnd(system.url).signIn(HEAD_OFFICE, PASSWORD);
    const { outlets } = await headOffice.execute<{ outlets: { nodes: { id: string; name: string }[] } }>(
      '{ outlets(status: [OPEN]) { nodes { id name } } }',
    );
    const outletId = outlets.nodes[0]?.id;
    const { menu } = await headOffice.execute<{ menu: { nodes: { id: string; name: string }[] } }>(
      'query ($outletId: ID!) { menu(outletId: $outletId, search: "kopi susu") { nodes { id name } } }',
      { outletId },
    );
    const menuItemId = menu.nodes[0]?.id;
    await eventually(async () => {
      const { placeOrder } = await headOffice.execute<{ placeOrder: { order: { id: string } } }>(
        `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }`,
        { input: { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: newId() } },
      );
      await eventually(async () => {
        const { order } = await headOffice.execute<{ order: { status: string } }>(
          'query ($id: ID!) { order(id: $id) { status } }',
          { id: placeOrder.order.id },
        );
        expect(order.status).toBe('AWAITING_PAYMENT');
      });
    });
  });
});

describe('a file with bad lines', () => {
  it('changes nothing, and each of them is named by the line of the file', async () => {
    const before = await exportText('menu');
    await given(
      'bad.csv',
      lines(
        'barcode,name,category,price,recipe',
        '"KOPI-BARU","Kopi\nBaru",COFFEE,20000,Kopi: 18',
        'KOPI-TUA,Kopi Tua,COFFEE,"20.000,50",Kopi: 18',
        'KOPI-MUDA,Kopi Muda,KOPI,20000,Madu: 18',
      ),
    );
    for (const more of [[], ['--dry-run']]) {
      const { code, stdout, stderr } = await importing('menu', 'bad.csv', ...more);
      expect(code).toBe(2);
      expect(stderr).toContain('line 4, price "20.000,50": expected a whole number without separators');
      expect(stderr).toContain('line 5, category "KOPI": expected one of MILK_TEA');
      expect(stderr).toContain('line 5, recipe "Madu: 18": expected an ingredient; none is Madu');
      expect(stdout).toBe('Nothing was imported: 3 of 3 lines are bad.\n');
    }
    expect(await exportText('menu')).toBe(before);
  });

  it('of several parts is checked whole before its first line is imported', async () => {
    const rows = Array.from({ length: 700 }, (_, index) => `Bahan ${index},GRAM`);
    await given('many.csv', lines('name,unit', ...rows, 'Bahan buruk,LITRE'));
    const { code, stderr } = await importing('ingredients', 'many.csv');
    expect([code, stderr]).toEqual([2, expect.stringContaining('line 702, unit "LITRE"')]);
    expect(await exportText('ingredients')).not.toContain('Bahan 0');
    await given('many.csv', lines('name,unit', ...rows));
    expect((await importing('ingredients', 'many.csv')).stdout).toMatch(/^Imported: 700 created/);
    expect(await importText('ingredients', lines('name,unit', ...rows))).toMatchObject({ unchanged: 700 });
  });
});

describe('a provider’s payout file', () => {
  it('of several megabytes is imported by one command, once', async () => {
    const channel = 'x'.repeat(400);
    const rows = Array.from(
      { length: 8_000 },
      (_, index) => `SUCCESS,PAYMENT,${channel},42000,630,0,order ${index},payment ${index}`,
    );
    await given(
      'payout.csv',
      lines('Status,Type,Channel,Amount,Total Fee,Total VAT,Reference,Product ID', ...rows),
    );
    const importingPayout = () => importing('settlement', 'payout.csv', '--provider', 'xendit');
    const first = await importingPayout();
    expect(first).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringContaining('8000 lines about payments and refunds, 0 of them known from before'),
    });
    expect(await importingPayout()).toEqual(first);
    const differing = await client().execute(
      { field: 'settlementDifferences', shape: z.object({ totalCount: z.number() }) },
      'query ($day: Date!) { settlementDifferences(provider: XENDIT, from: $day, to: $day) { totalCount } }',
      { day: new Date().toISOString().slice(0, 10) },
    );
    expect(differing.totalCount).toBe(8_000);
  });

  it('is refused with the way out without its provider', async () => {
    const { code, stderr } = await importing('settlement', 'payout.csv');
    expect([code, stderr]).toEqual([1, expect.stringContaining('--provider midtrans or --provider xendit')]);
  });
});

describe('the commands', () => {
  it.each(['import', 'export'])('npm run %s -- --help says what there is', async (script) => {
    const { code, stdout } = await run(script, ['--help']);
    expect(code).toBe(0);
    for (const kind of Object.keys(FILES)) expect(stdout).toContain(`  ${kind} `);
  });

  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['an unknown table', ['menus', 'x.csv'], {}, 'There is no menus: franchises, outlets'],
    ['no file', ['menu'], {}, 'Name the file.'],
    ['a file that is not there', ['menu', 'no-such.csv'], {}, 'no-such.csv cannot be read'],
    ['no account', ['menu', 'LICENSE'], {}, 'Name the account by --email'],
    [
      'no password',
      ['menu', 'LICENSE', '--email', 'a@kopi.example'],
      {},
      'Password of a@kopi.example: set ACCOUNT_PASSWORD',
    ],
    ['an unknown option', ['menu', 'x.csv', '--dryrun'], {}, "Unknown option '--dryrun'"],
  ])('say the way out of %s', async (_what, words, settings, message) => {
    const { code, stderr } = await run('import', words, settings);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('stop by Ctrl-C when what is under way is answered', async () => {
    const rows = Array.from({ length: 700 }, (_, index) => `Bahan ${index},GRAM`);
    await given('stopped.csv', lines('name,unit', ...rows));
    let requests = 0;
    let interrupt: () => Promise<void> = async () => undefined;
    const slow = createServer((_request, response) => {
      requests += 1;
      const result = { lines: 300, created: 300, changed: 0, unchanged: 0, badLines: [] };
      const body = JSON.stringify({ data: { importStock: { result, userErrors: [] } } });
      void interrupt().then(() => response.setHeader('content-type', 'application/json').end(body));
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const address = slow.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const words = ['dist/deploy/import.js', 'ingredients', join(folder, 'stopped.csv'), '--url', url];
    const child = spawn(process.execPath, words, {
      cwd: PROJECT_FOLDER,
      env: { PATH: process.env.PATH, ACCOUNT_TOKEN: 'token' },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    interrupt = async () => {
      child.kill('SIGINT');
      await eventually(async () => expect(stderr).toContain('Stopping after the lines under way.'));
    };
    const code = await new Promise((resolve) => child.once('exit', resolve));
    slow.close();
    expect([code, requests]).toEqual([130, 1]);
    expect(stderr).toContain('Stopped. 0 lines were imported: import the file again');
  });

  it('say it where the account is not let in', async () => {
    await given('one.csv', lines('name,unit', 'Teh,GRAM'));
    const wrong = await run('import', ['ingredients', join(folder, 'one.csv'), ...account()], {
      ACCOUNT_PASSWORD: 'wrong',
    });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining(`${HEAD_OFFICE} cannot sign in`)]);
    const expired = { ACCOUNT_TOKEN: 'no-token' };
    const withToken = await run('import', ['shelves', join(folder, 'one.csv'), '--url', system.url], expired);
    expect([withToken.code, withToken.stderr]).toEqual([
      1,
      'The access token is not accepted: sign in again, with --email.\n',
    ]);
    await expect(stat(join(folder, 'one.csv.tokens.csv'))).rejects.toThrow('ENOENT');
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { readCsv, writeCsv } from '../../../../platform/kit/csv.js';
import { codesOf, type TestSubgraph, textAt } from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { PRICE_LEAD_MILLISECONDS } from '../../domain/dated-price.js';
import { CUSTOMER, HQ, itemNamed, MANAGER, publishedBy, startTestMenu } from '../../testing/harness.js';

let menu: TestSubgraph;

beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());
beforeEach(() => menu.pool.query('DELETE FROM outbox'));

const milk = itemNamed('Teh Susu Klasik').recipe[0]?.ingredientId ?? '';

function importing(
  csv: string,
  { dryRun = false, identity = HQ }: { dryRun?: boolean; identity?: Identity } = {},
) {
  return menu.run(
    identity,
    `mutation ($input: ImportMenuInput!) { importMenu(input: $input) {
       result { lines created changed unchanged badLines { line column value expected } } userErrors { code field message } } }`,
    { input: { kind: 'MENU', csv, dryRun } },
  );
}

async function exported(identity = HQ): Promise<string> {
  let csv = '';
  let after: string | null = '';
  while (after !== null) {
    const result: ExecutionResult = await menu.run(
      identity,
      'query ($after: String) { exportMenu(kind: MENU, first: 100, after: $after) { csv pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const page = textAt(result, 'exportMenu', 'csv');
    csv += csv === '' ? page : page.slice(page.indexOf('\n') + 1);
    after = JSON.stringify(result).includes('"hasNextPage":true')
      ? textAt(result, 'exportMenu', 'pageInfo', 'endCursor')
      : null;
  }
  return csv;
}

const COUNTS = { lines: 0, created: 0, changed: 0, unchanged: 0, badLines: [] };
const result = (counts: Partial<typeof COUNTS>) => ({
  data: { importMenu: { result: { ...COUNTS, ...counts }, userErrors: [] } },
});

const TEA = [
  'barcode;name;nameEn;category;price;allergens;season;seasonFrom;seasonUntil;recipe;group;option;priceDelta;isDefault;optionRecipe',
  `KEDAI-IMP-1;Teh Impor;Imported Tea;MILK_TEA;21000;milk;Ramadan;2027-02-08;2027-03-09;${milk}: 120;Gula;Normal;0;ya;`,
  `KEDAI-IMP-1;;;;;;;;;;;Banyak;1000;tidak;"${milk}: 5"`,
].join('\r\n');

describe('an imported menu', () => {
  it('has new items with options and recipes, published and recorded one by one', async () => {
    expect(await importing(TEA, { dryRun: true })).toEqual(result({ lines: 2, created: 1 }));
    expect(await publishedBy(menu)).toEqual([]);
    expect(await importing(TEA)).toEqual(result({ lines: 2, created: 1 }));
    expect(await publishedBy(menu)).toMatchObject([
      {
        type: 'menu-item.changed',
        data: {
          ...{ name: 'Teh Impor', price: 21_000, category: 'MILK_TEA' },
          recipe: [{ ingredientId: milk, quantity: 120 }],
          optionGroups: [
            {
              ...{ name: 'Gula', minimum: 1, maximum: 1 },
              options: [
                { name: 'Normal', isDefault: true, priceDelta: 0, recipe: [] },
                { name: 'Banyak', priceDelta: 1_000, recipe: [{ ingredientId: milk, quantity: 5 }] },
              ],
            },
          ],
        },
      },
    ]);
    const { rows } = await menu.pool.query("SELECT data FROM outbox WHERE type = 'change.recorded'");
    expect(rows).toMatchObject([
      { data: { action: 'importMenu', before: null, after: { barcode: 'KEDAI-IMP-1', price: 21_000 } } },
    ]);
    await menu.pool.query('DELETE FROM outbox');
    expect(await importing(TEA)).toEqual(result({ lines: 2, unchanged: 1 }));
    expect((await menu.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
  });

  it('changes what is edited, and nothing else', async () => {
    await importing(TEA);
    await menu.pool.query('DELETE FROM outbox');
    const edited = 'barcode,name,taxClass,price\nkedai-imp-1,Teh Impor Baru,goods,22000\n';
    expect(await importing(edited)).toEqual(result({ lines: 1, changed: 1 }));
    const { rows } = await menu.pool.query("SELECT data FROM outbox WHERE type = 'change.recorded'");
    expect(rows).toMatchObject([
      {
        data: {
          before: { name: 'Teh Impor', taxClass: 'RESTAURANT', price: 21_000 },
          after: { name: 'Teh Impor Baru', taxClass: 'GOODS', price: 22_000 },
        },
      },
    ]);
    expect(Object.keys(rows[0]?.data.after)).toEqual(['name', 'price', 'taxClass']);
    expect(await importing(edited)).toEqual(result({ lines: 1, unchanged: 1 }));
  });

  describe('that lacks columns of options', () => {
    const tea = (barcode: string) =>
      writeCsv([
        [
          ...['barcode', 'name', 'category', 'price', 'season', 'seasonFrom', 'seasonUntil', 'recipe'],
          ...['group', 'groupEn', 'minimum', 'maximum', 'option', 'optionEn', 'priceDelta', 'isDefault'],
          ...['isExclusive', 'optionRecipe'],
        ],
        [
          ...[barcode, 'Teh', 'MILK_TEA', '21000', 'Ramadan', '2027-02-08', '2027-03-09', `${milk}: 120`],
          ...['Gula', 'Sugar', '1', '2', 'Normal', 'Regular', '0', 'true', 'false', ''],
        ],
        [
          ...[barcode, '', '', '', '', '', '', ''],
          ...['Gula', '', '', '', 'Banyak', 'Much', '1000', 'false', 'true', `${milk}: 5`],
        ],
      ]);
    const optionRows = async (barcode: string, columns: readonly string[]) => {
      const [header = [], ...rows] = readCsv(await exported()).map(({ cells }) => cells);
      const indexes = columns.map((column) => header.indexOf(column));
      const ofItem = rows.filter((cells) => cells[header.indexOf('barcode')] === barcode);
      return [columns, ...ofItem.map((cells) => indexes.map((index) => cells[index] ?? ''))].map((row) => [
        ...row,
      ]);
    };

    it.each(['barcode,group,option', 'barcode,optionId,option', 'barcode,option', 'barcode,season'])(
      'leaves what they say as it is: %s',
      async (header) => {
        const columns = header.split(',');
        const barcode = `KEDAI-COLUMNS-${columns.join('-').toUpperCase()}`.slice(0, 32);
        expect(await importing(tea(barcode))).toEqual(result({ lines: 2, created: 1 }));
        const before = await exported();
        const csv = writeCsv(await optionRows(barcode, columns));
        expect(await importing(csv)).toEqual(result({ lines: 2, unchanged: 1 }));
        expect(await exported()).toBe(before);
      },
    );

    it('leaves it also where a group and an option of it are renamed by the ids of its options', async () => {
      const barcode = 'KEDAI-COLUMNS-RENAMED';
      await importing(tea(barcode));
      const columns = ['barcode', 'optionId', 'group', 'option'];
      const rows = await optionRows(barcode, columns);
      const renamed = writeCsv(rows).replaceAll('Gula', 'Manis').replace('Banyak', 'Lebih');
      expect(await importing(renamed)).toEqual(result({ lines: 2, changed: 1 }));
      const kept = ['group', 'groupEn', 'minimum', 'maximum', 'option', 'optionEn', 'priceDelta'];
      expect(await optionRows(barcode, [...kept, 'isDefault', 'isExclusive', 'optionRecipe'])).toEqual([
        [...kept, 'isDefault', 'isExclusive', 'optionRecipe'],
        ['Manis', 'Sugar', '1', '2', 'Normal', 'Regular', '0', 'true', 'false', ''],
        ['Manis', 'Sugar', '1', '2', 'Lebih', 'Much', '1000', 'false', 'true', `${milk}: 5`],
      ]);
    });
  });

  it('names every bad line, and changes nothing then', async () => {
    const before = await exported();
    const csv = writeCsv([
      ['barcode', 'name', 'category', 'price', 'recipe', 'isLimited', 'categories'],
      ['KEDAI-BAD-1', 'Teh', 'MILK_TEA', '12,5', `${milk}: 1`, '', ''],
      ['KEDAI-BAD-2', '', 'TEA', '15000', `${milk}: 1`, 'perhaps', ''],
      ['KEDAI-BAD-3', 'Teh', 'COFFEE', '0', 'Teh hitam: 1', '', ''],
      ['5', 'Teh', 'COFFEE', '15000', `${milk}: 1`, '', ''],
      ['KEDAI-BAD-4', 'Teh', 'COFFEE', '15000', `${milk}: 1`, '', 'No such'],
      ['KEDAI-GOOD-1', 'Teh', 'COFFEE', '15000', `${milk}: 1`, '', ''],
      ['KEDAI-BAD-5', 'Teh'],
    ]);
    const answer = await importing(csv);
    expect(answer).toMatchObject({
      data: {
        importMenu: {
          result: {
            badLines: [
              { line: 2, column: 'price', value: '12,5' },
              { line: 3, column: 'category', value: 'TEA' },
              { line: 3, column: 'isLimited', value: 'perhaps' },
              { line: 3, column: 'name', value: '' },
              { line: 4, column: 'recipe', value: 'Teh hitam: 1' },
              { line: 4, column: 'price', value: '0' },
              { line: 5, column: 'barcode', value: '5' },
              { line: 6, column: 'categories', value: 'No such' },
              { line: 8, column: null, value: null },
            ],
          },
          userErrors: [{ code: 'INVALID_INPUT', field: ['csv'] }],
        },
      },
    });
    expect(await exported()).toBe(before);
  });

  describe('with edits that would be lost', () => {
    const OPTIONS = 'barcode,group,groupEn,minimum,maximum,option,priceDelta';
    const badLinesOf = async (...lines: readonly string[]) => {
      const answer = await importing(lines.join('\n'), { dryRun: true });
      return JSON.parse(JSON.stringify(answer)).data.importMenu.result.badLines;
    };

    it('names what a later line of a group says otherwise than its first', async () => {
      await importing(TEA);
      expect(
        await badLinesOf(
          OPTIONS,
          'KEDAI-IMP-1,Gula,Sugar,1,1,Normal,0',
          'KEDAI-IMP-1,Gula,Sweetness,1,2,Banyak,1000',
          'KEDAI-IMP-1,,,,,Sedikit,0',
        ),
      ).toMatchObject([
        {
          line: 3,
          column: 'groupEn',
          value: 'Sweetness',
          expected: 'empty, or what line 2 says of the group',
        },
        { line: 3, column: 'maximum', value: '2' },
      ]);
    });

    it('names a line that says something of an option without its name', async () => {
      expect(await badLinesOf(OPTIONS, 'KEDAI-IMP-1,Gula,,,,,5000')).toMatchObject([
        { line: 2, column: 'option', expected: 'the name of the option that group, priceDelta are of' },
      ]);
    });

    it.each([
      ['barcode,group,priceDelta', 'a column option beside group, priceDelta'],
      ['barcode,seasonFrom,seasonUntil', 'a column season beside seasonFrom, seasonUntil'],
      ['barcode,priceFrom', 'a column price beside priceFrom'],
    ])('names the column that %s lacks', async (header, expected) => {
      expect(await badLinesOf(header)).toMatchObject([{ line: 1, column: null, expected }]);
    });
  });

  it('names everything that is wrong with a line, whether it can be read or not', async () => {
    const header =
      'barcode,id,name,category,categories,price,season,seasonFrom,seasonUntil,preparationSeconds,recipe';
    const line = `KEDAI-SALAH-1,${milk},,KOPI,Tiada; Juga tiada,1.000,Imlek,besok,2027-13-01,-5,${milk}: 0`;
    const { data } = await importing(`${header}\n${line}\n`);
    expect(data).toMatchObject({
      importMenu: {
        result: {
          badLines: expect.arrayContaining(
            [
              ...[
                'id',
                'name',
                'category',
                'price',
                'seasonFrom',
                'seasonUntil',
                'preparationSeconds',
                'recipe',
              ],
            ].map((column) => expect.objectContaining({ line: 2, column })),
          ),
        },
      },
    });
    expect(JSON.stringify(data)).toContain('there is no Tiada, Juga tiada');
    expect(JSON.stringify(data).match(/"column":"price"/g)).toHaveLength(1);
  });

  it('has its planned prices in exports, which plan them again, for new items, too', async () => {
    const from = new Date(Date.now() + 86_400_000).toISOString();
    await importing(TEA);
    await importing(`barcode,price,priceFrom\nKEDAI-IMP-1,25000,${from}\n`);
    const [header = '', ...lines] = (await exported()).split('\r\n');
    const tea = lines.filter((each) => each.includes('KEDAI-IMP-1'));
    expect(await importing([header, ...tea].join('\r\n'))).toEqual(result({ lines: 2, unchanged: 1 }));
    const names = header.replace('\uFEFF', '').split(',');
    const cells = (tea[0] ?? '').split(',');
    const cell = (name: string) => cells[names.indexOf(name)];
    expect([cell('plannedPrice'), Date.parse(cell('plannedFrom') ?? '')]).toEqual([
      '25000',
      Date.parse(from),
    ]);
    expect(cell('price')).not.toBe('25000');

    const csv = `barcode,name,category,price,plannedPrice,plannedFrom,recipe\nKEDAI-PLAN-1,Teh,COFFEE,15000,17000,${from},${milk}: 1`;
    expect(await importing(csv)).toEqual(result({ lines: 1, created: 1 }));
    expect(await importing(csv)).toEqual(result({ lines: 1, unchanged: 1 }));
    const { rows } = await menu.pool.query(
      "SELECT price, previous_price, price_effective_at FROM menu_item WHERE barcode = 'KEDAI-PLAN-1'",
    );
    expect(rows).toEqual([{ price: '17000', previous_price: '15000', price_effective_at: new Date(from) }]);
    // One that has come is the price that holds; two changes at once are refused.
    const past = new Date(Date.now() - 86_400_000).toISOString();
    expect(await importing(csv.replace(from, past).replace('17000', '15000'))).toEqual(
      result({ lines: 1, unchanged: 1 }),
    );
    expect(await importing(csv.replace('15000', '16000'))).toMatchObject({
      data: { importMenu: { result: { badLines: [{ line: 2, column: 'plannedPrice' }] } } },
    });
  });

  it('takes archived items for no longer there', async () => {
    const barcode = 'KEDAI-ARCHIVED-1';
    await importing(`barcode,name,category,price,recipe\n${barcode},Teh,COFFEE,15000,${milk}: 1`);
    await menu.pool.query('UPDATE menu_item SET is_archived = true WHERE barcode = $1', [barcode]);
    expect(await importing(`barcode,name\n${barcode},Kopi`)).toMatchObject({
      data: { importMenu: { result: { changed: 0, badLines: [{ line: 2, column: 'barcode' }] } } },
    });
  });

  it('is exported as it is imported where a category has a semicolon, and an English text is empty', async () => {
    const category =
      'mutation ($input: CreateCategoryInput!) { createCategory(input: $input) { userErrors { code } } }';
    await menu.run(HQ, category, { input: { name: 'Teh; dingin', position: 1 } });
    const { rows } = await menu.pool.query("SELECT id FROM category WHERE name = 'Teh; dingin'");
    const csv = `barcode,name,category,price,recipe,categories\nKEDAI-SEMI-1,Teh,COFFEE,15000,${milk}: 1,${rows[0]?.id}\n`;
    expect(await importing(csv)).toEqual(result({ lines: 1, created: 1 }));
    await menu.pool.query("UPDATE menu_item SET description_en = '' WHERE barcode = 'KEDAI-SEMI-1'");
    const [header, ...lines] = (await exported()).split('\r\n');
    const line = lines.find((each) => each.includes('KEDAI-SEMI-1'));
    expect(await importing(`${header}\r\n${line}\r\n`)).toEqual(result({ lines: 1, unchanged: 1 }));
  });

  it('changes items in the order of their ids, so that imports at the same time do not wait in a circle', async () => {
    const item = (code: string, name: string) => `KEDAI-LOCK-${code},${name},COFFEE,15000,${milk}: 1`;
    const file = (name: string, ...codes: string[]) =>
      ['barcode,name,category,price,recipe', ...codes.map((code) => item(code, name))].join('\n');
    await importing(file('Teh', '1', '2'));
    const id = async (code: string) =>
      (await menu.pool.query('SELECT id FROM menu_item WHERE barcode = $1', [`KEDAI-LOCK-${code}`])).rows[0]
        ?.id;
    const [first, second] = [await id('1'), await id('2')].toSorted();
    const other = await menu.pool.connect();
    let changed: Promise<object>;
    try {
      await other.query('BEGIN');
      await other.query('SELECT lock_menu_item($1)', [first]);
      changed = importing(file('Kopi', '2', '1'));
      await eventually(async () => {
        const waiting =
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        expect((await menu.pool.query(waiting)).rowCount).toBe(1);
      });
      await other.query("SET LOCAL lock_timeout = '2s'");
      await other.query('SELECT lock_menu_item($1)', [second]);
    } finally {
      await other.query('ROLLBACK');
      other.release();
    }
    expect(await changed).toEqual(result({ lines: 2, changed: 2 }));
  });

  it('has its prices in effect together, also where writing them is slow', async () => {
    const file = (price: number) =>
      ['1', '2'].map((code) => `KEDAI-SLOW-${code},Teh,COFFEE,${price},${milk}: 1`).join('\n');
    const header = 'barcode,name,category,price,recipe\n';
    await importing(header + file(15_000));
    const { rows: ids } = await menu.pool.query(
      "SELECT id FROM menu_item WHERE barcode LIKE 'KEDAI-SLOW-%' ORDER BY id DESC",
    );
    const other = await menu.pool.connect();
    let changed: Promise<object>;
    let released: number;
    try {
      await other.query('BEGIN');
      await other.query('SELECT lock_menu_item($1)', [ids[0]?.id]);
      changed = importing(header + file(16_000));
      await eventually(async () => {
        const waiting =
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        expect((await menu.pool.query(waiting)).rowCount).toBe(1);
      });
      await delay(500);
    } finally {
      released = Date.now();
      await other.query('ROLLBACK');
      other.release();
    }
    expect(await changed).toEqual(result({ lines: 2, changed: 2 }));
    const { rows } = await menu.pool.query(
      "SELECT min(price_effective_at) AS first FROM menu_item WHERE barcode LIKE 'KEDAI-SLOW-%'",
    );
    expect(rows[0]?.first.getTime()).toBeGreaterThanOrEqual(released + PRICE_LEAD_MILLISECONDS);
  });

  it('names columns that there are not, and those that are missing', async () => {
    expect(await importing('name,prise\nTeh,5')).toMatchObject({
      data: {
        importMenu: {
          result: {
            badLines: [
              { line: 1, expected: expect.stringContaining('no column "prise": they are id, barcode') },
              { line: 1, expected: 'a column barcode' },
            ],
          },
        },
      },
    });
  });

  it('exports what it imports: the whole menu, imported again, changes nothing', async () => {
    const csv = await exported();
    const rows = readCsv(csv);
    for (let start = 1; start < rows.length; start += 900) {
      const part = [rows[0], ...rows.slice(start, start + 900)].map((row) => [...(row?.cells ?? [])]);
      expect(await importing(writeCsv(part), { dryRun: true })).toMatchObject({
        data: { importMenu: { result: { created: 0, changed: 0, badLines: [] } } },
      });
    }
    expect(await exported()).toBe(csv);
  });

  it('keeps texts that a spreadsheet would compute as they are', async () => {
    const csv = writeCsv([
      ['barcode', 'name', 'category', 'price', 'recipe'],
      ['KEDAI-IMP-2', '=HYPERLINK("https://evil.test")', 'COFFEE', '15000', `${milk}: 1`],
    ]);
    expect(await importing(csv)).toEqual(result({ lines: 1, created: 1 }));
    expect(await exported()).toContain(`"'=HYPERLINK(""https://evil.test"")"`);
  });

  it('is head office’s alone', async () => {
    expect(codesOf(await importing(TEA, { identity: MANAGER }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await importing(TEA, { identity: CUSTOMER }))).toEqual(['FORBIDDEN']);
  });
});

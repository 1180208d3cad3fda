import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { codesOf, type TestSubgraph, textAt } from '../../../../tests/support/subgraph.js';
import {
  HQ,
  itemNamed,
  JAKARTA_RAYA,
  MANAGER,
  MENTENG,
  OWNER,
  publishedBy,
  SANUR,
  startTestMenu,
} from '../../testing/harness.js';

let menu: TestSubgraph;

beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());
beforeEach(() => menu.pool.query('DELETE FROM outbox'));

const FRANCHISE = CATALOGUE.franchises.find(({ id }) => id === JAKARTA_RAYA)?.name ?? '';
const nameOf = (outletId: string | undefined) =>
  CATALOGUE.outlets.find(({ id }) => id === outletId)?.name ?? '';

function importing(identity: Identity, kind: string, csv: string, dryRun = false) {
  return menu.run(
    identity,
    `mutation ($input: ImportMenuInput!) { importMenu(input: $input) {
       result { lines created changed unchanged badLines { line column value } } userErrors { code } } }`,
    { input: { kind, csv, dryRun } },
  );
}

async function exported(identity: Identity, kind: string): Promise<string> {
  const query = 'query ($kind: MenuTable!) { exportMenu(kind: $kind, first: 100) { csv } }';
  return textAt(await menu.run(identity, query, { kind }), 'exportMenu', 'csv');
}

const imported = (counts: object) => ({
  data: {
    importMenu: { result: { created: 0, changed: 0, unchanged: 0, badLines: [], ...counts }, userErrors: [] },
  },
});
const refused = (...badLines: object[]) => ({
  data: { importMenu: { result: { badLines }, userErrors: [{ code: 'INVALID_INPUT' }] } },
});
const linesOf = (csv: string) => csv.trim().split('\r\n').length - 1;
const recorded = async () =>
  (
    await menu.pool.query<{ data: object }>(
      "SELECT data FROM outbox WHERE type = 'change.recorded' ORDER BY id",
    )
  ).rows.map(({ data }) => data);

describe.each(['FRANCHISES', 'CATEGORIES', 'OUTLETS', 'PRICES'])('the table %s', (kind) => {
  it('is exported as it is imported: the same again changes nothing', async () => {
    await importing(HQ, 'CATEGORIES', 'name,nameEn,position\nFavorit,Favourites,1\n"=Baru",,2');
    await menu.pool.query('DELETE FROM outbox');
    const csv = await exported(HQ, kind);
    const lines = linesOf(csv);
    expect(lines).toBeGreaterThan(0);
    expect(await importing(HQ, kind, csv)).toEqual(imported({ lines, unchanged: lines }));
    expect((await menu.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
  });
});

describe('imported franchises and categories', () => {
  it('are head office’s', async () => {
    expect(codesOf(await importing(OWNER, 'FRANCHISES', 'name\nLain'))).toEqual(['FORBIDDEN']);
    expect(codesOf(await importing(OWNER, 'CATEGORIES', 'name\nLain'))).toEqual(['FORBIDDEN']);
  });

  it('are added by their names, and categories renamed by their ids', async () => {
    expect(await importing(HQ, 'FRANCHISES', 'name\nKedai Timur')).toEqual(
      imported({ lines: 1, created: 1 }),
    );
    expect(await publishedBy(menu)).toMatchObject([
      { type: 'franchise.changed', data: { name: 'Kedai Timur' } },
    ]);
    await importing(HQ, 'CATEGORIES', 'name,position\nLama,3');
    const csv = await exported(HQ, 'CATEGORIES');
    const line = csv.split('\r\n').find((each) => each.includes(',Lama,')) ?? '';
    const renamed = `id,name,nameEn,position\n${line.replace('Lama', 'Anyar')}`;
    expect(await importing(HQ, 'CATEGORIES', renamed)).toEqual(imported({ lines: 1, changed: 1 }));
    expect(await recorded()).toMatchObject([{}, {}, { before: { name: 'Lama' }, after: { name: 'Anyar' } }]);
  });
});

describe('a line with several faults', () => {
  it('is named with each of them', async () => {
    const outlets = 'franchise,name,city,openingHours,setting.maximumOrderUnits\nTiada,,Jakarta,besok,-1';
    expect(await importing(OWNER, 'OUTLETS', outlets)).toMatchObject(
      refused(...['name', 'franchise', 'openingHours', 'setting.maximumOrderUnits'].map(() => ({ line: 2 }))),
    );
    const prices = 'outlet,barcode,price\nTiada,TIADA,1.5';
    expect(await importing(MANAGER, 'PRICES', prices)).toMatchObject(
      refused({ column: 'price' }, { column: 'outlet' }, { column: 'barcode' }),
    );
  });
});

describe('lines that name one thing twice', () => {
  it('are refused: a category by its id and by its name', async () => {
    await importing(HQ, 'CATEGORIES', 'name\nKembar');
    const line = (await exported(HQ, 'CATEGORIES')).split('\r\n').find((each) => each.includes(',Kembar,'));
    const id = line?.split(',')[0];
    expect(
      await importing(HQ, 'CATEGORIES', `id,name,position\n${id},Kembar Baru,1\n,Kembar,2`),
    ).toMatchObject(refused({ line: 3, column: 'name', value: 'Kembar' }));
  });

  it('are refused: an outlet by its id and by its name', async () => {
    const name = `Kedai ${newId()}`;
    await importing(OWNER, 'OUTLETS', `franchise,name\n${FRANCHISE},${name}`);
    const { rows } = await menu.pool.query('SELECT id FROM outlet WHERE name = $1', [name]);
    const csv = `id,franchise,name,city\n${rows[0]?.id},,${name},Jakarta\n,${FRANCHISE},${name},Bandung`;
    expect(await importing(OWNER, 'OUTLETS', csv)).toMatchObject(refused({ line: 3, column: 'name' }));
    const renamed = csv.replace(name, `${name} Baru`);
    expect(await importing(OWNER, 'OUTLETS', renamed)).toMatchObject(refused({ line: 3, column: 'name' }));
  });
});

describe('imported outlets', () => {
  it('have settings of which nothing is chosen, and those that they inherit', async () => {
    const name = `Kedai ${newId()}`;
    const csv = `franchise,name,setting.secondFactorRoles\n${FRANCHISE},${name},NONE\n`;
    expect(await importing(OWNER, 'OUTLETS', csv)).toEqual(imported({ lines: 1, created: 1 }));
    expect(await recorded()).toMatchObject([{}, { after: { secondFactorRoles: { value: [] } } }]);
    const [header, ...lines] = (await exported(OWNER, 'OUTLETS')).split('\r\n');
    const line = lines.find((each) => each.includes(name)) ?? '';
    expect(await importing(OWNER, 'OUTLETS', `${header}\r\n${line}`)).toEqual(
      imported({ lines: 1, unchanged: 1 }),
    );
    expect(await importing(OWNER, 'OUTLETS', csv.replace('NONE', ''))).toEqual(
      imported({ lines: 1, changed: 1 }),
    );
  });

  it('do not move to another franchise', async () => {
    const other = CATALOGUE.franchises.find(({ id }) => id !== JAKARTA_RAYA)?.name;
    const name = nameOf(MENTENG);
    expect(await importing(HQ, 'OUTLETS', `id,franchise,name\n${MENTENG},${other},${name}`)).toMatchObject(
      refused({ line: 2, column: 'franchise', value: other }),
    );
  });

  it('are drafts with hours and settings, or open at once', async () => {
    const name = `Kedai ${newId()}`;
    const csv = [
      'franchise;name;city;address;phone;openingHours;openingExceptions;status;setting.paymentMethods;setting.maximumOrderUnits',
      `${FRANCHISE};${name} 1;;;;;;;;`,
      `${FRANCHISE};${name} 2;Jakarta;Jalan Uji 1;0812 3456 7890;"MONDAY-FRIDAY 08:00-22:00; SUNDAY 10:00-18:00";"2027-12-25 closed; 2027-12-31 08:00-12:00, 16:00-20:00";open;"CASH; QRIS";40`,
    ].join('\r\n');
    expect(await importing(OWNER, 'OUTLETS', csv, true)).toEqual(imported({ lines: 2, created: 2 }));
    expect(await publishedBy(menu)).toEqual([]);
    expect(await importing(OWNER, 'OUTLETS', csv)).toEqual(imported({ lines: 2, created: 2 }));
    const day = { opensAt: '08:00', closesAt: '22:00' };
    expect(await publishedBy(menu)).toMatchObject([
      { type: 'outlet.changed', data: { name: `${name} 1`, status: 'DRAFT', openingHours: [] } },
      {
        type: 'outlet.changed',
        data: {
          ...{ name: `${name} 2`, status: 'OPEN', city: 'Jakarta', phone: '+6281234567890' },
          openingHours: [
            ...['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map((weekday) => ({
              weekday,
              ...day,
            })),
            { weekday: 'SUNDAY', opensAt: '10:00', closesAt: '18:00' },
          ],
          openingExceptions: [
            { date: '2027-12-25', openings: [] },
            {
              date: '2027-12-31',
              openings: [
                { opensAt: '08:00', closesAt: '12:00' },
                { opensAt: '16:00', closesAt: '20:00' },
              ],
            },
          ],
        },
      },
      {
        type: 'settings.changed',
        data: {
          level: 'OUTLET',
          settings: { paymentMethods: { value: ['CASH', 'QRIS'] }, maximumOrderUnits: { value: 40 } },
        },
      },
    ]);
    expect(await importing(OWNER, 'OUTLETS', csv)).toEqual(imported({ lines: 2, unchanged: 2 }));
    const closed = csv.replace('"CASH; QRIS";40', ';').replace(';open;', ';paused;');
    expect(await importing(OWNER, 'OUTLETS', closed)).toMatchObject(
      refused({ line: 3, column: 'status', value: 'paused' }),
    );
  });

  it('change as by updateOutlet, openOutlet and setSetting, each recorded', async () => {
    const name = `Kedai ${newId()}`;
    await importing(OWNER, 'OUTLETS', `franchise,name\n${FRANCHISE},${name}`);
    await menu.pool.query('DELETE FROM outbox');
    const csv = `franchise,name,city,address,phone,status,setting.maximumOrderUnits\n${FRANCHISE},${name},Jakarta,Jalan 1,+6281234567890,OPEN,9`;
    expect(await importing(OWNER, 'OUTLETS', csv)).toEqual(imported({ lines: 1, changed: 1 }));
    expect(await recorded()).toMatchObject([
      {
        action: 'importMenu',
        before: { status: 'DRAFT', city: '' },
        after: { status: 'OPEN', city: 'Jakarta' },
      },
      { action: 'importMenu', after: { maximumOrderUnits: { value: 9 } } },
    ]);
  });

  it('of others look as if they did not exist', async () => {
    const id = SANUR ?? '';
    expect(await importing(MANAGER, 'OUTLETS', `id,name,city\n${id},Kedai,Asing`)).toMatchObject(
      refused({ line: 2, column: 'id', value: id }),
    );
    const foreign = CATALOGUE.franchises.find((each) => each.id !== JAKARTA_RAYA)?.name;
    expect(
      await importing(OWNER, 'OUTLETS', `franchise,name\n${foreign},Kedai Baru\nTidak ada,Kedai Baru`),
    ).toMatchObject(refused({ line: 2, column: 'franchise' }, { line: 3, column: 'franchise' }));
    expect(await importing(MANAGER, 'OUTLETS', `franchise,name\n${FRANCHISE},Kedai Baru`)).toMatchObject(
      refused({ line: 2, column: 'franchise' }),
    );
    expect(await exported(MANAGER, 'OUTLETS')).not.toContain(id);
  });
});

describe('imported prices', () => {
  const { barcode, price } = itemNamed('Teh Susu Klasik');
  const outlet = nameOf(MENTENG);

  it('hold at an outlet once the import has answered, and go again', async () => {
    const dear = `outlet,barcode,price,isOffered\n${outlet},${barcode},${price + 5_000},\n`;
    expect(await importing(MANAGER, 'PRICES', dear)).toEqual(imported({ lines: 1, created: 1 }));
    const shown = `{ menu(outletId: "${MENTENG}", search: "Teh Susu Klasik", first: 1) { nodes { price { amount } } } }`;
    const { data } = await menu.run(HQ, shown);
    expect(data).toEqual({ menu: { nodes: [{ price: { amount: price + 5_000 } }] } });
    expect(await importing(MANAGER, 'PRICES', dear)).toEqual(imported({ lines: 1, unchanged: 1 }));
    expect(await exported(MANAGER, 'PRICES')).toContain(
      `${outlet},${barcode},Teh Susu Klasik,${price + 5_000},,,,true`,
    );
    const withdrawn = `outletId,barcode,price,isOffered\n${MENTENG},${barcode},,tidak\n`;
    expect(await importing(MANAGER, 'PRICES', withdrawn)).toEqual(imported({ lines: 1, changed: 1 }));
  });

  it('are refused of items that are archived', async () => {
    const archived = itemNamed('Kopi Susu Gula Aren').barcode;
    const csv = `outlet,barcode,price\n${outlet},${archived},31000\n`;
    const archive = 'UPDATE menu_item SET is_archived = $2 WHERE barcode = $1';
    await menu.pool.query(archive, [archived, true]);
    expect(await importing(MANAGER, 'PRICES', csv)).toMatchObject(refused({ line: 2, column: 'barcode' }));
    await menu.pool.query(archive, [archived, false]);
  });

  it('are refused with moments of prices that the file lacks', async () => {
    expect(await importing(MANAGER, 'PRICES', `outlet,barcode,priceFrom\n`)).toMatchObject(
      refused({ line: 1, column: null }),
    );
  });

  it('may be planned', async () => {
    const from = new Date(Date.now() + 86_400_000).toISOString();
    const csv = `outlet,barcode,price,priceFrom\n${outlet},${itemNamed('Kopi Susu Gula Aren').barcode},33000,${from}\n`;
    expect(await importing(MANAGER, 'PRICES', csv)).toEqual(imported({ lines: 1, created: 1 }));
    expect(await publishedBy(menu)).toMatchObject([{ data: { price: 33_000, effectiveAt: from } }]);
    expect(await importing(MANAGER, 'PRICES', csv)).toEqual(imported({ lines: 1, unchanged: 1 }));
    const table = await exported(MANAGER, 'PRICES');
    expect(table).toContain(',33000,');
    expect(await importing(MANAGER, 'PRICES', table)).toEqual(
      imported({ lines: linesOf(table), unchanged: linesOf(table) }),
    );
  });

  it('may be planned to be the chain’s again, which exports say, too', async () => {
    const from = new Date(Date.now() + 86_400_000).toISOString();
    const { barcode: own } = itemNamed('Americano');
    const line = (planned: string) =>
      `outlet,barcode,price,plannedPrice,plannedFrom\n${outlet},${own},21500,${planned},${from}\n`;
    await importing(MANAGER, 'PRICES', `outlet,barcode,price\n${outlet},${own},21500\n`);
    await menu.pool.query('DELETE FROM outbox');
    expect(await importing(MANAGER, 'PRICES', line(''))).toEqual(imported({ lines: 1, changed: 1 }));
    expect(await publishedBy(menu)).toMatchObject([
      { data: { price: null, previousPrice: 21_500, effectiveAt: from } },
    ]);
    const table = await exported(MANAGER, 'PRICES');
    expect(table).toContain(`${own},Americano,21500,,,${from},true`);
    expect(await importing(MANAGER, 'PRICES', table)).toEqual(
      imported({ lines: linesOf(table), unchanged: linesOf(table) }),
    );
    // In place of it.
    expect(await importing(MANAGER, 'PRICES', line('23000'))).toEqual(imported({ lines: 1, changed: 1 }));
    expect(await importing(MANAGER, 'PRICES', table)).toEqual(
      imported({ lines: linesOf(table), changed: 1, unchanged: linesOf(table) - 1 }),
    );
    // What has come holds.
    const past = table.replace(from, new Date(Date.now() - 1_000).toISOString());
    expect(await importing(MANAGER, 'PRICES', past)).toEqual(
      imported({ lines: linesOf(table), changed: 1, unchanged: linesOf(table) - 1 }),
    );
    const row = (await exported(MANAGER, 'PRICES')).split('\r\n').find((each) => each.includes(own));
    expect(row).toContain('Americano,,,,,true');
    // An item that has the chain's price has nothing to return from.
    const nothing = `outlet,barcode,price,plannedPrice,plannedFrom\n${outlet},${itemNamed('Teh Tarik').barcode},,,${from}\n`;
    expect(await importing(MANAGER, 'PRICES', nothing)).toEqual(imported({ lines: 1, unchanged: 1 }));
  });

  it('of others’ outlets are refused, and are not exported', async () => {
    expect(
      await importing(MANAGER, 'PRICES', `outlet,barcode,price\n${nameOf(SANUR)},${barcode},1`),
    ).toMatchObject(refused({ line: 2, column: 'outlet' }));
    expect(await exported(MANAGER, 'PRICES')).not.toContain(SANUR);
    const query = 'query ($id: ID) { exportMenu(kind: PRICES, outletId: $id) { csv } }';
    expect(codesOf(await menu.run(MANAGER, query, { id: SANUR }))).toEqual(['NOT_FOUND']);
  });
});

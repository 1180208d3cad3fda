import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { startStock } from '../../index.js';
import { isTokenOf } from '../../ingest/devices/device-token.js';
import { BUDI, FOREIGN_OUTLET, HQ, OWN_OUTLET, SARI, seededItem } from '../../testing/harness.js';

let stock: TestSubgraph;

beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());
beforeEach(() => stock.pool.query('DELETE FROM outbox'));

const weighed = CATALOGUE.ingredients.find(({ scale }) => scale !== null)?.name;
const OWN_NAME = CATALOGUE.outlets.find(({ id }) => id === OWN_OUTLET)?.name ?? '';

function importing(identity: Identity, kind: string, csv: string, dryRun = false) {
  return stock.run(
    identity,
    `mutation ($input: ImportStockInput!) { importStock(input: $input) {
       result { lines created changed unchanged badLines { line column value expected } }
       deviceTokens { deviceToken shelf { id topic } } userErrors { code field } } }`,
    { input: { kind, csv, dryRun } },
  );
}

async function exported(identity: Identity, kind: string, outletId: string | null = null): Promise<string> {
  const result = await stock.run(
    identity,
    'query ($kind: StockTable!, $outletId: ID) { exportStock(kind: $kind, outletId: $outletId, first: 100) { csv } }',
    { kind, outletId },
  );
  return textAt(result, 'exportStock', 'csv');
}

const imported = (counts: object) => ({
  data: {
    importStock: {
      result: { created: 0, changed: 0, unchanged: 0, badLines: [], ...counts },
      deviceTokens: [],
      userErrors: [],
    },
  },
});
const refused = (...badLines: object[]) => ({
  data: { importStock: { result: { badLines }, userErrors: [{ code: 'INVALID_INPUT', field: ['csv'] }] } },
});
const outboxTypes = async () =>
  (await stock.pool.query<{ type: string }>('SELECT type FROM outbox ORDER BY id')).rows.map(
    ({ type }) => type,
  );

describe('imported ingredients', () => {
  it('are added once, by their names', async () => {
    const csv = `name,unit\nDaun ${newId()},gram\nTeh Hitam ${newId()},Millilitre\n`;
    expect(await importing(HQ, 'INGREDIENTS', csv)).toEqual(imported({ lines: 2, created: 2 }));
    expect(await outboxTypes()).toEqual(['change.recorded', 'change.recorded']);
    expect(await importing(HQ, 'INGREDIENTS', csv)).toEqual(imported({ lines: 2, unchanged: 2 }));
  });

  it('keep their units', async () => {
    const { name, unit } = CATALOGUE.ingredients[0] ?? { name: '', unit: 'GRAM' };
    const other = unit === 'GRAM' ? 'PIECE' : 'GRAM';
    expect(await importing(HQ, 'INGREDIENTS', `name,unit\n${name},${other}`)).toMatchObject(
      refused({ line: 2, column: 'unit', value: other, expected: `${unit}: units cannot be changed` }),
    );
  });

  it('are head office’s alone', async () => {
    expect(codesOf(await importing(BUDI, 'INGREDIENTS', 'name,unit\nTeh,GRAM'))).toEqual(['FORBIDDEN']);
    expect(codesOf(await importing(SARI, 'STOCK_ITEMS', 'outlet,ingredient\nx,y'))).toEqual(['FORBIDDEN']);
  });
});

describe('imported stock items', () => {
  it('begin with what is counted, and change their reorder points', async () => {
    const name = `Boba ${newId()}`;
    await importing(HQ, 'INGREDIENTS', `name,unit\n${name},GRAM`);
    await stock.pool.query('DELETE FROM outbox');
    const csv = `outlet;ingredient;tracking;reorderPoint;countedOnHand\n${OWN_NAME};${name};count;10;500`;
    expect(await importing(BUDI, 'STOCK_ITEMS', csv, true)).toEqual(imported({ lines: 1, created: 1 }));
    expect(await exported(BUDI, 'STOCK_ITEMS')).not.toContain(name);
    expect(await importing(BUDI, 'STOCK_ITEMS', csv)).toEqual(imported({ lines: 1, created: 1 }));
    const { rows } = await stock.pool.query(
      `SELECT on_hand, reorder_point, kind, person_id FROM stock_item JOIN stock_movement ON stock_item_id = stock_item.id
       WHERE ingredient_id = (SELECT id FROM ingredient WHERE name = $1)`,
      [name],
    );
    expect(rows).toEqual([{ on_hand: 500, reorder_point: 10, kind: 'OPENING', person_id: BUDI.customerId }]);
    expect(await importing(BUDI, 'STOCK_ITEMS', csv)).toEqual(imported({ lines: 1, unchanged: 1 }));
    await stock.pool.query('DELETE FROM outbox');
    const low = csv.replace(';10;', ';600;');
    expect(await importing(BUDI, 'STOCK_ITEMS', low)).toEqual(imported({ lines: 1, changed: 1 }));
    expect(await outboxTypes()).toEqual(['stock.low', 'change.recorded']);
    expect(await importing(BUDI, 'STOCK_ITEMS', low)).toEqual(imported({ lines: 1, unchanged: 1 }));
  });

  it('are of the ingredient that is written as in the file, where another differs by case', async () => {
    const name = `Gula ${newId()}`;
    await importing(HQ, 'INGREDIENTS', `name,unit\n${name},GRAM\n${name.toUpperCase()},PIECE\n`);
    const item = (ingredient: string) =>
      `outlet,ingredient,tracking,reorderPoint\n${OWN_NAME},${ingredient},COUNT,1\n`;
    for (const each of [name, name.toUpperCase()]) {
      expect(await importing(BUDI, 'STOCK_ITEMS', item(each))).toEqual(imported({ lines: 1, created: 1 }));
      expect(await importing(BUDI, 'STOCK_ITEMS', item(each))).toEqual(imported({ lines: 1, unchanged: 1 }));
    }
    expect(await importing(BUDI, 'STOCK_ITEMS', item(name.toLowerCase()))).toMatchObject(
      refused({ line: 2, column: 'ingredient', value: name.toLowerCase() }),
    );
  });

  it('that are exported, and imported again, change nothing', async () => {
    const csv = await exported(BUDI, 'STOCK_ITEMS', OWN_OUTLET);
    const lines = csv.trim().split('\r\n').length - 1;
    expect(lines).toBeGreaterThan(20);
    expect(await importing(BUDI, 'STOCK_ITEMS', csv)).toEqual(imported({ lines, unchanged: lines }));
    expect(await outboxTypes()).toEqual([]);
  });

  it('of another’s outlet are refused as those of one that does not exist, and not exported', async () => {
    const { ingredientId } = seededItem('Kukis Cokelat');
    const name = CATALOGUE.ingredients.find(({ id }) => id === ingredientId)?.name;
    for (const outletId of [FOREIGN_OUTLET, newId()]) {
      expect(
        await importing(BUDI, 'STOCK_ITEMS', `outletId,ingredient,reorderPoint\n${outletId},${name},1`),
      ).toMatchObject(refused({ line: 2, column: 'outletId', expected: 'the id of an outlet of yours' }));
    }
    expect(await exported(BUDI, 'STOCK_ITEMS')).not.toContain(FOREIGN_OUTLET);
    const foreign = 'query ($id: ID) { exportStock(kind: SHELVES, outletId: $id) { csv } }';
    expect(codesOf(await stock.run(BUDI, foreign, { id: FOREIGN_OUTLET }))).toEqual(['NOT_FOUND']);
  });

  it('are all named where they are bad, and then none is imported', async () => {
    const csv = [
      'outlet,ingredient,tracking,reorderPoint',
      `${OWN_NAME},No such,COUNT,1`,
      `No such,Kukis Cokelat,COUNT,1`,
      `${OWN_NAME},Kukis Cokelat,COUNT,"1,5"`,
      `${OWN_NAME},Kukis Cokelat,SHELF,1`,
      `${OWN_NAME},Kukis Cokelat,COUNT,2`,
    ].join('\n');
    const before = await exported(BUDI, 'STOCK_ITEMS', OWN_OUTLET);
    expect(await importing(BUDI, 'STOCK_ITEMS', csv)).toMatchObject(
      refused(
        { line: 2, column: 'ingredient', value: 'No such' },
        { line: 3, column: 'outlet', value: 'No such' },
        { line: 4, column: 'reorderPoint', value: '1,5' },
        { line: 5, column: 'tracking', value: 'SHELF' },
        { line: 6, column: 'ingredient' },
      ),
    );
    expect(await exported(BUDI, 'STOCK_ITEMS', OWN_OUTLET)).toBe(before);
  });
});

describe('imported shelves', () => {
  it('get the tokens of their devices once', async () => {
    const name = `Sirup ${newId()}`;
    await importing(HQ, 'INGREDIENTS', `name,unit\n${name},GRAM`);
    await importing(BUDI, 'STOCK_ITEMS', `outlet,ingredient,tracking\n${OWN_NAME},${name},SHELF`);
    const csv = `outlet,ingredient,number,gramsPerUnit,tareGrams\n${OWN_NAME},${name},1,8.5,200\n${OWN_NAME},${name},2,8.5,200\n`;
    expect(await importing(BUDI, 'SHELVES', csv, true)).toEqual(imported({ lines: 2, created: 2 }));
    const answer = await importing(BUDI, 'SHELVES', csv);
    const result = { lines: 2, created: 2, changed: 0, unchanged: 0, badLines: [] };
    expect(answer).toMatchObject({ data: { importStock: { result } } });
    for (const index of [0, 1]) {
      const shelfId = textAt(answer, 'importStock', 'deviceTokens', index, 'shelf', 'id');
      const token = textAt(answer, 'importStock', 'deviceTokens', index, 'deviceToken');
      const { rows } = await stock.pool.query('SELECT token_hash FROM shelf WHERE id = $1', [shelfId]);
      expect(isTokenOf(token, rows[0]?.token_hash)).toBe(true);
    }
    expect(await importing(BUDI, 'SHELVES', csv)).toEqual(imported({ lines: 2, unchanged: 2 }));
    expect(await importing(BUDI, 'SHELVES', await exported(BUDI, 'SHELVES', OWN_OUTLET))).toMatchObject({
      data: { importStock: { result: { created: 0, changed: 0, badLines: [] }, deviceTokens: [] } },
    });
  });

  it('are put up once where the same file is imported twice at a time', async () => {
    const name = `Sirup ${newId()}`;
    await importing(HQ, 'INGREDIENTS', `name,unit\n${name},GRAM`);
    await importing(BUDI, 'STOCK_ITEMS', `outlet,ingredient,tracking\n${OWN_NAME},${name},SHELF`);
    const csv = `outlet,ingredient,gramsPerUnit\n${OWN_NAME},${name},1\n`;
    const ofIngredient = 'ingredient_id = (SELECT id FROM ingredient WHERE name = $1)';
    const other = await stock.pool.connect();
    let both: Promise<object[]>;
    try {
      await other.query('BEGIN');
      await other.query(`SELECT FROM stock_item WHERE ${ofIngredient} FOR UPDATE`, [name]);
      both = Promise.all([importing(BUDI, 'SHELVES', csv), importing(BUDI, 'SHELVES', csv)]);
      await eventually(async () => {
        const { rowCount } = await stock.pool.query(
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        expect(rowCount).toBe(2);
      });
    } finally {
      await other.query('COMMIT');
      other.release();
    }
    const codes = (await both).map((answer) => JSON.stringify(answer).includes('ALREADY_EXISTS'));
    expect(codes.toSorted()).toEqual([false, true]);
    const shelves = `SELECT FROM shelf JOIN stock_item ON stock_item.id = stock_item_id WHERE ${ofIngredient}`;
    expect((await stock.pool.query(shelves, [name])).rowCount).toBe(1);
  });

  it('are refused for what is counted, out of turn, and where they are there otherwise', async () => {
    const csv = [
      'outlet,ingredient,number,gramsPerUnit,tareGrams',
      `${OWN_NAME},Kukis Cokelat,1,1,0`,
      `${OWN_NAME},${weighed},7,1,0`,
      `${OWN_NAME},${weighed},1,"1,5",0`,
    ].join('\n');
    expect(await importing(BUDI, 'SHELVES', csv)).toMatchObject(
      refused(
        { line: 2, column: 'ingredient', value: 'Kukis Cokelat' },
        { line: 3, column: 'number', value: '7' },
        { line: 4, column: 'gramsPerUnit', value: '1,5' },
        { line: 4, column: 'tareGrams', value: '0' },
      ),
    );
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { STAFF_COLUMNS } from '../../subgraphs/customer/operations/bulk/import-staff.js';
import { CATEGORY_COLUMNS } from '../../subgraphs/menu/operations/bulk/categories.js';
import { FRANCHISE_COLUMNS } from '../../subgraphs/menu/operations/bulk/franchises.js';
import { MENU_COLUMNS } from '../../subgraphs/menu/operations/bulk/menu-lines.js';
import { OUTLET_COLUMNS } from '../../subgraphs/menu/operations/bulk/outlet-columns.js';
import { PRICE_COLUMNS } from '../../subgraphs/menu/operations/bulk/prices.js';
import { INGREDIENT_COLUMNS } from '../../subgraphs/stock/operations/bulk/ingredients.js';
import { SHELF_COLUMNS } from '../../subgraphs/stock/operations/bulk/shelves.js';
import { STOCK_ITEM_COLUMNS } from '../../subgraphs/stock/operations/bulk/stock-items.js';
import { KINDS } from './kinds.js';

const COLUMNS: Readonly<Record<string, object>> = {
  franchises: FRANCHISE_COLUMNS,
  outlets: OUTLET_COLUMNS,
  ingredients: INGREDIENT_COLUMNS,
  categories: CATEGORY_COLUMNS,
  menu: MENU_COLUMNS,
  prices: PRICE_COLUMNS,
  'stock-items': STOCK_ITEM_COLUMNS,
  shelves: SHELF_COLUMNS,
  staff: STAFF_COLUMNS,
};

const document = readFileSync(join(PROJECT_FOLDER, 'docs', 'bulk.md'), 'utf8');

function documented(kind: string): string[] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${kind}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, column = '']) => column);
}

describe('docs/bulk.md', () => {
  it.each(KINDS.map(({ name }) => name))('has the columns of %s', (kind) => {
    const columns = Object.keys(COLUMNS[kind] ?? {});
    expect(documented(kind)).toEqual([
      ...new Set(columns.map((name) => name.replace(/^setting\..*/, 'setting.*'))),
    ]);
  });

  it('has the tables in the order in which an empty chain takes them', () => {
    expect(document).toContain(`${KINDS.map(({ name }) => `\`${name}\``).join(', ')}.`);
  });

  it.each(KINDS)(
    'knows the columns of $name that the commands look at',
    ({ name, together, ids, recipes }) => {
      const columns = Object.keys(COLUMNS[name] ?? {});
      expect(columns).toEqual(
        expect.arrayContaining([...together, ...ids.filter((id) => id !== 'id'), ...recipes]),
      );
    },
  );
});

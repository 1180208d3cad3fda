import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPasswordOf } from '../../subgraphs/customer/operations/passwords.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { CATALOGUE } from './catalogue.js';
import { DEMO_PASSWORD } from './chain.js';
import { seedCustomer } from './customer.js';
import { hasDemoMenu, seedMenu } from './menu.js';

let customer: FreshDatabase;
let menu: FreshDatabase;

beforeAll(async () => {
  customer = await freshDatabase('customer');
  menu = await freshDatabase('menu');
  expect(await hasDemoMenu(menu.url)).toBe(false);
  // Twice: the second time there is nothing to do.
  for (const _time of [1, 2]) await Promise.all([seedCustomer(customer.url), seedMenu(menu.url)]);
});
afterAll(() => Promise.all([customer.drop(), menu.drop()]));

test('a menu with the demo chain in it is recognised', async () => {
  expect(await hasDemoMenu(menu.url)).toBe(true);
});

async function read(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('the demo people sign in with the demo password and hold their roles', async () => {
  const people = await read(customer.url, 'SELECT email, password_hash FROM customer ORDER BY id');
  expect(people.map(({ email }) => email)).toEqual(CATALOGUE.people.map(({ email }) => email));
  for (const { password_hash } of people)
    expect(await isPasswordOf(String(password_hash), DEMO_PASSWORD)).toBe(true);
  const roles = await read(
    customer.url,
    'SELECT email, role FROM role_grant JOIN customer ON customer.id = customer_id ORDER BY role_grant.id',
  );
  expect(roles).toEqual([
    { email: 'sari@kedai.test', role: 'BARISTA' },
    { email: 'budi@kedai.test', role: 'MANAGER' },
    { email: 'dewi@kedai.test', role: 'OWNER' },
    { email: 'hq@kedai.test', role: 'HQ' },
  ]);
});

test('the demo menu is complete and without duplicates', async () => {
  const [counts] = await read(
    menu.url,
    `SELECT (SELECT count(*) FROM franchise)::int AS franchises, (SELECT count(*) FROM outlet)::int AS outlets,
       (SELECT count(*) FROM menu_item)::int AS items, (SELECT count(*) FROM recipe_line)::int AS lines,
       (SELECT count(*) FROM menu_option)::int AS options, (SELECT count(*) FROM outlet_price)::int AS prices`,
  );
  const { franchises, menuItems, outletPrices, outlets } = CATALOGUE;
  expect(counts).toEqual({
    franchises: franchises.length,
    outlets: outlets.length,
    items: menuItems.length,
    lines: menuItems.flatMap(({ recipe }) => recipe).length,
    options: menuItems.flatMap(({ optionGroups }) => optionGroups.flatMap(({ options }) => options)).length,
    prices: outletPrices.length,
  });
});

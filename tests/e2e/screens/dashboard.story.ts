/**
 * A manager signs in by the form and sees the outlet: a scale's reading moves the row of its ingredient, an order that was placed elsewhere
 * appears among the orders, and a row opens what caused its level.
 */
import { connectAsync } from 'mqtt';
import { expect } from 'vitest';
import { FrontEnd } from '../../support/front-end.js';
import { type PlacedOrder, placeOrder, workplaceOf } from '../../support/ordering.js';
import { eventually } from '../../support/wait.js';
import { expectAccessible, openPage, type Stage, signIn } from './stage.js';

const REGIONS = ['Needs attention', 'Sales today', 'Stock', 'Orders', 'Payments', 'Shelves'];

interface Item {
  readonly id: string;
  readonly tracking: string;
  readonly unit: string;
  readonly onHand: number;
  readonly ingredient: { readonly name: string };
}

export async function watchAnOutlet(stage: Stage): Promise<void> {
  const visitor = new FrontEnd(stage.url);
  const [manager, guest] = await Promise.all([
    visitor.signIn('budi@kedai.test'),
    visitor.signIn('rina@kedai.test'),
  ]);
  const outletId = await workplaceOf(manager);
  const item = await weighedItemOf(manager, outletId);
  const { page, close } = await openPage(stage, `/dashboard?outlet=${outletId}`, { width: 1440 });
  try {
    await signIn(page, 'budi@kedai.test');
    for (const name of REGIONS) await page.getByRole('region', { name }).waitFor();
    const row = page
      .getByRole('region', { name: 'Stock' })
      .getByRole('row')
      .filter({ hasText: item.ingredient.name })
      .first();
    const cells = row.getByRole('cell');
    await eventually(async () => expect(await cells.nth(1).textContent()).toContain(grams(item.onHand)));
    expect(await cells.count()).toBe(4);

    await weigh(stage.mqttUrl, { manager, outletId, item, grams: 1_234 });
    await eventually(async () =>
      expect(await cells.nth(1).textContent()).toContain(grams(item.onHand + 1_234)),
    );

    const { number } = await orderDrink(guest, outletId);
    const orders = page.getByRole('region', { name: 'Orders' });
    await orders.getByRole('row').filter({ hasText: number }).waitFor();

    await row.getByRole('button', { name: item.ingredient.name }).click();
    await page.getByRole('img', { name: `Level of ${item.ingredient.name}` }).waitFor();
    await page.getByText('Reading: 1,234 g').first().waitFor();
    await expectAccessible(page);

    await orders.getByRole('button', { name: 'Show operation' }).click();
    const dialog = page.getByRole('dialog', { name: 'Operations of Orders' });
    await dialog.getByText('Subgraphs: order').first().waitFor();
    expect(await dialog.getByRole('link', { name: 'Open in GraphiQL' }).first().getAttribute('href')).toMatch(
      /^\/graphiql\?query=/,
    );
    await expectAccessible(page);
  } finally {
    await close();
  }
}

/** Head office sees all outlets at first, and one of them when it is chosen. */
export async function watchTheChain(stage: Stage): Promise<void> {
  const { page, close } = await openPage(stage, '/dashboard', { width: 1440 });
  try {
    await signIn(page, 'hq@kedai.test');
    const outlets = page.getByRole('navigation', { name: 'Outlets' });
    await page.getByRole('heading', { level: 1, name: 'All 25 outlets' }).waitFor();
    const stock = page.getByRole('region', { name: 'Stock' });
    await stock.getByRole('row').nth(30).waitFor();
    await outlets.getByRole('button', { name: 'Kedai Menteng' }).click();
    await page.getByRole('heading', { level: 1, name: 'Kedai Menteng' }).waitFor();
    await stock.getByRole('row').nth(30).waitFor();
    expect(new URL(page.url()).searchParams.get('outlet')).not.toBeNull();
    await expectAccessible(page);
  } finally {
    await close();
  }
}

/** The start page leads to the screens, and in a demo signs its people in. */
export async function startFromTheStartPage(stage: Stage): Promise<void> {
  const { page, close } = await openPage(stage, '/');
  try {
    for (const name of ['Shop', 'Kitchen', 'Dashboard'])
      await page.getByRole('link', { name, exact: true }).waitFor();
    await page.getByRole('button', { name: 'Manager' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByRole('link', { name: 'Healthy' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
    await page.getByRole('region', { name: 'Needs attention' }).waitFor();
  } finally {
    await close();
  }
}

const grams = (value: number) => new Intl.NumberFormat('en-GB').format(value);

async function weighedItemOf(manager: FrontEnd, outletId: string): Promise<Item> {
  const { stockItems } = await manager.execute<{ stockItems: { nodes: Item[] } }>(
    'query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) { nodes { id tracking unit onHand ingredient { name } } } }',
    { outletId },
  );
  const item = stockItems.nodes.find(({ tracking, unit }) => tracking === 'SHELF' && unit === 'GRAM');
  if (item === undefined) throw new Error('The demo has an item that is weighed in gram');
  return item;
}

interface Weighing {
  readonly manager: FrontEnd;
  readonly outletId: string;
  readonly item: Item;
  readonly grams: number;
}

/** By a second shelf of the item, which publishes as a scale does. */
async function weigh(mqttUrl: string, { manager, outletId, item, grams: weight }: Weighing): Promise<void> {
  const { registerShelf } = await manager.execute<{
    registerShelf: { shelf: { id: string; topic: string }; deviceToken: string; userErrors: object[] };
  }>(
    'mutation ($input: RegisterShelfInput!) { registerShelf(input: $input) { shelf { id topic } deviceToken userErrors { message } } }',
    { input: { outletId, stockItemId: item.id, gramsPerUnit: 1, tareGrams: 0 } },
  );
  expect(registerShelf.userErrors).toEqual([]);
  const { shelf, deviceToken } = registerShelf;
  const scale = await eventually(() =>
    connectAsync(mqttUrl, { username: shelf.id, password: deviceToken, reconnectPeriod: 0 }),
  );
  const reading = { seq: 1, bootId: 'b7f3', at: new Date().toISOString(), grams: weight, batteryPct: 87 };
  await scale.publishAsync(shelf.topic, JSON.stringify(reading), { qos: 1 });
  await scale.endAsync();
}

async function orderDrink(guest: FrontEnd, outletId: string): Promise<PlacedOrder> {
  const { menu } = await guest.execute<{ menu: { nodes: { id: string; isLimited: boolean }[] } }>(
    'query ($outletId: ID!) { menu(outletId: $outletId, first: 5) { nodes { id isLimited } } }',
    { outletId },
  );
  const drink = menu.nodes.find(({ isLimited }) => !isLimited);
  return placeOrder(guest, outletId, [{ menuItemId: drink?.id, quantity: 1 }]);
}

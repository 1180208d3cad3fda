/**
 * A guest's order comes into the kitchen once it is paid, with what differs from the usual and its note; it goes through its steps by one
 * tap each, of which the last can be undone, and by the keyboard alone. A new one is heard on a hidden page as well. One that is cancelled
 * stays until it was seen. An item that is taken off is refused to guests. A line that is made again is made once, though answers are lost.
 */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';
import { type PlacedOrder, payOrder, placeOrder, untilStatus, workplaceOf } from '../../support/ordering.js';
import { eventually } from '../../support/wait.js';
import { remadeOnce } from './remade-once.js';
import { expectAccessible, openPage, type Stage, signIn } from './stage.js';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly optionGroups: readonly {
    readonly name: string;
    readonly options: readonly { readonly id: string; readonly name: string; readonly isDefault: boolean }[];
  }[];
}

export async function kitchen(stage: Stage): Promise<void> {
  const barista = await new FrontEnd(stage.url).signIn('sari@kedai.test');
  const guest = await new FrontEnd(stage.url).signIn('rina@kedai.test');
  const outletId = await workplaceOf(barista);
  const item = await itemWithOptions(guest, outletId);
  const option = item.optionGroups.flatMap(({ options }) => options).find(({ isDefault }) => !isDefault);
  if (option === undefined) throw new Error('The item has an option that is not the default');
  const { page, close } = await openPage(stage, `/kitchen?outlet=${outletId}`, { width: 1180, height: 820 });
  try {
    await signIn(page, 'sari@kedai.test');
    await page.getByRole('list', { name: 'Queue' }).waitFor();
    await expectAccessible(page);

    const { orderId, number } = await paidOrder(
      guest,
      outletId,
      { menuItemId: item.id, quantity: 3, optionIds: [option.id], note: 'Tanpa sedotan' },
      { menuItemId: item.id, quantity: 1 },
    );
    const ticket = page.getByRole('list', { name: 'Queue' }).getByRole('article', { name: number });
    await ticket.waitFor();
    const text = await ticket.textContent();
    for (const part of ['3', item.name, option.name, 'Tanpa sedotan']) expect(text).toContain(part);
    expect(await page.getByRole('region', { name: 'Totals' }).textContent()).toContain(item.name);
    await expectAccessible(page);

    await pressAndUndo(page, number, 'Start');
    await ticket.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await statusIs(barista, outletId, number, 'PAID');

    await byKeyboard(page, ticket);
    await statusIs(barista, outletId, number, 'READY');
    await pressAndUndo(page, number, 'Done');
    await ticket.getByRole('button', { name: 'Done', exact: true }).waitFor();
    await statusIs(barista, outletId, number, 'READY');
    await press(ticket, 'Done');
    await ticket.waitFor({ state: 'detached' });

    await heardWhileHidden(page, guest, outletId, item);
    await cancelledStays(page, guest, outletId, item);
    await takenOff(page, guest, outletId, item);
    await remadeOnce(page, barista, orderId, number);
  } finally {
    await close();
  }
}

/** As a browser has it in the background: no frames are drawn, and the shift's tone was allowed before. */
async function heardWhileHidden(page: Page, guest: FrontEnd, outletId: string, { id }: Item): Promise<void> {
  await page.getByRole('button', { name: 'Start shift' }).click();
  await page.getByRole('button', { name: 'Turn sound off' }).waitFor();
  await page.evaluate(`{
    window.tones = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    window.requestAnimationFrame = () => 0;
  }`);
  await paidOrder(guest, outletId, { menuItemId: id, quantity: 1 });
  await eventually(async () => expect(await page.evaluate('window.tones')).toBeGreaterThan(0));
  await page.reload();
  await page.getByRole('list', { name: 'Queue' }).waitFor();
}

async function press(within: Locator, name: string): Promise<void> {
  await within.getByRole('button', { name, exact: true }).click();
}

/** The keys are listed by one; from paid to ready: the ticket by its digit, each step by Enter, and what was handed over by mistake is recalled. */
async function byKeyboard(page: Page, ticket: Locator): Promise<void> {
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' });
  await page.keyboard.press((await ticket.locator('kbd').textContent()) ?? '');
  await page.keyboard.press('Enter');
  await ticket.getByRole('button', { name: 'Ready', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  const done = ticket.getByRole('button', { name: 'Done', exact: true });
  await done.waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('r');
  await done.waitFor();
  await page.keyboard.press('s');
  expect(await page.evaluate('document.activeElement.id')).toBe('kitchen-totals');
}

/** In the page, as a step can be undone for a few seconds alone, which a browser under load may need for two clicks. */
async function pressAndUndo(page: Page, number: string, step: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const button = (name) => [...document.querySelectorAll('article[aria-label="${number}"] button')]
      .find((one) => one.textContent === name);
    button('${step}').click();
    const undo = () => button('Undo') === undefined ? requestAnimationFrame(undo) : resolve(button('Undo').click());
    undo();
  })`);
}

async function cancelledStays(page: Page, guest: FrontEnd, outletId: string, { id }: Item): Promise<void> {
  const { orderId, number } = await paidOrder(guest, outletId, { menuItemId: id, quantity: 1 });
  const ticket = page.getByRole('article', { name: number });
  await ticket.waitFor();
  const { cancelOrder } = await guest.execute<{ cancelOrder: { userErrors: object[] } }>(
    'mutation ($orderId: ID!) { cancelOrder(orderId: $orderId) { userErrors { code } } }',
    { orderId },
  );
  expect(cancelOrder.userErrors).toEqual([]);
  await ticket.getByText('Cancelled').waitFor();
  await expectAccessible(page);
  await press(ticket, 'Got it');
  await ticket.waitFor({ state: 'detached' });
}

async function takenOff(page: Page, guest: FrontEnd, outletId: string, { id }: Item): Promise<void> {
  // The menu is in the page's language, and a ticket in the one of its order.
  const { menuItem } = await guest
    .with({ 'accept-language': 'en' })
    .execute<{ menuItem: { name: string } }>('query ($id: ID!) { menuItem(id: $id) { name } }', { id });
  const { name } = menuItem;
  await page.getByRole('button', { name: 'Take off the menu' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('searchbox').fill(name);
  await sheet.getByRole('button', { name, exact: true }).click();
  await sheet.getByRole('button', { name: '1 hour' }).click();
  await sheet.getByText(`${name} is off the menu.`).waitFor();
  expect(await refusalOf(guest, outletId, id)).toBe('ITEM_UNAVAILABLE');
  await expectAccessible(page);
  await sheet
    .getByRole('listitem')
    .filter({ hasText: name })
    .getByRole('button', { name: 'Put back' })
    .click();
  await sheet.getByText(`${name} is on the menu again.`).waitFor();
  await sheet.getByRole('button', { name: 'Close' }).click();
}

async function itemWithOptions(guest: FrontEnd, outletId: string): Promise<Item> {
  const { menu } = await guest.execute<{ menu: { nodes: Item[] } }>(
    `query ($outletId: ID!) {
       menu(outletId: $outletId, category: MILK_TEA) { nodes { id name optionGroups { name options { id name isDefault } } } }
     }`,
    { outletId },
  );
  const item = menu.nodes.find(({ optionGroups }) => optionGroups.length > 0);
  if (item === undefined) throw new Error('The demo has milk tea with options');
  return item;
}

async function paidOrder(guest: FrontEnd, outletId: string, ...lines: object[]): Promise<PlacedOrder> {
  const placed = await placeOrder(guest, outletId, lines);
  await payOrder(guest, placed.orderId, 'QRIS');
  await untilStatus(guest, placed.orderId, 'PAID');
  return placed;
}

async function refusalOf(guest: FrontEnd, outletId: string, menuItemId: string): Promise<string | undefined> {
  const { placeOrder: placed } = await guest.execute<{ placeOrder: { userErrors: { code: string }[] } }>(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { userErrors { code } } }',
    { input: { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: newId() } },
  );
  return placed.userErrors[0]?.code;
}

async function statusIs(barista: FrontEnd, outletId: string, number: string, status: string): Promise<void> {
  await eventually(async () => {
    const { kitchenQueue } = await barista.execute<{ kitchenQueue: { number: string; status: string }[] }>(
      'query ($outletId: ID!) { kitchenQueue(outletId: $outletId) { number status } }',
      { outletId },
    );
    expect(kitchenQueue.find((one) => one.number === number)?.status).toBe(status);
  });
}

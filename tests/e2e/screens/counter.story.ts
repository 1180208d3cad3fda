/**
 * The counter's shift: it is opened with the cash in the drawer; an order is taken in four taps and paid in cash, with its change and
 * its receipt, which is printed without the page around it; another one, of a member, outlives a reload of the page and is paid in two
 * parts; a third one is changed before it is paid; the shift is closed by what was counted, and nothing is missing.
 */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { FrontEnd } from '../../support/front-end.js';
import { workplaceOf } from '../../support/ordering.js';
import { eventually } from '../../support/wait.js';
import { expectAccessible, openPage, type Stage, signIn } from './stage.js';

interface Sold {
  readonly number: string;
  readonly status: string;
  readonly payments: readonly { readonly method: string; readonly status: string }[];
}

export async function counter(stage: Stage): Promise<void> {
  const barista = await new FrontEnd(stage.url).signIn('sari@kedai.test');
  const { page, close } = await openPage(stage, '/kitchen/counter', { width: 1180, height: 820 });
  try {
    await signIn(page, 'sari@kedai.test');
    const order = page.getByRole('region', { name: 'Order' });
    const drink = await drinkOf(barista, 'en');
    await countCash(page, 'Open shift', 'Cash in the drawer', 200_000);

    await add(page, drink);
    await press(order, 'Pay');
    const owed = await owedOf(order);
    await expectAccessible(page);
    await press(order, rupiah(50_000));
    await order.getByText(`Change ${rupiah(50_000 - owed)}`).waitFor();
    // Receipts are frozen in the language that the chain names its items in.
    await receipt(page, order, await drinkOf(barista, 'id'));
    await press(order, 'Next order');

    await add(page, drink);
    await order.getByLabel('Member’s phone or code').fill(await codeOf(stage, 'rina@kedai.test'));
    await press(order, 'Pay');
    await order.getByText('Member: ').waitFor();
    await page.reload();
    await order.getByText('Left to pay').waitFor();
    await order.getByLabel('Pay a part').fill('5000');
    await order.getByRole('button', { name: rupiah(5_000), exact: true }).click();
    await order.getByText(`Left to pay ${rupiah(owed - 5_000)}`).waitFor();
    await press(order, 'QRIS');
    await order.getByText('No change').waitFor();
    await soldInTwoParts(barista, await numberOf(order));
    await press(order, 'Next order');

    await add(page, drink);
    await press(order, 'Pay');
    await press(order, 'Change the order');
    await press(order, `One ${drink} less`);
    await order.getByText('Tap an item to begin.').waitFor();

    await countCash(page, 'Close shift', 'Counted: Cash', 200_000 + owed + 5_000);
    const closed = page.getByRole('dialog', { name: 'Shift closed' });
    await closed.getByText(`Difference ${rupiah(0)}`).waitFor();
    await expectAccessible(page);
  } finally {
    await close();
  }
}

async function add(page: Page, drink: string): Promise<void> {
  const menu = page.getByRole('region', { name: 'Menu' });
  await menu.getByRole('button', { name: drink }).first().click();
}

async function press(within: Locator, name: string): Promise<void> {
  await within.getByRole('button', { name }).first().click();
}

async function receipt(page: Page, order: Locator, drink: string): Promise<void> {
  await press(order, 'Receipt');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(drink).waitFor();
  await expectAccessible(page);
  await page.emulateMedia({ media: 'print' });
  expect(await dialog.getByText(drink).isVisible()).toBe(true);
  expect(await page.getByRole('banner').isVisible()).toBe(false);
  // No higher than what it says, as paper is not to be wasted on blank pages.
  expect(await page.evaluate('document.querySelector("main").getBoundingClientRect().height')).toBeLessThan(
    500,
  );
  await page.emulateMedia({ media: null });
  await dialog.getByRole('button', { name: 'Close' }).click();
}

async function countCash(page: Page, action: string, label: string, amount: number): Promise<void> {
  await page.getByRole('button', { name: action }).click();
  const sheet = page.getByRole('dialog', { name: action });
  await sheet.getByLabel(label).fill(String(amount));
  await sheet.getByRole('button', { name: action }).click();
  await sheet.waitFor({ state: 'detached' });
}

/** As the heading says it: the order's number, and what is left to pay. */
async function owedOf(order: Locator): Promise<number> {
  const heading = order.getByRole('heading', { name: 'Left to pay' });
  return Number((await heading.textContent())?.split('Rp')[1]?.replaceAll(/\D/g, ''));
}

async function numberOf(order: Locator): Promise<string | undefined> {
  return (await order.getByRole('heading', { name: 'Paid' }).textContent())?.split(' ')[0];
}

async function codeOf(stage: Stage, email: string): Promise<string> {
  const guest = await new FrontEnd(stage.url).signIn(email);
  const { me } = await guest.execute<{ me: { memberCode: { code: string } } }>(
    '{ me { memberCode { code } } }',
  );
  return me.memberCode.code;
}

async function soldInTwoParts(barista: FrontEnd, number: string | undefined): Promise<void> {
  const outletId = await workplaceOf(barista);
  await eventually(async () => {
    const { orders } = await barista.execute<{ orders: { nodes: Sold[] } }>(
      'query ($outletId: ID!) { orders(outletId: $outletId, first: 10) { nodes { number status payments { method status } } } }',
      { outletId },
    );
    expect(orders.nodes.find((sold) => sold.number === number)).toMatchObject({
      status: 'PAID',
      payments: [
        { method: 'CASH', status: 'PAID' },
        { method: 'QRIS', status: 'PAID' },
      ],
    });
  });
}

/** Its name in the page's language. */
async function drinkOf(barista: FrontEnd, language: 'en' | 'id'): Promise<string> {
  const { menu } = await barista
    .with({ 'accept-language': language })
    .execute<{ menu: { nodes: { name: string }[] } }>(
      'query ($outletId: ID!) { menu(outletId: $outletId, category: MILK_TEA, first: 1) { nodes { name } } }',
      { outletId: await workplaceOf(barista) },
    );
  const [drink] = menu.nodes;
  if (drink === undefined) throw new Error('The demo has milk tea');
  return drink.name;
}

function rupiah(amount: number): string {
  return `Rp\u00a0${new Intl.NumberFormat('id-ID').format(amount)}`;
}

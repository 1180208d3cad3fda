/** Stories that take longer than the suite may: a guest without a mouse, and the last piece of a sale that two guests want. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { DEMO_PASSWORD } from '../../../prisma/seed/chain.js';
import { openPage, type Stage, signIn } from '../../e2e/screens/stage.js';
import { BROWSERS, launchBrowser } from '../../support/chromium.js';
import { FrontEnd } from '../../support/front-end.js';
import { workplaceOf } from '../../support/ordering.js';
import { describeNeeding } from '../../support/program.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const PHONE = { width: 390, height: 844 };
const MOST_TABS = 200;
const LIMITED = 'Limited Edition Tumbler';
const INGREDIENT = 'Tumbler Edisi Terbatas';
const OUTCOME = /Awaiting payment|Sold out in this moment|Something ran out while you ordered|Rejected/;

describeNeeding(...BROWSERS)('the shop', () => {
  let system: WholeSystem;
  let stage: Stage;
  let outletId: string;
  let browser: Browser;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startWholeSystem(), launchBrowser()]);
    stage = { browser, address: new URL('/', system.url).href, url: system.url, mqttUrl: system.mqttUrl };
    outletId = await workplaceOf(await new FrontEnd(system.url).signIn('sari@kedai.test'));
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('lets a guest choose, sign in, order and pay by the keyboard alone, and shows where the focus is', async () => {
    const { page, close } = await openPage(stage, `/shop?outlet=${outletId}`, PHONE);
    const press = async (target: Locator) => {
      await tabTo(page, target);
      await page.keyboard.press('Enter');
    };
    const basket = page.getByRole('region', { name: 'Basket' });
    await page.getByRole('button', { name: 'Add Taro Milk Tea' }).waitFor();
    await press(page.getByRole('button', { name: 'Add Taro Milk Tea' }));
    await press(basket.getByRole('button', { name: /1 item/ }));
    await press(basket.getByRole('button', { name: 'Order and pay' }));
    await tabTo(page, page.getByLabel('Email'));
    await page.keyboard.type('rina@kedai.test');
    await tabTo(page, page.getByLabel('Password'));
    await page.keyboard.type(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    const order = page.getByRole('region', { name: 'Order', exact: true });
    const methods = order.getByRole('radiogroup', { name: 'Payment method' });
    await methods.waitFor();
    await tabTo(page, methods.getByRole('radio', { checked: true }));
    for (let presses = 0; !(await methods.getByRole('radio', { name: 'QRIS' }).isChecked()); presses += 1) {
      expect(presses).toBeLessThan(10);
      await page.keyboard.press('ArrowDown');
    }
    await press(order.getByRole('button', { name: 'Pay', exact: true }));
    await eventually(async () =>
      expect(await order.locator('[aria-current="step"]').textContent()).toBe('Paid'),
    );
    await close();
  });

  it('sells the last piece to one of two guests, tells the other at once, and shows everybody that it is gone', async () => {
    await leave(1);
    const [rina, other] = await Promise.all([openShop('rina@kedai.test'), openShop(await newGuest())]);
    const { page: watcher, close } = await openPage(stage, `/shop?outlet=${outletId}`, PHONE);
    await eventually(async () => expect(await rowOf(watcher).textContent()).toContain('1 left'));

    await Promise.all([rina, other].map(({ page }) => order(page)));
    const outcomes = await Promise.all([rina, other].map(({ page }) => outcomeOf(page)));
    expect(outcomes.filter((outcome) => outcome === 'Awaiting payment')).toHaveLength(1);
    await eventually(async () => expect(await rowOf(watcher).textContent()).toMatch(/Sold out|Back soon/));

    await Promise.all([rina.close(), other.close(), close()]);
  });

  async function leave(countedOnHand: number): Promise<void> {
    const headOffice = await new FrontEnd(stage.url).signIn('hq@kedai.test');
    const { stockItems } = await headOffice.execute<{
      stockItems: { nodes: { id: string; ingredient: { name: string } }[] };
    }>(
      'query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) { nodes { id ingredient { name } } } }',
      { outletId },
    );
    const stockItemId = stockItems.nodes.find(({ ingredient }) => ingredient.name === INGREDIENT)?.id;
    const { adjustStock } = await headOffice.execute<{ adjustStock: { userErrors: object[] } }>(
      'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
      { input: { stockItemId, countedOnHand, reason: 'Sisa terakhir', idempotencyKey: newId() } },
    );
    expect(adjustStock.userErrors).toEqual([]);
  }

  async function newGuest(): Promise<string> {
    const email = `guest-${newId()}@kedai.test`;
    await new FrontEnd(stage.url).execute(
      'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
      { input: { email, password: DEMO_PASSWORD, name: 'Tamu', phone: '+6281200000001' } },
    );
    return email;
  }

  async function openShop(email: string) {
    const opened = await openPage(stage, `/shop?outlet=${outletId}`, PHONE);
    const { page } = opened;
    await signIn(page, email);
    await rowOf(page)
      .getByRole('button', { name: `Add ${LIMITED}` })
      .click();
    await page
      .getByRole('region', { name: 'Basket' })
      .getByRole('button', { name: /1 item/ })
      .click();
    return opened;
  }
});

function rowOf(page: Page): Locator {
  return page.getByRole('list', { name: 'Menu' }).getByRole('listitem').filter({ hasText: LIMITED });
}

async function order(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Basket' }).getByRole('button', { name: 'Order and pay' }).click();
}

async function outcomeOf(page: Page): Promise<string | undefined> {
  return eventually(async () => {
    const present = page.locator('[aria-current="step"]');
    const words = (await present.count()) > 0 ? await present.first().textContent() : '';
    const shown = await page.locator('main').textContent();
    const said = OUTCOME.exec(`${words} ${shown}`)?.[0];
    if (said === undefined) throw new Error(`No outcome in ${words}: ${shown}`);
    return words === 'Awaiting payment' ? words : said;
  });
}

/** Presses Tab until the element has the focus, which has to be seen: on it, or on what is around it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) {
      expect(await page.evaluate(HAS_OUTLINE)).toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`The focus never comes to ${target}`);
}

const HAS_OUTLINE = `[document.activeElement, ...document.querySelectorAll(':has(> :focus-visible)')]
  .some((element) => getComputedStyle(element).outlineStyle !== 'none')`;

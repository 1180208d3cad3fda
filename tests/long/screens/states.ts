/** What the screens can show, each with the way there: by address, and by presses that are named in both languages. */
import type { Locator, Page } from 'playwright-core';
import type { BusyShop } from './busy-shop.js';

export interface State {
  /** Of its picture. */
  readonly name: string;
  readonly path: string;
  /** Who is signed in; nobody where it is left out. */
  readonly as?: string;
  /** In which it is mostly used. */
  readonly size: { readonly width: number; readonly height: number };
  /** What is there once it has loaded. */
  shows(page: Page): Locator;
  /** What a person presses then. */
  reach?(page: Page): Promise<void>;
}

const PHONE = { width: 390, height: 844 };
const TABLET = { width: 1180, height: 820 };
const DESKTOP = { width: 1440, height: 1000 };

const GUEST = 'rina@kedai.test';
const BARISTA = 'sari@kedai.test';
const MANAGER = 'budi@kedai.test';
const HEAD_OFFICE = 'hq@kedai.test';

const button = (page: Page | Locator, name: RegExp) => page.getByRole('button', { name }).first();
const firstRow = (page: Page) => page.getByRole('row').nth(3);

export function statesOf({ outletId, unpaidOrderId, startedOrderId }: BusyShop): readonly State[] {
  const shop = `/shop?outlet=${outletId}`;
  const dashboard = `/dashboard?outlet=${outletId}`;
  const menu = (page: Page) => button(page, /^(Add|Tambah) /);
  const fill = async (page: Page) => {
    for (const index of [0, 1, 1])
      await page
        .getByRole('button', { name: /^(Add|Tambah) / })
        .nth(index)
        .click();
  };
  return [
    {
      ...{ name: 'start', path: '/', size: TABLET },
      shows: (page) => page.getByRole('link', { name: /^(Healthy|Sehat)$/ }),
    },
    {
      ...{ name: 'shop-outlets', path: '/shop', size: PHONE },
      shows: (page) => page.getByText('Kedai Menteng').first(),
    },
    { ...{ name: 'shop-menu', path: shop, as: GUEST, size: PHONE }, shows: menu },
    {
      ...{ name: 'shop-item', path: shop, as: GUEST, size: PHONE },
      shows: menu,
      async reach(page) {
        await page.getByRole('listitem').getByRole('button').first().click();
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      ...{ name: 'shop-basket', path: shop, as: GUEST, size: PHONE },
      shows: menu,
      async reach(page) {
        await fill(page);
        const summary = page.locator('[aria-expanded]').last();
        if (await summary.isVisible()) await summary.click();
      },
    },
    {
      ...{ name: 'shop-payment', path: `${shop}&order=${unpaidOrderId}`, as: GUEST, size: PHONE },
      shows: (page) => page.getByRole('radiogroup').or(page.getByRole('radio')).first(),
    },
    {
      ...{ name: 'shop-order', path: `${shop}&order=${startedOrderId}`, as: GUEST, size: PHONE },
      shows: (page) => page.getByRole('banner').getByText('Kedai Menteng'),
    },
    {
      ...{ name: 'kitchen-sign-in', path: '/kitchen', size: TABLET },
      shows: (page) => page.getByLabel(/^(Password|Kata sandi)$/),
    },
    {
      ...{ name: 'kitchen', path: '/kitchen', as: BARISTA, size: TABLET },
      shows: (page) => page.getByRole('article').nth(2),
    },
    {
      ...{ name: 'kitchen-take-off', path: '/kitchen', as: BARISTA, size: TABLET },
      shows: (page) => page.getByRole('article').nth(2),
      async reach(page) {
        await button(page, /^(Take off the menu|Turunkan dari menu)$/).click();
        await page.getByRole('dialog').getByRole('button').nth(4).waitFor();
      },
    },
    {
      ...{ name: 'kitchen-board', path: '/kitchen/board', as: BARISTA, size: TABLET },
      shows: (page) => page.getByRole('listitem').first(),
    },
    {
      ...{ name: 'counter', path: '/kitchen/counter', as: BARISTA, size: TABLET },
      shows: (page) => page.getByRole('listitem').nth(5),
      async reach(page) {
        const items = page.getByRole('region', { name: 'Menu' }).getByRole('button');
        for (const index of [9, 10]) await items.nth(index).click();
      },
    },
    { ...{ name: 'dashboard', path: dashboard, as: MANAGER, size: DESKTOP }, shows: firstRow },
    {
      ...{ name: 'dashboard-level', path: dashboard, as: MANAGER, size: DESKTOP },
      shows: firstRow,
      async reach(page) {
        const stock = page.getByRole('region', { name: /^(Stock|Stok)$/ });
        await stock.getByRole('button', { name: 'Boba Tapioka' }).click();
        await stock.getByRole('img').first().waitFor();
      },
    },
    {
      ...{ name: 'dashboard-operation', path: dashboard, as: MANAGER, size: DESKTOP },
      shows: firstRow,
      async reach(page) {
        await button(page, /^(Show operation|Lihat operasi)$/).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    { ...{ name: 'dashboard-chain', path: '/dashboard', as: HEAD_OFFICE, size: DESKTOP }, shows: firstRow },
    {
      ...{ name: 'dashboard-guest', path: '/dashboard', as: GUEST, size: DESKTOP },
      shows: (page) => page.getByRole('link').first(),
    },
  ];
}

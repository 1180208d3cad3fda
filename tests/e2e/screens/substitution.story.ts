/**
 * Less is found of something than is promised: the manager offers the guest something else on the dashboard, the guest takes it in the shop, and the
 * kitchen's ticket says what to make in place of what was ordered.
 */
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';
import { payOrder, placeOrder, untilStatus, workplaceOf } from '../../support/ordering.js';
import { expectAccessible, openPage, type Stage, signIn } from './stage.js';

const SHORT = 'Stik Keju';

export async function somethingElse(stage: Stage): Promise<void> {
  const visitor = new FrontEnd(stage.url);
  const [manager, guest] = await Promise.all([
    visitor.signIn('budi@kedai.test'),
    visitor.signIn('rina@kedai.test'),
  ]);
  const outletId = await workplaceOf(manager);
  const { menu } = await guest.execute<{ menu: { nodes: { id: string }[] } }>(
    'query ($id: ID!, $search: String) { menu(outletId: $id, search: $search, first: 1) { nodes { id } } }',
    { id: outletId, search: SHORT },
  );
  const { orderId, number } = await placeOrder(guest, outletId, [
    { menuItemId: menu.nodes[0]?.id, quantity: 1 },
  ]);
  await payOrder(guest, orderId, 'QRIS');
  await untilStatus(guest, orderId, 'PAID');
  const restore = await findLess(manager, outletId);

  const dashboard = await openPage(stage, `/dashboard?outlet=${outletId}`, { width: 1440 });
  const kitchen = await openPage(stage, `/kitchen?outlet=${outletId}`);
  const shop = await openPage(stage, `/shop?outlet=${outletId}`, { width: 390, height: 844 });
  try {
    await signIn(dashboard.page, 'budi@kedai.test');
    const attention = dashboard.page.getByRole('region', { name: 'Needs attention' });
    await attention
      .getByRole('listitem')
      .filter({ hasText: number })
      .getByRole('button', { name: 'Decide' })
      .click();
    const sheet = dashboard.page.getByRole('dialog');
    await sheet.getByRole('checkbox', { name: number }).waitFor();
    await expectAccessible(dashboard.page);
    const choice = sheet.getByRole('combobox', { name: 'Offer instead' });
    const offered = (await choice.getByRole('option').nth(1).textContent()) ?? '';
    await choice.selectOption({ label: offered });
    await sheet.getByRole('button', { name: /^Ask/ }).click();
    await sheet.getByText('The guests are asked.').waitFor();

    await signIn(shop.page, 'rina@kedai.test');
    await shop.page.goto(new URL(`/shop?outlet=${outletId}&order=${orderId}&lang=en`, stage.address).href);
    const offer = shop.page.getByRole('region', { name: 'Something has run out' });
    const take = offer.getByRole('button', { name: `Take ${offered}` });
    await take.waitFor();
    await expectAccessible(shop.page);
    await take.click();
    const order = shop.page.getByRole('region', { name: 'Order' });
    await order.getByText(/^in place of/).waitFor();
    await order.getByText(offered, { exact: true }).waitFor();
    expect(await offer.count()).toBe(0);

    await signIn(kitchen.page, 'sari@kedai.test');
    const ticket = kitchen.page.getByRole('article', { name: number });
    await ticket.getByText(`in place of ${SHORT}`).waitFor();
    await expectAccessible(kitchen.page);
  } finally {
    await Promise.all([dashboard.close(), kitchen.close(), shop.close()]);
    await restore();
  }
}

/** One less than is promised of it. @returns what puts back what was there. */
async function findLess(manager: FrontEnd, outletId: string): Promise<() => Promise<void>> {
  const { stockItems } = await manager.execute<{
    stockItems: { nodes: { id: string; onHand: number; reserved: number; ingredient: { name: string } }[] };
  }>(
    'query ($id: ID!) { stockItems(outletId: $id, first: 100) { nodes { id onHand reserved ingredient { name } } } }',
    { id: outletId },
  );
  const item = stockItems.nodes.find(({ ingredient }) => ingredient.name === SHORT);
  if (item === undefined) throw new Error(`The outlet stocks ${SHORT}`);
  const count = async (countedOnHand: number): Promise<void> => {
    const { adjustStock } = await manager.execute<{ adjustStock: { userErrors: object[] } }>(
      'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
      { input: { stockItemId: item.id, countedOnHand, reason: 'Hitung', idempotencyKey: newId() } },
    );
    expect(adjustStock.userErrors).toEqual([]);
  };
  await count(item.reserved - 1);
  return () => count(item.onHand);
}

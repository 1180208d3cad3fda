/** Lines that are made again side by side: where answers are lost on their way, a line that is tried again is made again once. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';

/** @param orderId of an order of two lines, which the kitchen has made. */
export async function remadeOnce(
  page: Page,
  barista: FrontEnd,
  orderId: string,
  number: string,
): Promise<void> {
  let attempts = 0;
  await page.route('**/graphql', async (route) => {
    const isRemake = route.request().postData()?.includes('remakeLines') === true;
    if (isRemake) attempts += 1;
    if (!isRemake || attempts > 2) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.getByRole('button', { name: 'Recall', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Last orders' });
  const lines = sheet
    .getByRole('listitem')
    .filter({ hasText: number })
    .getByRole('button', { name: 'Make again' });
  await lines.nth(0).click();
  await sheet.getByRole('alert').waitFor();
  await lines.nth(1).click();
  await eventually(() => expect(attempts).toBe(2));
  await lines.nth(0).click();
  await sheet.waitFor({ state: 'detached' });
  await page.unroute('**/graphql');
  await eventually(async () => {
    const { order } = await barista.execute<{ order: { lines: { timesRemade: number }[] } }>(
      'query ($orderId: ID!) { order(id: $orderId) { lines { timesRemade } } }',
      { orderId },
    );
    expect(order.lines).toEqual([{ timesRemade: 1 }, { timesRemade: 1 }]);
  });
}

/**
 * The link is cut while a manager looks at the stock: the page says so, goes on showing what it showed, and shows what changed meanwhile
 * once the link is back. A link that is open and dead is found out by the client's own pings.
 */
import { expect } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { FrontEnd } from '../../support/front-end.js';
import { networkTo } from '../../support/network.js';
import { eventually } from '../../support/wait.js';
import { expectAccessible, openPage, type Stage, signIn } from './stage.js';

interface Item {
  readonly id: string;
  readonly tracking: string;
  readonly unit: string;
  readonly ingredient: { readonly name: string };
}

export async function freshness(stage: Stage): Promise<void> {
  const network = await networkTo({ port: Number(new URL(stage.url).port) });
  const manager = await new FrontEnd(stage.url).signIn('budi@kedai.test');
  const item = await countedItemOf(manager);
  const { page, close } = await openPage(stage, '/dashboard', {
    address: `http://localhost:${network.port}/`,
  });
  try {
    await signIn(page, 'budi@kedai.test');
    const connection = page.getByRole('status', { name: 'Connection' });
    const row = page
      .getByRole('region', { name: 'Stock' })
      .getByRole('row')
      .filter({ hasText: item.ingredient.name });
    const says = (text: string) =>
      eventually(async () => expect(await connection.textContent()).toContain(text));
    const shows = (onHand: number) =>
      eventually(async () => expect(await row.first().textContent()).toContain(String(onHand)));

    await says('Live');
    await count(manager, item, 711);
    await shows(711);

    network.cut();
    await says('Reconnecting');
    await count(manager, item, 722);
    await shows(711);
    await says('Stale');
    await expectAccessible(page);
    network.mend();
    await says('Live');
    await shows(722);

    network.freeze();
    await says('Reconnecting');
    await count(manager, item, 733);
    network.mend();
    await says('Live');
    await shows(733);
    await expectAccessible(page);
  } finally {
    await close();
    await network.stop();
  }
}

/** One that is counted by the piece, so that its figure is written as it is. */
async function countedItemOf(manager: FrontEnd): Promise<Item> {
  const { me } = await manager.execute<{ me: { roles: { outletId: string | null }[] } }>(
    '{ me { roles { outletId } } }',
  );
  const outletId = me.roles.find((role) => role.outletId !== null)?.outletId;
  const { stockItems } = await manager.execute<{ stockItems: { nodes: Item[] } }>(
    'query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) { nodes { id tracking unit ingredient { name } } } }',
    { outletId },
  );
  const item = stockItems.nodes.find(({ tracking, unit }) => tracking === 'COUNT' && unit === 'PIECE');
  if (item === undefined) throw new Error('The demo has an item that is counted by the piece');
  return item;
}

async function count(manager: FrontEnd, { id }: Item, countedOnHand: number): Promise<void> {
  const { adjustStock } = await manager.execute<{ adjustStock: { userErrors: unknown[] } }>(
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code message } } }',
    { input: { stockItemId: id, countedOnHand, reason: 'Hitung ulang', idempotencyKey: newId() } },
  );
  expect(adjustStock.userErrors).toEqual([]);
}

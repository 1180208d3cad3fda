/** Callers read their own writes across subgraphs, although subgraphs never call each other. */
import { beforeAll, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { FrontEnd } from '../../support/front-end.js';
import type { GetPlace } from './place.js';

interface UserErrors {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}
interface Placed {
  readonly placeOrder: UserErrors & {
    readonly order: { readonly total: { readonly amount: number } } | null;
  };
}
interface Shown {
  readonly menu: { readonly nodes: readonly { readonly price: { readonly amount: number } }[] };
}

let hq: FrontEnd;
let guest: FrontEnd;
let email: string;
let outletId: string;
let ingredientId: string;

async function createItem(name: string): Promise<string> {
  const { createMenuItem } = await hq.execute<{ createMenuItem: UserErrors & { menuItem: { id: string } } }>(
    `mutation ($input: CreateMenuItemInput!) { createMenuItem(input: $input) {
       menuItem { id } userErrors { code message } } }`,
    {
      input: {
        ...{ barcode: `UJI-${newId().slice(-12).toUpperCase()}`, name, category: 'MILK_TEA', price: 20_000 },
        recipe: [{ ingredientId, quantity: 1 }],
      },
    },
  );
  expect(createMenuItem.userErrors).toEqual([]);
  return createMenuItem.menuItem.id;
}

/** The price of an order of one. */
async function orderedPrice(menuItemId: string): Promise<number | undefined> {
  const { placeOrder } = await guest.execute<Placed>(
    `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
       order { total { amount } } userErrors { code message } } }`,
    { input: { outletId, lines: [{ menuItemId, quantity: 1 }], idempotencyKey: newId() } },
  );
  expect(placeOrder.userErrors).toEqual([]);
  return placeOrder.order?.total.amount;
}

async function shownPrice(name: string): Promise<number | undefined> {
  const { menu } = await guest.execute<Shown>(
    'query ($outletId: ID!, $search: String) { menu(outletId: $outletId, search: $search) { nodes { price { amount } } } }',
    { outletId, search: name },
  );
  return menu.nodes[0]?.price.amount;
}

export function ownWrites(at: GetPlace): void {
  beforeAll(async () => {
    const { floor, visitor } = at();
    ({ outletId, ingredientId } = floor);
    ({ hq } = floor.people);
    ({ email } = await floor.newcomer());
    guest = await visitor.signIn(email);
  });

  it('order an item that was made a moment ago, item after item', async () => {
    for (let index = 0; index < 5; index += 1) {
      const id = await createItem(`Uji Segera ${index}`);
      expect(await orderedPrice(id)).toBe(20_000);
    }
  });

  it('grant a role and stock an item at an outlet that was made a moment ago', async () => {
    const { outlet } = await hq.execute<{ outlet: { franchise: { id: string } } }>(
      'query ($id: ID!) { outlet(id: $id) { franchise { id } } }',
      { id: outletId },
    );
    const { createOutlet } = await hq.execute<{ createOutlet: { outlet: { id: string } } }>(
      'mutation ($input: CreateOutletInput!) { createOutlet(input: $input) { outlet { id } userErrors { message } } }',
      {
        input: {
          ...{ franchiseId: outlet.franchise.id, name: `Kedai ${newId()}`, city: 'Depok' },
          ...{ address: 'Jl. 1', phone: '6281234567890' },
        },
      },
    );
    const { id } = createOutlet.outlet;
    const [granted, stocked] = await Promise.all([
      hq.execute<{ grantRole: UserErrors }>(
        'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { userErrors { code message } } }',
        { input: { email, role: 'BARISTA', outletId: id } },
      ),
      hq.execute<{ createStockItem: UserErrors }>(
        'mutation ($input: CreateStockItemInput!) { createStockItem(input: $input) { userErrors { code message } } }',
        { input: { outletId: id, ingredientId, tracking: 'COUNT', reorderPoint: 1 } },
      ),
    ]);
    expect(granted.grantRole.userErrors).toEqual([]);
    expect(stocked.createStockItem.userErrors).toEqual([]);
  });

  // An overloaded machine may take longer than the second that the copy has (docs/decisions/prices-take-effect-at-an-instant.md).
  it('pay a new price as soon as the menu shows it', { retry: 3 }, async () => {
    const name = `Uji Harga ${newId().slice(-6)}`;
    const menuItemId = await createItem(name);
    let price = 20_000;
    for (let round = 0; round < 3; round += 1) {
      const before = price;
      price += 1_000;
      let isAnswered = false;
      const change = hq
        .execute(
          'mutation ($input: SetOutletPriceInput!) { setOutletPrice(input: $input) { userErrors { code message } } }',
          { input: { menuItemId, outletId, price } },
        )
        .then(() => {
          isAnswered = true;
        });
      for (let isShown = false; !isShown; ) {
        const wasAnswered = isAnswered;
        isShown = (await shownPrice(name)) === price;
        const ordered = await orderedPrice(menuItemId);
        // An order placed as the menu switches may pay either price; one placed later pays the new price.
        expect([before, price]).toContain(ordered);
        if (isShown || wasAnswered) expect(ordered).toBe(price);
      }
      await change;
      expect([await shownPrice(name), await orderedPrice(menuItemId)]).toEqual([price, price]);
    }
  });
}

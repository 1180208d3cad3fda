/** A hundred units, two thousand buyers of several accounts, through the gateway over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Guest,
  holdFlashSale,
  type Purchase,
  repeatOrder,
  type SaleResult,
} from '../../../bench/flash-sale/sale.js';
import { newId } from '../../../platform/ids.js';
import { startDemoSystem } from '../../support/demo-system.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import type { WholeSystem } from '../../support/whole-system.js';

const BUYERS = 2_000;
const ACCOUNTS = 8;
const UNITS = 100;
/** How many of each kind of answer are checked again. */
const SAMPLE = 25;

describe('a flash sale', () => {
  let system: WholeSystem;
  let sale: SaleResult;
  let promised: Purchase[];
  let rejected: Purchase[];
  let refusedAtOnce: Purchase[];
  beforeAll(async () => {
    system = await startDemoSystem({ RATE_LIMIT: 'off' });
    // On a busy machine one may be refused for a moment (SUBGRAPH_UNAVAILABLE), carried out or not.
    const guests = await Promise.all(
      Array.from({ length: ACCOUNTS }, () => eventually(() => signUp(system.url))),
    );
    sale = await holdFlashSale(system.url, BUYERS, { guests });
    const withStatus = (wanted: string) =>
      sale.purchases.filter(({ orderId }) => sale.statuses.get(orderId ?? '') === wanted);
    promised = withStatus('AWAITING_PAYMENT');
    rejected = withStatus('REJECTED');
    refusedAtOnce = sale.purchases.filter(({ orderId }) => orderId === null);
  });
  afterAll(() => system?.stop());

  it('reserves every unit and not one more', () => {
    expect(promised).toHaveLength(UNITS);
  });

  it('refuses every other buyer, at once or by rejecting the order', () => {
    expect(promised.length + rejected.length + refusedAtOnce.length).toBe(BUYERS);
  });

  it('answers later buyers with OUT_OF_STOCK and writes nothing', async () => {
    const late = await holdFlashSale(system.url, 20);
    expect(late.purchases.filter(({ orderId }) => orderId !== null)).toEqual([]);
  });

  it('revokes no reservation, and reserved nothing before a refusal', async () => {
    await expectHistories(promised, ['PLACED', 'AWAITING_PAYMENT']);
    await expectHistories(rejected.slice(0, SAMPLE), ['PLACED', 'REJECTED']);
  });

  it('answers a repeated key with the same order, whose history does not change', async () => {
    const purchased = [promised, rejected, refusedAtOnce].flatMap((purchases) => purchases.slice(0, SAMPLE));
    expect(await Promise.all(purchased.map(repeatOrder))).toEqual(purchased.map(({ orderId }) => orderId));
    await expectHistories(promised.slice(0, SAMPLE), ['PLACED', 'AWAITING_PAYMENT']);
  });

  it('holds one unit for each reserved order, and no others', async () => {
    const office = await new FrontEnd(system.url).signIn('hq@kedai.test');
    const { stockItems } = await office.execute<{ stockItems: { nodes: TumblerStock[] } }>(
      `query ($outletId: ID!) { stockItems(outletId: $outletId, first: 100) {
         nodes { id ingredient { name } onHand reserved available } } }`,
      { outletId: sale.purchases[0]?.input.outletId },
    );
    const tumblers = stockItems.nodes.find(({ ingredient }) => ingredient.name === 'Tumbler Edisi Terbatas');
    expect(tumblers).toMatchObject({ onHand: UNITS, reserved: UNITS, available: 0 });
    const { stockItem } = await office.execute<{ stockItem: { movements: { nodes: Reservation[] } } }>(
      `query ($id: ID!, $units: Int!) { stockItem(id: $id) { movements(first: $units) {
         nodes { kind delta cause { ... on OrderCause { order { id } } } } } } }`,
      { id: tumblers?.id, units: UNITS },
    );
    const { nodes } = stockItem.movements;
    expect(nodes.every(({ kind, delta }) => kind === 'RESERVATION' && delta === 1)).toBe(true);
    expect(nodes.map(({ cause }) => cause.order?.id).sort()).toEqual(
      promised.map(({ orderId }) => orderId).sort(),
    );
  });
});

interface TumblerStock {
  readonly id: string;
  readonly ingredient: { readonly name: string };
}

interface Reservation {
  readonly kind: string;
  readonly delta: number;
  readonly cause: { readonly order?: { readonly id: string } };
}

async function signUp(url: string): Promise<Guest> {
  const input = { email: `guest-${newId()}@flash.test`, password: 'kedai-flash', name: 'Tamu' };
  const { signUp } = await new FrontEnd(url).execute<{ signUp: { session: { accessToken: string } } }>(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken } } }',
    { input },
  );
  const { accessToken } = signUp.session;
  return { accessToken, frontEnd: new FrontEnd(url, accessToken) };
}

async function expectHistories(purchases: readonly Purchase[], history: readonly string[]): Promise<void> {
  expect(await Promise.all(purchases.map(historyOf))).toEqual(purchases.map(() => history));
}

async function historyOf({ guest, orderId }: Purchase): Promise<string[]> {
  const { order } = await guest.frontEnd.execute<{ order: { statusHistory: { status: string }[] } }>(
    'query ($id: ID!) { order(id: $id) { statusHistory { status } } }',
    { id: orderId },
  );
  return order.statusHistory.map(({ status }) => status);
}

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { addDays, todayIn } from '../../../../platform/kit/calendar.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph } from '../../../../tests/support/subgraph.js';
import { startStock } from '../../index.js';
import { BUDI, DEWI, FOREIGN_OUTLET, HQ, OWN_OUTLET, RINA, SARI, seededItem } from '../../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

type Result = Awaited<ReturnType<TestSubgraph['run']>>;

const FRANCHISE = CATALOGUE.outlets.find(({ id }) => id === OWN_OUTLET)?.franchiseId ?? '';
const SISTER_OUTLET =
  CATALOGUE.outlets.find(({ id, franchiseId }) => franchiseId === FRANCHISE && id !== OWN_OUTLET)?.id ?? '';
/** Manages the sister outlet alone. */
const ANDI: Identity & { readonly customerId: string } = {
  customerId: newId(),
  roles: [{ role: 'MANAGER', outletId: SISTER_OUTLET, franchiseId: null }],
};

const FIELDS = `transfer { id status isOnTheWay quantity received difference note endNote batches { quantity bestBefore }
  ingredient { id } fromOutlet { id } toOutlet { id } fromStockItem { onHand transfersOutgoing } toStockItem { onHand transfersIncoming } }
  userErrors { code field }`;

const send = (identity: Identity, input: object): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($input: TransferStockInput!) { transferStock(input: $input) { ${FIELDS} } }`,
    {
      input: { toOutletId: SISTER_OUTLET, idempotencyKey: newId(), ...input },
    },
  );

const receive = (identity: Identity, id: string, given: object = {}): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($id: ID!, $receivedQuantity: Int, $note: String, $atOutletId: ID) {
       receiveTransfer(id: $id, receivedQuantity: $receivedQuantity, note: $note, atOutletId: $atOutletId) { ${FIELDS} } }`,
    { id, ...given },
  );

const end = (
  step: 'returnTransfer' | 'cancelTransfer',
  identity: Identity,
  id: string,
  reason = 'Keliru',
): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($id: ID!, $reason: String) { ${step}(id: $id, reason: $reason) { ${FIELDS} } }`,
    { id, reason },
  );

interface Payload {
  readonly transfer: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}

function payloadOf({ data }: Result): Payload {
  const [payload] = Object.values<Payload | null>(Object(data));
  if (payload == null) throw new Error('It was refused as a whole');
  return payload;
}

async function sent(input: object, identity: Identity = BUDI): Promise<string> {
  const { transfer } = payloadOf(await send(identity, input));
  if (transfer === null) throw new Error('It was refused');
  return transfer.id;
}

function faults(result: Result): string[] {
  return payloadOf(result).userErrors.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
}

const onHandOf = async (...ids: string[]): Promise<number[]> => {
  const { rows } = await stock.pool.query<{ id: string; on_hand: number }>(
    'SELECT id, on_hand FROM stock_item WHERE id = ANY ($1)',
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.on_hand ?? -1);
};

describe('goods that go to another outlet', () => {
  test('leave a counted item at once, are on the way at both ends, and are on the other ledger once they arrive', async () => {
    const [from, to] = [seededItem('Kukis Cokelat'), seededItem('Kukis Cokelat', SISTER_OUTLET)];
    const result = await send(BUDI, { fromStockItemId: from.id, quantity: 4, note: 'Habis di sana' });
    expect(result).toMatchObject({
      data: {
        transferStock: {
          transfer: {
            ...{ status: 'SENT', isOnTheWay: true, quantity: 4, received: null, note: 'Habis di sana' },
            ...{ fromOutlet: { id: OWN_OUTLET }, toOutlet: { id: SISTER_OUTLET } },
            ...{ fromStockItem: { onHand: from.onHand - 4, transfersOutgoing: 4 }, toStockItem: null },
          },
          userErrors: [],
        },
      },
    });
    const id = payloadOf(result).transfer?.id ?? '';
    const listed = await stock.run(
      ANDI,
      `query ($scope: SalesScopeInput, $ingredientId: ID) {
         transfers(scope: $scope, state: [SENT], ingredientId: $ingredientId) {
           totalCount nodes { id fromStockItem { id } toStockItem { onHand transfersIncoming } } } }`,
      { scope: { outletId: SISTER_OUTLET }, ingredientId: from.ingredientId },
    );
    expect(listed.data).toEqual({
      transfers: {
        totalCount: 1,
        nodes: [{ id, fromStockItem: null, toStockItem: { onHand: to.onHand, transfersIncoming: 4 } }],
      },
    });
    expect(codesOf(await receive(BUDI, id))).toEqual(['FORBIDDEN']);
    const arrived = {
      ...{
        status: 'RECEIVED',
        isOnTheWay: false,
        quantity: 4,
        received: 3,
        difference: -1,
        endNote: 'Satu pecah',
      },
      toStockItem: { onHand: to.onHand + 3, transfersIncoming: 0 },
    };
    for (const note of ['Satu pecah', 'Lagi']) {
      expect(await receive(ANDI, id, { receivedQuantity: 3, note })).toMatchObject({
        data: { receiveTransfer: { transfer: arrived, userErrors: [] } },
      });
    }
    const ledger = await stock.run(
      DEWI,
      `query ($id: ID!) { stockItem(id: $id) { movements(first: 1) { nodes {
         delta kind cause { ... on DeliveryCause { delivery { supplier transfer { id } lines { quantity } } } } } } } }`,
      { id: to.id },
    );
    const delivery = { supplier: null, transfer: { id }, lines: [{ quantity: 3 }] };
    expect(ledger.data).toEqual({
      stockItem: { movements: { nodes: [{ delta: 3, kind: 'TRANSFER_IN', cause: { delivery } }] } },
    });
    expect(faults(await end('cancelTransfer', BUDI, id))).toEqual(['INVALID_STATE id']);
    expect(faults(await end('returnTransfer', ANDI, id))).toEqual(['INVALID_STATE id']);
  });

  test('are the sender’s again when the sender cancels', async () => {
    const { id: fromStockItemId, onHand } = seededItem('Roti Bakar');
    const id = await sent({ fromStockItemId, quantity: 2 });
    expect(codesOf(await end('cancelTransfer', ANDI, id))).toEqual(['FORBIDDEN']);
    for (let times = 0; times < 2; times++) {
      expect(await end('cancelTransfer', BUDI, id)).toMatchObject({
        data: {
          cancelTransfer: { transfer: { status: 'CANCELLED', endNote: 'Keliru', fromStockItem: { onHand } } },
        },
      });
    }
    expect(faults(await receive(ANDI, id))).toEqual(['INVALID_STATE id']);
  });

  test('that the receiver does not take are on the way back until the sender has them', async () => {
    const { id: fromStockItemId, onHand } = seededItem('Roti Bakar');
    const id = await sent({ fromStockItemId, quantity: 5 });
    expect(codesOf(await end('returnTransfer', BUDI, id))).toEqual(['FORBIDDEN']);
    expect(await end('returnTransfer', ANDI, id)).toMatchObject({
      data: {
        returnTransfer: {
          transfer: { status: 'RETURNING', isOnTheWay: true, toStockItem: { transfersIncoming: 0 } },
        },
      },
    });
    expect(await onHandOf(fromStockItemId)).toEqual([onHand - 5]);
    expect(codesOf(await receive(ANDI, id))).toEqual(['FORBIDDEN']);
    expect(await receive(BUDI, id, { receivedQuantity: 4 })).toMatchObject({
      data: {
        receiveTransfer: {
          transfer: {
            status: 'RETURNED',
            difference: -1,
            fromStockItem: { onHand: onHand - 1, transfersOutgoing: 0 },
          },
        },
      },
    });
  });

  test('of a weighed item are recorded, and the scales of both ends decide', async () => {
    const [from, to] = [seededItem('Susu Segar'), seededItem('Susu Segar', SISTER_OUTLET)];
    const id = await sent({ fromStockItemId: from.id, quantity: 1_000 });
    expect(await receive(DEWI, id)).toMatchObject({
      data: { receiveTransfer: { transfer: { received: 1_000, toStockItem: { onHand: to.onHand } } } },
    });
    expect(await onHandOf(from.id)).toEqual([from.onHand]);
  });

  test('have their days with them, the first to expire first', async () => {
    const from = seededItem('Croissant Mentega');
    const today = todayIn('Asia/Jakarta');
    const [soon, late] = [addDays(today, 1), addDays(today, 30)];
    const lines = [
      { stockItemId: from.id, quantity: 3, bestBefore: soon },
      { stockItemId: from.id, quantity: 5, bestBefore: late },
    ];
    await stock.run(
      BUDI,
      'mutation ($input: ReceiveDeliveryInput!) { receiveDelivery(input: $input) { userErrors { code } } }',
      { input: { outletId: OWN_OUTLET, lines, idempotencyKey: newId() } },
    );
    const result = await send(BUDI, { fromStockItemId: from.id, quantity: 10 });
    expect(payloadOf(result).transfer).toMatchObject({
      batches: [
        { quantity: 3, bestBefore: soon },
        { quantity: 5, bestBefore: late },
        { quantity: 2, bestBefore: null },
      ],
    });
    await receive(ANDI, payloadOf(result).transfer?.id ?? '');
    const expiring = await stock.run(
      ANDI,
      'query ($scope: SalesScopeInput) { expiringStock(scope: $scope) { nodes { bestBefore quantity } } }',
      { scope: { outletId: SISTER_OUTLET } },
    );
    expect(expiring.data).toEqual({ expiringStock: { nodes: [{ bestBefore: soon, quantity: 3 }] } });
  });

  test('take along what `expiringStock` says is left, also of goods that came after others of a longer date', async () => {
    const { id: stockItemId } = seededItem('Kopi Kemasan 200 g');
    const today = todayIn('Asia/Jakarta');
    const [soon, late] = [addDays(today, 2), addDays(today, 40)];
    const run = (name: string, input: object) =>
      stock.run(
        BUDI,
        `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
        { input: { ...input, idempotencyKey: newId() } },
      );
    const deliver = (quantity: number, bestBefore: string) =>
      run('receiveDelivery', { outletId: OWN_OUTLET, lines: [{ stockItemId, quantity, bestBefore }] });
    await deliver(100, late);
    await run('adjustStock', { stockItemId, countedOnHand: 0, reason: 'Habis' });
    await deliver(20, soon);
    const { data } = await stock.run(
      BUDI,
      'query ($scope: SalesScopeInput) { expiringStock(scope: $scope) { nodes { stockItem { id } bestBefore quantity } } }',
      { scope: { outletId: OWN_OUTLET } },
    );
    expect(data).toMatchObject({
      expiringStock: {
        nodes: expect.arrayContaining([{ stockItem: { id: stockItemId }, bestBefore: soon, quantity: 20 }]),
      },
    });
    const sent = await send(BUDI, { fromStockItemId: stockItemId, quantity: 15 });
    expect(payloadOf(sent).transfer).toMatchObject({ batches: [{ quantity: 15, bestBefore: soon }] });
  });

  test('sent ten times at once with one key are sent once', async () => {
    const { id, onHand } = seededItem('Stik Keju');
    const input = { fromStockItemId: id, quantity: 3, idempotencyKey: newId() };
    const ids = await Promise.all(Array.from({ length: 10 }, () => sent(input)));
    expect(new Set(ids).size).toBe(1);
    expect(await onHandOf(id)).toEqual([onHand - 3]);
    expect(faults(await send(BUDI, { ...input, quantity: 4 }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
  });

  test('cannot be more than is available, nor go to where they are, to another franchise, or where the ingredient is not stocked', async () => {
    const { id: fromStockItemId, onHand } = seededItem('Tas Kanvas');
    const refused = async (input: object, identity: Identity = BUDI) =>
      faults(await send(identity, { fromStockItemId, quantity: 1, ...input }));
    expect(await refused({ quantity: onHand + 1 })).toEqual(['INVALID_QUANTITY quantity']);
    expect(await refused({ quantity: 0 })).toEqual(['INVALID_QUANTITY quantity']);
    expect(await refused({ toOutletId: OWN_OUTLET })).toEqual(['INVALID_INPUT toOutletId']);
    for (const toOutletId of [FOREIGN_OUTLET, 'no-id'])
      expect(await refused({ toOutletId }, DEWI)).toEqual(['NOT_FOUND toOutletId']);
    for (const identity of [SARI, RINA])
      expect(codesOf(await send(identity, { fromStockItemId, quantity: 1 }))).toEqual(['FORBIDDEN']);
    for (const id of [seededItem('Tas Kanvas', FOREIGN_OUTLET).id, newId(), 'no-id'])
      expect(codesOf(await send(DEWI, { fromStockItemId: id, quantity: 1 }))).toEqual(['NOT_FOUND']);
    const { data } = await stock.run(
      HQ,
      `mutation { createIngredient(input: { name: "Permen Jahe", unit: PIECE }) { ingredient { id } } }`,
    );
    const ingredientId = Object(data).createIngredient.ingredient.id;
    const made = await stock.run(
      BUDI,
      'mutation ($input: CreateStockItemInput!) { createStockItem(input: $input) { stockItem { id } } }',
      { input: { outletId: OWN_OUTLET, ingredientId, tracking: 'COUNT', countedOnHand: 9 } },
    );
    const { id } = Object(made.data).createStockItem.stockItem;
    expect(await refused({ fromStockItemId: id })).toEqual(['INVALID_STATE toOutletId']);
    expect(await onHandOf(fromStockItemId, id)).toEqual([onHand, 9]);
  });

  test('are received where a caller of both outlets means to, and not at the other end', async () => {
    const [from, to] = [seededItem('Tas Kanvas'), seededItem('Tas Kanvas', SISTER_OUTLET)];
    const before = await onHandOf(from.id, to.id);
    const id = await sent({ fromStockItemId: from.id, quantity: 2 }, DEWI);
    const receiveAt = (atOutletId: string) => receive(DEWI, id, { atOutletId });
    expect(faults(await receiveAt(OWN_OUTLET))).toEqual(['INVALID_STATE atOutletId']);
    await end('returnTransfer', ANDI, id);
    expect(faults(await receiveAt(SISTER_OUTLET))).toEqual(['INVALID_STATE atOutletId']);
    for (let time = 1; time <= 2; time += 1)
      expect(payloadOf(await receiveAt(OWN_OUTLET)).transfer).toMatchObject({ status: 'RETURNED' });
    expect(faults(await receiveAt(SISTER_OUTLET))).toEqual(['INVALID_STATE atOutletId']);
    expect(await onHandOf(from.id, to.id)).toEqual(before);
  });

  test('are ended by figures and reasons that are none only with the argument named', async () => {
    const { id: fromStockItemId } = seededItem('Tas Kanvas');
    const id = await sent({ fromStockItemId, quantity: 1 });
    expect(faults(await receive(ANDI, id, { receivedQuantity: -1 }))).toEqual([
      'INVALID_QUANTITY receivedQuantity',
    ]);
    expect(faults(await receive(ANDI, id, { note: 'x'.repeat(501) }))).toEqual(['INVALID_INPUT note']);
    for (const step of ['returnTransfer', 'cancelTransfer'] as const)
      expect(faults(await end(step, DEWI, id, 'x'.repeat(501)))).toEqual(['INVALID_INPUT reason']);
    expect(payloadOf(await end('cancelTransfer', DEWI, id)).transfer).toMatchObject({ status: 'CANCELLED' });
  });

  test('go between franchises for head office alone, and are received there', async () => {
    const [from, to] = [seededItem('Tas Kanvas'), seededItem('Tas Kanvas', FOREIGN_OUTLET)];
    const id = await sent({ fromStockItemId: from.id, toOutletId: FOREIGN_OUTLET, quantity: 1 }, HQ);
    expect(codesOf(await receive(ANDI, id))).toEqual(['NOT_FOUND']);
    const lia: Identity = {
      customerId: newId(),
      roles: [{ role: 'MANAGER', outletId: FOREIGN_OUTLET, franchiseId: null }],
    };
    expect(await receive(lia, id)).toMatchObject({
      data: {
        receiveTransfer: { transfer: { fromStockItem: null, toStockItem: { onHand: to.onHand + 1 } } },
      },
    });
  });

  test('keep their item until they have arrived', async () => {
    const { id: stockItemId, onHand } = seededItem('Roti Pisang');
    const transferId = await sent({ fromStockItemId: stockItemId, quantity: onHand });
    const remove = async () =>
      (
        await stock.run(
          DEWI,
          'mutation ($id: ID!) { removeStockItem(stockItemId: $id) { userErrors { code } } }',
          { id: stockItemId },
        )
      ).data;
    expect(await remove()).toEqual({ removeStockItem: { userErrors: [{ code: 'IN_USE' }] } });
    await receive(ANDI, transferId);
    expect(await remove()).toEqual({ removeStockItem: { userErrors: [] } });
  });

  test('are never lost or doubled, whatever is sent, received, returned and cancelled at once', async () => {
    const items = [seededItem('Kopi Kemasan 200 g'), seededItem('Kopi Kemasan 200 g', SISTER_OUTLET)];
    const ids = items.map(({ id }) => id);
    const outlets = [OWN_OUTLET, SISTER_OUTLET];
    const total = async (): Promise<number> => {
      const { rows } = await stock.pool.query<{ total: number }>(
        `SELECT ((SELECT sum(on_hand) FROM stock_item WHERE id = ANY ($1))
           + (SELECT coalesce(sum(CASE WHEN ended_at IS NULL THEN quantity WHEN status <> 'CANCELLED' THEN quantity - received ELSE 0 END), 0)
              FROM transfer WHERE stock_item_id = ANY ($1)))::integer AS total`,
        [ids],
      );
      return rows[0]?.total ?? 0;
    };
    const before = await total();
    const transferIds: string[] = [];
    const command = fc.record({
      kind: fc.constantFrom('send', 'send', 'receive', 'returnTransfer', 'cancelTransfer'),
      from: fc.nat({ max: 1 }),
      quantity: fc.nat({ max: 12 }),
      which: fc.nat(),
    });
    type Command = { kind: string; from: number; quantity: number; which: number };
    const execute = async ({ kind, from, quantity, which }: Command): Promise<void> => {
      if (kind === 'send') {
        const result = await send(DEWI, {
          fromStockItemId: ids[from],
          toOutletId: outlets[1 - from],
          quantity,
        });
        const { transfer } = payloadOf(result);
        if (transfer !== null) transferIds.push(transfer.id);
        return;
      }
      // The latest ones, of which some are on the way.
      const id = transferIds.at(-1 - (which % 3));
      if (id === undefined) return;
      if (kind === 'receive') await receive(DEWI, id, { receivedQuantity: quantity });
      if (kind === 'returnTransfer' || kind === 'cancelTransfer') await end(kind, DEWI, id);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(command, { maxLength: 4 }), { maxLength: 4 }), async (rounds) => {
        for (const round of rounds) {
          await Promise.all(round.map(execute));
          expect(await total()).toBe(before);
        }
      }),
      { numRuns: 12, seed: 7 },
    );
    const { rows } = await stock.pool.query(
      `SELECT item.id FROM stock_item AS item JOIN stock_movement AS movement ON movement.stock_item_id = item.id AND figure = 'ON_HAND'
       WHERE item.id = ANY ($1) GROUP BY item.id, on_hand HAVING sum(delta) <> on_hand`,
      [ids],
    );
    expect(rows).toEqual([]);
  });
});

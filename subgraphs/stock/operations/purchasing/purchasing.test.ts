import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { addDays, todayIn } from '../../../../platform/kit/calendar.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../../prisma/seed/stock.js';
import {
  codesOf,
  enveloped,
  startTestSubgraph,
  type TestSubgraph,
  textAt,
} from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { startStock } from '../../index.js';
import { BUDI, DEWI, FOREIGN_OUTLET, HQ, OWN_OUTLET, RINA, SARI, seededItem } from '../../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

const USER_ERRORS = 'userErrors { code field message }';
const franchiseOf = (outletId: string) =>
  CATALOGUE.outlets.find(({ id }) => id === outletId)?.franchiseId ?? '';
const OWN_FRANCHISE = franchiseOf(OWN_OUTLET);
const FOREIGN_FRANCHISE = franchiseOf(FOREIGN_OUTLET);
const supplierNamed = (name: string) =>
  CATALOGUE.suppliers.find((supplier) => supplier.name === name)?.id ?? '';
const BAKERY = supplierNamed('CV Dapur Roti');
const COOKIES = { packSize: 40, price: 220_000 };

type Result = Awaited<ReturnType<TestSubgraph['run']>>;

function mutate(identity: Identity, name: string, selection: string, input: object): Promise<Result> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return stock.run(
    identity,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} ${USER_ERRORS} } }`,
    { input },
  );
}

const SUPPLIER = `supplier { id franchise { id } name email phone leadTimeDays deliveryWeekdays minimumOrder { amount } isActive
  prices(first: 50) { totalCount nodes { ingredient { name } packSize price { amount } minimumPacks reference } } }`;
const ORDER = `purchaseOrder { id number status total { amount } expectedOn version endReason isClosedShort madeBy { id } approvedBy { id }
  lines { stockItem { id } packSize packPrice { amount } packs quantity amount { amount } received difference } }`;

const createSupplier = (identity: Identity, input: object) =>
  mutate(identity, 'createSupplier', SUPPLIER, input);
const updateSupplier = (identity: Identity, input: object) =>
  mutate(identity, 'updateSupplier', SUPPLIER, input);
const createOrder = (identity: Identity, input: object) =>
  mutate(identity, 'createPurchaseOrder', ORDER, {
    ...{ outletId: OWN_OUTLET, supplierId: BAKERY, idempotencyKey: newId() },
    ...input,
  });
const step = (identity: Identity, name: string, id: string, reason?: string) =>
  stock.run(
    identity,
    reason === undefined
      ? `mutation ($id: ID!) { ${name}(id: $id) { ${ORDER} ${USER_ERRORS} } }`
      : `mutation ($id: ID!, $reason: String) { ${name}(id: $id, reason: $reason) { ${ORDER} ${USER_ERRORS} } }`,
    reason === undefined ? { id } : { id, reason },
  );
const receive = (identity: Identity, input: object) =>
  mutate(
    identity,
    'receiveDelivery',
    `delivery { id supplier purchaseOrder { id status }
      lines { quantity bestBefore outstanding difference note stockItem { id } } }`,
    { outletId: OWN_OUTLET, idempotencyKey: newId(), ...input },
  );

/** The codes and fields of a payload's userErrors. */
function faults(result: Result): string[] {
  const [payload] = Object.values(Object(result.data));
  const errors: { code: string; field: string[] | null }[] = Reflect.get(Object(payload), 'userErrors');
  return errors.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
}

async function sentOrder(lines: readonly object[], supplierId = BAKERY): Promise<string> {
  const id = textAt(
    await createOrder(BUDI, { supplierId, lines }),
    'createPurchaseOrder',
    'purchaseOrder',
    'id',
  );
  expect(faults(await step(DEWI, 'approvePurchaseOrder', id))).toEqual([]);
  expect(faults(await step(BUDI, 'sendPurchaseOrder', id))).toEqual([]);
  return id;
}

async function auditsOf(entityId: string): Promise<unknown[]> {
  const { rows } = await stock.pool.query<{ data: { action: string } }>(
    `SELECT data FROM outbox WHERE type = 'change.recorded' AND data -> 'entity' ->> 'id' = $1 ORDER BY id`,
    [entityId],
  );
  return rows.map(({ data }) => data);
}

describe('a supplier', () => {
  test('of a franchise is its owner’s, with prices that are set, changed and taken away', async () => {
    const [milk, tea] = [seededItem('Susu Segar'), seededItem('Daun Teh Hitam')];
    const created = await createSupplier(DEWI, {
      ...{
        franchiseId: OWN_FRANCHISE,
        name: ' Susu Lembang ',
        email: ' Pesan@Lembang.TEST',
        phone: '0812 345 678 90',
      },
      ...{ leadTimeDays: 2, deliveryWeekdays: ['FRIDAY', 'MONDAY', 'FRIDAY'], minimumOrder: 100_000 },
      prices: [
        { ingredientId: milk.ingredientId, packSize: 12_000, price: 190_000, reference: 'L-12' },
        { ingredientId: tea.ingredientId, packSize: 1_000, price: 90_000, minimumPacks: 2 },
      ],
    });
    expect(created.data).toMatchObject({
      createSupplier: {
        supplier: {
          ...{ franchise: { id: OWN_FRANCHISE }, name: 'Susu Lembang', email: 'pesan@lembang.test' },
          ...{ phone: '+6281234567890', leadTimeDays: 2, deliveryWeekdays: ['MONDAY', 'FRIDAY'] },
          ...{ minimumOrder: { amount: 100_000 }, isActive: true },
          prices: {
            totalCount: 2,
            nodes: expect.arrayContaining([
              {
                ...{ ingredient: { name: 'Susu Segar' }, packSize: 12_000, price: { amount: 190_000 } },
                ...{ minimumPacks: 1, reference: 'L-12' },
              },
            ]),
          },
        },
        userErrors: [],
      },
    });
    const supplierId = textAt(created, 'createSupplier', 'supplier', 'id');
    const changed = await updateSupplier(DEWI, {
      ...{ supplierId, phone: null, leadTimeDays: 3, removedIngredientIds: [tea.ingredientId] },
      prices: [{ ingredientId: milk.ingredientId, packSize: 6_000, price: 99_000 }],
    });
    expect(changed.data).toMatchObject({
      updateSupplier: {
        supplier: {
          ...{ name: 'Susu Lembang', email: 'pesan@lembang.test', phone: null, leadTimeDays: 3 },
          prices: { totalCount: 1, nodes: [{ packSize: 6_000, price: { amount: 99_000 }, reference: null }] },
        },
      },
    });
    const again = await updateSupplier(DEWI, {
      supplierId,
      prices: [{ ingredientId: tea.ingredientId, packSize: 500, price: 50_000 }],
    });
    expect(again.data).toMatchObject({ updateSupplier: { supplier: { prices: { totalCount: 2 } } } });
    const tenant = { franchiseId: OWN_FRANCHISE, outletId: null };
    expect(await auditsOf(supplierId)).toMatchObject([
      { action: 'createSupplier', ...tenant, before: null },
      {
        ...{ action: 'updateSupplier', ...tenant, before: { leadTimeDays: 2, phone: '+6281234567890' } },
        after: { leadTimeDays: 3, phone: null, prices: [{ packSize: 6_000, price: 99_000 }] },
      },
      { action: 'updateSupplier', before: { prices: [] } },
    ]);
  });

  test('has a name that no other of its owner has', async () => {
    expect(faults(await createSupplier(HQ, { name: 'PT Nama Sama' }))).toEqual([]);
    expect(faults(await createSupplier(HQ, { name: 'PT Nama Sama' }))).toEqual(['ALREADY_EXISTS name']);
    const ofFranchise = { franchiseId: OWN_FRANCHISE, name: 'PT Nama Sama' };
    expect(faults(await createSupplier(DEWI, ofFranchise))).toEqual([]);
    const other = await createSupplier(DEWI, { franchiseId: OWN_FRANCHISE, name: 'PT Nama Lain' });
    const supplierId = textAt(other, 'createSupplier', 'supplier', 'id');
    expect(faults(await updateSupplier(DEWI, { supplierId, name: 'PT Nama Sama' }))).toEqual([
      'ALREADY_EXISTS name',
    ]);
  });

  test('is refused with prices of nothing, prices twice, and figures out of bounds', async () => {
    const { ingredientId } = seededItem('Susu Segar');
    const price = { ingredientId, packSize: 1, price: 1 };
    const refused = async (input: object) => faults(await createSupplier(HQ, { name: 'PT Salah', ...input }));
    expect(await refused({ prices: [price, { ...price, ingredientId: newId() }] })).toEqual([
      'NOT_FOUND prices 1 ingredientId',
    ]);
    expect(await refused({ prices: [price, price] })).toEqual(['INVALID_INPUT prices 1 ingredientId']);
    expect(await refused({ prices: [{ ...price, packSize: 0, price: -1 }] })).toEqual([
      'INVALID_QUANTITY prices 0 packSize',
      'INVALID_QUANTITY prices 0 price',
    ]);
    expect(await refused({ leadTimeDays: 366, minimumOrder: -1, email: 'kosong', phone: '1' })).toEqual([
      'INVALID_QUANTITY leadTimeDays',
      'INVALID_QUANTITY minimumOrder',
      'INVALID_INPUT email',
      'INVALID_INPUT phone',
    ]);
    expect((await stock.pool.query(`SELECT FROM supplier WHERE name = 'PT Salah'`)).rowCount).toBe(0);
  });

  test('of the chain is changed by head office alone, one of a franchise by those who own it', async () => {
    const name = 'PT Dilarang';
    expect(codesOf(await createSupplier(DEWI, { name }))).toEqual(['FORBIDDEN']);
    for (const franchiseId of [FOREIGN_FRANCHISE, newId(), 'no-id'])
      expect(codesOf(await createSupplier(DEWI, { name, franchiseId }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await createSupplier(HQ, { name, franchiseId: newId() }))).toEqual(['NOT_FOUND']);
    for (const person of [SARI, BUDI, RINA]) {
      expect(codesOf(await createSupplier(person, { name, franchiseId: OWN_FRANCHISE }))).toEqual([
        'FORBIDDEN',
      ]);
      expect(codesOf(await updateSupplier(person, { supplierId: BAKERY, name }))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await updateSupplier(DEWI, { supplierId: BAKERY, name }))).toEqual(['FORBIDDEN']);
    for (const supplierId of [supplierNamed('Es Batu Wonokromo'), newId(), 'no-id'])
      expect(codesOf(await updateSupplier(DEWI, { supplierId, name }))).toEqual(['NOT_FOUND']);
  });

  test('is listed to those whose outlets can order from it', async () => {
    const listed = async (identity: Identity, args = '') => {
      const { data } = await stock.run(
        identity,
        `{ suppliers(first: 100 ${args}) { totalCount nodes { name } } }`,
      );
      const nodes: { name: string }[] = Reflect.get(Object(Reflect.get(Object(data), 'suppliers')), 'nodes');
      return nodes.map(({ name }) => name);
    };
    for (const person of [BUDI, DEWI]) {
      const names = await listed(person);
      expect(names).toEqual(expect.arrayContaining(['PT Susu Jaya', 'Roti Pagi Menteng']));
      expect(names).not.toContain('Es Batu Wonokromo');
    }
    expect(await listed(HQ)).toEqual(expect.arrayContaining(['Roti Pagi Menteng', 'Es Batu Wonokromo']));
    const { ingredientId } = seededItem('Es Batu');
    expect(await listed(HQ, `ingredientId: "${ingredientId}"`)).toEqual([
      'Es Batu Wonokromo',
      'Es Kristal Prima',
    ]);
    const ofOwn = `ingredientId: "${ingredientId}", isActive: true, scope: { outletId: "${OWN_OUTLET}" }`;
    expect(await listed(HQ, ofOwn)).toEqual(['Es Kristal Prima']);
    expect(await listed(HQ, 'isActive: false')).toEqual([]);
    expect(await listed(HQ, 'ingredientId: "no-id"')).toEqual([]);
    const query = `query ($id: ID!) { supplier(id: $id) { id } }`;
    expect(codesOf(await stock.run(BUDI, query, { id: supplierNamed('Es Batu Wonokromo') }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(codesOf(await stock.run(SARI, '{ suppliers { nodes { id } } }'))).toEqual(['FORBIDDEN']);
    const foreign = `{ suppliers(scope: { outletId: "${FOREIGN_OUTLET}" }) { nodes { id } } }`;
    expect(codesOf(await stock.run(BUDI, foreign))).toEqual(['NOT_FOUND']);
  });
});

describe('an order', () => {
  test('takes packs and prices of now, rounded up to whole packs, and is numbered by outlet without gaps', async () => {
    const { id } = seededItem('Kukis Cokelat');
    const made = await createOrder(BUDI, { lines: [{ stockItemId: id, quantity: 100 }], note: 'Pagi saja' });
    expect(made.data).toMatchObject({
      createPurchaseOrder: {
        purchaseOrder: {
          ...{
            status: 'DRAFT',
            total: { amount: 660_000 },
            madeBy: { id: BUDI.customerId },
            approvedBy: null,
          },
          lines: [
            {
              ...{ stockItem: { id }, packSize: 40, packPrice: { amount: 220_000 }, packs: 3, quantity: 120 },
              ...{ amount: { amount: 660_000 }, received: 0, difference: -120 },
            },
          ],
        },
        userErrors: [],
      },
    });
    const number = Number(Reflect.get(Object(Object(made.data).createPurchaseOrder).purchaseOrder, 'number'));
    expect(faults(await createOrder(BUDI, { lines: [{ stockItemId: newId(), quantity: 1 }] }))).toEqual([
      'NOT_FOUND lines 0 stockItemId',
    ]);
    const next = await createOrder(DEWI, { lines: [{ stockItemId: id, quantity: 1 }] });
    expect(next.data).toMatchObject({
      createPurchaseOrder: { purchaseOrder: { number: number + 1, lines: [{ packs: 1 }] } },
    });
    const orderId = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    expect(await auditsOf(orderId)).toMatchObject([
      {
        ...{ action: 'createPurchaseOrder', franchiseId: OWN_FRANCHISE, outletId: OWN_OUTLET, before: null },
        after: { number, status: 'DRAFT', total: 660_000, note: 'Pagi saja', lines: [{ packs: 3 }] },
      },
    ]);
  });

  test('sent fifty times at once with one key is made once', async () => {
    const { id } = seededItem('Kukis Cokelat');
    const input = { lines: [{ stockItemId: id, quantity: 40 }], idempotencyKey: newId() };
    const results = await Promise.all(Array.from({ length: 50 }, () => createOrder(BUDI, input)));
    const ids = results.map((result) => textAt(result, 'createPurchaseOrder', 'purchaseOrder', 'id'));
    expect(new Set(ids).size).toBe(1);
    const other = { ...input, lines: [{ stockItemId: id, quantity: 80 }] };
    expect(faults(await createOrder(BUDI, other))).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
  });

  test('keeps its prices when the supplier changes them', async () => {
    const { id, ingredientId } = seededItem('Stik Keju');
    const made = await createOrder(BUDI, { lines: [{ stockItemId: id, quantity: 30 }] });
    const orderId = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    const dearer = { ingredientId, packSize: 30, price: 170_000 };
    expect(faults(await updateSupplier(HQ, { supplierId: BAKERY, prices: [dearer] }))).toEqual([]);
    const read = await stock.run(
      BUDI,
      'query ($id: ID!) { purchaseOrder(id: $id) { total { amount } lines { packPrice { amount } } } }',
      { id: orderId },
    );
    expect(read.data).toEqual({
      purchaseOrder: { total: { amount: 165_000 }, lines: [{ packPrice: { amount: 165_000 } }] },
    });
  });

  test('is refused for what the supplier does not sell, and from whom the outlet cannot order', async () => {
    const [cookie, milk] = [seededItem('Kukis Cokelat'), seededItem('Susu Segar')];
    const foreign = seededItem('Kukis Cokelat', FOREIGN_OUTLET);
    const refused = async (...lines: [string, number][]) =>
      faults(
        await createOrder(HQ, { lines: lines.map(([stockItemId, quantity]) => ({ stockItemId, quantity })) }),
      );
    expect(await refused([cookie.id, 1], [milk.id, 1])).toEqual(['NOT_FOUND lines 1 stockItemId']);
    expect(await refused([cookie.id, 1], [foreign.id, 1])).toEqual(['NOT_FOUND lines 1 stockItemId']);
    expect(await refused([cookie.id, 1], [cookie.id, 1])).toEqual(['INVALID_INPUT lines 1 stockItemId']);
    expect(await refused([cookie.id, 0])).toEqual(['INVALID_QUANTITY lines 0 quantity']);
    expect(await refused([cookie.id, 1_000_000_000])).toEqual(['INVALID_QUANTITY lines 0 quantity']);
    expect(await refused()).toEqual(['INVALID_INPUT lines']);
    const lines = [{ stockItemId: cookie.id, quantity: 40 }];
    for (const supplierId of [supplierNamed('Es Batu Wonokromo'), newId(), 'no-id'])
      expect(codesOf(await createOrder(HQ, { supplierId, lines }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await createOrder(BUDI, { outletId: FOREIGN_OUTLET, lines }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await createOrder(SARI, { lines }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await createOrder(RINA, { lines }))).toEqual(['FORBIDDEN']);

    const made = await createSupplier(HQ, {
      name: 'PT Tidak Lagi',
      prices: [{ ingredientId: cookie.ingredientId, packSize: 10, price: 1_000, minimumPacks: 5 }],
    });
    const supplierId = textAt(made, 'createSupplier', 'supplier', 'id');
    expect(faults(await createOrder(BUDI, { supplierId, lines }))).toEqual([
      'INVALID_QUANTITY lines 0 quantity',
    ]);
    expect(faults(await updateSupplier(HQ, { supplierId, isActive: false }))).toEqual([]);
    expect(faults(await createOrder(BUDI, { supplierId, lines }))).toEqual(['INVALID_STATE supplierId']);
  });

  test('is approved up to a sum by role, which settings of the outlet say', async () => {
    const { id: stockItemId } = seededItem('Kukis Cokelat');
    const orderOf = async (packs: number) => {
      const lines = [{ stockItemId, quantity: packs * COOKIES.packSize }];
      return textAt(await createOrder(BUDI, { lines }), 'createPurchaseOrder', 'purchaseOrder', 'id');
    };
    const dear = await orderOf(23);
    const refused = await step(BUDI, 'approvePurchaseOrder', dear);
    expect(refused.data).toMatchObject({
      approvePurchaseOrder: {
        purchaseOrder: null,
        userErrors: [
          {
            ...{ code: 'ABOVE_APPROVAL_LIMIT', field: ['id'] },
            message: 'You may approve orders of up to 5000000 rupiah',
          },
        ],
      },
    });
    const approved = await step(DEWI, 'approvePurchaseOrder', dear);
    expect(approved.data).toMatchObject({
      approvePurchaseOrder: {
        purchaseOrder: { status: 'APPROVED', version: 2, approvedBy: { id: DEWI.customerId } },
      },
    });
    // A retry changes nothing.
    expect((await step(DEWI, 'approvePurchaseOrder', dear)).data).toMatchObject({
      approvePurchaseOrder: { purchaseOrder: { status: 'APPROVED', version: 2 }, userErrors: [] },
    });

    const [cheap, dearer] = [await orderOf(2), await orderOf(30)];
    const setLimit = async (value: number, aggregateVersion: number) => {
      const settings = { managerPurchaseLimit: { value, isLocked: false } };
      const data = { level: 'OUTLET', placeId: OWN_OUTLET, franchiseId: OWN_FRANCHISE, settings } as const;
      await stock.deliver(
        'stock.settings-copy',
        enveloped({ type: 'settings.changed', aggregateId: OWN_OUTLET, aggregateVersion, data }),
      );
      await eventually(async () =>
        expect((await step(BUDI, 'approvePurchaseOrder', dearer)).data).toMatchObject({
          approvePurchaseOrder: {
            userErrors: [{ message: `You may approve orders of up to ${value} rupiah` }],
          },
        }),
      );
    };
    await setLimit(439_999, 1);
    expect(faults(await step(BUDI, 'approvePurchaseOrder', cheap))).toEqual(['ABOVE_APPROVAL_LIMIT id']);
    await setLimit(440_000, 2);
    expect(faults(await step(BUDI, 'approvePurchaseOrder', cheap))).toEqual([]);
    expect(await auditsOf(cheap)).toMatchObject([
      { action: 'createPurchaseOrder' },
      { action: 'approvePurchaseOrder', before: { status: 'DRAFT' }, after: { status: 'APPROVED' } },
    ]);
  });

  test('answers a step that is repeated after the next one', async () => {
    const { id: stockItemId } = seededItem('Kukis Cokelat');
    const id = await sentOrder([{ stockItemId, quantity: 80 }]);
    const again = async (name: string) => (await step(DEWI, name, id)).data;
    expect(await again('approvePurchaseOrder')).toMatchObject({
      approvePurchaseOrder: { purchaseOrder: { status: 'SENT' }, userErrors: [] },
    });
    expect(
      faults(await receive(BUDI, { purchaseOrderId: id, lines: [{ stockItemId, quantity: 40 }] })),
    ).toEqual([]);
    expect(await again('sendPurchaseOrder')).toMatchObject({
      sendPurchaseOrder: { purchaseOrder: { status: 'PARTLY_RECEIVED' }, userErrors: [] },
    });
    const cancelled = textAt(
      await createOrder(BUDI, { lines: [{ stockItemId, quantity: 40 }] }),
      'createPurchaseOrder',
      'purchaseOrder',
      'id',
    );
    for (const name of ['approvePurchaseOrder', 'cancelPurchaseOrder'])
      expect(faults(await step(BUDI, name, cancelled))).toEqual([]);
    expect(faults(await step(BUDI, 'approvePurchaseOrder', cancelled))).toEqual(['INVALID_STATE id']);
  });

  test('to a supplier from whom nothing is ordered any more is neither approved nor sent', async () => {
    const cookie = seededItem('Kukis Cokelat');
    const made = await createSupplier(HQ, {
      name: 'PT Berhenti',
      prices: [{ ingredientId: cookie.ingredientId, packSize: 10, price: 1_000 }],
    });
    const supplierId = textAt(made, 'createSupplier', 'supplier', 'id');
    const orderOf = async () => {
      const lines = [{ stockItemId: cookie.id, quantity: 40 }];
      const order = await createOrder(BUDI, { supplierId, lines });
      return textAt(order, 'createPurchaseOrder', 'purchaseOrder', 'id');
    };
    const [draft, approved] = [await orderOf(), await orderOf()];
    expect(faults(await step(BUDI, 'approvePurchaseOrder', approved))).toEqual([]);
    expect(faults(await updateSupplier(HQ, { supplierId, isActive: false }))).toEqual([]);
    expect(faults(await step(BUDI, 'approvePurchaseOrder', draft))).toEqual(['INVALID_STATE id']);
    expect(faults(await step(BUDI, 'sendPurchaseOrder', approved))).toEqual(['INVALID_STATE id']);
    expect(faults(await step(BUDI, 'cancelPurchaseOrder', approved))).toEqual([]);
  });

  test('of more than money can say is refused, not failed', async () => {
    const cookie = seededItem('Kukis Cokelat');
    const made = await createSupplier(HQ, {
      name: 'PT Mahal',
      prices: [{ ingredientId: cookie.ingredientId, packSize: 1, price: 1_000_000_000 }],
    });
    const supplierId = textAt(made, 'createSupplier', 'supplier', 'id');
    const lines = [{ stockItemId: cookie.id, quantity: 1_000_000_000 }];
    expect(faults(await createOrder(BUDI, { supplierId, lines }))).toEqual([
      'INVALID_QUANTITY lines 0 quantity',
    ]);
  });

  test('is not moved on by a delivery that brings nothing of it', async () => {
    const [cookie, milk] = [seededItem('Kukis Cokelat'), seededItem('Susu Segar')];
    const id = await sentOrder([{ stockItemId: cookie.id, quantity: 40 }]);
    const wrong = { purchaseOrderId: id, lines: [{ stockItemId: milk.id, quantity: 1_000 }] };
    expect(faults(await receive(BUDI, wrong))).toEqual(['INVALID_INPUT purchaseOrderId']);
    expect(faults(await step(BUDI, 'cancelPurchaseOrder', id))).toEqual([]);
  });

  test('below what the supplier takes orders from is not approved', async () => {
    const { id: stockItemId } = seededItem('Stik Keju');
    const made = await createOrder(BUDI, { lines: [{ stockItemId, quantity: 1 }] });
    const id = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    expect(faults(await updateSupplier(HQ, { supplierId: BAKERY, minimumOrder: 200_000 }))).toEqual([]);
    expect(faults(await step(BUDI, 'approvePurchaseOrder', id))).toEqual(['INVALID_QUANTITY id']);
    expect(faults(await updateSupplier(HQ, { supplierId: BAKERY, minimumOrder: 150_000 }))).toEqual([]);
    expect(faults(await step(BUDI, 'approvePurchaseOrder', id))).toEqual([]);
  });

  test('is sent as a document, and expected on a day on which the supplier delivers', async () => {
    const { id: stockItemId } = seededItem('Kukis Cokelat');
    const id = await sentOrder([{ stockItemId, quantity: 40 }]);
    const read = (language: string) =>
      stock.run(
        BUDI,
        `query ($id: ID!) { purchaseOrder(id: $id) { status expectedOn sentAt html(language: ${language}) } }`,
        { id },
      );
    const answer = await read('EN');
    const expectedOn = new Date(textAt(answer, 'purchaseOrder', 'expectedOn'));
    expect(expectedOn.getUTCDay()).not.toBe(0);
    const html = textAt(answer, 'purchaseOrder', 'html');
    for (const text of [
      'Purchase order',
      'CV Dapur Roti',
      'ROTI-003',
      'Kukis Cokelat',
      'Kedai ',
      'Rp 220,000',
    ])
      expect(html).toContain(text);
    expect(textAt(await read('ID'), 'purchaseOrder', 'html')).toContain('Rp 220.000');
  });

  test('is changed as long as it is a draft: its lines, its supplier, its note', async () => {
    const [cookie, cheese] = [seededItem('Kukis Cokelat'), seededItem('Roti Bakar')];
    const made = await createOrder(BUDI, { lines: [{ stockItemId: cookie.id, quantity: 50 }], note: 'Pagi' });
    const id = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    const update = (identity: Identity, input: object) =>
      mutate(identity, 'updatePurchaseOrder', `${ORDER.replace('number', 'number note supplier { name }')}`, {
        id,
        ...input,
      });
    const lines = [
      { stockItemId: cheese.id, quantity: 1 },
      { stockItemId: cookie.id, quantity: 81 },
    ];
    expect((await update(BUDI, { lines })).data).toMatchObject({
      updatePurchaseOrder: {
        purchaseOrder: {
          ...{ status: 'DRAFT', version: 2, note: 'Pagi' },
          lines: [{ stockItem: { id: cheese.id } }, { stockItem: { id: cookie.id }, packs: 3 }],
        },
        userErrors: [],
      },
    });
    const other = await createSupplier(DEWI, {
      ...{ franchiseId: OWN_FRANCHISE, name: 'Kukis Kemang' },
      prices: [{ ingredientId: cookie.ingredientId, packSize: 100, price: 400_000 }],
    });
    const supplierId = textAt(other, 'createSupplier', 'supplier', 'id');
    // It sells no toast.
    expect(faults(await update(BUDI, { supplierId }))).toEqual(['NOT_FOUND lines 0 stockItemId']);
    await update(BUDI, { lines: lines.slice(1) });
    expect((await update(BUDI, { supplierId, note: null })).data).toMatchObject({
      updatePurchaseOrder: {
        purchaseOrder: {
          ...{ supplier: { name: 'Kukis Kemang' }, note: null, total: { amount: 800_000 } },
          // The same quantity as before, in packs of the other supplier.
          lines: [{ packs: 2, packSize: 100, quantity: 200 }],
        },
      },
    });
    for (const stranger of [supplierNamed('Es Batu Wonokromo'), newId(), 'no-id'])
      expect(codesOf(await update(BUDI, { supplierId: stranger }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await update(SARI, { note: 'Halo' }))).toEqual(['FORBIDDEN']);
    expect(faults(await update(BUDI, { lines: [] }))).toEqual(['INVALID_INPUT lines']);
    expect(faults(await step(DEWI, 'approvePurchaseOrder', id))).toEqual([]);
    expect(faults(await update(BUDI, { note: 'Terlambat' }))).toEqual(['INVALID_STATE id']);
    expect((await auditsOf(id)).slice(-2)).toMatchObject([
      { action: 'updatePurchaseOrder', before: { note: 'Pagi' }, after: { supplierId, note: null } },
      { action: 'approvePurchaseOrder' },
    ]);
  });

  test('publishes each step that it takes, and its receipts are in the audit trail once each', async () => {
    const { id: stockItemId } = seededItem('Kukis Cokelat');
    const id = await sentOrder([{ stockItemId, quantity: 80 }]);
    const deliveryId = textAt(
      await receive(BUDI, { purchaseOrderId: id, lines: [{ stockItemId, quantity: 10 }] }),
      ...['receiveDelivery', 'delivery', 'id'],
    );
    expect(faults(await step(BUDI, 'closePurchaseOrder', id, 'Habis'))).toEqual([]);
    const made = await createOrder(BUDI, { lines: [{ stockItemId, quantity: 40 }] });
    const cancelled = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    expect(faults(await step(BUDI, 'cancelPurchaseOrder', cancelled, 'Batal'))).toEqual([]);
    const published = async (orderId: string) => {
      const { rows } = await stock.pool.query<{ type: string; version: number; data: object }>(
        `SELECT type, aggregate_version AS version, data FROM outbox
         WHERE aggregate_id = $1 AND type LIKE 'purchase-order.%' ORDER BY id`,
        [orderId],
      );
      return rows;
    };
    const about = { purchaseOrderId: id, supplierId: BAKERY, outletId: OWN_OUTLET, total: 440_000 };
    expect(await published(id)).toMatchObject([
      {
        type: 'purchase-order.approved',
        version: 2,
        data: { ...about, status: 'APPROVED', expectedOn: null },
      },
      { type: 'purchase-order.sent', version: 3, data: { status: 'SENT', expectedOn: expect.any(String) } },
      { type: 'purchase-order.received', version: 4, data: { status: 'PARTLY_RECEIVED', deliveryId } },
      { type: 'purchase-order.closed', version: 5, data: { ...about, status: 'RECEIVED' } },
    ]);
    expect(await published(cancelled)).toMatchObject([{ type: 'purchase-order.cancelled', version: 2 }]);
    expect(JSON.stringify(await published(cancelled))).not.toContain('Batal');
    expect(
      (await auditsOf(id)).filter((entry) => Reflect.get(Object(entry), 'action') === 'receiveDelivery'),
    ).toMatchObject([
      {
        ...{ before: { status: 'SENT' }, after: { status: 'PARTLY_RECEIVED' } },
        after: { delivery: { id: deliveryId, lines: [{ stockItemId, quantity: 10, outstanding: 80 }] } },
      },
    ]);
    expect(await auditsOf(deliveryId)).toEqual([]);
  });

  test('is mailed to the supplier once it is sent, where an address is known', async () => {
    const cookie = seededItem('Kukis Cokelat');
    const email = `${newId()}@kedai.test`;
    const mailsTo = async () => {
      const { rows } = await stock.pool.query<{ data: object }>(
        `SELECT data FROM outbox WHERE type = 'mail.requested' AND data ->> 'to' = $1`,
        [email],
      );
      return rows.map(({ data }) => data);
    };
    const prices = [{ ingredientId: cookie.ingredientId, packSize: 10, price: 1_000, reference: 'K-10' }];
    const made = await createSupplier(HQ, { name: 'PT Surat', email, prices });
    const supplierId = textAt(made, 'createSupplier', 'supplier', 'id');
    const id = await sentOrder([{ stockItemId: cookie.id, quantity: 1_500 }], supplierId);
    // A retry sends no second one.
    expect(faults(await step(BUDI, 'sendPurchaseOrder', id))).toEqual([]);
    expect(await mailsTo()).toMatchObject([
      {
        ...{ kind: 'PURCHASE_ORDER', language: 'id', customerId: null, link: null },
        facts: {
          ...{ supplier: 'PT Surat', place: expect.stringContaining('Kedai'), total: 'Rp 150.000' },
          lines: JSON.stringify([['K-10', 'Kukis Cokelat', '150 × 10 buah', 'Rp 150.000']]),
        },
      },
    ]);
    expect(faults(await updateSupplier(HQ, { supplierId, email: null }))).toEqual([]);
    await sentOrder([{ stockItemId: cookie.id, quantity: 10 }], supplierId);
    expect(await mailsTo()).toHaveLength(1);
  });

  test('takes each step from the state before it alone', async () => {
    const { id: stockItemId } = seededItem('Kukis Cokelat');
    const lines = [{ stockItemId, quantity: 40 }];
    const made = await createOrder(BUDI, { lines });
    const id = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    expect(faults(await step(BUDI, 'sendPurchaseOrder', id))).toEqual(['INVALID_STATE id']);
    expect(faults(await step(BUDI, 'closePurchaseOrder', id))).toEqual(['INVALID_STATE id']);
    expect((await step(BUDI, 'cancelPurchaseOrder', id, 'Salah pesan')).data).toMatchObject({
      cancelPurchaseOrder: { purchaseOrder: { status: 'CANCELLED', endReason: 'Salah pesan' } },
    });
    expect(faults(await step(BUDI, 'approvePurchaseOrder', id))).toEqual(['INVALID_STATE id']);
    expect(faults(await step(BUDI, 'cancelPurchaseOrder', id))).toEqual([]);
    for (const name of [
      'approvePurchaseOrder',
      'sendPurchaseOrder',
      'cancelPurchaseOrder',
      'closePurchaseOrder',
    ]) {
      expect(codesOf(await step(SARI, name, id))).toEqual(['FORBIDDEN']);
      for (const unknown of [newId(), 'no-id'])
        expect(codesOf(await step(HQ, name, unknown))).toEqual(['NOT_FOUND']);
    }
    const item = seededItem('Kukis Cokelat', FOREIGN_OUTLET);
    const foreign = await createOrder(HQ, {
      outletId: FOREIGN_OUTLET,
      lines: [{ stockItemId: item.id, quantity: 40 }],
    });
    const foreignId = textAt(foreign, 'createPurchaseOrder', 'purchaseOrder', 'id');
    expect(codesOf(await step(DEWI, 'approvePurchaseOrder', foreignId))).toEqual(['NOT_FOUND']);
  });
});

describe('a delivery for an order', () => {
  test('in parts moves it on until all has come, each part with what was outstanding', async () => {
    const [cookie, toast] = [seededItem('Kukis Cokelat'), seededItem('Roti Bakar')];
    const bestBefore = addDays(todayIn('Asia/Jakarta'), 25);
    const purchaseOrderId = await sentOrder([
      { stockItemId: cookie.id, quantity: 80 },
      { stockItemId: toast.id, quantity: 40 },
    ]);
    const first = await receive(BUDI, {
      purchaseOrderId,
      lines: [
        { stockItemId: cookie.id, quantity: 50, bestBefore, note: 'Dua penyok' },
        { stockItemId: toast.id, quantity: 40 },
      ],
    });
    expect(first.data).toMatchObject({
      receiveDelivery: {
        delivery: {
          ...{ supplier: 'CV Dapur Roti', purchaseOrder: { id: purchaseOrderId, status: 'PARTLY_RECEIVED' } },
          lines: [
            {
              ...{ quantity: 50, bestBefore, note: 'Dua penyok' },
              ...{ outstanding: 80, difference: -30 },
            },
            { quantity: 40, bestBefore: null, note: null, outstanding: 40, difference: 0 },
          ],
        },
        userErrors: [],
      },
    });
    expect(faults(await step(BUDI, 'cancelPurchaseOrder', purchaseOrderId))).toEqual(['INVALID_STATE id']);
    const rest = {
      purchaseOrderId,
      lines: [{ stockItemId: cookie.id, quantity: 30 }],
      idempotencyKey: newId(),
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => receive(BUDI, rest)));
    for (const answer of answers) {
      expect(answer.data).toMatchObject({
        receiveDelivery: { delivery: { purchaseOrder: { status: 'RECEIVED' } }, userErrors: [] },
      });
    }
    const read = await stock.run(
      BUDI,
      `query ($id: ID!) { purchaseOrder(id: $id) {
         status endedAt isClosedShort lines { received difference } deliveries { lines { quantity } } } }`,
      { id: purchaseOrderId },
    );
    expect(read.data).toEqual({
      purchaseOrder: {
        ...{ status: 'RECEIVED', endedAt: expect.any(String), isClosedShort: false },
        lines: [
          { received: 80, difference: 0 },
          { received: 40, difference: 0 },
        ],
        deliveries: [{ lines: [{ quantity: 50 }, { quantity: 40 }] }, { lines: [{ quantity: 30 }] }],
      },
    });
    expect(faults(await receive(BUDI, { ...rest, idempotencyKey: newId() }))).toEqual([
      'INVALID_STATE purchaseOrderId',
    ]);
  });

  test('notes what is too much and what was not ordered', async () => {
    const [cookie, tote] = [seededItem('Kukis Cokelat'), seededItem('Tas Kanvas')];
    const purchaseOrderId = await sentOrder([{ stockItemId: cookie.id, quantity: 40 }]);
    const received = await receive(BUDI, {
      purchaseOrderId,
      lines: [
        { stockItemId: cookie.id, quantity: 45 },
        { stockItemId: tote.id, quantity: 2 },
      ],
    });
    expect(received.data).toMatchObject({
      receiveDelivery: {
        delivery: {
          purchaseOrder: { status: 'RECEIVED' },
          lines: [
            { outstanding: 40, difference: 5 },
            { outstanding: 0, difference: 2 },
          ],
        },
      },
    });
  });

  test('is closed short where the rest will not come', async () => {
    const { id: stockItemId } = seededItem('Kukis Cokelat');
    const id = await sentOrder([{ stockItemId, quantity: 80 }]);
    await receive(BUDI, { purchaseOrderId: id, lines: [{ stockItemId, quantity: 10 }] });
    expect((await step(BUDI, 'closePurchaseOrder', id, 'Habis di pemasok')).data).toMatchObject({
      closePurchaseOrder: {
        purchaseOrder: {
          ...{ status: 'RECEIVED', isClosedShort: true, endReason: 'Habis di pemasok' },
          lines: [{ received: 10, difference: -70 }],
        },
        userErrors: [],
      },
    });
    const late = { purchaseOrderId: id, lines: [{ stockItemId, quantity: 70 }] };
    expect(faults(await receive(BUDI, late))).toEqual(['INVALID_STATE purchaseOrderId']);
  });

  test('is refused for an order that was not sent or is another outlet’s, and changes nothing', async () => {
    const { id: stockItemId } = seededItem('Roti Pisang');
    const made = await createOrder(BUDI, { lines: [{ stockItemId, quantity: 24 }] });
    const draft = textAt(made, 'createPurchaseOrder', 'purchaseOrder', 'id');
    const lines = [{ stockItemId, quantity: 12 }];
    expect(faults(await receive(BUDI, { purchaseOrderId: draft, lines }))).toEqual([
      'INVALID_STATE purchaseOrderId',
    ]);
    const sent = await sentOrder([{ stockItemId, quantity: 24 }]);
    const foreign = seededItem('Roti Pisang', FOREIGN_OUTLET);
    const elsewhere = {
      ...{ outletId: FOREIGN_OUTLET, purchaseOrderId: sent },
      lines: [{ stockItemId: foreign.id, quantity: 12 }],
    };
    expect(faults(await receive(HQ, elsewhere))).toEqual(['NOT_FOUND purchaseOrderId']);
    for (const purchaseOrderId of [newId(), 'no-id'])
      expect(faults(await receive(BUDI, { purchaseOrderId, lines }))).toEqual(['NOT_FOUND purchaseOrderId']);
    const bad = { purchaseOrderId: sent, lines: [{ stockItemId: foreign.id, quantity: 1 }] };
    expect(faults(await receive(BUDI, bad))).toEqual(['NOT_FOUND lines 0 stockItemId']);
    const { rows } = await stock.pool.query('SELECT version FROM stock_item WHERE id = $1', [stockItemId]);
    expect(rows).toEqual([{ version: 1 }]);
  });
});

test('orders are listed by place, status and supplier, newest first', async () => {
  const query = `query ($scope: SalesScopeInput, $status: [PurchaseOrderStatus!], $supplierId: ID) {
    purchaseOrders(scope: $scope, status: $status, supplierId: $supplierId, first: 100) {
      totalCount nodes { id number status supplier { name } outlet { id } } } }`;
  const { data } = await stock.run(BUDI, query, { status: ['RECEIVED'], supplierId: BAKERY });
  const list = Reflect.get(Object(data), 'purchaseOrders');
  const nodes: { number: number; status: string; outlet: { id: string } }[] = Reflect.get(list, 'nodes');
  expect(nodes.length).toBeGreaterThan(2);
  expect(Reflect.get(list, 'totalCount')).toBe(nodes.length);
  for (const { status, outlet } of nodes) expect([status, outlet.id]).toEqual(['RECEIVED', OWN_OUTLET]);
  const numbers = nodes.map(({ number }) => number);
  expect(numbers.toSorted((one, other) => other - one)).toEqual(numbers);

  expect(codesOf(await stock.run(BUDI, query, { scope: { outletId: FOREIGN_OUTLET } }))).toEqual([
    'NOT_FOUND',
  ]);
  expect((await stock.run(BUDI, query, { supplierId: 'no-id' })).data).toMatchObject({
    purchaseOrders: { totalCount: 0 },
  });
  expect(codesOf(await stock.run(SARI, query))).toEqual(['FORBIDDEN']);
  const foreign = await stock.run(HQ, query, { scope: { franchiseId: FOREIGN_FRANCHISE } });
  expect(foreign.data).toMatchObject({ purchaseOrders: { totalCount: 1 } });
});

test('numbers of an outlet’s orders have no gaps, also where drafts were refused', async () => {
  const { rows } = await stock.pool.query(
    `SELECT array_agg(number ORDER BY number) = array_agg(place::integer ORDER BY place) AS "isGapless"
     FROM (SELECT number, row_number() OVER (ORDER BY id) AS place FROM purchase_order WHERE outlet_id = $1) AS numbered`,
    [OWN_OUTLET],
  );
  expect(rows).toEqual([{ isGapless: true }]);
});

/** Service charge, taxes and rounding of orders and carts, as outlets have set them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { eventually } from '../../../tests/support/wait.js';
import { redeem } from '../testing/discounts.js';
import {
  DRINK,
  GUEST,
  HQ,
  type OrderHarness,
  OUTLET,
  PLACE,
  person,
  startHarness,
} from '../testing/harness.js';

const TOTE_BAG = CATALOGUE.menuItems.find(({ name }) => name === 'Tas Kanvas') ?? DRINK;

let unit: OrderHarness;
let version = 1;

beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

/** Sets all that the outlet has set, and waits until orders follow it. */
async function set(values: Record<string, number | string>): Promise<void> {
  version += 1;
  const settings = Object.entries(values).map(([key, value]) => [key, { value, isLocked: false }]);
  await unit.deliver('order.settings-copy', {
    type: 'settings.changed',
    aggregateId: OUTLET.id,
    aggregateVersion: version,
    data: { level: 'OUTLET', placeId: OUTLET.id, settings: Object.fromEntries(settings) },
  });
}

const CHARGES = `serviceCharge { amount } rounding { amount } total { amount }
  taxes { name rate base { amount } amount { amount } isIncluded }`;
const money = z.object({ amount: z.number() }).transform(({ amount }) => amount);
const charged = z.object({
  ...{ serviceCharge: money, rounding: money, total: money },
  taxes: z.array(
    z.object({ name: z.string(), rate: z.number(), base: money, amount: money, isIncluded: z.boolean() }),
  ),
});

async function order(lines: object[], rest: object = {}, guest = person()) {
  const document = PLACE.replace('total { amount }', CHARGES);
  const input = { outletId: OUTLET.id, lines, idempotencyKey: newId(), ...rest };
  const { data } = await unit.run(guest, document, { input });
  const placed = z
    .object({ placeOrder: z.object({ order: charged.extend({ id: z.string() }) }) })
    .parse(data);
  return placed.placeOrder.order;
}

const drinks = (quantity: number) => [{ menuItemId: DRINK.id, quantity }];

it('prices have their taxes in them by default, and nothing is added to them', async () => {
  const { id, total, serviceCharge, rounding, taxes } = await order([
    ...drinks(1),
    { menuItemId: TOTE_BAG.id, quantity: 1 },
  ]);
  expect({ total, serviceCharge, rounding }).toEqual({
    ...{ total: DRINK.price + TOTE_BAG.price, serviceCharge: 0, rounding: 0 },
  });
  expect(taxes.map(({ name, rate, isIncluded }) => [name, rate, isIncluded])).toEqual([
    ['PBJT', 10, true],
    ['PPN', 12, true],
  ]);
  // As read, too.
  const { data } = await unit.run(HQ, `query ($id: ID!) { order(id: $id) { ${CHARGES} } }`, { id });
  expect(z.object({ order: charged }).parse(data).order).toEqual({ total, serviceCharge, rounding, taxes });
});

it('an outlet adds taxes and a service charge, and rounds: its orders and carts show the same, and keep it', async () => {
  await set({
    ...{ taxInPrices: 'ADDED', serviceChargeBasisPoints: 500 },
    ...{ roundingUnit: '500', roundingDirection: 'UP' },
  });
  const guest = person();
  const price = DRINK.price * 3;
  const serviceCharge = Math.round(price * 0.05);
  const tax = Math.round((price + serviceCharge) / 10);
  const due = price + serviceCharge + tax;
  const total = Math.ceil(due / 500) * 500;
  const expected = {
    ...{ serviceCharge, rounding: total - due, total },
    taxes: [{ name: 'PBJT', rate: 10, base: price + serviceCharge, amount: tax, isIncluded: false }],
  };
  await eventually(async () => expect(await order(drinks(3))).toMatchObject(expected));
  await unit.run(
    guest,
    'mutation ($input: AddToCartInput!) { addToCart(input: $input) { userErrors { code } } }',
    { input: { outletId: OUTLET.id, ...drinks(3)[0] } },
  );
  const cart = await unit.run(guest, `query ($id: ID!) { cart(outletId: $id) { ${CHARGES} } }`, {
    id: OUTLET.id,
  });
  expect(z.object({ cart: charged }).parse(cart.data).cart).toEqual(expected);
  const { data } = await unit.run(
    guest,
    `mutation ($input: CheckoutInput!) { checkout(input: $input) { order { id ${CHARGES} } userErrors { code } } }`,
    { input: { outletId: OUTLET.id, expectedTotal: total, idempotencyKey: newId() } },
  );
  const checkedOut = z
    .object({ checkout: z.object({ order: charged.extend({ id: z.string() }) }) })
    .parse(data).checkout.order;
  expect(checkedOut).toMatchObject(expected);

  const refused = await unit.run(person(), PLACE, {
    input: { outletId: OUTLET.id, lines: drinks(3), expectedTotal: price, idempotencyKey: newId() },
  });
  expect(JSON.stringify(refused.data)).toContain('PRICE_CHANGED');

  await set({});
  await eventually(async () => expect((await order(drinks(3))).total).toBe(price));
  const later = await unit.run(HQ, `query ($id: ID!) { order(id: $id) { ${CHARGES} } }`, {
    id: checkedOut.id,
  });
  expect(z.object({ order: charged }).parse(later.data).order).toEqual(expected);
});

const NOBODY: Identity = { customerId: null, roles: [] };

const QUOTE = `query ($outlets: [_Any!]!, $lines: [OrderLineInput!]!, $rewardDiscount: SafeInt! = 0) {
  _entities(representations: $outlets) { ... on Outlet {
    quote(lines: $lines, rewardDiscount: $rewardDiscount) {
      quote { subtotal { amount } rewardDiscount { amount } ${CHARGES} }
      userErrors { code field }
    }
  } }
}`;
const quoteAnswer = z.object({
  quote: charged.extend({ subtotal: money, rewardDiscount: money }).nullable(),
  userErrors: z.array(z.object({ code: z.string(), field: z.array(z.string()).nullable() })),
});

async function quote(lines: object[], rest: { outletId?: string; rewardDiscount?: number } = {}) {
  const { outletId = OUTLET.id, ...variables } = rest;
  const outlets = [{ __typename: 'Outlet', id: outletId }];
  const { data, errors } = await unit.run(NOBODY, QUOTE, { outlets, lines, ...variables });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return z.object({ _entities: z.tuple([z.object({ quote: quoteAnswer })]) }).parse(data)._entities[0].quote;
}

async function countOrders(): Promise<unknown> {
  return (await unit.pool.query('SELECT count(*) FROM orders')).rows[0];
}

it('a quote says to anybody what an order of the same lines costs, and an order is placed at its total', async () => {
  await set({ taxInPrices: 'ADDED', serviceChargeBasisPoints: 500, roundingUnit: '100' });
  await eventually(async () => {
    const quoted = await quote(drinks(3));
    const placed = await order(drinks(3), { expectedTotal: quoted.quote?.total });
    expect(placed.serviceCharge).toBeGreaterThan(0);
    expect(quoted).toEqual({
      quote: {
        ...{ subtotal: DRINK.price * 3, rewardDiscount: 0, serviceCharge: placed.serviceCharge },
        ...{ taxes: placed.taxes, rounding: placed.rounding, total: placed.total },
      },
      userErrors: [],
    });
  });
  const redemptionIds = [await redeem(unit, GUEST.customerId, 5_000)];
  const rewarded = await quote(drinks(2), { rewardDiscount: 5_000 });
  const placed = await order(drinks(2), { redemptionIds, expectedTotal: rewarded.quote?.total }, GUEST);
  expect(rewarded.quote).toMatchObject({ rewardDiscount: 5_000, total: placed.total });
  await set({});
});

it('a quote names what could not be ordered, and writes nothing', async () => {
  const ordersBefore = await countOrders();
  expect(
    await quote([
      { menuItemId: newId(), quantity: 1 },
      { menuItemId: DRINK.id, quantity: 0 },
    ]),
  ).toEqual({
    quote: null,
    userErrors: [
      { code: 'ITEM_UNAVAILABLE', field: ['lines', '0', 'menuItemId'] },
      { code: 'INVALID_QUANTITY', field: ['lines', '1', 'quantity'] },
    ],
  });
  expect(await quote([])).toMatchObject({ quote: null, userErrors: [{ code: 'INVALID_QUANTITY' }] });
  for (const rewardDiscount of [-1, DRINK.price])
    expect((await quote(drinks(1), { rewardDiscount })).userErrors).toEqual([
      { code: 'INVALID_INPUT', field: ['rewardDiscount'] },
    ]);
  await expect(quote(drinks(1), { outletId: newId() })).rejects.toThrow('NOT_FOUND');
  expect(await countOrders()).toEqual(ordersBefore);
});

it('service charge and taxes are of what rewards leave', async () => {
  await set({ taxInPrices: 'ADDED', serviceChargeBasisPoints: 1_000 });
  await eventually(async () => {
    const redemptionIds = [await redeem(unit, GUEST.customerId, 5_000)];
    const placed = await order(drinks(2), { redemptionIds }, GUEST);
    const left = DRINK.price * 2 - 5_000;
    expect(placed.serviceCharge).toBe(Math.round(left / 10));
    expect(placed.taxes[0]?.base).toBe(left + placed.serviceCharge);
  });
  await set({});
});

it('sales show them beside the revenue, and lose them in proportion to what is given back', async () => {
  await set({
    ...{ taxInPrices: 'ADDED', serviceChargeBasisPoints: 500 },
    ...{ roundingUnit: '1000', roundingDirection: 'DOWN' },
  });
  await eventually(async () => {
    const { serviceCharge, total } = await order(drinks(1));
    expect({ isServiceCharged: serviceCharge > 0, isRounded: total % 1_000 === 0 }).toEqual({
      ...{ isServiceCharged: true, isRounded: true },
    });
  });
  const today = new Date().toLocaleDateString('sv', { timeZone: OUTLET.timeZone });
  const figures = z.object({
    revenue: money,
    service: money,
    tax: money,
    taxIncluded: money,
    rounding: money,
  });
  async function sales() {
    const { data } = await unit.run(
      HQ,
      `query ($scope: SalesScopeInput, $day: Date!) { salesReport(scope: $scope, from: $day, to: $day, by: OUTLET) {
         ${FIGURES} rows { ${FIGURES} } } }`,
      { scope: { outletId: OUTLET.id }, day: today },
    );
    const report = z
      .object({ salesReport: figures.extend({ rows: z.array(figures) }) })
      .parse(data).salesReport;
    const { rows, ...total } = report;
    expect(rows[0] ?? total).toEqual(total);
    return total;
  }
  const FIGURES =
    'revenue { amount } service { amount } tax { amount } taxIncluded { amount } rounding { amount }';
  const before = await sales();
  const { orderId, paymentId } = await unit.paid(person(), { lines: drinks(2) });
  const { data } = await unit.run(HQ, `query ($id: ID!) { order(id: $id) { ${CHARGES} } }`, { id: orderId });
  const placed = z.object({ order: charged }).parse(data).order;
  const tax = placed.taxes[0]?.amount ?? 0;
  const sold = await sales();
  expect(sold).toEqual({
    revenue: before.revenue + DRINK.price * 2,
    service: before.service + placed.serviceCharge,
    tax: before.tax + tax,
    taxIncluded: before.taxIncluded,
    rounding: before.rounding + placed.rounding,
  });
  const part = Math.floor(placed.total / 3);
  const capturedTotal = placed.total;
  await unit.refunded(orderId, paymentId, {
    amount: part,
    refundedTotal: part,
    capturedTotal,
    isFull: false,
  });
  const sum = ({ revenue, service, tax: added, rounding }: typeof sold) =>
    revenue + service + added + rounding;
  await eventually(async () => expect(sum(await sales())).toBe(sum(sold) - part));
  expect((await sales()).tax).toBe(sold.tax - Math.floor((tax * part) / placed.total));
  await unit.refunded(orderId, paymentId, { refundedTotal: capturedTotal, capturedTotal });
  await eventually(async () => expect(await sales()).toEqual(before));
});

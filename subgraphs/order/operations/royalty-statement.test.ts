import { afterAll, beforeAll, expect, it } from 'vitest';
import { dayIn } from '../../../platform/kit/calendar.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  ELSEWHERE,
  GUEST,
  HQ,
  LIMITED,
  MANAGER,
  type OrderHarness,
  OUTLET,
  OWNER,
  startHarness,
} from '../testing/harness.js';

const STATEMENT = `query ($franchiseId: ID!, $month: String!, $asOf: DateTime) {
  royaltyStatement(franchiseId: $franchiseId, month: $month, asOf: $asOf) {
    franchise { id } month base { amount } royalty { amount }
    lines { outlet { id } orders revenue { amount } taxIncluded { amount } base { amount } rate royalty { amount } } } }`;
const REPORT = `query ($from: Date!, $to: Date!, $scope: SalesScopeInput!) {
  salesReport(from: $from, to: $to, scope: $scope) { revenue { amount } taxIncluded { amount } } }`;

let unit: OrderHarness;
const today = dayIn(OUTLET.timeZone, new Date());
const month = today.slice(0, 7);
const { franchiseId } = OUTLET;

beforeAll(async () => {
  unit = await startHarness();
  await unit.deliver('order.settings-copy', {
    ...{ type: 'settings.changed', aggregateId: franchiseId, aggregateVersion: 2 },
    data: {
      ...{ level: 'FRANCHISE', placeId: franchiseId },
      settings: { royaltyBasisPoints: { value: 650, isLocked: false } },
    },
  });
  const lines = [
    { menuItemId: DRINK.id, quantity: 3 },
    { menuItemId: LIMITED.id, quantity: 1 },
  ];
  await unit.paid(GUEST, { lines });
  await unit.paid(GUEST, { outletId: ELSEWHERE.id });
  const { orderId, paymentId } = await unit.paid(GUEST);
  await unit.refunded(orderId, paymentId, {
    refundedTotal: 7_001,
    capturedTotal: DRINK.price,
    isFull: false,
  });
});
afterAll(() => unit.stop());

it('is the rate of what is in the sales report without its taxes, the same for franchise and chain', async () => {
  await eventually(async () => {
    const ofChain = await unit.run(HQ, STATEMENT, { franchiseId, month });
    const period = { from: today, to: today, scope: { franchiseId } };
    const { data } = JSON.parse(JSON.stringify(await unit.run(HQ, REPORT, period)));
    const revenue = DRINK.price * 4 + LIMITED.price - 7_001;
    const taxIncluded: number = data.salesReport.taxIncluded.amount;
    expect(data.salesReport.revenue).toEqual({ amount: revenue });
    const base = { amount: revenue - taxIncluded };
    const royalty = { amount: Math.round((base.amount * 650) / 10_000) };
    expect(ofChain).toEqual({
      data: {
        royaltyStatement: {
          ...{ franchise: { id: franchiseId }, month, base, royalty },
          lines: [
            {
              ...{ outlet: { id: OUTLET.id }, orders: 2, revenue: { amount: revenue } },
              ...{ taxIncluded: { amount: taxIncluded }, base, rate: 650, royalty },
            },
          ],
        },
      },
    });
    expect(await unit.run(OWNER, STATEMENT, { franchiseId, month })).toEqual(ofChain);
  });
});

it('is none of a franchise that is not the caller’s, of a manager’s, or for what is no month', async () => {
  const code = async (...parameters: Parameters<OrderHarness['run']>) =>
    codesOf(await unit.run(...parameters));
  const foreign = { franchiseId: ELSEWHERE.franchiseId, month };
  expect(await code(OWNER, STATEMENT, foreign)).toEqual(['NOT_FOUND']);
  expect(await code(MANAGER, STATEMENT, { franchiseId, month })).toEqual(['NOT_FOUND']);
  expect(await code(GUEST, STATEMENT, { franchiseId, month })).toEqual(['FORBIDDEN']);
  for (const none of ['2026-13', '2026', '2026-11-01', 'x'])
    expect(await code(HQ, STATEMENT, { franchiseId, month: none })).toEqual(['BAD_USER_INPUT']);
});

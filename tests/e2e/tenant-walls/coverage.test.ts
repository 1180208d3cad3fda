import { expect, it } from 'vitest';
import { coverageFaults } from './coverage.js';

const SCHEMA = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { tips(outletId: ID!, first: Int): [Tip!] }
  type Subscription { tipGiven(outletId: ID!): Tip }
  type Mutation { cancelOrder(orderId: ID!, reason: String): CancelOrderPayload }
  type CancelOrderPayload { tip: Tip }
  type Tip @key(fields: "id") { id: ID! amount: Int jar: Jar }
  type Jar @key(fields: "id") { id: ID! tips: [Tip!] }
`;

it('finds covered what root fields, entities and attempts name', () => {
  expect(coverageFaults([SCHEMA], {})).toEqual([]);
});

it.each([
  ['an argument', 'extend type Query { jars(barista: ID): [Jar!] }', ['Query.jars(barista:)']],
  [
    'an argument of a subscription',
    'extend type Subscription { jarFilled(barista: ID): Jar }',
    ['Subscription.jarFilled(barista:)'],
  ],
  [
    'a mutation',
    'extend type Mutation { giveTip(to: ID!): TipPayload } type TipPayload { amount: Int }',
    ['Mutation.giveTip', 'Mutation.giveTip(to:)', 'TipPayload.amount'],
  ],
  [
    'a field of an input',
    'extend type Mutation { refundPayment(input: TipInput!): CancelOrderPayload } input TipInput { paymentId: ID jarId: ID amount: Int }',
    ['TipInput.jarId'],
  ],
  ['a field that no operation reaches', 'type Purse { amount: Int }', ['Purse.amount']],
])('names %s without a probe', (_what, added, coordinates) => {
  const faults = coverageFaults([`${SCHEMA} ${added}`], {});
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(coordinates);
});

it('probes a new field of a query, of an entity and of a subscription by itself', () => {
  const added = ['Query', 'Jar', 'Subscription'].map((type) => `extend type ${type} { colour: String }`);
  expect(coverageFaults([`${SCHEMA} ${added.join(' ')}`], {})).toEqual([]);
});

it('takes a mutation that is listed with its argument and payload', () => {
  const added = 'extend type Mutation { giveTip(to: ID!): TipPayload } type TipPayload { amount: Int }';
  expect(coverageFaults([`${SCHEMA} ${added}`], { 'Is a gift': ['Mutation.giveTip'] })).toEqual([]);
});

it('names what is listed and does not exist, and what is listed and probed', () => {
  expect(coverageFaults([SCHEMA], { 'No reason': ['Query.jars', 'Query.tips'] })).toEqual([
    'unprobed.ts lists Query.jars, which does not exist or names nothing',
    'unprobed.ts lists Query.tips, which is probed',
  ]);
});

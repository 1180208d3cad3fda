import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { insertFranchise, upsertOutlet } from '../store/outlets.js';
import { customer, type PaymentHarness, staff, startPaymentHarness } from '../testing/harness.js';
import {
  capturedPayment,
  disputePayload,
  errorCodes,
  managerOf,
  openDispute,
  payload,
  payOrder,
  refundPayment,
  resolveDispute,
} from '../testing/requests.js';

const PAYMENTS = `query ($scope: SalesScopeInput, $status: [PaymentStatus!], $method: [PaymentMethod!], $from: DateTime, $to: DateTime,
    $first: Int, $after: String, $last: Int, $before: String) {
  payments(scope: $scope, status: $status, method: $method, from: $from, to: $to,
    first: $first, after: $after, last: $last, before: $before) {
    nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const DISPUTES = `query ($scope: SalesScopeInput, $status: [DisputeStatus!], $first: Int, $after: String) {
  disputes(scope: $scope, status: $status, first: $first, after: $after) {
    nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const RECEIPTS = `query ($scope: SalesScopeInput, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  receipts(scope: $scope, from: $from, to: $to, first: $first, after: $after) {
    nodes { __typename number issuedAt total { amount } ... on CreditNote { receiptNumber } }
    totalCount pageInfo { hasNextPage endCursor } } }`;

const list = z.object({
  nodes: z.array(z.object({ id: z.string() })),
  totalCount: z.number(),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }).loose(),
});

describe('lists of money for staff', () => {
  let harness: PaymentHarness;
  const franchiseId = newId();
  const [outletId, sister] = [newId(), newId()];
  const manager = staff('MANAGER', { outletId });
  const owner = staff('OWNER', { franchiseId });
  const hq = staff('HQ');
  /** Newest first. */
  const paymentIds: string[] = [];
  let atSister: string;
  let elsewhere: string;

  beforeAll(async () => {
    harness = await startPaymentHarness();
    for (const id of [outletId, sister]) {
      const outlet = { id, franchiseId, name: 'Menteng', timeZone: 'Asia/Jakarta', version: 1 };
      await upsertOutlet(harness.database, outlet);
    }
    for (const method of ['QRIS', 'CASH', 'OVO', 'QRIS']) {
      const { paymentId } = await capturedPayment(harness, method, { outletId, franchiseId });
      paymentIds.unshift(paymentId);
    }
    const waiting = await harness.awaitingPayment({ outletId, franchiseId });
    const { orderId, customerId } = waiting;
    const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method: 'CASH' }));
    paymentIds.unshift(payment?.id ?? '');
    atSister = (await capturedPayment(harness, 'GOPAY', { outletId: sister, franchiseId })).paymentId;
    elsewhere = (await capturedPayment(harness, 'GOPAY')).paymentId;
  });

  afterAll(() => harness.stop());

  async function find(
    field: 'payments' | 'disputes',
    identity: Identity,
    variables: Readonly<Record<string, unknown>> = {},
  ) {
    const answer = await harness.run(identity, field === 'payments' ? PAYMENTS : DISPUTES, variables);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return z.object({ [field]: list }).parse(answer.data)[field] ?? { nodes: [], totalCount: 0 };
  }

  async function idsOf(identity: Identity, variables: Readonly<Record<string, unknown>> = {}) {
    return (await find('payments', identity, variables)).nodes.map(({ id }) => id);
  }

  it('have payments of the outlets that one works at, newest first', async () => {
    expect(await idsOf(manager)).toEqual(paymentIds);
    expect(await idsOf(manager, { scope: { outletId } })).toEqual(paymentIds);
    expect(await idsOf(staff('BARISTA', { outletId }))).toEqual(paymentIds);
    expect(await idsOf(owner)).toEqual([atSister, ...paymentIds]);
    expect(await idsOf(owner, { scope: { outletId: sister } })).toEqual([atSister]);
    expect(await idsOf(hq, { scope: { franchiseId } })).toEqual([atSister, ...paymentIds]);
    expect(await idsOf(hq)).toEqual([elsewhere, atSister, ...paymentIds]);
  });

  it('can be asked for cash that nobody has confirmed', async () => {
    expect(await idsOf(manager, { status: 'PENDING', method: 'CASH' })).toEqual(paymentIds.slice(0, 1));
    expect(await idsOf(manager, { status: ['PAID'], method: ['OVO', 'CASH'] })).toEqual([
      paymentIds[2],
      paymentIds[3],
    ]);
  });

  it('can be asked for a time, and refuse one that is none', async () => {
    const rows = await harness.database.prisma.payment.findMany({ where: { id: paymentIds[2] ?? '' } });
    const moment = rows[0]?.createdAt.toISOString();
    expect(await idsOf(manager, { from: moment })).toEqual(paymentIds.slice(0, 3));
    expect(await idsOf(manager, { to: moment })).toEqual(paymentIds.slice(2));
    expect(await idsOf(manager, { from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z' })).toHaveLength(
      5,
    );
    const answer = await harness.run(manager, PAYMENTS, {
      ...{ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    });
    expect(errorCodes(answer)).toEqual(['BAD_USER_INPUT']);
  });

  it('are paged in both directions', async () => {
    const first = await find('payments', manager, { first: 2 });
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const after = 'pageInfo' in first ? first.pageInfo.endCursor : null;
    expect(await idsOf(manager, { first: 2, after })).toEqual(paymentIds.slice(2, 4));
    expect(await idsOf(manager, { last: 1 })).toEqual(paymentIds.slice(4));
    expect(await idsOf(manager, { last: 5, before: after })).toEqual(paymentIds.slice(0, 1));
    expect(errorCodes(await harness.run(manager, PAYMENTS, { after: 'nonsense' }))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('have receipts and the credit notes that correct them, newest first', async () => {
    const paymentId = paymentIds[3];
    const refunded = payload(await refundPayment(harness, manager, { paymentId, amount: 1_000 }));
    expect(refunded.userErrors).toEqual([]);
    const issued = z.object({
      receipts: z.object({
        nodes: z.array(
          z.object({ __typename: z.string(), number: z.number(), issuedAt: z.string() }).loose(),
        ),
        totalCount: z.number(),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    });
    const read = async (identity: Identity, variables: Readonly<Record<string, unknown>> = {}) =>
      issued.parse((await harness.run(identity, RECEIPTS, variables)).data).receipts;
    const named = ({ nodes }: Awaited<ReturnType<typeof read>>) =>
      nodes.map(({ __typename, number }) => `${__typename} ${number}`);
    const all = ['CreditNote 1', ...[4, 3, 2, 1].map((number) => `Receipt ${number}`)];
    const own = await read(manager);
    expect(named(own)).toEqual(all);
    expect(own).toMatchObject({
      totalCount: 5,
      nodes: [{ total: { amount: 1_000 }, receiptNumber: 2 }, {}, {}, {}, {}],
    });
    expect(named(await read(staff('BARISTA', { outletId })))).toEqual(all);
    expect(named(await read(owner))).toEqual(['CreditNote 1', 'Receipt 1', ...all.slice(1)]);
    expect(named(await read(hq, { scope: { outletId: sister } }))).toEqual(['Receipt 1']);
    const first = await read(manager, { first: 2 });
    expect(named(first)).toEqual(all.slice(0, 2));
    expect(named(await read(manager, { first: 2, after: first.pageInfo.endCursor }))).toEqual(
      all.slice(2, 4),
    );
    const to = own.nodes[1]?.issuedAt;
    expect(named(await read(manager, { to, from: own.nodes[2]?.issuedAt }))).toEqual(all.slice(1, 3));
    for (const scope of [{ outletId: sister }, { franchiseId }])
      expect(errorCodes(await harness.run(manager, RECEIPTS, { scope }))).toEqual(['NOT_FOUND']);
    expect(
      errorCodes(await harness.run(manager, RECEIPTS, { from: to, to: own.nodes[4]?.issuedAt })),
    ).toEqual(['BAD_USER_INPUT']);
    expect(errorCodes(await harness.run(customer(newId()), RECEIPTS))).toEqual(['FORBIDDEN']);
  });

  it('have disputes by status', async () => {
    const order = { outletId, franchiseId };
    const captured = await capturedPayment(harness, 'CARD', order);
    const open = async () => {
      const { paymentId } = captured;
      const answer = await openDispute(harness, managerOf(captured.order), { paymentId, amount: 1_000 });
      return disputePayload(answer).dispute?.id ?? '';
    };
    const [lost, opened] = [await open(), await open()];
    await resolveDispute(harness, managerOf(captured.order), { disputeId: lost, outcome: 'LOST' });
    const ids = async (identity: Identity, variables = {}) =>
      (await find('disputes', identity, variables)).nodes.map(({ id }) => id);
    expect(await ids(manager)).toEqual([opened, lost]);
    expect(await ids(manager, { status: 'LOST' })).toEqual([lost]);
    expect(await ids(owner, { status: ['OPENED', 'WON'] })).toEqual([opened]);
    expect(await ids(staff('MANAGER', { outletId: sister }))).toEqual([]);
    expect(await ids(hq, { first: 1 })).toEqual([opened]);
  });

  it('name no place that one may not see, and none that does not exist', async () => {
    await insertFranchise(harness.database, franchiseId);
    for (const scope of [
      { outletId: sister },
      { franchiseId },
      { outletId: newId() },
      { franchiseId: 'x' },
    ]) {
      expect(errorCodes(await harness.run(manager, PAYMENTS, { scope }))).toEqual(['NOT_FOUND']);
      expect(errorCodes(await harness.run(manager, DISPUTES, { scope }))).toEqual(['NOT_FOUND']);
    }
  });

  it('look into no months but those of their page and time', async () => {
    const pool = new pg.Pool({ connectionString: harness.platform.config.databaseUrl('payment') });
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM payment_with_archive WHERE outlet_id = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT 21`,
      [outletId, paymentIds.at(-1), paymentIds[0]],
    );
    await pool.end();
    const scanned = rows.flatMap((row) => /Scan.* on (payment_\w+)/.exec(row['QUERY PLAN'])?.[1] ?? []);
    expect(new Set(scanned).size).toBe(1);
  });
});

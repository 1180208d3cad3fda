import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  type Answer,
  customer,
  type PaymentHarness,
  staff,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import {
  capturedPayment,
  confirmCash,
  errorCodes,
  payload,
  payOrder,
  refundPayment,
} from '../testing/requests.js';

const TILL = `id drawer float { amount } openedAt closedAt expectedCash { amount } outlet { id } openedBy { id } closedBy { id }
  counts { method expected { amount } counted { amount } difference { amount } }
  movements(first: 50) { totalCount nodes { kind amount { amount } reason payment { id till { id } } recordedBy { id } } }`;
const ERRORS = 'userErrors { code field message }';

const payloads = z.record(
  z.string(),
  z.object({
    till: z
      .looseObject({
        id: z.string(),
        expectedCash: z.object({ amount: z.number() }),
        counts: z.array(z.looseObject({ method: z.string() })),
        movements: z.looseObject({ nodes: z.array(z.looseObject({ kind: z.string() })) }),
      })
      .nullable(),
    userErrors: z.array(z.looseObject({ code: z.string() })),
  }),
);

function tillOf(answer: Answer) {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const [only] = Object.values(payloads.parse(answer.data));
  if (only === undefined) throw new Error('No payload');
  return only;
}

describe('a till', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });
  afterAll(() => harness.stop());

  const mutate = (identity: Identity, name: string, input: object) =>
    harness.run(
      identity,
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { till { ${TILL} } ${ERRORS} } }`,
      { input },
    );

  async function outlet() {
    const place = { outletId: newId(), franchiseId: newId() };
    await harness.database.prisma.outletCopy.create({
      data: {
        ...{ id: place.outletId, franchiseId: place.franchiseId, name: 'Senopati' },
        timeZone: 'Asia/Jakarta',
        version: 1,
      },
    });
    return {
      ...place,
      barista: staff('BARISTA', place),
      other: staff('BARISTA', place),
      manager: staff('MANAGER', place),
    };
  }

  type Place = Awaited<ReturnType<typeof outlet>>;

  async function open({ barista, outletId }: Place, by = barista, input: object = {}): Promise<string> {
    const { till, userErrors } = tillOf(await mutate(by, 'openTill', { outletId, float: 200_000, ...input }));
    expect(userErrors).toEqual([]);
    return till?.id ?? '';
  }

  async function cash(
    place: Place,
    settings: Partial<TestOrder> = {},
    tendered?: number,
    by = place.barista,
  ): Promise<string> {
    const { outletId, franchiseId } = place;
    const { orderId, customerId } = await harness.awaitingPayment({ outletId, franchiseId, ...settings });
    const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method: 'CASH' }));
    const paymentId = String(payment?.id);
    expect(payload(await confirmCash(harness, by, paymentId, tendered)).userErrors).toEqual([]);
    return paymentId;
  }

  async function read(identity: Identity, id: string) {
    const answer = await harness.run(identity, `query ($id: ID!) { till(id: $id) { ${TILL} } }`, { id });
    return answer.errors === undefined ? answer.data?.till : errorCodes(answer);
  }

  const close = (by: Identity, tillId: string, counted: object[]) =>
    mutate(by, 'closeTill', { tillId, counted });

  it('expects its float, the cash that guests paid less change and refunds, and what was put in and taken out', async () => {
    const place = await outlet();
    const { barista, manager } = place;
    const tillId = await open(place);
    const paymentId = await cash(place, { total: 42_000 }, 50_000);
    await cash(place, { total: 30_000 });
    await refundPayment(harness, manager, { paymentId, amount: 12_000 });
    const put = { tillId, amount: 100_000, kind: 'CASH_IN', reason: 'Change', idempotencyKey: newId() };
    tillOf(await mutate(barista, 'recordCash', put));
    expect(tillOf(await mutate(barista, 'recordCash', put)).till?.expectedCash).toEqual({ amount: 360_000 });
    const taken = {
      ...put,
      amount: 300_000,
      kind: 'CASH_OUT',
      reason: 'To the bank',
      idempotencyKey: newId(),
    };
    expect(tillOf(await mutate(barista, 'recordCash', taken)).till).toMatchObject({
      expectedCash: { amount: 60_000 },
      movements: {
        totalCount: 5,
        nodes: [
          { kind: 'PAYMENT', amount: { amount: 42_000 }, payment: { id: paymentId, till: { id: tillId } } },
          { kind: 'PAYMENT', amount: { amount: 30_000 } },
          { kind: 'REFUND', amount: { amount: -12_000 }, payment: { id: paymentId } },
          {
            kind: 'CASH_IN',
            amount: { amount: 100_000 },
            reason: 'Change',
            recordedBy: { id: barista.customerId },
          },
          { kind: 'CASH_OUT', amount: { amount: -300_000 }, reason: 'To the bank' },
        ],
      },
    });
    const counted = [{ method: 'CASH', amount: 58_500 }];
    const closed = tillOf(await close(barista, tillId, counted)).till;
    expect(closed).toMatchObject({
      closedBy: { id: barista.customerId },
      counts: [
        {
          method: 'CASH',
          expected: { amount: 60_000 },
          counted: { amount: 58_500 },
          difference: { amount: -1_500 },
        },
      ],
    });
    expect(tillOf(await close(barista, tillId, counted)).till).toEqual(closed);
  });

  it('shows at its close what other methods took, counted or not', async () => {
    const place = await outlet();
    const { outletId, franchiseId, barista } = place;
    await capturedPayment(harness, 'CARD', { outletId, franchiseId, total: 99_000 });
    const tillId = await open(place);
    await capturedPayment(harness, 'QRIS', { outletId, franchiseId, total: 20_000 });
    await capturedPayment(harness, 'GOPAY', { outletId, franchiseId, total: 25_000 });
    const counted = [
      { method: 'CASH', amount: 200_000 },
      { method: 'QRIS', amount: 20_000 },
    ];
    expect(tillOf(await close(barista, tillId, counted)).till?.counts).toEqual([
      {
        method: 'CASH',
        expected: { amount: 200_000 },
        counted: { amount: 200_000 },
        difference: { amount: 0 },
      },
      { method: 'GOPAY', expected: { amount: 25_000 }, counted: null, difference: null },
      {
        method: 'QRIS',
        expected: { amount: 20_000 },
        counted: { amount: 20_000 },
        difference: { amount: 0 },
      },
    ]);
  });

  it('is one for a drawer at a time', async () => {
    const place = await outlet();
    const tillId = await open(place);
    expect(
      tillOf(await mutate(place.other, 'openTill', { outletId: place.outletId, float: 0 })),
    ).toMatchObject({
      till: null,
      userErrors: [{ code: 'INVALID_STATE' }],
    });
    await open(place, place.other, { drawer: 'Bar' });
    await close(place.barista, tillId, [{ method: 'CASH', amount: 200_000 }]);
    await open(place);
  });

  it('takes the cash of the person who opened it, else the first that is open does; without one cash is confirmed all the same', async () => {
    const place = await outlet();
    const paidBefore = await cash(place);
    const [first, second] = [await open(place), await open(place, place.other, { drawer: 'Bar' })];
    const paidAt = {
      [await cash(place)]: first,
      [await cash(place, {}, undefined, place.other)]: second,
      [await cash(place, {}, undefined, place.manager)]: first,
    };
    const tillOfPayment = async (id: string) => {
      const { data } = await harness.run(
        place.manager,
        'query ($id: ID!) { payment(id: $id) { till { id } } }',
        { id },
      );
      return data?.payment;
    };
    expect(await tillOfPayment(paidBefore)).toEqual({ till: null });
    for (const [id, till] of Object.entries(paidAt))
      expect(await tillOfPayment(id)).toEqual({ till: { id: till } });
  });

  it('pays back what was taken before it was opened, once the till of then is closed', async () => {
    const place = await outlet();
    const morning = await open(place);
    const paymentId = await cash(place, { total: 42_000 });
    await close(place.barista, morning, [{ method: 'CASH', amount: 242_000 }]);
    const evening = await open(place, place.other);
    await refundPayment(harness, place.manager, { paymentId, amount: 42_000 });
    expect(await read(place.manager, morning)).toMatchObject({ expectedCash: { amount: 242_000 } });
    expect(await read(place.manager, evening)).toMatchObject({ expectedCash: { amount: 158_000 } });
  });

  it('is closed by the person who opened it or staff who read the outlet’s money, and seen by staff of the outlet alone', async () => {
    const place = await outlet();
    const counted = [{ method: 'CASH', amount: 1 }];
    const tillId = await open(place);
    expect(errorCodes(await close(place.other, tillId, counted))).toEqual(['FORBIDDEN']);
    const elsewhere = staff('MANAGER', { outletId: newId() });
    expect(errorCodes(await close(elsewhere, tillId, counted))).toEqual(['NOT_FOUND']);
    expect(errorCodes(await mutate(elsewhere, 'openTill', { outletId: 'no id', float: 1 }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(errorCodes(await mutate(elsewhere, 'openTill', { outletId: place.outletId, float: -1 }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(errorCodes(await close(customer(newId()), tillId, []))).toEqual(['FORBIDDEN']);
    expect(await read(elsewhere, tillId)).toEqual(['NOT_FOUND']);
    expect(tillOf(await close(place.manager, tillId, counted)).userErrors).toEqual([]);
    const list = async (identity: Identity, isOpen: boolean | null) => {
      const { data } = await harness.run(
        identity,
        'query ($isOpen: Boolean) { tills(isOpen: $isOpen) { totalCount nodes { id } } }',
        { isOpen },
      );
      return data?.tills;
    };
    const next = await open(place);
    expect(await list(place.other, null)).toEqual({ totalCount: 2, nodes: [{ id: next }, { id: tillId }] });
    expect(await list(place.other, false)).toEqual({ totalCount: 1, nodes: [{ id: tillId }] });
    expect(await list(elsewhere, null)).toEqual({ totalCount: 0, nodes: [] });
  });

  it('refuses counts that are none, more cash than is in it, and anything once it is closed', async () => {
    const place = await outlet();
    const tillId = await open(place);
    const codes = async (answer: Promise<Answer>) => tillOf(await answer).userErrors.map(({ code }) => code);
    const count = { method: 'CASH', amount: 200_000 };
    expect(await codes(close(place.barista, tillId, []))).toEqual(['INVALID_INPUT']);
    expect(await codes(close(place.barista, tillId, [count, count]))).toEqual(['INVALID_INPUT']);
    const out = { tillId, kind: 'CASH_OUT', amount: 200_001, reason: 'Bank', idempotencyKey: newId() };
    expect(await codes(mutate(place.barista, 'recordCash', out))).toEqual(['INVALID_INPUT']);
    expect(await codes(close(place.barista, tillId, [count]))).toEqual([]);
    expect(await codes(close(place.barista, tillId, [{ ...count, amount: 1 }]))).toEqual(['INVALID_STATE']);
    expect(await codes(mutate(place.barista, 'recordCash', { ...out, amount: 1 }))).toEqual([
      'INVALID_STATE',
    ]);
  });

  it('is frozen by the database, for every role that writes', async () => {
    const place = await outlet();
    const tillId = await open(place);
    await cash(place);
    await close(place.barista, tillId, [{ method: 'CASH', amount: 0 }]);
    const { pool } = harness.database;
    await expect(pool.query('UPDATE till SET "float" = 0 WHERE id = $1', [tillId])).rejects.toThrow(
      /never changes/,
    );
    await expect(
      pool.query(
        `INSERT INTO till_movement (till_id, id, outlet_id, franchise_id, kind, amount, reason, recorded_by)
         SELECT id, id, outlet_id, franchise_id, 'CASH_IN', 1, 'Late', opened_by FROM till WHERE id = $1`,
        [tillId],
      ),
    ).rejects.toThrow(/not open/);
    for (const statement of [
      'UPDATE till_movement SET amount = 1 WHERE till_id = $1',
      'DELETE FROM till_count WHERE till_id = $1',
      'DELETE FROM till WHERE id = $1',
    ]) {
      await expect(pool.query(statement, [tillId])).rejects.toThrow(/permission denied|never changes/);
    }
  });

  it('counts every payment that was confirmed while it was being closed, or none of it', async () => {
    const place = await outlet();
    const tillId = await open(place);
    const payments = Promise.all(Array.from({ length: 6 }, () => cash(place, { total: 10_000 })));
    await eventually(async () =>
      expect(await read(place.manager, tillId)).not.toMatchObject({ movements: { totalCount: 0 } }),
    );
    await close(place.barista, tillId, [{ method: 'CASH', amount: 0 }]);
    await payments;
    const { rows } = await harness.database.pool.query(
      `SELECT expected::int = 200000 + (SELECT sum(amount)::int FROM till_movement WHERE till_id = $1) AS agrees
       FROM till_count WHERE till_id = $1 AND method = 'CASH'`,
      [tillId],
    );
    expect(rows).toEqual([{ agrees: true }]);
  });
});

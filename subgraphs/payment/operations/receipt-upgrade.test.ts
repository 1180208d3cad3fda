/**
 * Receipts while processes of the release before receipts still run: they copy orders without a bill, capture by a function of the database,
 * and give back without a credit note.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EventData } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import { runAsOwner } from '../../../tests/support/database.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  customer,
  type PaymentHarness,
  placed,
  startPaymentHarness,
  type TestOrder,
} from '../testing/harness.js';
import { confirmCash, managerOf, payload, payOrder, refundPayment } from '../testing/requests.js';

const amount = z.object({ amount: z.number() }).transform((money) => money.amount);
const issued = { number: z.number(), total: amount, taxes: z.array(z.object({ amount })) };
const receiptSchema = z.object({
  receipt: z.object({
    ...issued,
    lines: z.array(z.object({ name: z.string(), quantity: z.number(), unitPrice: amount, subtotal: amount })),
    ...{ rewardDiscount: amount, serviceCharge: amount, rounding: amount },
    creditNotes: z.array(z.object({ ...issued, linesTotal: amount, serviceCharge: amount })),
  }),
});
const RECEIPT = `query ($orderId: ID!) { receipt(orderId: $orderId) { number total { amount } taxes { amount { amount } }
  lines { name quantity unitPrice { amount } subtotal { amount } } rewardDiscount { amount } serviceCharge { amount } rounding { amount }
  creditNotes { number total { amount } linesTotal { amount } serviceCharge { amount } taxes { amount { amount } } } } }`;

/** Of the former release's `order.placed`: two drinks, and 1,000 off by a reward that it does not say. */
const FORMER = {
  total: 20_000,
  bill: { lines: [{ menuItemId: newId(), name: 'Teh Susu', quantity: 2, subtotal: 21_000 }] },
};

/** 20,000 for two drinks, 10 % PBJT in it, and 5 % service charge. */
const CHARGED = {
  total: 21_000,
  bill: {
    lines: [{ menuItemId: newId(), name: 'Kopi', quantity: 2, unitPrice: 10_000, subtotal: 20_000 }],
    serviceCharge: 1_000,
    taxes: [{ name: 'PBJT', rate: 1_000, base: 19_091, amount: 1_909, isIncluded: true }],
  } satisfies Partial<EventData['order.placed']>,
};

describe('while processes of the release before receipts run', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });
  afterAll(() => harness.stop());

  /** As a former process has copied it. */
  async function copiedWithoutBill(settings: Partial<TestOrder>): Promise<TestOrder> {
    const order = await harness.awaitingPayment(settings);
    await harness.database.pool.query('UPDATE order_copy SET bill = NULL WHERE id = $1', [order.orderId]);
    return order;
  }

  async function pay(order: TestOrder): Promise<string> {
    const { orderId, customerId } = order;
    const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method: 'CASH' }));
    await confirmCash(harness, managerOf(order), payment?.id ?? '');
    return payment?.id ?? '';
  }

  async function receiptOf({ orderId, customerId }: TestOrder) {
    const { data } = await harness.run(customer(customerId), RECEIPT, { orderId });
    return receiptSchema.parse(data).receipt;
  }

  async function billArrives(order: TestOrder): Promise<void> {
    await harness.deliverBill(placed(order));
    await eventually(async () => expect((await receiptOf(order)).lines).toHaveLength(1));
  }

  /** As a former process writes it. */
  async function refundByFormerProcess(order: TestOrder, paymentId: string, given: number): Promise<void> {
    const client = await harness.database.pool.connect();
    const [refundId, bookingId] = [newId(), newId()];
    try {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO refund (id, payment_id, amount, reason, origin, status, settled_at, customer_id, outlet_id, franchise_id)
         VALUES ($1, $2, $3, 'Spilled', 'STAFF', 'SUCCEEDED', now(), $4, $5, $6)`,
        [refundId, paymentId, given, order.customerId, order.outletId, order.franchiseId],
      );
      await client.query(
        `UPDATE payment SET refunds_held = refunds_held + $2, refunded = refunded + $2, version = version + 2,
           status = (CASE WHEN refunded + $2 = amount THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END)::"PaymentStatus" WHERE id = $1`,
        [paymentId, given],
      );
      await client.query(
        `INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
         VALUES ($1, 'REFUND', $2, $3, 'CASH', 'CASH', $4, $5)`,
        [bookingId, refundId, paymentId, order.outletId, order.franchiseId],
      );
      await client.query(
        `INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
         VALUES ($1, 'REFUNDS', $2, $3, $4), ($1, 'CASH_DRAWER', -$2::bigint, $3, $4)`,
        [bookingId, given, order.outletId, order.franchiseId],
      );
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }

  /** Other than zero, of an outlet. */
  async function balances({ outletId }: TestOrder): Promise<Record<string, number>> {
    const { rows } = await harness.database.pool.query<{ account: string; balance: number }>(
      `SELECT account, sum(amount)::float8 AS balance FROM ledger_entry WHERE outlet_id = $1 GROUP BY account HAVING sum(amount) <> 0`,
      [outletId],
    );
    return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
  }

  it('a receipt gets the lines of an order placed by the former release, once, and keeps its number', async () => {
    const order = await copiedWithoutBill(FORMER);
    await pay(order);
    expect(await receiptOf(order)).toMatchObject({ number: 1, total: 20_000, lines: [] });
    await billArrives(order);
    const completed = await receiptOf(order);
    expect(completed).toEqual({
      ...{ number: 1, total: 20_000, taxes: [], creditNotes: [] },
      lines: [{ name: 'Teh Susu', quantity: 2, unitPrice: 10_500, subtotal: 21_000 }],
      ...{ rewardDiscount: 1_000, serviceCharge: 0, rounding: 0 },
    });
    expect(await balances(order)).toEqual({ CASH_DRAWER: 20_000, SALES: -20_000 });

    await expect(
      runAsOwner(
        harness.platform.config.databaseUrl('payment'),
        `UPDATE receipt SET content = content || '{"placedAt": "2026-11-30T00:00:00.000Z"}' WHERE order_id = '${order.orderId}'`,
      ),
    ).rejects.toThrow('receipts are never changed');
    expect(await receiptOf(order)).toEqual(completed);
  });

  it('an order that a former process copies after its bill arrived keeps it', async () => {
    const order = await copiedWithoutBill(FORMER);
    await harness.deliverBill(placed(order));
    await eventually(async () => {
      const where = { id: order.orderId };
      const { bill } = await harness.database.prisma.orderCopy.findUniqueOrThrow({ where });
      expect(bill).not.toBeNull();
    });
    await pay(order);
    expect(await receiptOf(order)).toMatchObject({ number: 1, lines: [{ subtotal: 21_000 }] });
  });

  it('charges that were captured and given back as if for lines alone are booked apart with the bill', async () => {
    const order = await copiedWithoutBill(CHARGED);
    const paymentId = await pay(order);
    await refundByFormerProcess(order, paymentId, 7_000);
    expect(await balances(order)).toEqual({ CASH_DRAWER: 14_000, REFUNDS: 7_000, SALES: -21_000 });
    await billArrives(order);
    const { taxes, creditNotes } = await receiptOf(order);
    expect(taxes).toEqual([{ amount: 1_909 }]);
    expect(creditNotes).toEqual([
      { number: 1, total: 7_000, linesTotal: 6_667, serviceCharge: 333, taxes: [{ amount: 636 }] },
    ]);
    expect(await balances(order)).toEqual({
      ...{ CASH_DRAWER: 14_000, SALES: -18_091, SERVICE_CHARGES: -667, TAX_PAYABLE: -1_273 },
      REFUNDS: 6_031,
    });
  });

  it('every refund has one credit note, whichever release gives it, and together they are the receipt', async () => {
    const order = await harness.awaitingPayment(CHARGED);
    const paymentId = await pay(order);
    await refundByFormerProcess(order, paymentId, 9_999);
    const own = await refundPayment(harness, managerOf(order), { paymentId, amount: 1 });
    expect(payload(own).userErrors).toEqual([]);
    await refundByFormerProcess(order, paymentId, 11_000);
    const { creditNotes } = await receiptOf(order);
    expect(creditNotes.map(({ number, total }) => [number, total])).toEqual([
      [1, 9_999],
      [2, 1],
      [3, 11_000],
    ]);
    const sum = (of: (note: (typeof creditNotes)[number]) => number) =>
      creditNotes.reduce((total, note) => total + of(note), 0);
    expect(sum(({ linesTotal }) => linesTotal)).toBe(20_000);
    expect(sum(({ serviceCharge }) => serviceCharge)).toBe(1_000);
    expect(sum(({ taxes: [tax] }) => tax?.amount ?? 0)).toBe(1_909);
    expect(await balances(order)).toEqual({ REFUNDS: 18_091, SALES: -18_091 });
  });
});

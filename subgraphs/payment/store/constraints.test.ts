import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { type BareDatabase, openBareDatabase, type Row } from '../../../tests/support/bare-database.js';

/** Whatever the application may do wrong, the database does not go along with. */
describe('the payment database refuses', () => {
  let database: BareDatabase;
  let order: { id: string; customer_id: string; outlet_id: string; franchise_id: string; total: number };

  beforeAll(async () => {
    database = await openBareDatabase('payment');
  });

  beforeEach(() => awaitPayment());

  afterAll(() => database.close());

  /** An order that waits for its payment: what `insertPayment` pays from now on. */
  async function awaitPayment(columns: Row = {}): Promise<void> {
    order = { id: newId(), customer_id: newId(), outlet_id: newId(), franchise_id: newId(), total: 1_000 };
    await database.insert('order_copy', {
      ...order,
      number: 'A001',
      status: 'AWAITING_PAYMENT',
      version: 2,
      ...columns,
    });
  }

  async function insertPayment(columns: Row = {}): Promise<string> {
    const id = newId();
    const row = {
      id,
      order_id: order.id,
      customer_id: order.customer_id,
      outlet_id: order.outlet_id,
      franchise_id: order.franchise_id,
      method: 'QRIS',
      provider: 'MIDTRANS',
      status: 'PAID',
      amount: 1_000,
      paid_at: new Date(),
      ...columns,
    };
    await database.insert('payment', row);
    return id;
  }

  function insertRefund(paymentId: string, columns: Row = {}): Promise<void> {
    return database.insert('refund', {
      id: newId(),
      payment_id: paymentId,
      customer_id: order.customer_id,
      outlet_id: order.outlet_id,
      franchise_id: order.franchise_id,
      amount: 600,
      reason: 'Spilled',
      origin: 'STAFF',
      status: 'SUCCEEDED',
      settled_at: new Date(),
      ...columns,
    });
  }

  function insertDispute(paymentId: string, columns: Row = {}): Promise<void> {
    return database.insert('dispute', {
      id: newId(),
      payment_id: paymentId,
      outlet_id: order.outlet_id,
      franchise_id: order.franchise_id,
      amount: 600,
      reason: 'Never received',
      status: 'OPENED',
      opened_by: newId(),
      ...columns,
    });
  }

  it.each([
    ['nothing', 0],
    ['less than nothing', -1],
    ['more than any order', 1_000_000_000_001],
  ])('a payment of %s, whatever its order', async (_amount, amount) => {
    const pay = (columns: Row) => async () => {
      await database.query('ALTER TABLE payment DISABLE TRIGGER payment_of_order');
      await insertPayment(columns);
    };
    expect(await database.refusalOf(pay({ amount: 1_000_000_000_000 }))).toBeUndefined();
    const refusal = await database.refusalOf(pay({ amount }));
    expect(refusal).toBe('payment_amount');
  });

  it.each(['customer_id', 'outlet_id', 'franchise_id', 'order_id'])(
    'a payment of another %s than the order’s',
    async (column) => {
      expect(await database.refusalOf(() => insertPayment())).toBeUndefined();
      expect(await database.refusalOf(() => insertPayment({ [column]: newId() }))).toBe('payment_of_order');
    },
  );

  it('a payment of more than its order’s total, but for a tip', async () => {
    expect(await database.refusalOf(() => insertPayment({ amount: 1_001 }))).toBe('payment_of_order');
    expect(await database.refusalOf(() => insertPayment({ amount: 1_100, tip: 100 }))).toBeUndefined();
    expect(await database.refusalOf(() => insertPayment({ amount: 1_100, tip: 99 }))).toBe(
      'payment_of_order',
    );
  });

  it.each([
    [{ amount: 999, tip: -1 }, 'payment_shares'],
    [{ tip: 1_000 }, 'payment_shares'],
    [{ amount: 900, tip: 500, excess: 401 }, 'payment_shares'],
    [{ is_deposit: true, excess: 1 }, 'payment_deposit'],
    [{ is_deposit: true, status: 'PENDING', paid_at: null }, 'payment_deposit'],
    [{ tendered: 2_000 }, 'payment_tendered'],
    [{ method: 'CASH', provider: 'CASH', tendered: 999 }, 'payment_tendered'],
  ])('the payment %o', async (columns, constraint) => {
    expect(await database.refusalOf(() => insertPayment(columns))).toBe(constraint);
  });

  it.each(['PLACED', 'PAID', 'PREPARING', 'READY', 'COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED'])(
    'a payment of an order that is %s',
    async (status) => {
      expect(await database.refusalOf(() => insertPayment())).toBeUndefined();
      await awaitPayment({ status });
      expect(await database.refusalOf(() => insertPayment())).toBe('payment_of_order');
    },
  );

  it('payments of one order, captured or under way, of more than its total', async () => {
    await insertPayment({ amount: 400, is_deposit: true });
    await insertPayment({ amount: 500, status: 'PENDING', paid_at: null });
    expect(await database.refusalOf(() => insertPayment({ amount: 101 }))).toBe('payment_of_order');
    await insertPayment({ amount: 100 });
    expect(await database.refusalOf(() => insertPayment({ amount: 1 }))).toBe('payment_of_order');
    expect(
      await database.refusalOf(() => insertPayment({ status: 'FAILED', paid_at: null })),
    ).toBeUndefined();
  });

  it('one transaction of a provider as two payments', async () => {
    await insertPayment({ transaction_id: 'one' });
    await awaitPayment();
    expect(await database.refusalOf(() => insertPayment({ transaction_id: 'one' }))).toBe(
      'provider_transaction_pkey',
    );
  });

  it('cash that a provider took, and money that came at no time', async () => {
    expect(await database.refusalOf(() => insertPayment())).toBeUndefined();
    expect(await database.refusalOf(() => insertPayment({ method: 'CASH' }))).toBe('payment_provider');
    expect(await database.refusalOf(() => insertPayment({ method: 'CARD', provider: 'XENDIT' }))).toBe(
      'payment_provider',
    );
    expect(await database.refusalOf(() => insertPayment({ paid_at: null }))).toBe('payment_captured');
  });

  it('refunds above what was captured', async () => {
    const id = await insertPayment();
    const refusal = await database.refusalOf(async () => {
      await insertRefund(id);
      await insertRefund(id);
      await database.query('UPDATE payment SET refunds_held = 1200, refunded = 1200 WHERE id = $1', [id]);
    });
    expect(refusal).toBe('payment_given_back');
  });

  it('refunds that the payment does not count, and the reverse', async () => {
    const id = await insertPayment();
    expect(await database.refusalOf(() => insertRefund(id))).toBe('refund_sums');
    const unfounded = () => database.query('UPDATE payment SET refunds_held = 1 WHERE id = $1', [id]);
    expect(await database.refusalOf(unfounded)).toBe('refund_sums');
  });

  it('a status that the figures deny', async () => {
    const id = await insertPayment();
    const refusal = await database.refusalOf(() =>
      database.query(`UPDATE payment SET status = 'REFUNDED' WHERE id = $1`, [id]),
    );
    expect(refusal).toBe('payment_status');
  });

  it.each([
    [{ amount: 0 }, 'refund_amount'],
    [{ amount: 1.5 }, 'invalid input syntax for type bigint: "1.5"'],
    [{ reason: '' }, 'refund_reason'],
    [{ status: 'PENDING' }, 'refund_settled'],
  ])('the refund %o', async (columns, constraint) => {
    const id = await insertPayment();
    const refund = (bend: Row) => async () => {
      await insertRefund(id, bend);
      await database.query(
        `UPDATE payment SET refunds_held = 600, refunded = 600, status = 'PARTIALLY_REFUNDED' WHERE id = $1`,
        [id],
      );
    };
    expect(await database.refusalOf(refund({}))).toBeUndefined();
    expect(await database.refusalOf(refund(columns))).toBe(constraint);
  });

  it.each(['customer_id', 'outlet_id', 'franchise_id'])(
    'a refund of another %s than its payment’s',
    async (column) => {
      const id = await insertPayment();
      expect(await database.refusalOf(() => insertRefund(id, { [column]: newId() }))).toBe(
        'tenant_of_payment',
      );
    },
  );

  it.each(['outlet_id', 'franchise_id'])('a dispute of another %s than its payment’s', async (column) => {
    const id = await insertPayment();
    expect(await database.refusalOf(() => insertDispute(id, { [column]: newId() }))).toBe(
      'tenant_of_payment',
    );
  });

  it('refunds and disputes above what was captured, together', async () => {
    const id = await insertPayment();
    const refusal = await database.refusalOf(async () => {
      await insertRefund(id);
      await insertDispute(id);
      await database.query(
        `UPDATE payment SET refunds_held = 600, refunded = 600, disputes_held = 600,
        status = 'PARTIALLY_REFUNDED' WHERE id = $1`,
        [id],
      );
    });
    expect(refusal).toBe('payment_given_back');
  });

  it('disputes that the payment does not count, and the reverse', async () => {
    const id = await insertPayment();
    expect(await database.refusalOf(() => insertDispute(id))).toBe('dispute_sum');
    const unfounded = () => database.query('UPDATE payment SET disputes_held = 1 WHERE id = $1', [id]);
    expect(await database.refusalOf(unfounded)).toBe('dispute_sum');
  });

  it('a dispute of cash, and of what was never captured', async () => {
    for (const [columns, constraint] of [
      [{ method: 'CASH', provider: 'CASH' }, 'payment_cash_disputes'],
      [{ status: 'FAILED', paid_at: null }, 'payment_status'],
    ] as const) {
      const refusal = await database.refusalOf(async () => {
        const id = await insertPayment(columns);
        await database.query('UPDATE payment SET disputes_held = 1 WHERE id = $1', [id]);
      });
      expect(refusal).toBe(constraint);
    }
  });

  it('a dispute that was decided to be decided again, or to take more evidence', async () => {
    const id = await insertPayment();
    await insertDispute(id, { status: 'WON', closed_at: new Date() });
    for (const change of [
      `status = 'LOST'`,
      `amount = 1`,
      `evidence = 'More', evidence_submitted_at = now()`,
    ]) {
      const again = () => database.query(`UPDATE dispute SET ${change} WHERE payment_id = $1`, [id]);
      expect(await database.refusalOf(again)).toBe('dispute_closed');
    }
  });

  it.each([
    [{ amount: 0 }, 'dispute_amount'],
    [{ amount: 1.5 }, 'invalid input syntax for type bigint: "1.5"'],
    [{ reason: '' }, 'dispute_reason'],
    [{ status: 'LOST' }, 'dispute_status'],
    [{ status: 'EVIDENCE_SUBMITTED' }, 'dispute_status'],
    [{ evidence: 'Signed' }, 'dispute_evidence_time'],
  ])('the dispute %o', async (columns, constraint) => {
    const id = await insertPayment();
    const dispute = (bend: Row) => async () => {
      await insertDispute(id, bend);
      await database.query('UPDATE payment SET disputes_held = 600 WHERE id = $1', [id]);
    };
    expect(await database.refusalOf(dispute({}))).toBeUndefined();
    expect(await database.refusalOf(dispute(columns))).toBe(constraint);
  });

  describe('a ledger', () => {
    const tenant = { outlet_id: newId(), franchise_id: newId() };

    async function bookingOf(amounts: readonly number[], bend: Row = {}): Promise<string> {
      const id = newId();
      const ids = { id, subject_id: newId(), payment_id: newId() };
      const booking = { reason: 'CAPTURE', provider: 'CASH', method: 'CASH' };
      await database.insert('ledger_transaction', { ...ids, ...tenant, ...booking });
      for (const [index, amount] of amounts.entries()) {
        await database.insert('ledger_entry', {
          transaction_id: id,
          account: ['SALES', 'CASH_DRAWER', 'REFUNDS'][index],
          amount,
          ...tenant,
          ...bend,
        });
      }
      return id;
    }

    it('that does not balance, or has one side alone', async () => {
      expect(await database.refusalOf(() => bookingOf([5, -4]))).toBe('ledger_balance');
      expect(await database.refusalOf(() => bookingOf([]))).toBe('ledger_balance');
      expect(await database.refusalOf(() => bookingOf([0]))).toBe('ledger_entry_amount');
      expect(await database.refusalOf(() => bookingOf([5, -3, -2]))).toBeUndefined();
    });

    it.each(['outlet_id', 'franchise_id'])('whose entries are of another %s', async (column) => {
      expect(await database.refusalOf(() => bookingOf([5, -5], { [column]: newId() }))).toBe('ledger_tenant');
    });

    it('that is changed afterwards', async () => {
      await database.query('BEGIN');
      const id = await bookingOf([5, -5]);
      await database.query('COMMIT');
      for (const statement of [
        'UPDATE ledger_entry SET amount = amount * 2 WHERE transaction_id = $1',
        'DELETE FROM ledger_entry WHERE transaction_id = $1',
        'DELETE FROM ledger_transaction WHERE id = $1',
      ]) {
        expect(await database.refusalOf(() => database.query(statement, [id]))).toBe('ledger_append_only');
      }
      const more = { transaction_id: id, account: 'REFUNDS', amount: 1, ...tenant };
      expect(await database.refusalOf(() => database.insert('ledger_entry', more))).toBe('ledger_balance');
    });
  });
});

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { customer, type PaymentHarness, startPaymentHarness } from '../testing/harness.js';
import {
  capturedPayment,
  disputePayload,
  managerOf,
  openDispute,
  payload,
  paymentOfOrder,
  payOrder,
  refundPayment,
} from '../testing/requests.js';

const MIGRATION = join(
  PROJECT_FOLDER,
  'prisma/payment/migrations/20261129021500_idempotency_keys_of_before/migration.sql',
);

describe('a request retried across the upgrade of idempotency keys', () => {
  let harness: PaymentHarness;

  beforeAll(async () => {
    harness = await startPaymentHarness();
  });
  afterAll(() => harness.stop());

  /**
   * Rewrites a key as the version before wrote it: operation before caller, and the hash of the input's members in the order of
   * the schema.
   */
  async function writtenBefore(operation: string, { customerId }: Identity, key: string, input: object) {
    const inputHash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
    const { rowCount } = await harness.database.pool.query(
      'UPDATE idempotency SET scope = $3, input_hash = $4 WHERE scope = $1 AND key = $2',
      [`${customerId}:${operation}`, key, `${operation}:${customerId}`, inputHash],
    );
    expect(rowCount).toBe(1);
  }

  async function upgrade() {
    await harness.database.pool.query(await readFile(MIGRATION, 'utf8'));
  }

  it.each(['Spilled', 'A "quoted" reason\nin two lines: 🧋'])(
    'gives a refund back once and answers it again, its reason being %j',
    async (reason) => {
      const { order, paymentId } = await capturedPayment(harness, 'CASH');
      const manager = managerOf(order);
      const refund = { paymentId, amount: 2_000, reason };
      const idempotencyKey = newId();
      const input = { ...refund, idempotencyKey };
      const first = payload(await refundPayment(harness, manager, input));
      await writtenBefore('refundPayment', manager, idempotencyKey, refund);
      await upgrade();
      const again = payload(await refundPayment(harness, manager, input));
      expect(again).toMatchObject({ refund: { id: first.refund?.id }, userErrors: [] });
      expect((await paymentOfOrder(harness, order)).refunded).toEqual({ amount: 2_000 });
    },
  );

  it('never makes a second refund, also where the hash of before can no longer be matched', async () => {
    const { order, paymentId } = await capturedPayment(harness, 'CASH');
    const manager = managerOf(order);
    const refund = { paymentId, amount: 2_000, reason: 'Spilled' };
    const idempotencyKey = newId();
    await refundPayment(harness, manager, { ...refund, idempotencyKey });
    await writtenBefore('refundPayment', manager, idempotencyKey, {
      ...refund,
      paymentId: paymentId.toUpperCase(),
    });
    await upgrade();
    const { userErrors } = payload(await refundPayment(harness, manager, { ...refund, idempotencyKey }));
    expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect((await paymentOfOrder(harness, order)).refunded).toEqual({ amount: 2_000 });
  });

  it('opens a dispute once', async () => {
    const { order, paymentId } = await capturedPayment(harness);
    const manager = managerOf(order);
    const dispute = { paymentId, amount: 1_000, reason: 'Never received' };
    const idempotencyKey = newId();
    const input = { ...dispute, idempotencyKey };
    const first = disputePayload(await openDispute(harness, manager, input));
    await writtenBefore('openDispute', manager, idempotencyKey, dispute);
    await upgrade();
    const again = disputePayload(await openDispute(harness, manager, input));
    expect(again.dispute?.id).toBe(first.dispute?.id);
  });

  it('begins a payment once', async () => {
    const order = await harness.awaitingPayment();
    const guest = customer(order.customerId);
    const payment = { orderId: order.orderId, method: 'CASH' };
    const idempotencyKey = newId();
    const input = { ...payment, idempotencyKey };
    const first = payload(await payOrder(harness, guest, input));
    await writtenBefore('payOrder', guest, idempotencyKey, payment);
    await upgrade();
    const again = payload(await payOrder(harness, guest, input));
    expect(again).toMatchObject({ payment: { id: first.payment?.id }, userErrors: [] });
  });

  it('leaves keys of the present form alone, when a key stands in both forms, too', async () => {
    const caller = newId();
    const key = newId();
    const insert = 'INSERT INTO idempotency (scope, key, input_hash, result_id) VALUES ($1, $2, $3, $4)';
    for (const scope of [`${caller}:refundPayment`, `refundPayment:${caller}`])
      await harness.database.pool.query(insert, [scope, key, scope, newId()]);
    await upgrade();
    const { rows } = await harness.database.pool.query(
      'SELECT input_hash FROM idempotency WHERE scope = $1 AND key = $2',
      [`${caller}:refundPayment`, key],
    );
    expect(rows).toEqual([{ input_hash: `${caller}:refundPayment` }]);
  });
});

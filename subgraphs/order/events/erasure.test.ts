import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/wait.js';
import { eraseTextsOfOrders } from '../store/erasure.js';
import { BARISTA, DRINK, GUEST, type OrderHarness, STRANGER, startHarness } from '../testing/harness.js';

let unit: OrderHarness;

beforeAll(async () => {
  unit = await startHarness();
});
afterAll(() => unit.stop());

const lines = [{ menuItemId: DRINK.id, quantity: 1, note: 'For Wayan, no peanuts' }];

async function noteOf(orderId: string): Promise<string | null> {
  const { rows } = await unit.pool.query('SELECT note FROM order_line WHERE order_id = $1', [orderId]);
  return rows[0]?.note;
}

function step(name: string, orderId: string) {
  return unit.run(BARISTA, `mutation ($orderId: ID!) { ${name}(orderId: $orderId) { order { id } } }`, {
    orderId,
  });
}

const eraseTexts = () => eraseTextsOfOrders({ pool: unit.pool });

describe('a deleted account', () => {
  it('erases the notes of orders that have ended, and of the others once they have', async () => {
    const cancelled = await unit.place(GUEST, { lines });
    await unit.run(
      GUEST,
      'mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "Wayan is ill") { order { id } } }',
      { id: cancelled },
    );
    const { orderId } = await unit.paid(GUEST, { lines });
    const others = await unit.place(STRANGER, { lines });

    const { customerId } = GUEST;
    await unit.deliver('order.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () => expect(await noteOf(cancelled)).toBeNull());
    const { rows } = await unit.pool.query('SELECT status_reason FROM orders WHERE id = $1', [cancelled]);
    expect(rows).toEqual([{ status_reason: null }]);
    const { rows: events } = await unit.pool.query(
      `SELECT data ? 'reason' AS reason FROM outbox WHERE type = 'order.cancelled' AND aggregate_id = $1`,
      [cancelled],
    );
    expect(events).toEqual([{ reason: false }]);
    expect(
      await unit.pool.query('SELECT FROM idempotency WHERE scope LIKE $1', [`${customerId}:%`]),
    ).toMatchObject({
      rowCount: 0,
    });

    // The kitchen still needs it.
    expect(await noteOf(orderId)).toBe('For Wayan, no peanuts');
    for (const name of ['startPreparing', 'markReady', 'completeOrder']) await step(name, orderId);
    await unit.reaches(orderId, 'COMPLETED');
    await eraseTexts();
    expect(await noteOf(orderId)).toBeNull();
    expect(await noteOf(others)).toBe('For Wayan, no peanuts');
  });

  it('is done with when its orders have ended, an hour later', async () => {
    await eraseTexts();
    const isDone = async () => (await unit.pool.query('SELECT is_done FROM erased_customer')).rows;
    expect(await isDone()).toEqual([{ is_done: false }]);
    await unit.pool.query("UPDATE erased_customer SET erased_at = now() - interval '2 hours'");
    await eraseTexts();
    expect(await isDone()).toEqual([{ is_done: true }]);
  });
});

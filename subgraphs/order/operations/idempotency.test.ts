import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  GUEST,
  LIMITED,
  type OrderHarness,
  person,
  placing,
  refusal,
  STRANGER,
  soldOut,
  startHarness,
  UNKNOWN_ID,
} from '../testing/harness.js';

describe('an idempotency key', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  async function countOrders(): Promise<number> {
    const { rows } = await unit.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM orders');
    return rows[0]?.count ?? 0;
  }

  it('leads 50 concurrent duplicates to one order', async () => {
    const input = { idempotencyKey: newId() };
    const before = await countOrders();
    const results = await Promise.all(Array.from({ length: 50 }, () => placing(unit, GUEST, input)));
    expect(new Set(results.map((result) => textAt(result, 'placeOrder', 'order', 'id'))).size).toBe(1);
    expect(await countOrders()).toBe(before + 1);
  });

  it('leads to its order as it is now, even when that could not be placed any more', async () => {
    const input = { idempotencyKey: newId(), lines: [{ menuItemId: LIMITED.id, quantity: 1 }] };
    const orderId = textAt(await placing(unit, GUEST, input), 'placeOrder', 'order', 'id');
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    await soldOut(unit, 1);
    const another = () => placing(unit, GUEST, { lines: input.lines });
    await eventually(async () =>
      expect(await another()).toEqual(refusal('OUT_OF_STOCK', ['lines', '0', 'menuItemId'])),
    );
    expect(await placing(unit, GUEST, input)).toMatchObject({
      data: { placeOrder: { order: { id: orderId, status: 'AWAITING_PAYMENT' }, userErrors: [] } },
    });
    await soldOut(unit, 2, 5);
    await eventually(() => unit.place(GUEST, { lines: input.lines }));
  });

  it('whose hash the version before wrote is refused, and orders nothing again', async () => {
    const input = { idempotencyKey: newId() };
    await unit.place(GUEST, input);
    const written = await unit.pool.query(
      `UPDATE idempotency SET input_hash = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' WHERE key = $1`,
      [input.idempotencyKey],
    );
    expect(written.rowCount).toBe(1);
    const before = await countOrders();
    expect(await placing(unit, GUEST, input)).toEqual(refusal('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']));
    expect(await countOrders()).toBe(before);
  });

  it('places each order once when connections are cut in the middle and the guests retry', async () => {
    const guest = person();
    const inputs = Array.from({ length: 200 }, () => ({ idempotencyKey: newId() }));
    const cutting = (async () => {
      for (let cut = 0; cut < 5; cut += 1) {
        await unit.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'kedai-order'`,
        );
      }
    })();
    const first = await Promise.all(inputs.map((input) => placing(unit, guest, input)));
    await cutting;
    const again = await Promise.all(inputs.map((input) => eventually(() => unit.place(guest, input))));
    const answered = first.flatMap((result, index) =>
      result.errors === undefined ? [[textAt(result, 'placeOrder', 'order', 'id'), again[index]]] : [],
    );
    for (const [before, after] of answered) expect(after).toBe(before);
    const { rows } = await unit.pool.query<{ id: string }>('SELECT id FROM orders WHERE customer_id = $1', [
      guest.customerId,
    ]);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(again));
    expect(rows).toHaveLength(200);
  });

  it('is refused with other input, and belongs to one caller', async () => {
    const idempotencyKey = newId();
    const first = await unit.place(GUEST, { idempotencyKey });
    const lines = [{ menuItemId: DRINK.id, quantity: 2 }];
    expect(await placing(unit, GUEST, { idempotencyKey, lines })).toEqual(
      refusal('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']),
    );
    const wrong = [{ menuItemId: DRINK.id, quantity: 0 }];
    expect(await placing(unit, GUEST, { idempotencyKey, lines: wrong })).toEqual(
      refusal('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']),
    );
    expect(await unit.place(STRANGER, { idempotencyKey })).not.toBe(first);
  });

  it('is judged afresh after a refusal', async () => {
    const idempotencyKey = newId();
    const lines = [{ menuItemId: UNKNOWN_ID, quantity: 1 }];
    expect(await placing(unit, GUEST, { idempotencyKey, lines })).toEqual(
      refusal('ITEM_UNAVAILABLE', ['lines', '0', 'menuItemId']),
    );
    await unit.place(GUEST, { idempotencyKey });
  });
});

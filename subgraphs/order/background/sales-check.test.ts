import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnOrderDatabase, openOrderDatabase } from '../store/database.js';
import { findSalesDifferences } from '../store/sales-differences.js';
import {
  BARISTA,
  DRINK,
  ELSEWHERE,
  GUEST,
  LIMITED,
  type OrderHarness,
  startHarness,
} from '../testing/harness.js';
import { checkSales } from './sales-check.js';

let unit: OrderHarness;
let database: OwnOrderDatabase;

beforeAll(async () => {
  unit = await startHarness();
  database = openOrderDatabase(unit.platform.config.databaseUrl('order'), unit.platform.bus);
  const lines = [
    { menuItemId: DRINK.id, quantity: 2 },
    { menuItemId: LIMITED.id, quantity: 1 },
  ];
  const capturedTotal = DRINK.price * 2 + LIMITED.price;
  // At once, so that they add to the same figures.
  const [partly, disputed, voided] = await Promise.all([
    unit.paid(GUEST, { lines }),
    unit.paid(GUEST, { lines, outletId: ELSEWHERE.id }),
    unit.paid(GUEST, { lines }),
    unit.paid(BARISTA, { lines, guest: { name: 'Ayu' } }),
    unit.paid(GUEST),
  ]);
  if (!partly || !disputed || !voided) throw new Error('They are paid');
  await unit.refunded(partly.orderId, partly.paymentId, {
    refundedTotal: 7_001,
    capturedTotal,
    isFull: false,
  });
  await unit.disputeLost(disputed.orderId, disputed.paymentId, { lostTotal: 4_000, capturedTotal });
  await unit.refunded(voided.orderId, voided.paymentId);
  await unit.reaches(voided.orderId, 'REFUNDED');
});
afterAll(async () => {
  await database.close();
  await unit.stop();
});

const figures = async () => new Set((await findSalesDifferences(database, 62)).map((one) => one.figures));

describe('the comparison of sales with the orders', () => {
  it('finds nothing after sales at once, refunds, a lost dispute and the end of an order', async () => {
    expect(await findSalesDifferences(database, 62)).toEqual([]);
    const logged: unknown[] = [];
    const log = { info: (...line: unknown[]) => logged.push(line), error: () => expect.unreachable() };
    expect(await checkSales(database, log)).toBe(0);
    expect(logged).toHaveLength(1);
  });

  it.each([
    ['day', 'UPDATE sales_day SET gross = gross + 1, revenue = revenue + 1 WHERE orders > 0'],
    ['item', 'UPDATE sales_day_item SET units = units + 1 WHERE orders > 0'],
    ['group', `UPDATE sales_day_group SET refunds = refunds + 1 WHERE "grouping" = 'HOUR'`],
    ['orders', 'UPDATE orders SET refunded = refunded + 1 WHERE refunded > 0 AND status = $$PAID$$'],
    ['orders', 'UPDATE sales_change SET gross = gross + 1 WHERE sold = 1'],
  ])('finds what is false by one: %s', async (what, falsify) => {
    await unit.pool.query(falsify);
    expect(await figures()).toContain(what);
    await unit.pool.query(falsify.replaceAll('+ 1', '- 1'));
    expect(await findSalesDifferences(database, 62)).toEqual([]);
  });

  it('finds an order that was paid and never recorded', async () => {
    await unit.pool.query(
      'DELETE FROM sales_change WHERE order_id = (SELECT order_id FROM sales_change WHERE sold = 1 LIMIT 1)',
    );
    expect(await figures()).toEqual(new Set(['day', 'item', 'group', 'orders']));
    const errors: unknown[] = [];
    const log = { info: () => expect.unreachable(), error: (...line: unknown[]) => errors.push(line) };
    expect(await checkSales(database, log)).toBeGreaterThan(0);
    expect(errors).toHaveLength(1);
  });
});

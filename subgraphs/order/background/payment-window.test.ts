import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrder } from '../index.js';
import { GUEST, type OrderHarness, startHarness } from '../testing/harness.js';

describe('the payment window', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness({ PAYMENT_WINDOW_SECONDS: '1' });
  });
  afterAll(() => unit.stop());

  it('closes for an unpaid order whose stock is reserved', async () => {
    const orderId = await unit.place(GUEST);
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'CANCELLED');
    expect(await unit.publishedTypes(orderId)).toEqual([
      'order.placed',
      'order.awaiting-payment',
      'order.cancelled',
    ]);
  });

  it('does not start for an order that waits for stock, however long', async () => {
    const waiting = await unit.place(GUEST);
    const reserved = await unit.place(GUEST);
    await unit.stockReserved(reserved);
    await unit.reaches(reserved, 'CANCELLED');
    expect(await unit.status(waiting)).toBe('PLACED');
  });

  it('closes once, whichever of several processes cancels the order', async () => {
    const other = await startOrder(unit.platform);
    const orderIds = await Promise.all(Array.from({ length: 20 }, () => unit.place(GUEST)));
    await Promise.all(orderIds.map((orderId) => unit.stockReserved(orderId)));
    await Promise.all(orderIds.map((orderId) => unit.reaches(orderId, 'CANCELLED')));
    for (const orderId of orderIds) {
      expect(await unit.publishedTypes(orderId)).toEqual([
        'order.placed',
        'order.awaiting-payment',
        'order.cancelled',
      ]);
    }
    await other.stop();
  });
});

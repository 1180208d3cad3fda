import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { describeWithRedis, type RunningRedis, startRedis } from '../../../tests/support/redis.js';
import { eventually } from '../../../tests/support/wait.js';
import { BARISTA, DRINK, GUEST, type OrderHarness, OUTLET, startHarness } from '../testing/harness.js';

describe("an order's lifecycle on PostgreSQL alone", () => {
  describeLifecycle(() => startHarness());
});

describeWithRedis("an order's lifecycle on Redis", () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  describeLifecycle(() => startHarness({ REDIS_URL: redis.url }));
});

/** A drink, and an option of it that takes an ingredient which the drink itself does not. */
function drinkWithTopping() {
  for (const drink of CATALOGUE.menuItems.filter(({ isLimited, season }) => !isLimited && season === null)) {
    const own = new Set(drink.recipe.map(({ ingredientId }) => ingredientId));
    for (const topping of drink.optionGroups.flatMap(({ options }) => options)) {
      const added = topping.recipe.find(
        ({ ingredientId, quantity }) => quantity > 0 && !own.has(ingredientId),
      );
      if (added !== undefined && !topping.isDefault)
        return { drink, topping, ingredientId: added.ingredientId };
    }
  }
  throw new Error('The demo menu has a topping.');
}

function describeLifecycle(start: () => Promise<OrderHarness>): void {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await start();
  });
  afterAll(() => unit.stop());

  const kitchen = (step: string) => `mutation ($id: ID!) { ${step}(orderId: $id) { order { status } } }`;
  const historyOf = async (orderId: string) => {
    const { rows } = await unit.pool.query<{ status: string }>(
      'SELECT status FROM order_status_entry WHERE order_id = $1 ORDER BY version',
      [orderId],
    );
    return rows.map(({ status }) => status);
  };

  it('goes from placed to completed by events of stock and payment and the steps of the kitchen, and publishes each step', async () => {
    const { orderId } = await unit.paid(GUEST);
    const barista = {
      ...GUEST,
      roles: [{ role: 'BARISTA', outletId: OUTLET.id, franchiseId: null }],
    } as const;
    for (const step of ['startPreparing', 'markReady', 'completeOrder']) {
      await unit.run(barista, kitchen(step), { id: orderId });
    }
    const statuses = ['PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED'];
    expect(await historyOf(orderId)).toEqual(statuses);
    expect(await unit.publishedTypes(orderId)).toEqual([
      'order.placed',
      'order.awaiting-payment',
      'order.paid',
      'order.preparing',
      'order.ready',
      'order.completed',
    ]);
  });

  it('says with its payment what was paid for, unless it has no customer', async () => {
    const receiptOf = async (orderId: string) => {
      const { rows } = await unit.pool.query<{ receipt: unknown }>(
        `SELECT data -> 'receipt' AS receipt FROM outbox WHERE aggregate_id = $1 AND type = 'order.paid'`,
        [orderId],
      );
      return rows.map(({ receipt }) => receipt);
    };
    const lines = [{ menuItemId: DRINK.id, quantity: 2 }];
    const { orderId } = await unit.paid(GUEST, { lines });
    expect(await receiptOf(orderId)).toMatchObject([
      { lines: [{ name: DRINK.name, quantity: 2, subtotal: DRINK.price * 2, options: expect.any(Array) }] },
    ]);
    const { orderId: atCounter } = await unit.paid(BARISTA, { lines, guest: { name: 'Tamu' } });
    expect(await receiptOf(atCounter)).toEqual([null]);
  });

  it('carries the trace of the cause of each step', async () => {
    const orderId = await unit.place(GUEST);
    const event = await unit.deliver('order.saga', {
      type: 'stock.reserved',
      aggregateId: orderId,
      aggregateVersion: 1,
      data: { orderId, outletId: OUTLET.id },
    });
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    const { rows } = await unit.pool.query<{ metadata: object }>(
      `SELECT metadata FROM outbox WHERE aggregate_id = $1 AND type = 'order.awaiting-payment'`,
      [orderId],
    );
    expect(rows).toEqual([{ metadata: event.metadata }]);
  });

  it('ends rejected, with a reason, when stock rejects it', async () => {
    const orderId = await unit.place(GUEST);
    await unit.deliver('order.saga', {
      type: 'stock.rejected',
      aggregateId: orderId,
      aggregateVersion: 1,
      data: { orderId, outletId: OUTLET.id, shortages: [{ ingredientId: newId(), missing: 1 }] },
    });
    await unit.reaches(orderId, 'REJECTED');
    expect(
      await unit.run(GUEST, 'query ($id: ID!) { order(id: $id) { status statusReason estimatedReadyAt } }', {
        id: orderId,
      }),
    ).toEqual({
      data: { order: { status: 'REJECTED', statusReason: 'Out of stock', estimatedReadyAt: null } },
    });
  });

  it('is cancelled where staff give it up because stock does not cover it any more, unless the kitchen has begun it', async () => {
    const withdraw = (orderId: string) =>
      unit.deliver('order.saga', {
        ...{ type: 'stock.reservation-withdrawn', aggregateId: orderId, aggregateVersion: 9 },
        data: { orderId, outletId: OUTLET.id, stockItemId: newId() },
      });
    const [begun, waiting] = [await unit.paid(GUEST), await unit.paid(GUEST)];
    await unit.run(BARISTA, kitchen('startPreparing'), { id: begun.orderId });
    await withdraw(begun.orderId);
    await withdraw(waiting.orderId);
    await unit.reaches(waiting.orderId, 'CANCELLED');
    const statuses = ['PLACED', 'AWAITING_PAYMENT', 'PAID'];
    await eventually(async () =>
      expect(await historyOf(waiting.orderId)).toEqual([...statuses, 'CANCELLED']),
    );
    expect(await historyOf(begun.orderId)).toEqual([...statuses, 'PREPARING']);
    expect((await unit.publishedTypes(waiting.orderId)).at(-1)).toBe('order.cancelled');
    const source = 'query ($id: ID!) { order(id: $id) { statusReason } }';
    expect(await unit.run(GUEST, source, { id: waiting.orderId }, 'id')).toEqual({
      data: { order: { statusReason: 'Stok habis' } },
    });
  });

  it('names the lines that take what ran out, and to staff what there was', async () => {
    const { drink, topping, ingredientId } = drinkWithTopping();
    const lines = [
      { menuItemId: drink.id, quantity: 1 },
      { menuItemId: drink.id, quantity: 2, optionIds: [topping.id] },
    ];
    const orderId = await unit.place(GUEST, { lines });
    const requested = (topping.recipe.find((part) => part.ingredientId === ingredientId)?.quantity ?? 0) * 2;
    const data = {
      ...{ orderId, outletId: OUTLET.id },
      shortages: [{ ingredientId, missing: requested - 1 }],
    };
    await unit.deliver('order.saga', {
      ...{ type: 'stock.rejected', aggregateId: orderId, aggregateVersion: 1, data },
    });
    await unit.reaches(orderId, 'REJECTED');
    const source = `query ($id: ID!) { order(id: $id) { statusReason rejection { code lines {
      line { menuItem { id } quantity } option { id name } ingredient { id } requested available } } } }`;
    const rejection = (available: number | null) => ({
      code: 'OUT_OF_STOCK',
      lines: [
        {
          line: { menuItem: { id: drink.id }, quantity: 2 },
          option: { id: topping.id, name: topping.name },
          ...{ ingredient: { id: ingredientId }, requested, available },
        },
      ],
    });
    const seenBy = (identity: Identity, language?: 'id' | 'en') =>
      unit.run(identity, source, { id: orderId }, language);
    expect(await seenBy(GUEST, 'id')).toEqual({
      data: { order: { statusReason: 'Stok habis', rejection: rejection(null) } },
    });
    expect(await seenBy(BARISTA)).toEqual({
      data: { order: { statusReason: 'Out of stock', rejection: rejection(1) } },
    });
    const { rows } = await unit.pool.query<{ data: object }>(
      `SELECT data FROM outbox WHERE aggregate_id = $1 AND type = 'order.rejected'`,
      [orderId],
    );
    const soldOut = [{ menuItemId: drink.id, name: drink.name, ingredientIds: [ingredientId] }];
    expect(rows).toEqual([{ data: expect.objectContaining({ soldOut }) }]);
  });

  it('has no rejection unless stock rejects it', async () => {
    const orderId = await unit.place(GUEST);
    const source = 'query ($id: ID!) { order(id: $id) { rejection { code lines { requested } } } }';
    expect(await unit.run(GUEST, source, { id: orderId })).toEqual({ data: { order: { rejection: null } } });
    // As of an order from before it was recorded.
    await unit.pool.query(`UPDATE orders SET status = 'REJECTED' WHERE id = $1`, [orderId]);
    expect(await unit.run(GUEST, source, { id: orderId })).toEqual({
      data: { order: { rejection: { code: 'OUT_OF_STOCK', lines: [] } } },
    });
  });

  it('applies an event that is delivered twice once', async () => {
    const orderId = await unit.place(GUEST);
    const event = await unit.deliver('order.saga', {
      type: 'stock.reserved',
      aggregateId: orderId,
      aggregateVersion: 1,
      data: { orderId, outletId: OUTLET.id },
    });
    await Promise.all([unit.deliver('order.saga', event), unit.deliver('order.saga', event)]);
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    const paymentId = await unit.captured(orderId);
    await unit.captured(orderId, paymentId);
    await unit.reaches(orderId, 'PAID');
    expect(await historyOf(orderId)).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID']);
  });

  it('is paid when its total is met, and refunded when all of its parts have gone back', async () => {
    const orderId = await unit.place(GUEST);
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    const part = newId();
    await unit.partCaptured(orderId, part);
    const deciding = await unit.captured(orderId);
    await unit.reaches(orderId, 'PAID');
    expect(await historyOf(orderId)).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID']);
    const ofOrder = { paymentId: deciding, goneTotal: 20_000, capturedTotal: 42_000, isFull: false };
    await unit.refunded(orderId, part, { isFull: true, ofOrder });
    await eventually(async () => {
      const { rows } = await unit.pool.query('SELECT refunded::int FROM orders WHERE id = $1', [orderId]);
      expect(rows).toEqual([{ refunded: 20_000 }]);
    });
    expect(await unit.status(orderId)).toBe('PAID');
    await unit.refunded(orderId, deciding, {
      isFull: true,
      ofOrder: { ...ofOrder, goneTotal: 42_000, isFull: true },
    });
    await unit.reaches(orderId, 'REFUNDED');
  });

  it('publishes its end again for a part that is captured after it', async () => {
    const orderId = await unit.place(GUEST);
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'AWAITING_PAYMENT');
    const cancel = 'mutation ($id: ID!) { cancelOrder(orderId: $id, reason: "Rain") { order { id } } }';
    await unit.run(GUEST, cancel, { id: orderId });
    await unit.partCaptured(orderId, newId());
    await eventually(async () => {
      const types = await unit.publishedTypes(orderId);
      expect(types.filter((type) => type === 'order.cancelled')).toHaveLength(2);
    });
  });

  it('waits for stock when the capture is consumed first', async () => {
    const orderId = await unit.place(GUEST);
    await unit.captured(orderId);
    await eventually(async () => {
      const { rows } = await unit.pool.query(
        'SELECT 1 FROM orders WHERE id = $1 AND payment_id IS NOT NULL',
        [orderId],
      );
      expect(rows).toHaveLength(1);
    });
    expect(await unit.status(orderId)).toBe('PLACED');
    await unit.stockReserved(orderId);
    await unit.reaches(orderId, 'PAID');
    expect(await historyOf(orderId)).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID']);
  });

  it('stays cancelled when a capture comes late, and publishes its end once more, at a higher version', async () => {
    const orderId = await unit.place(GUEST);
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { id } } }', {
      id: orderId,
    });
    await unit.stockReserved(orderId);
    await unit.captured(orderId);
    await eventually(async () =>
      expect(await unit.publishedTypes(orderId)).toEqual([
        'order.placed',
        'order.cancelled',
        'order.cancelled',
      ]),
    );
    expect(await historyOf(orderId)).toEqual(['PLACED', 'CANCELLED']);
  });

  it('ends refunded after it was paid and cancelled', async () => {
    const { orderId, paymentId } = await unit.paid(GUEST);
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { order { id } } }', {
      id: orderId,
    });
    await unit.refunded(orderId, paymentId);
    await unit.reaches(orderId, 'REFUNDED');
    expect(await historyOf(orderId)).toEqual(['PLACED', 'AWAITING_PAYMENT', 'PAID', 'CANCELLED', 'REFUNDED']);
  });

  it('advances many orders in one batch, with an unknown order among them', async () => {
    const orderIds = await Promise.all(Array.from({ length: 40 }, () => unit.place(GUEST)));
    await Promise.all([...orderIds, newId()].map((orderId) => unit.stockReserved(orderId)));
    await Promise.all(orderIds.map((orderId) => unit.reaches(orderId, 'AWAITING_PAYMENT')));
  });
}

/** The audit finds every fault: each test falsifies one thing in correct books. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import { Acknowledged } from '../acknowledged.js';
import { audit } from './audit.js';
import { openBooks } from './books.js';
import { holds } from './equation.js';
import type { ProviderBooks } from './provider-books.js';

const databases = new Map<SubgraphName, FreshDatabase>();
let books: ReturnType<typeof openBooks>;

beforeAll(async () => {
  for (const name of SUBGRAPH_NAMES) databases.set(name, await freshDatabase(name));
  await seedStock(urlOf('stock'));
  books = openBooks(urlOf);
});
afterAll(async () => {
  await books.close();
  for (const database of databases.values()) await database.drop();
});

function urlOf(name: SubgraphName): string {
  const database = databases.get(name);
  if (database === undefined) throw new Error(`There is no ${name} database.`);
  return database.url;
}

async function write(name: SubgraphName, sql: string, values: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(name) });
  await client.connect();
  try {
    // Triggers and foreign keys would refuse false rows.
    await client.query('SET session_replication_role = replica');
    await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}

const NOTHING: ProviderBooks = { charged: new Map(), refunded: new Map() };
const CONSUMERS = new Map([['stock.reservations', new Set(['order.placed'])]]);

/** Titles of the equations that do not hold. */
async function wrong(
  acknowledged: Acknowledged = new Acknowledged(),
  providers: ProviderBooks = NOTHING,
): Promise<string[]> {
  const consumers = { all: async () => CONSUMERS };
  const equations = await audit({ books, consumers, providers: async () => providers, acknowledged });
  return equations.filter((equation) => !holds(equation)).map(({ title }) => title);
}

describe('the audit', () => {
  it('accepts correct books', async () => {
    expect(await wrong()).toEqual([]);
  });

  it('finds stock that no ledger row explains', async () => {
    await write('stock', `UPDATE stock_item SET on_hand = on_hand + 1 WHERE tracking = 'COUNT' AND id = $1`, [
      await anItem(),
    ]);
    expect(await wrong()).toEqual(['Stock on hand is what the ledger says, item by item']);
    await write('stock', 'UPDATE stock_item SET on_hand = on_hand - 1 WHERE id = $1', [await anItem()]);
  });

  it('finds two items wrong although their sums agree', async () => {
    const bend = (by: number) =>
      write(
        'stock',
        `UPDATE stock_item SET on_hand = on_hand + CASE WHEN id = $1 THEN ${by} ELSE ${-by} END
         WHERE id IN (SELECT id FROM stock_item WHERE tracking = 'COUNT' ORDER BY id LIMIT 2)`,
        [firstItem],
      );
    const firstItem = await anItem();
    await bend(1);
    expect(await wrong()).toEqual(['Stock on hand is what the ledger says, item by item']);
    await bend(-1);
  });

  it('finds a reservation that no order is behind', async () => {
    const [orderId, itemId] = [newId(), await anItem()];
    await write(
      'stock',
      `INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state)
       SELECT $1, id, franchise_id, outlet_id, 3, 'RESERVED' FROM stock_item WHERE id = $2`,
      [orderId, itemId],
    );
    expect(await wrong()).toEqual(
      expect.arrayContaining([
        'What is reserved is what orders were promised',
        'What living orders wait for is reserved for them, and for no dead one',
      ]),
    );
    await write('stock', 'DELETE FROM reservation');
  });

  it('finds an event that its webhook has not received, or not signed', async () => {
    const [id, acknowledged] = [newId(), new Acknowledged()];
    await write(
      'order',
      `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata, enqueued_at)
       VALUES ($1, 'order.ready', 1, 'order', now(), 'an order', 1, '{}', '{}', now())`,
      [id],
    );
    const { webhook } = acknowledged;
    webhook.subscription = { types: ['order.ready'], since: new Date(0).toISOString() };
    expect(await wrong(acknowledged)).toEqual(['Every event that the webhook subscribed to has arrived']);
    webhook.received.add(id);
    expect(await wrong(acknowledged)).toEqual([]);
    webhook.unsigned.add(id);
    expect(await wrong(acknowledged)).toEqual(['Every event of the webhook is signed']);
    await write('order', 'DELETE FROM outbox');
  });

  it('finds a paid order without a payment', async () => {
    await write('order', AN_ORDER, [newId(), newId(), 'PAID', new Date()]);
    expect(await wrong()).toEqual(
      expect.arrayContaining([
        'Every order that was paid has its total captured; other money is for dead orders',
        'Every order that is sold was settled once',
        "The payment subgraph's copy of every order is up to date",
      ]),
    );
    await write('order', 'DELETE FROM orders');
  });

  it('finds an order that is stuck', async () => {
    await write('order', AN_ORDER, [newId(), newId(), 'PLACED', null]);
    expect(await wrong()).toContain('No order waits for stock');
    await write('order', 'DELETE FROM orders');
  });

  it('finds money of a voided order that neither ledger nor provider has', async () => {
    const orderId = newId();
    await write('order', AN_ORDER, [orderId, newId(), 'CANCELLED', null]);
    await write(
      'payment',
      `INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, paid_at)
       VALUES ($1, $2, $1, $1, $1, 'GOPAY', 'MIDTRANS', 'PAID', 25000, now())`,
      [newId(), orderId],
    );
    expect(await wrong()).toEqual(
      expect.arrayContaining([
        'Captured is what the ledger took in',
        'Captured online is what the providers charged',
        'Dead orders keep no money',
      ]),
    );
    await write('payment', 'DELETE FROM payment');
    await write('order', 'DELETE FROM orders');
  });

  it("finds a provider's charge without a payment", async () => {
    const charged = new Map([[newId(), 25_000]]);
    expect(await wrong(new Acknowledged(), { ...NOTHING, charged })).toEqual([
      'Captured online is what the providers charged',
    ]);
  });

  it('finds a booking that does not add up', async () => {
    await write(
      'payment',
      `INSERT INTO ledger_entry (transaction_id, outlet_id, franchise_id, account, amount) VALUES ($1, $1, $1, 'SALES', -500)`,
      [newId()],
    );
    expect(await wrong()).toContain('Every booking adds up to zero');
    await write('payment', 'DELETE FROM ledger_entry');
  });

  it('finds a till that was closed with another expectation than the ledger’s, and a number that is missing', async () => {
    await write(
      'payment',
      `WITH opened AS (
         INSERT INTO till (id, outlet_id, franchise_id, drawer, "float", opened_by, closed_by, closed_at)
         VALUES ($1, $1, $1, '1', 100000, $1, $1, now())
       ) INSERT INTO till_count (till_id, method, outlet_id, franchise_id, expected, counted) VALUES ($1, 'CASH', $1, $1, 90000, 90000)`,
      [newId()],
    );
    await write(
      'payment',
      `INSERT INTO daily_close (id, outlet_id, franchise_id, day, number, cash_outside_tills) VALUES ($1, $1, $1, current_date, 2, 0)`,
      [newId()],
    );
    expect(await wrong()).toEqual([
      'A closed till expected its float, the ledger’s cash of its payments and refunds, and what was put in and taken out',
      'Closes of days are numbered without gaps',
    ]);
    await write('payment', 'TRUNCATE till, till_movement, till_count, daily_close CASCADE');
  });

  it('finds a line of a payout that was acknowledged and is not there, and a fee that is not booked', async () => {
    const [acknowledged, paymentId] = [new Acknowledged(), newId()];
    acknowledged.paidOut.add(paymentId);
    expect(await wrong(acknowledged)).toEqual(['Every acknowledged line of a payout is settled']);
    await write(
      'payment',
      `INSERT INTO settlement_line (id, settlement_id, line, provider, fingerprint, subject, subject_id, payment_id, outlet_id,
           franchise_id, reference, transaction_id, amount, expected, fee, outcome)
         VALUES (uuidv7(), $1, 2, 'XENDIT', uuidv7()::text, 'PAYMENT', $1, $1, $1, $1, '', '', 20000, 20000, 140, 'MATCHED')`,
      [paymentId],
    );
    expect(await wrong(acknowledged)).toEqual(['What providers kept is in the ledger, once']);
    await write('payment', 'DELETE FROM settlement_line');
  });

  it('finds an event that was not enqueued, and one that a consumer has not applied', async () => {
    await write(
      'order',
      `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
       VALUES ($1, 'order.placed', 1, 'order', now(), 'x', 1, '{}', '{}')`,
      [newId()],
    );
    expect(await wrong()).toEqual([
      'Every event of order is enqueued',
      'stock.reservations has applied every event that it consumes, once',
    ]);
    await write('order', 'DELETE FROM outbox');
  });

  it('finds points that no order earned', async () => {
    await write(
      'customer',
      `INSERT INTO loyalty_entry (id, customer_id, order_id, kind, points, lifetime_points) VALUES ($1, $1, $1, 'EARNED', 5, 5)`,
      [newId()],
    );
    expect(await wrong()).toEqual([
      'Completed orders earned the points of what was paid and has not gone back',
      'Points to spend are what the loyalty ledger says',
      'Points ever earned are what the loyalty ledger says',
    ]);
    await write('customer', 'DELETE FROM loyalty_entry');
  });

  it('takes points for each part of a split payment that went back, one of them whole, and none for surplus', async () => {
    const title = 'Completed orders earned the points of what was paid and has not gone back';
    const [orderId, memberId] = [newId(), newId()];
    await write('order', AN_ORDER, [orderId, memberId, 'COMPLETED', new Date()]);
    await enter(orderId, [2, 'COMPLETED']);
    await write(
      'payment',
      `INSERT INTO payment (id, order_id, outlet_id, franchise_id, method, provider, status, amount, refunded, refunds_held, is_surplus, paid_at)
       VALUES (uuidv7(), $1, $1, $1, 'CASH', 'CASH', 'PAID', 8000, 0, 0, false, now()),
              (uuidv7(), $1, $1, $1, 'CASH', 'CASH', 'REFUNDED', 17000, 17000, 17000, false, now()),
              (uuidv7(), $1, $1, $1, 'GOPAY', 'MIDTRANS', 'REFUNDED', 25000, 25000, 25000, true, now())`,
      [orderId],
    );
    await write(
      'customer',
      `INSERT INTO loyalty_entry (id, customer_id, order_id, kind, points, lifetime_points)
       VALUES (uuidv7(), $1, $2, 'EARNED', 25, 25), (uuidv7(), $1, $2, 'REVERSED', -17, -17)`,
      [memberId, orderId],
    );
    expect(await wrong()).not.toContain(title);
    await write(
      'payment',
      `UPDATE payment SET refunded = 16000, status = 'PARTIALLY_REFUNDED' WHERE amount = 17000`,
    );
    expect(await wrong()).toContain(title);
    await write('customer', 'DELETE FROM loyalty_entry');
    await write('payment', 'DELETE FROM payment');
    await write('order', 'TRUNCATE orders, order_status_entry, outbox CASCADE');
  });

  it('awaits no refund of what a bank holds or has taken of a cancelled order', async () => {
    const title = 'No order waits for its refund, but for what a bank decides';
    const orderId = newId();
    await write('order', AN_ORDER, [orderId, newId(), 'CANCELLED', new Date()]);
    await write(
      'payment',
      `INSERT INTO payment (id, order_id, outlet_id, franchise_id, method, provider, status, amount, refunded, refunds_held, disputes_held, paid_at)
       VALUES ($1, $1, $1, $1, 'GOPAY', 'MIDTRANS', 'PARTIALLY_REFUNDED', 25000, 15000, 15000, 10000, now())`,
      [orderId],
    );
    expect(await wrong()).not.toContain(title);
    await write('payment', 'UPDATE payment SET disputes_held = 9000');
    expect(await wrong()).toContain(title);
    await write(
      'payment',
      `UPDATE payment SET refunded = 25000, refunds_held = 25000, disputes_held = 0, status = 'REFUNDED'`,
    );
    expect(await wrong()).toContain(title);
    await write('payment', 'DELETE FROM payment');
    await write('order', 'TRUNCATE orders, order_status_entry, outbox CASCADE');
  });

  it('counts what a remake takes since the order was begun, and finds where stock did not take it', async () => {
    const title = 'What orders were made of was taken, once';
    const [orderId, itemId] = [newId(), await anItem()];
    const [ingredientId] = await books.stock.names(
      'SELECT ingredient_id AS name FROM stock_item WHERE id = $1',
      [itemId],
    );
    await write('order', AN_ORDER, [orderId, newId(), 'PREPARING', new Date()]);
    await enter(orderId, [2, 'PAID'], [3, 'PREPARING'], [4, 'PREPARING']);
    await emit('order', 'order.placed', orderId, 1, { requirements: [{ ingredientId, quantity: 5 }] });
    await emit('order', 'order.lines-remade', orderId, 4, { requirements: [{ ingredientId, quantity: 2 }] });
    await write(
      'stock',
      `INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state)
       SELECT $1, id, franchise_id, outlet_id, 5, 'CONSUMED' FROM stock_item WHERE id = $2`,
      [orderId, itemId],
    );
    expect(await wrong()).toContain(title);
    await write('stock', 'UPDATE reservation SET quantity = 7, remade = 2');
    expect(await wrong()).not.toContain(title);
    // It was taken back after that, and begun once more.
    await enter(orderId, [5, 'PAID'], [6, 'PREPARING']);
    await write('stock', 'UPDATE reservation SET quantity = 5, remade = 0');
    expect(await wrong()).not.toContain(title);
    await write('stock', 'DELETE FROM reservation');
    await write('order', 'TRUNCATE orders, order_status_entry, outbox CASCADE');
  });

  it('counts what a substitute requires in place of what was ordered, once it was taken', async () => {
    const title = 'What living orders wait for is reserved for them, and for no dead one';
    const [orderId, itemId] = [newId(), await anItem()];
    const [ingredientId] = await books.stock.names(
      'SELECT ingredient_id AS name FROM stock_item WHERE id = $1',
      [itemId],
    );
    await write('order', AN_ORDER, [orderId, newId(), 'PAID', new Date()]);
    await enter(orderId, [2, 'PAID']);
    await emit('order', 'order.placed', orderId, 1, { requirements: [{ ingredientId, quantity: 5 }] });
    await emit('order', 'order.substitution-changed', orderId, 3, {
      ...{ status: 'ACCEPTED', released: [{ ingredientId, quantity: 5 }] },
      requirements: [{ ingredientId, quantity: 2 }],
    });
    await write(
      'stock',
      `INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state)
       SELECT $1, id, franchise_id, outlet_id, 5, 'RESERVED' FROM stock_item WHERE id = $2`,
      [orderId, itemId],
    );
    await write('order', `UPDATE orders SET substitution = '{"status": "FAILED"}'`);
    expect(await wrong()).not.toContain(title);
    await write('order', `UPDATE orders SET substitution = '{"status": "TAKEN"}'`);
    expect(await wrong()).toContain(title);
    await write('stock', 'UPDATE reservation SET quantity = 2');
    expect(await wrong()).not.toContain(title);
    await write('stock', 'DELETE FROM reservation');
    await write('order', 'TRUNCATE orders, order_status_entry, outbox CASCADE');
  });

  it('counts a limited item that was made again and then taken back with its step, and finds one that nothing used', async () => {
    const title = 'Limited items sold are what the ledger promised and consumed';
    const orderId = newId();
    const [itemId] = await books.stock.names(
      `SELECT id AS name FROM stock_item
       WHERE ingredient_id IN (SELECT unnest(ingredient_ids) FROM limited_item WHERE is_limited) ORDER BY id LIMIT 1`,
    );
    await write(
      'stock',
      `INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state)
       SELECT $1, id, franchise_id, outlet_id, 1, 'CONSUMED' FROM stock_item WHERE id = $2`,
      [orderId, itemId],
    );
    for (const [kind, delta] of [
      ['CONSUMPTION', -1],
      ['REMAKE', -1],
      ['UNDONE', 1],
      ['CONSUMPTION', -1],
    ])
      await write(
        'stock',
        `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
         SELECT id, franchise_id, outlet_id, 'ON_HAND', $3, '${kind}', $1, $1 FROM stock_item WHERE id = $2`,
        [orderId, itemId, delta],
      );
    expect(await wrong()).not.toContain(title);
    await write('stock', 'UPDATE reservation SET quantity = 2');
    expect(await wrong()).toContain(title);
    await write('stock', 'DELETE FROM reservation');
    await write('stock', 'DELETE FROM stock_movement WHERE order_id = $1', [orderId]);
  });

  it('finds a step that was taken twice, and accepts one that was undone in between', async () => {
    const title = 'No order has a status twice but by a step that was undone, or lines made again';
    const orderId = newId();
    const acknowledged = new Acknowledged();
    acknowledged.steps.add(`${orderId} READY`);
    expect(await wrong(acknowledged)).toEqual(['Every acknowledged step of a kitchen was taken']);
    await enter(orderId, [4, 'READY'], [6, 'READY']);
    expect(await wrong(acknowledged)).toEqual([title, 'An order is where its history ends']);
    await emit('order', 'order.step-undone', orderId, 5, {});
    const found = await wrong(acknowledged);
    expect(found).not.toContain(title);
    expect(found).not.toContain('Every acknowledged step of a kitchen was taken');
    await write('order', 'TRUNCATE order_status_entry, outbox CASCADE');
  });

  it('finds a settled order without a receipt, but for those of before there were receipts', async () => {
    const title = 'Every order that was settled since there are receipts has one';
    const orderId = newId();
    await emit('payment', 'payment.captured', newId(), 1, { orderId });
    expect(await wrong()).toContain(title);
    await write('payment', `UPDATE outbox SET occurred_at = '2026-01-01T00:00:00Z'`);
    expect(await wrong()).not.toContain(title);
    await write('payment', 'DELETE FROM outbox');
  });

  it('finds a receipt whose taxes and total are not in the ledger, and that has no lines', async () => {
    const receiptId = newId();
    const tax = { name: 'PBJT', rate: 1_000, base: 20_000, amount: 2_000, isIncluded: false };
    const content = { lines: [], rewardDiscount: 0, serviceCharge: 0, rounding: 0, taxes: [tax] };
    await write(
      'payment',
      `INSERT INTO receipt (id, series, order_id, payment_id, outlet_id, franchise_id, total, content)
       VALUES ($1, 'RECEIPT', $1, $1, $1, $1, 22000, $2)`,
      [receiptId, JSON.stringify(content)],
    );
    await write(
      'payment',
      `INSERT INTO receipt_number (outlet_id, series, number, receipt_id, order_id, franchise_id) VALUES ($1, 'RECEIPT', 1, $1, $1, $1)`,
      [receiptId],
    );
    expect(await wrong()).toEqual([
      'Every order that was settled since there are receipts has one',
      'Receipts less credit notes are what was captured for their orders and not given back',
      'Taxes of receipts less those of credit notes are what the ledger owes for their orders',
      'What a receipt says of an order’s total adds up',
    ]);
    await write('payment', 'TRUNCATE receipt, receipt_number');
  });

  it('finds pieces of a promotion without an order', async () => {
    await write(
      'order',
      `INSERT INTO promotion_copy (id, name, percent, starts_at, ends_at, quantity, used, source_version, version)
       VALUES ($1, 'Promo', 20, now(), now(), 3, 2, 1, 1)`,
      [newId()],
    );
    expect(await wrong()).toEqual(['Pieces of promotions are used by the orders that hold them']);
    await write('order', 'DELETE FROM promotion_copy');
  });

  it('finds a reward that cost nothing, and one that a voided order holds', async () => {
    const [redemptionId, orderId] = [newId(), newId()];
    await write('order', AN_ORDER, [orderId, newId(), 'REJECTED', null]);
    await write(
      'order',
      `INSERT INTO order_reward (redemption_id, order_id, customer_id, outlet_id, franchise_id)
       SELECT $1, id, customer_id, outlet_id, franchise_id FROM orders WHERE id = $2`,
      [redemptionId, orderId],
    );
    await write(
      'customer',
      `INSERT INTO redemption (id, customer_id, reward_id, name, points, amount_off, status, order_id)
       VALUES ($1, $1, $1, 'Topping', 50, 5000, 'APPLIED', $2)`,
      [redemptionId, orderId],
    );
    expect(await wrong()).toEqual(
      expect.arrayContaining([
        'Every reward was paid for in points, once',
        'A reward is applied to the order that holds it',
        'A reward whose order died is returned',
      ]),
    );
    await write('customer', 'DELETE FROM redemption');
    await write('order', 'DELETE FROM order_reward');
    await write('order', 'DELETE FROM orders');
  });

  it('finds sales that the payment subgraph has copied wrongly', async () => {
    await write(
      'payment',
      `INSERT INTO sales_day_copy (outlet_id, day, franchise_id, orders, units, discounts, revenue)
       VALUES ($1, '2026-11-20', $1, 1, 1, 0, 25000)`,
      [newId()],
    );
    expect(await wrong()).toEqual(['The payment subgraph has copied the sales of every outlet']);
    await write('payment', 'DELETE FROM sales_day_copy');
  });

  it('finds a dispute without a payment and a ledger entry', async () => {
    await write(
      'payment',
      `INSERT INTO dispute (id, payment_id, outlet_id, franchise_id, amount, reason, status, opened_by)
       VALUES ($1, $1, $1, $1, 500, 'Tidak dikenal', 'OPENED', $1)`,
      [newId()],
    );
    expect(await wrong()).toEqual([
      'What is held for disputes is what disputes hold or have taken',
      'What a bank holds is in dispute',
    ]);
    await write('payment', 'DELETE FROM dispute');
  });

  it('finds answers that do not hold', async () => {
    const acknowledged = new Acknowledged();
    acknowledged.record(acknowledged.placed, 'key', newId());
    acknowledged.record(acknowledged.placed, 'key', newId());
    acknowledged.readings.add(`${newId()} boot 1`);
    expect(await wrong(acknowledged)).toEqual([
      'No key has two answers',
      'Every acknowledged order exists, under its key',
      'Every acknowledged reading is stored, once',
    ]);
  });
});

/** Rows of an order's history. */
async function enter(orderId: string, ...entries: readonly (readonly [number, string])[]): Promise<void> {
  for (const [version, status] of entries)
    await write(
      'order',
      `INSERT INTO order_status_entry (order_id, version, status, at, franchise_id, outlet_id)
       VALUES ($1::uuid, $2, $3::order_status, now(), $1::uuid, $1::uuid)`,
      [orderId, version, status],
    );
}

async function emit(
  subgraph: 'order' | 'payment',
  type: string,
  aggregateId: string,
  version: number,
  data: object,
): Promise<void> {
  await write(
    subgraph,
    `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
     VALUES ($1, $2, 1, $3, now(), $4, $5, $6, '{}')`,
    [newId(), type, subgraph, aggregateId, version, JSON.stringify(data)],
  );
}

/** Id, any other id, status, when it was paid. */
const AN_ORDER = `
  INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total,
                      preparation_seconds, placed_at, paid_at, payment_id, sales_day)
  VALUES ($1::uuid, $1::uuid::text, $2, $2, $2, $3::order_status, now(), 1, 25000, 60, now(), $4::timestamptz, $2, $4::timestamptz::date)`;

/** The first counted item: always the same. */
async function anItem(): Promise<string> {
  const [id] = await books.stock.names(
    `SELECT id AS name FROM stock_item WHERE tracking = 'COUNT' ORDER BY id LIMIT 1`,
  );
  if (id === undefined) throw new Error('The seed counts some stock.');
  return id;
}

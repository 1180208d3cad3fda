/** Movements, reservations and readings in partitions: nothing is stored twice, lost or searched for where it cannot be. */
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { maintainPartitions, partitionReport } from '../../../platform/database/partitions.js';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { pageOf } from '../../../platform/kit/paging.js';
import { createLog } from '../../../platform/log.js';
import {
  expectLedgerToBalance,
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  SILENT_BUS,
  type TestStock,
} from '../testing/harness.js';
import { type OwnStockDatabase, openStockDatabase } from './database.js';
import { countMovements, findLastMovements, findMovementPages, findMovementsByIds } from './movements.js';
import { insertReservations, updateReservations } from './reservations.js';

let stock: TestStock;
let other: OwnStockDatabase;
beforeAll(async () => {
  stock = await openTestStock();
  other = openStockDatabase(stock.url, SILENT_BUS);
});
afterEach(() => expectLedgerToBalance(stock));
afterAll(async () => {
  await other.close();
  await stock.close();
});

const DAY = 86_400_000;
const READING_RETENTION_DAYS = 30;
const FAR_AHEAD = Date.UTC(2090, 0, 1);

/** An id of the middle of a month, counted from this one. */
function idOfMonth(months: number): string {
  const now = new Date();
  return v7({ msecs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15) });
}

const idOfDay = (days: number) => v7({ msecs: Date.now() + days * DAY });

/** How many readings of a shelf's first boot were stored, in a batch of that id. */
async function storeReadings(
  database: OwnStockDatabase,
  batchId: string,
  shelf: GivenShelf,
  seqs: readonly number[],
): Promise<number> {
  const { rows } = await database.pool.query<{ stored: number }>(
    STORE_READINGS,
    batchOf(batchId, shelf, seqs),
  );
  return rows[0]?.stored ?? 0;
}

function batchOf(batchId: string, shelf: GivenShelf, seqs: readonly number[]): unknown[] {
  return [
    ...[batchId, newId(), seqs.map(() => shelf.id), seqs.map(() => shelf.outletId)],
    ...[seqs.map(() => 'boot-1'), seqs, seqs.map((seq) => 1_000 + seq)],
    ...[seqs.map(() => new Date().toISOString()), seqs.map(() => null)],
  ];
}

const STORE_READINGS = 'SELECT stored FROM store_readings($1, $2, $3, $4, $5, $6, $7, $8, $9)';
const APPLY_READINGS = 'SELECT levels FROM apply_readings($1)';

async function reserve(item: GivenItem, orderId: string, quantity = 1) {
  const { outcomes } = await insertReservations(stock.database.pool, 'test', [
    requestOf(item, orderId, quantity),
  ]);
  return outcomes[0];
}

function requestOf({ outletId, ingredientId }: GivenItem, orderId: string, quantity = 1) {
  const requirements = [{ ingredientId, quantity }];
  return { eventId: newId(), orderId, outletId, requirements, cause: newCause() };
}

const stepOf = ({ outletId }: GivenItem, orderId: string, step: 'TAKE' | 'RELEASE') => ({
  ...{ eventId: newId(), orderId, outletId, step, version: 5 },
  cause: newCause(),
});

const countOf = async (statement: string, values: readonly unknown[] = []) =>
  Number((await stock.database.pool.query<{ count: string }>(statement, [...values])).rows[0]?.count);

async function defaultRows(): Promise<Record<string, number>> {
  const report = await partitionReport(stock.database.pool);
  return Object.fromEntries(report.map(({ name, defaultRows }) => [name, defaultRows]));
}

describe('readings of two days', () => {
  test('are stored once, by two processes at once', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    const shelf = await givenShelf(stock, item);
    // One reading of each day by itself; which process stores the others first is a race.
    let stored = await storeReadings(stock.database, idOfDay(-1), shelf, [0]);
    stored += await storeReadings(other, idOfDay(0), shelf, [1]);
    for (let first = 0; first < 2_000; first += 100) {
      const seqs = Array.from({ length: 150 }, (_, index) => first + index);
      const counts = await Promise.all([
        storeReadings(stock.database, idOfDay(-1), shelf, seqs),
        storeReadings(other, idOfDay(0), shelf, seqs.toReversed()),
        storeReadings(other, idOfDay(1), shelf, seqs.slice(0, 50)),
      ]);
      for (const count of counts) stored += count;
    }
    expect(stored).toBe(2_050);
    expect(
      await countOf('SELECT count(DISTINCT tableoid) FROM reading WHERE outlet_id = $1', [item.outletId]),
    ).toBeGreaterThan(1);
    expect(await countOf('SELECT count(*) FROM reading WHERE outlet_id = $1', [item.outletId])).toBe(2_050);
  });
});

describe('ids of a clock that is wrong by decades', () => {
  test('are stored, found and reported', async () => {
    const place = await givenOutlet(stock);
    const [weighed, counted] = [
      await givenItem(stock, { ...place, tracking: 'SHELF' }),
      await givenItem(stock, { ...place, onHand: 10 }),
    ];
    const shelf = await givenShelf(stock, weighed);
    const before = await defaultRows();

    const batchId = v7({ msecs: FAR_AHEAD });
    await storeReadings(stock.database, batchId, shelf, [1]);
    await storeReadings(stock.database, newId(), shelf, [2]);
    await stock.database.pool.query(APPLY_READINGS, [[batchId]]);
    expect((await figuresOf(stock, weighed)).onHand).toBe(1_001);

    const orderId = v7({ msecs: FAR_AHEAD });
    expect(await reserve(counted, orderId)).toBe('RESERVED');
    expect(await reserve(counted, orderId)).toBe('KNOWN');
    await updateReservations(stock.database.pool, 'test', [stepOf(counted, orderId, 'TAKE')]);
    expect(await figuresOf(stock, counted)).toMatchObject({ onHand: 9, reserved: 0 });

    const movementId = v7({ msecs: FAR_AHEAD });
    await insertMovement(counted, movementId);
    const [newest] = await findMovementPages(stock.database, [counted.id], pageOf({ first: 1 }));
    expect(newest?.id).toBe(movementId);

    const after = await defaultRows();
    for (const table of ['reading_batch', 'reading', 'order_promise', 'reservation', 'stock_movement']) {
      expect({ table, rows: after[table] }).toEqual({ table, rows: (before[table] ?? 0) + 1 });
    }
  });
});

async function insertMovement({ id: stockItemId, outletId, franchiseId }: GivenItem, id: string) {
  const by = { kind: 'COUNT', traceId: newId(), personId: newId() } as const;
  await stock.database.prisma.stockMovement.create({
    data: { id, stockItemId, outletId, franchiseId, figure: 'ON_HAND', delta: 10, ...by },
  });
}

describe('a statement looks into the partitions of its ids alone:', () => {
  /** The partitions that a statement reads once it is planned. */
  async function partitionsRead(
    text: string,
    planned: readonly (readonly unknown[])[],
    values: readonly unknown[],
  ) {
    const client = await stock.database.pool.connect();
    const scans = async () => {
      const { rows } = await client.query<{ partition: string; scans: string }>(
        `SELECT relname AS partition, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS scans FROM pg_stat_xact_all_tables
         WHERE schemaname = 'partitions' ORDER BY relname`,
      );
      return rows;
    };
    try {
      await client.query('BEGIN');
      for (const one of planned) await client.query(text, [...one]);
      const before = new Map((await scans()).map((one) => [one.partition, one.scans]));
      await client.query(text, [...values]);
      const after = await scans();
      await client.query('COMMIT');
      return after
        .filter(({ partition, scans }) => scans !== (before.get(partition) ?? '0'))
        .map(({ partition }) => partition);
    } finally {
      client.release();
    }
  }

  const month = (id: string) => `_${timeOf(id).slice(0, 7).replace('-', '_')}`;
  const day = (id: string) => `_${timeOf(id).slice(0, 10).replaceAll('-', '_')}`;
  const timeOf = (id: string) =>
    new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString();

  test('an order’s step', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 1_000 });
    const values = (orderIds: readonly string[]) => [
      ...['test', orderIds.map(() => newId()), orderIds, orderIds.map(() => item.outletId)],
      ...[orderIds.map(() => 'TAKE'), orderIds.map(() => 5), orderIds.map(() => newId()), '{}'],
    ];
    for (const orderIds of [[idOfMonth(0)], [idOfMonth(-1), idOfMonth(0)]]) {
      const requests = [...orderIds, idOfMonth(1)].map((id) => requestOf(item, id));
      await insertReservations(stock.database.pool, 'test', requests);
      const last = requests.at(-1)?.orderId ?? '';
      const read = await partitionsRead(
        'SELECT levels FROM advance_reservations($1, $2, $3, $4, $5, $6, $7, $8)',
        [values([last])],
        values(orderIds),
      );
      expect(read).toEqual(
        ['order_promise', 'reservation'].flatMap((table) => orderIds.map((id) => `${table}${month(id)}`)),
      );
    }
  });

  test('the application of a batch of readings', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    const shelf = await givenShelf(stock, item);
    const [first, batchId] = [idOfDay(2), newId()];
    await storeReadings(stock.database, first, shelf, [1]);
    await storeReadings(stock.database, batchId, shelf, [2]);
    const read = await partitionsRead(APPLY_READINGS, [[[first]]], [[batchId]]);
    expect(read).toEqual([`reading${day(batchId)}`, `reading_batch${day(batchId)}`]);
    expect((await figuresOf(stock, item)).onHand).toBe(1_002);
  });

  test('the storage of readings in order, whatever the boot numbers them by', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    const shelf = await givenShelf(stock, item);
    const everyOther = Array.from({ length: 500 }, (_, index) => index * 2);
    const batchId = newId();
    const read = await partitionsRead(
      STORE_READINGS,
      [batchOf(idOfDay(2), shelf, everyOther), batchOf(idOfDay(2), shelf, [998, 999])],
      batchOf(batchId, shelf, [1_000, 1_002]),
    );
    for (const partition of read) expect(partition).toContain(day(batchId));
  });

  test('an item’s last movement', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 5 });
    expect(await findLastMovements(stock.database, [item.id])).toMatchObject([{ delta: 5 }]);
    const { rows } = await stock.database.pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM stock_movement WHERE id = '${newId()}'`,
    );
    const scans = rows.filter((row) => /Scan.* on /.test(row['QUERY PLAN']));
    expect(scans).toHaveLength(1);
  });
});

describe('the archive', () => {
  let item: GivenItem;
  const [orderId, openOrderId] = [idOfMonth(-3), idOfMonth(-4)];
  const ids = [idOfMonth(-3), idOfMonth(-2), idOfMonth(-2), idOfMonth(0), idOfMonth(1)].toSorted();
  const log = createLog('silent');
  const keep = { archiveAfterMonths: 1, dropAfterDays: { reading: READING_RETENTION_DAYS } };
  const promisesInUse = () => countOf('SELECT count(*) FROM order_promise WHERE order_id = $1', [orderId]);

  beforeAll(async () => {
    item = await givenItem(stock, await givenOutlet(stock));
    for (const id of ids) await insertMovement(item, id);
    await reserve(item, orderId);
    await reserve(item, openOrderId);
    await updateReservations(stock.database.pool, 'test', [stepOf(item, orderId, 'TAKE')]);
    await maintainPartitions(stock.database.pool, 'stock', keep, log);
  });

  test('waits for orders whose stock is still reserved', async () => {
    expect(await promisesInUse()).toBe(1);
    await updateReservations(stock.database.pool, 'test', [stepOf(item, openOrderId, 'RELEASE')]);
    await maintainPartitions(stock.database.pool, 'stock', keep, log);
    expect(await promisesInUse()).toBe(0);
    expect(
      await countOf('SELECT count(*) FROM reservation_with_archive WHERE order_id = $1', [orderId]),
    ).toBe(1);
  });

  test('continues an item’s movements without a gap, forwards, backwards and counted', async () => {
    expect(await countOf('SELECT count(*) FROM stock_movement WHERE id = ANY ($1)', [ids])).toBe(2);
    const all = await findMovementPages(stock.database, [item.id], pageOf({ first: 100 }));
    const listed = all.map(({ id }) => id);
    expect(listed.filter((id) => ids.includes(id))).toEqual(ids.toReversed());
    expect(listed).toEqual(listed.toSorted().toReversed());
    expect(await countMovements(stock.database, [item.id])).toEqual([{ id: item.id, count: all.length }]);
    const found = await findMovementsByIds(stock.database, ids);
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids);
  });

  test('says what moved an item last where nothing has since', async () => {
    const still = await givenItem(stock, await givenOutlet(stock));
    const id = idOfMonth(-5);
    await insertMovement(still, id);
    expect(await findLastMovements(stock.database, [still.id, item.id])).toHaveLength(2);
    const [last] = await findLastMovements(stock.database, [still.id]);
    expect(last?.id).toBe(id);
  });

  test('has the answer to an order: what ends it later leaves no row', async () => {
    const before = await countOf('SELECT count(*) FROM order_promise');
    await updateReservations(stock.database.pool, 'test', [stepOf(item, orderId, 'RELEASE')]);
    expect(await countOf('SELECT count(*) FROM order_promise')).toBe(before);
  });
});

test('readings are dropped by whole days, and what is delivered again is not stored again', async () => {
  const place = await givenOutlet(stock);
  const shelf = await givenShelf(stock, await givenItem(stock, { ...place, tracking: 'SHELF' }));
  const rowsOf = () => countOf('SELECT count(*) FROM reading WHERE outlet_id = $1', [place.outletId]);
  await storeReadings(stock.database, idOfDay(-READING_RETENTION_DAYS - 40), shelf, [1, 2, 3]);
  await storeReadings(stock.database, idOfDay(-1), shelf, [4]);
  await stock.database.pool.query(APPLY_READINGS, [
    (
      await stock.database.pool.query<{ id: string }>('SELECT id FROM reading_batch WHERE applied_at IS NULL')
    ).rows.map(({ id }) => id),
  ]);
  expect(await rowsOf()).toBe(4);
  await stock.database.pool.query(`SELECT drop_partitions('reading', now() - interval '1 day')`);
  expect(await rowsOf()).toBe(1);
  expect(await storeReadings(stock.database, newId(), shelf, [1, 2, 3, 4, 5])).toBe(1);
  expect(await rowsOf()).toBe(2);
});

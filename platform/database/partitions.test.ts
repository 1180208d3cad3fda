/**
 * A family of two tables with all that tables have (foreign keys in and out, triggers, policies, grants, indexes, generated columns,
 * storage parameters), converted to partitions, and then maintained as the job does.
 */
import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wallFaults } from '../../prisma/walls.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { createLog } from '../log.js';
import { metrics } from '../metrics.js';
import { sqlFailureOf } from '../sql/sql-failure.js';
import { accountUrl } from './access-roles.js';
import { maintainPartitions, partitionReport } from './partitions.js';

let file: FreshDatabase;
let owner: pg.Pool;
let worker: pg.Pool;
const log = createLog('silent');

const OUTLET = v7();
const OTHER_OUTLET = v7();

const TABLES = `
  CREATE TABLE sender (id uuid PRIMARY KEY);
  CREATE TABLE parcel (
    id uuid NOT NULL, outlet_id uuid NOT NULL, sender_id uuid, state text NOT NULL DEFAULT 'open', grams int NOT NULL CHECK (grams > 0),
    kilograms numeric GENERATED ALWAYS AS (grams / 1000.0) STORED,
    CONSTRAINT parcel_pkey PRIMARY KEY (id),
    CONSTRAINT parcel_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES sender (id)
  ) WITH (fillfactor = 80);
  CREATE INDEX parcels_of_an_outlet ON parcel (outlet_id, id DESC);
  CREATE INDEX parcels_open ON parcel (id) WHERE state = 'open';
  CREATE TABLE parcel_step (
    parcel_id uuid NOT NULL, version int NOT NULL, outlet_id uuid NOT NULL, PRIMARY KEY (parcel_id, version),
    CONSTRAINT parcel_step_parcel_id_fkey FOREIGN KEY (parcel_id) REFERENCES parcel (id)
  );
  CREATE TABLE parcel_count (outlet_id uuid PRIMARY KEY, parcels int NOT NULL);
  CREATE FUNCTION count_parcels() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO parcel_count SELECT outlet_id, count(*) FROM added GROUP BY outlet_id
    ON CONFLICT (outlet_id) DO UPDATE SET parcels = parcel_count.parcels + excluded.parcels;
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_parcels AFTER INSERT ON parcel REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_parcels();
  CREATE FUNCTION refuse_light_parcels() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.grams < 5 THEN RAISE EXCEPTION 'too light' USING ERRCODE = 'check_violation'; END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER refuse_light_parcels AFTER INSERT OR UPDATE ON parcel DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_light_parcels();
  CALL protect('sender', '', '');
  CALL protect('parcel_count', '', '');
  CALL protect('parcel', 'SELECT, UPDATE', 'SELECT, UPDATE');
  CALL protect('parcel_step', 'SELECT, INSERT', 'SELECT');
  CREATE POLICY of_its_parcel ON parcel_step AS RESTRICTIVE FOR INSERT TO kedai_order_tenant
    WITH CHECK (EXISTS (SELECT FROM parcel WHERE parcel.id = parcel_step.parcel_id));`;

const CONVERSION = `
  BEGIN;
  CALL prepare_partitions('parcel', 'id', 'month', _family => 'parcel', _archive_when => $$state = 'done'$$);
  CALL prepare_partitions('parcel_step', 'parcel_id', 'month', _family => 'parcel', _position => 1);
  COMMIT;
  BEGIN; CALL validate_bounds('parcel'); COMMIT;
  BEGIN; CALL partition_family('parcel'); COMMIT;
  BEGIN; SELECT validate_foreign_keys(); COMMIT;`;

/** An id of the middle of the month so many after this one. */
function idIn(months: number): string {
  const now = new Date();
  return v7({ msecs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15) });
}

function suffixOf(months: number): string {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  return `_${month.toISOString().slice(0, 7).replace('-', '_')}`;
}

interface ParcelToAdd {
  readonly id: string;
  readonly state?: string;
  readonly grams?: number;
  readonly outletId?: string;
}

async function addParcel({
  id,
  state = 'done',
  grams = 500,
  outletId = OUTLET,
}: ParcelToAdd): Promise<string> {
  await owner.query('INSERT INTO parcel (id, outlet_id, state, grams) VALUES ($1, $2, $3, $4)', [
    id,
    outletId,
    state,
    grams,
  ]);
  await owner.query('INSERT INTO parcel_step VALUES ($1, 1, $2), ($1, 2, $2)', [id, outletId]);
  return id;
}

async function partitionsOf(table: string, id: string, key = 'id'): Promise<string[]> {
  const { rows } = await owner.query<{ partition: string }>(
    `SELECT DISTINCT tableoid::regclass::text AS partition FROM ${table} WHERE ${key} = $1`,
    [id],
  );
  return rows.map(({ partition }) => partition);
}

async function refusalOf(pool: pg.Pool | pg.PoolClient, statement: string): Promise<string | undefined> {
  try {
    await pool.query(statement);
    return undefined;
  } catch (error) {
    return sqlFailureOf(error)?.sqlState;
  }
}

/** As a tenant's request runs: its role and its outlets set for one transaction. */
async function asTenant<Row extends pg.QueryResultRow>(
  outletId: string,
  statement: string,
): Promise<readonly Row[]> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT set_config('kedai.outlet_ids', $1, true)`, [`{${outletId}}`]);
    await client.query('SET LOCAL ROLE kedai_order_tenant');
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

async function gaugeOf(name: string, table: string): Promise<number | undefined> {
  const metric = await metrics.getSingleMetric(name)?.get();
  return metric?.values.find(({ labels }) => labels.source === 'order' && labels.table === table)?.value;
}

const maintain = (archiveAfterMonths = 600) =>
  maintainPartitions(worker, 'order', { archiveAfterMonths, dropAfterDays: {} }, log);

/** Rows from before the conversion: of two years ago, of now, and of a clock that is five years ahead. */
const [OLD, PRESENT, STRAY] = [idIn(-24), idIn(0), idIn(60)];

beforeAll(async () => {
  file = await freshDatabase('order');
  owner = new pg.Pool({ connectionString: file.url });
  worker = new pg.Pool({ connectionString: accountUrl(file.url, 'order', 'worker') });
  await owner.query(TABLES);
  for (const id of [OLD, PRESENT, STRAY]) await addParcel({ id });
  await addParcel({ id: idIn(0), outletId: OTHER_OUTLET });
  await owner.query(CONVERSION);
});
afterAll(async () => {
  await Promise.all([owner?.end(), worker?.end()]);
  await file?.drop();
});

describe('a converted family', () => {
  it('has every row, and those of no period in the default partition', async () => {
    const before = `partitions.parcel_before${suffixOf(2)}`;
    expect(await partitionsOf('parcel', OLD)).toEqual([before]);
    expect(await partitionsOf('parcel', PRESENT)).toEqual([before]);
    expect(await partitionsOf('parcel', STRAY)).toEqual(['partitions.parcel_default']);
    expect(await partitionsOf('parcel_step', STRAY, 'parcel_id')).toEqual(['partitions.parcel_step_default']);
  });

  it('puts new rows in the partition of their month, with the storage parameters of the table', async () => {
    const id = await addParcel({ id: idIn(2) });
    expect(await partitionsOf('parcel', id)).toEqual([`partitions.parcel${suffixOf(2)}`]);
    expect(await partitionsOf('parcel_step', id, 'parcel_id')).toEqual([
      `partitions.parcel_step${suffixOf(2)}`,
    ]);
    const { rows } = await owner.query('SELECT reloptions FROM pg_class WHERE relname = $1', [
      `parcel${suffixOf(2)}`,
    ]);
    expect(rows).toEqual([{ reloptions: ['fillfactor=80'] }]);
  });

  it('has the columns, constraints, indexes, triggers, policies and grants of before', async () => {
    expect(
      await refusalOf(owner, `INSERT INTO parcel (id, outlet_id, grams) VALUES ('${OLD}', '${OUTLET}', 9)`),
    ).toBe('23505');
    expect(
      await refusalOf(owner, `INSERT INTO parcel (id, outlet_id, grams) VALUES ('${v7()}', '${OUTLET}', 0)`),
    ).toBe('23514');
    expect(
      await refusalOf(owner, `INSERT INTO parcel (id, outlet_id, grams) VALUES ('${v7()}', '${OUTLET}', 4)`),
    ).toBe('23514');
    expect(await refusalOf(owner, `UPDATE parcel SET sender_id = '${v7()}' WHERE id = '${OLD}'`)).toBe(
      '23503',
    );
    expect(await refusalOf(owner, `INSERT INTO parcel_step VALUES ('${v7()}', 1, '${OUTLET}')`)).toBe(
      '23503',
    );
    expect(await refusalOf(owner, `DELETE FROM parcel WHERE id = '${PRESENT}'`)).toBe('23503');
    const counted = await owner.query('SELECT sum(parcels)::int AS parcels FROM parcel_count');
    const { rows } = await owner.query(
      'SELECT count(*)::int AS parcels, sum(kilograms)::float AS kilograms FROM parcel',
    );
    expect(counted.rows[0]?.parcels).toBe(rows[0]?.parcels);
    expect(rows[0]?.kilograms).toBe(rows[0]?.parcels / 2);
    const indexes = await owner.query(
      `SELECT indexname FROM pg_indexes WHERE tablename = 'parcel' AND schemaname = 'public' ORDER BY 1`,
    );
    expect(indexes.rows.map(({ indexname }) => indexname)).toEqual([
      'parcel_pkey',
      'parcels_of_an_outlet',
      'parcels_open',
    ]);
    const unvalidated = await owner.query('SELECT conname FROM pg_constraint WHERE NOT convalidated');
    expect(unvalidated.rows).toEqual([]);
  });

  it('is behind the same wall, by the table’s name alone', async () => {
    const seen = await asTenant(OTHER_OUTLET, 'SELECT DISTINCT outlet_id FROM parcel');
    expect(seen).toEqual([{ outlet_id: OTHER_OUTLET }]);
    const foreign = `INSERT INTO parcel_step VALUES ('${PRESENT}', 9, '${OTHER_OUTLET}')`;
    await expect(asTenant(OTHER_OUTLET, foreign)).rejects.toThrow('row-level security');
    const own = `INSERT INTO parcel_step VALUES ('${PRESENT}', 9, '${OUTLET}')`;
    await expect(asTenant(OUTLET, own)).resolves.toEqual([]);
    expect(await refusalOf(worker, `SELECT FROM partitions.parcel${suffixOf(2)}`)).toBe('42501');
    const client = await owner.connect();
    try {
      expect(await wallFaults(client, 'order')).toEqual([]);
    } finally {
      client.release();
    }
  });

  it('finds a row by its key in one partition', async () => {
    const { rows } = await owner.query(`EXPLAIN SELECT FROM parcel_step WHERE parcel_id = '${PRESENT}'`);
    const scans = rows.filter((row) => /(?<!Bitmap Index )Scan.* on /.test(row['QUERY PLAN']));
    expect(scans).toHaveLength(1);
  });
});

describe('maintenance', () => {
  it('makes partitions two months ahead and reports rows of no period', async () => {
    await maintain();
    expect(await gaugeOf('kedai_partitions_ahead', 'parcel')).toBe(2);
    expect(await gaugeOf('kedai_partition_default_rows', 'parcel')).toBe(1);
    expect(await gaugeOf('kedai_partition_default_rows', 'parcel_step')).toBe(2);
  });

  it('moves rows from the default partition once their month has a partition', async () => {
    const early = await addParcel({ id: idIn(4) });
    expect(await partitionsOf('parcel', early)).toEqual(['partitions.parcel_default']);
    await owner.query('SELECT make_partitions(_months_ahead => 4)');
    await maintain();
    expect(await partitionsOf('parcel', early)).toEqual([`partitions.parcel${suffixOf(4)}`]);
    expect(await partitionsOf('parcel_step', early, 'parcel_id')).toEqual([
      `partitions.parcel_step${suffixOf(4)}`,
    ]);
    expect(await gaugeOf('kedai_partitions_ahead', 'parcel')).toBe(4);
    expect(await refusalOf(owner, `DELETE FROM parcel WHERE id = '${early}'`)).toBe('23503');
  });

  it('archives whole partitions of finished rows, which remain readable by who could read them', async () => {
    const open = await addParcel({ id: idIn(-3), state: 'open' });
    await maintain(-4);
    expect(await partitionsOf('parcel', OLD)).toEqual([`partitions.parcel_before${suffixOf(2)}`]);
    expect(await gaugeOf('kedai_partition_rows_in_use', 'parcel')).toBe(1);

    await owner.query(`UPDATE parcel SET state = 'done' WHERE id = '${open}'`);
    await maintain(-4);
    expect(await gaugeOf('kedai_partition_rows_in_use', 'parcel')).toBe(0);
    for (const id of [OLD, PRESENT, open]) {
      expect(await partitionsOf('parcel', id)).toEqual([]);
      expect(await partitionsOf('parcel_step', id, 'parcel_id')).toEqual([]);
      expect(await partitionsOf('archive.parcel', id)).toHaveLength(1);
      expect(await partitionsOf('archive.parcel_step', id, 'parcel_id')).toHaveLength(1);
    }
    const archived = await asTenant(
      OUTLET,
      `SELECT count(*)::int AS parcels FROM parcel_with_archive WHERE id = '${OLD}'`,
    );
    expect(archived).toEqual([{ parcels: 1 }]);
    const foreign = await asTenant(
      OTHER_OUTLET,
      `SELECT count(*)::int AS parcels FROM archive.parcel WHERE id = '${OLD}'`,
    );
    expect(foreign).toEqual([{ parcels: 0 }]);
    expect(await refusalOf(worker, 'DELETE FROM archive.parcel')).toBe('42501');
    await expect(asTenant(OUTLET, `UPDATE archive.parcel SET state = 'open'`)).rejects.toThrow(
      'permission denied',
    );
  });

  it('restores and checks the foreign keys of what remains in use', async () => {
    expect(await refusalOf(owner, `INSERT INTO parcel_step VALUES ('${v7()}', 1, '${OUTLET}')`)).toBe(
      '23503',
    );
    const { rows } = await owner.query('SELECT conname FROM pg_constraint WHERE NOT convalidated');
    expect(rows).toEqual([]);
  });

  it('gives way to a long transaction and goes on afterwards', async () => {
    const client = await owner.connect();
    try {
      await client.query('BEGIN; LOCK TABLE parcel IN ROW EXCLUSIVE MODE');
      await expect(
        worker.query(`SELECT archive_partitions('parcel', now() + interval '6 months')`),
      ).rejects.toThrow('lock timeout');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    await worker.query(`SELECT archive_partitions('parcel', now() + interval '6 months')`);
  });

  it('drops the partitions of days whose past is not archived', async () => {
    await owner.query(
      `CREATE TABLE sample (id uuid PRIMARY KEY, is_used boolean NOT NULL DEFAULT true); CALL protect('sample', '', '')`,
    );
    await owner.query(`
      BEGIN; CALL prepare_partitions('sample', 'id', 'day', _family => 'sample', _past => 'drop', _archive_when => 'is_used'); COMMIT;
      BEGIN; CALL validate_bounds('sample'); COMMIT;
      BEGIN; CALL partition_family('sample'); COMMIT;`);
    const inDays = (days: number) => v7({ msecs: Date.now() + days * 86_400_000 });
    const [unused, today, later] = [inDays(-1), v7(), inDays(4)];
    await worker.query('INSERT INTO sample VALUES ($1, false), ($2, true), ($3, true)', [
      unused,
      today,
      later,
    ]);
    const dropOld = () =>
      maintainPartitions(worker, 'order', { archiveAfterMonths: 600, dropAfterDays: { sample: -3 } }, log);
    const remaining = async () =>
      (await worker.query('SELECT id FROM sample ORDER BY id')).rows.map(({ id }) => id);
    await dropOld();
    expect(await remaining()).toEqual([unused, later]);
    expect(await gaugeOf('kedai_partition_rows_in_use', 'sample')).toBe(1);
    await worker.query('UPDATE sample SET is_used = true');
    await dropOld();
    expect(await remaining()).toEqual([later]);
    const report = await partitionReport(worker);
    expect(report.find(({ name }) => name === 'sample')).toMatchObject({ past: 'drop', periodsAhead: -1 });
  });
});

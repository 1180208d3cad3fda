-- Every event that the subgraph has published, except those with personal data: append-only, by month. The relay moves an event here
-- when its retention in the outbox has passed.

-- Partitions lie apart from what Prisma sees, and nobody is granted anything on them.
CREATE SCHEMA IF NOT EXISTS partitions;

CREATE TABLE "event_log" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,

    CONSTRAINT "event_log_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- CreateIndex
CREATE INDEX "event_log_aggregate_id_aggregate_version_idx" ON "event_log"("aggregate_id", "aggregate_version");

-- The smallest UUIDv7 of a moment: the bounds of partitions by id.
CREATE FUNCTION first_id_at(_at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN rpad(lpad(to_hex(floor(extract(epoch FROM _at) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

-- The first moment of a month (UTC), counted from this one.
CREATE FUNCTION month_start(_months integer) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  RETURN (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => _months)) AT TIME ZONE 'UTC';

CREATE FUNCTION month_partition_name(_table regclass, _months integer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN (SELECT relname FROM pg_class WHERE oid = _table) || to_char(month_start(_months) AT TIME ZONE 'UTC', '"_"YYYY"_"MM');

-- Makes the partitions of a table by month of its id, from last month to so many months ahead. Ids of any other time are in the default
-- partition, and leave it when the partition of their month is made. Reads and inserts are not blocked.
CREATE FUNCTION make_month_partitions(_table regclass, _months_ahead integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _default text := (SELECT relname FROM pg_class WHERE oid = _table) || '_default';
  _partition text;
  _from uuid;
  _to uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('make_month_partitions'));
  IF to_regclass(format('partitions.%I', _default)) IS NULL THEN
    EXECUTE format('CREATE TABLE partitions.%I PARTITION OF %s DEFAULT', _default, _table);
  END IF;
  FOR _months IN -1 .. _months_ahead LOOP
    _partition := month_partition_name(_table, _months);
    CONTINUE WHEN to_regclass(format('partitions.%I', _partition)) IS NOT NULL;
    _from := first_id_at(month_start(_months));
    _to := first_id_at(month_start(_months + 1));
    EXECUTE format('CREATE TABLE partitions.%I (LIKE %s INCLUDING ALL)', _partition, _table);
    EXECUTE format('WITH early AS (DELETE FROM partitions.%I WHERE id >= %L AND id < %L RETURNING *) INSERT INTO partitions.%I SELECT * FROM early',
      _default, _from, _to, _partition);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION partitions.%I FOR VALUES FROM (%L) TO (%L)', _table, _partition, _from, _to);
  END LOOP;
END
$$;

-- How many months after this one have their partition without a gap (-1 where this one has none), and how many rows are in the default
-- partition.
CREATE FUNCTION month_partitions(_table regclass, OUT months_ahead integer, OUT default_rows bigint) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  months_ahead := -1;
  WHILE to_regclass(format('partitions.%I', month_partition_name(_table, months_ahead + 1))) IS NOT NULL LOOP
    months_ahead := months_ahead + 1;
  END LOOP;
  EXECUTE format('SELECT count(*) FROM partitions.%I', (SELECT relname FROM pg_class WHERE oid = _table) || '_default') INTO default_rows;
END
$$;

REVOKE EXECUTE ON FUNCTION make_month_partitions, month_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_month_partitions, month_partitions TO kedai_stock_worker;

SELECT make_month_partitions('event_log', 2);

-- The log is only ever added to.
CREATE FUNCTION refuse_event_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'event_log_append_only';
END $$;
CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_log_change();

CALL protect('event_log', '', '');
REVOKE UPDATE, DELETE ON event_log FROM kedai_stock_worker;

-- Every event, those that are still in the outbox too.
CREATE VIEW event_history WITH (security_invoker = true) AS
SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata FROM event_log
UNION ALL
SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata FROM outbox;
GRANT SELECT ON event_history TO kedai_stock_worker;

-- What every subgraph has: the roles and procedures of row-level security (platform/database/access-roles.ts), outbox, inbox and event
-- log, partitions (docs/partitions.md), and the schema of reports (docs/reporting.md).

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kedai_messages', 'kedai_messages_tenant', 'kedai_messages_chain', 'kedai_messages_worker'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Roles belong to the server: another database of this subgraph has made it.
      NULL;
    END;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['kedai_messages_tenant', 'kedai_messages_chain'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_auth_members WHERE roleid = wanted::regrole AND member = 'kedai_messages'::regrole AND set_option) THEN
      EXECUTE format('GRANT %I TO kedai_messages WITH INHERIT FALSE, SET TRUE', wanted);
    END IF;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO kedai_messages, kedai_messages_tenant, kedai_messages_chain, kedai_messages_worker;

-- The caller, as set for the transaction. Policies call these within a scalar subquery, so once for each statement.
CREATE FUNCTION caller_customer_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('kedai.customer_id', true), '')::uuid;
CREATE FUNCTION caller_outlet_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('kedai.outlet_ids', true), ''), '{}')::uuid[];
CREATE FUNCTION caller_franchise_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('kedai.franchise_ids', true), ''), '{}')::uuid[];

-- Puts a table behind the wall: the worker reaches every row, the chain every row by the given privileges, a tenant the rows
-- that carry its customer, outlet or franchise (every row to read where the table is public).
-- _tenant, _chain: privileges, such as 'SELECT, UPDATE'; empty for none. _rows: the tenant's rows where the columns
-- customer_id, outlet_id and franchise_id do not say it.
CREATE PROCEDURE protect(_table regclass, _tenant text, _chain text, _is_public boolean DEFAULT false, _rows text DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
  conditions text[] := '{}';
  own text;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', _table);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO kedai_messages_worker', _table);
  EXECUTE format('CREATE POLICY worker ON %s TO kedai_messages_worker USING (true) WITH CHECK (true)', _table);
  IF _chain <> '' THEN
    EXECUTE format('GRANT %s ON %s TO kedai_messages_chain', _chain, _table);
    EXECUTE format('CREATE POLICY chain ON %s TO kedai_messages_chain USING (true) WITH CHECK (true)', _table);
  END IF;
  IF _tenant = '' THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT %s ON %s TO kedai_messages_tenant', _tenant, _table);
  IF _is_public THEN
    EXECUTE format('CREATE POLICY public_read ON %s FOR SELECT TO kedai_messages_tenant USING (true)', _table);
  END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = _table AND attname = 'customer_id' AND NOT attisdropped) THEN
    conditions := conditions || 'customer_id = (SELECT caller_customer_id())'::text;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = _table AND attname = 'outlet_id' AND NOT attisdropped) THEN
    conditions := conditions || 'outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])'::text;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = _table AND attname = 'franchise_id' AND NOT attisdropped) THEN
    conditions := conditions || 'franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])'::text;
  END IF;
  own := COALESCE(_rows, NULLIF(array_to_string(conditions, ' OR '), ''));
  IF own IS NOT NULL THEN
    EXECUTE format('CREATE POLICY tenant ON %s TO kedai_messages_tenant USING (%s) WITH CHECK (%s)', _table, own, own);
  ELSIF NOT _is_public THEN
    RAISE EXCEPTION 'Nothing says which rows of % are a tenant''s', _table;
  END IF;
END
$$;


-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "enqueued_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer","event_id")
);

-- CreateIndex
CREATE INDEX "outbox_enqueued_at_idx" ON "outbox"("enqueued_at");

-- CreateIndex
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

-- Events are written by everybody and read by the relay alone.
CALL protect('outbox', 'INSERT', 'INSERT', _rows => 'true');
CALL protect('inbox', '', '');

-- Every event that the subgraph has published, except those with personal data: append-only. The relay moves an event here when its
-- retention in the outbox has passed.
-- CreateTable
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
);

-- CreateIndex
CREATE INDEX "event_log_aggregate_id_aggregate_version_idx" ON "event_log"("aggregate_id", "aggregate_version");

-- The log is only ever added to.
CREATE FUNCTION refuse_event_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'event_log_append_only';
END $$;
CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_log_change();

CALL protect('event_log', '', '');
REVOKE UPDATE, DELETE ON event_log FROM kedai_messages_worker;

-- Storage that does not slow with its age: tables in partitions by month or day of a UUIDv7, made ahead, and archived or dropped by age
-- as whole partitions. docs/partitions.md says how a table is converted and what the job does. Partitions lie apart from what Prisma sees,
-- and nobody is granted anything on them.
CREATE SCHEMA partitions;
CREATE SCHEMA archive;
GRANT USAGE ON SCHEMA archive TO kedai_messages_tenant, kedai_messages_chain, kedai_messages_worker;

-- The smallest UUIDv7 of a moment: the bounds of partitions by id.
CREATE FUNCTION first_id_at(_at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN rpad(lpad(to_hex(floor(extract(epoch FROM _at) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

CREATE TABLE partitions.partitioned_table (
  name text PRIMARY KEY,
  -- The column of the ranges: a UUIDv7, the row's own id or that of what it belongs to.
  key text NOT NULL,
  period text NOT NULL CHECK (period IN ('month', 'day')),
  -- Tables that are archived together: the root at position 0, each table behind what it refers to.
  family text NOT NULL,
  position integer NOT NULL,
  past text NOT NULL CHECK (past IN ('archive', 'drop')),
  -- Of the root: a condition that every row of a partition must meet before the partition is archived or dropped.
  archive_when text,
  -- From when on each period has a partition of its own. Rows that are older share one.
  first_at timestamptz NOT NULL,
  -- Storage parameters, which a partitioned table cannot have.
  storage text[] NOT NULL DEFAULT '{}',
  UNIQUE (family, position)
);

-- The start (UTC) of the period that many periods after the one of a moment.
CREATE FUNCTION period_start(_period text, _count integer, _moment timestamptz DEFAULT now()) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
  RETURN (date_trunc(_period, _moment AT TIME ZONE 'UTC') + _count * ('1 ' || _period)::interval) AT TIME ZONE 'UTC';

CREATE FUNCTION partitions.suffix(_period text, _start timestamptz) RETURNS text LANGUAGE sql STABLE
  RETURN to_char(_start AT TIME ZONE 'UTC', CASE _period WHEN 'day' THEN '"_"YYYY"_"MM"_"DD' ELSE '"_"YYYY"_"MM' END);

-- Drops the foreign keys of and to some tables. Answers the statements that restore them, for rows to come; `validate_foreign_keys` then
-- checks the rows that there are.
CREATE FUNCTION partitions.drop_foreign_keys(_tables text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  _one record;
  _restore text[] := '{}';
BEGIN
  FOR _one IN
    SELECT conrelid::regclass AS on_table, conname, regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') AS definition
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0
      AND (conrelid = ANY (_tables::regclass[]) OR confrelid = ANY (_tables::regclass[]))
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', _one.on_table, _one.conname);
    _restore := _restore || format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', _one.on_table, _one.conname, _one.definition);
  END LOOP;
  RETURN _restore;
END
$$;

-- Tables together with those that foreign keys connect them to, which are locked when the keys are dropped.
CREATE FUNCTION partitions.with_foreign_tables(_tables text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT _tables || COALESCE(array_agg(DISTINCT other::text ORDER BY other::text), '{}')
  FROM pg_constraint, LATERAL unnest(ARRAY[conrelid, confrelid]::regclass[]) AS other
  WHERE contype = 'f' AND conparentid = 0
    AND (conrelid = ANY (_tables::regclass[]) OR confrelid = ANY (_tables::regclass[]))
    AND other <> ALL (_tables::regclass[])
$$;

-- Locks tables against everybody. A try that has to wait gives way well before PostgreSQL looks for deadlocks (after a second), so that
-- no reader or writer is ever ended for it.
CREATE PROCEDURE partitions.lock_tables(_tables text[]) LANGUAGE plpgsql AS $$
BEGIN
  LOOP
    BEGIN
      SET LOCAL lock_timeout = '200ms';
      EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', array_to_string(_tables, ', '));
      SET LOCAL lock_timeout = 0;
      RETURN;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;

-- Makes the partition of a table for the period that starts at a moment, with the rows of the default partition that belong in it.
CREATE PROCEDURE partitions.make_partition(_table text, _start timestamptz) LANGUAGE plpgsql AS $$
DECLARE
  _one partitions.partitioned_table;
  _partition text;
  _from uuid := first_id_at(_start);
  _to uuid;
  _has_strays boolean;
  _restore text[] := '{}';
  _statement text;
BEGIN
  SELECT * INTO STRICT _one FROM partitions.partitioned_table WHERE name = _table;
  _partition := _table || partitions.suffix(_one.period, _start);
  _to := first_id_at(period_start(_one.period, 1, _start));
  EXECUTE format('CREATE TABLE partitions.%I (LIKE public.%I INCLUDING ALL)', _partition, _table);
  IF _one.storage <> '{}' THEN
    EXECUTE format('ALTER TABLE partitions.%I SET (%s)', _partition, array_to_string(_one.storage, ', '));
  END IF;
  -- Attaching needs no scan where a constraint says the same.
  EXECUTE format('ALTER TABLE partitions.%1$I ADD CONSTRAINT %2$I CHECK (%3$I >= %4$L AND %3$I < %5$L)',
    _partition, _partition || '_range', _one.key, _from, _to);
  EXECUTE format('SELECT EXISTS (SELECT FROM partitions.%1$I WHERE %2$I >= %3$L AND %2$I < %4$L)', _table || '_default', _one.key, _from, _to)
    INTO _has_strays;
  IF _has_strays THEN
    _restore := partitions.drop_foreign_keys(ARRAY[_table]);
    EXECUTE format('ALTER TABLE partitions.%I DISABLE TRIGGER USER', _table || '_default');
    CALL partitions.move_rows(_table || '_default', _partition, format('%1$I >= %2$L AND %1$I < %3$L', _one.key, _from, _to));
    EXECUTE format('ALTER TABLE partitions.%I ENABLE TRIGGER USER', _table || '_default');
  END IF;
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION partitions.%I FOR VALUES FROM (%L) TO (%L)', _table, _partition, _from, _to);
  FOREACH _statement IN ARRAY _restore LOOP
    EXECUTE _statement;
  END LOOP;
END
$$;

-- Moves the rows of one partition that meet a condition to another. Generated columns are computed again.
CREATE PROCEDURE partitions.move_rows(_source text, _target text, _condition text) LANGUAGE plpgsql AS $$
DECLARE
  _columns text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ') INTO _columns FROM pg_attribute
  WHERE attrelid = format('partitions.%I', _source)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
  EXECUTE format('WITH moved AS (DELETE FROM partitions.%1$I WHERE %2$s RETURNING %3$s) INSERT INTO partitions.%4$I (%3$s) SELECT %3$s FROM moved',
    _source, _condition, _columns, _target);
END
$$;

-- Makes the partitions of every partitioned table up to so many months and days ahead, where they are missing. Rows of the default
-- partitions move to the partition of their period.
CREATE FUNCTION make_partitions(_months_ahead integer DEFAULT 2, _days_ahead integer DEFAULT 7) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
  _one record;
  _start timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('partitions'));
  FOR _one IN
    SELECT partitioned_table.* FROM partitions.partitioned_table JOIN pg_class ON pg_class.oid = to_regclass(name)
    WHERE relkind = 'p' ORDER BY family, position
  LOOP
    _start := _one.first_at;
    WHILE _start <= period_start(_one.period, CASE _one.period WHEN 'day' THEN _days_ahead ELSE _months_ahead END) LOOP
      IF to_regclass(format('partitions.%I', _one.name || partitions.suffix(_one.period, _start))) IS NULL THEN
        CALL partitions.make_partition(_one.name, _start);
      END IF;
      _start := period_start(_one.period, 1, _start);
    END LOOP;
  END LOOP;
END
$$;

-- Of every partitioned table: how many periods after the present one have their partition without a gap (-1 where the present one has
-- none), and how many rows are in the default partition.
CREATE FUNCTION partition_report() RETURNS TABLE (name text, family text, period text, past text, periods_ahead integer, default_rows bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  FOR name, family, period, past IN
    SELECT one.name, one.family, one.period, one.past FROM partitions.partitioned_table AS one
    JOIN pg_class ON pg_class.oid = to_regclass(one.name) WHERE relkind = 'p' ORDER BY one.family, one.position
  LOOP
    periods_ahead := -1;
    WHILE partitions.has_partition(name, first_id_at(period_start(period, periods_ahead + 1))) LOOP
      periods_ahead := periods_ahead + 1;
    END LOOP;
    EXECUTE format('SELECT count(*) FROM partitions.%I', name || '_default') INTO default_rows;
    RETURN NEXT;
  END LOOP;
END
$$;

-- The partitions of a table other than the default, with the bounds of their ids; without `from_id` for all that are older.
CREATE FUNCTION partitions.partitions_of(_table text) RETURNS TABLE (partition text, from_id uuid, to_id uuid, bound text)
LANGUAGE sql STABLE AS $$
  SELECT relname, substring(bound FROM $re$FROM \('([^']+)'\)$re$)::uuid, substring(bound FROM $re$TO \('([^']+)'\)$re$)::uuid, bound
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid, LATERAL pg_get_expr(relpartbound, pg_class.oid) AS bound
  WHERE inhparent = _table::regclass AND bound <> 'DEFAULT'
$$;

CREATE FUNCTION partitions.has_partition(_table text, _id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM partitions.partitions_of(_table) WHERE (from_id IS NULL OR from_id <= _id) AND _id < to_id)
$$;

-- Archives the partitions of a family whose rows are all older than a moment: moves them, whole, from the table to that of the same name
-- in the schema `archive`. A partition with rows in use remains, and is answered with their number; an archived one with 0.
-- Foreign keys hold no longer in the archive. Call `validate_foreign_keys` afterwards.
CREATE FUNCTION archive_partitions(_family text, _until timestamptz) RETURNS TABLE (partition text, in_use bigint) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
  _tables text[];
  _root partitions.partitioned_table;
  _old record;
  _table text;
  _restore text[];
  _statement text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('partitions'));
  SELECT * INTO STRICT _root FROM partitions.partitioned_table WHERE partitioned_table.family = _family AND position = 0 AND past = 'archive';
  SELECT array_agg(one.name ORDER BY one.position) INTO _tables FROM partitions.partitioned_table AS one WHERE one.family = _family;
  FOR _old IN SELECT * FROM partitions.partitions_of(_root.name) WHERE to_id <= first_id_at(_until) ORDER BY to_id LOOP
    partition := _old.partition;
    in_use := 0;
    IF _root.archive_when IS NOT NULL THEN
      EXECUTE format('SELECT count(*) FROM partitions.%I WHERE (%s) IS NOT TRUE', partition, _root.archive_when) INTO in_use;
    END IF;
    IF in_use = 0 THEN
      EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', array_to_string(partitions.with_foreign_tables(_tables), ', '));
      _restore := COALESCE(_restore, '{}') || partitions.drop_foreign_keys(_tables);
      FOREACH _table IN ARRAY _tables LOOP
        partition := _table || substr(_old.partition, length(_root.name) + 1);
        CONTINUE WHEN to_regclass(format('partitions.%I', partition)) IS NULL;
        EXECUTE format('ALTER TABLE public.%I DETACH PARTITION partitions.%I', _table, partition);
        EXECUTE format('ALTER TABLE archive.%I ATTACH PARTITION partitions.%I %s', _table, partition, _old.bound);
      END LOOP;
      partition := _old.partition;
    END IF;
    RETURN NEXT;
  END LOOP;
  FOREACH _statement IN ARRAY COALESCE(_restore, '{}') LOOP
    EXECUTE _statement;
  END LOOP;
END
$$;

-- Drops the partitions of a family whose rows are all older than a moment, where its past is to be dropped. A period whose root has rows in
-- use remains, and is answered with their number; a dropped one with 0.
CREATE FUNCTION drop_partitions(_family text, _until timestamptz) RETURNS TABLE (partition text, in_use bigint) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
  _root partitions.partitioned_table;
  _period record;
  _old record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('partitions'));
  SELECT * INTO STRICT _root FROM partitions.partitioned_table AS one WHERE one.family = _family AND position = 0 AND past = 'drop';
  FOR _period IN SELECT * FROM partitions.partitions_of(_root.name) WHERE to_id <= first_id_at(_until) ORDER BY to_id LOOP
    partition := _period.partition;
    EXECUTE format('SELECT count(*) FROM partitions.%I WHERE (%s) IS NOT TRUE', partition, COALESCE(_root.archive_when, 'true')) INTO in_use;
    IF in_use = 0 THEN
      FOR _old IN
        SELECT one.name, held.partition FROM partitions.partitioned_table AS one, partitions.partitions_of(one.name) AS held
        WHERE one.family = _family AND held.to_id = _period.to_id ORDER BY one.position DESC
      LOOP
        EXECUTE format('ALTER TABLE public.%I DETACH PARTITION partitions.%I', _old.name, _old.partition);
        EXECUTE format('DROP TABLE partitions.%I', _old.partition);
      END LOOP;
    END IF;
    RETURN NEXT;
  END LOOP;
  -- A period whose partition is gone gets no other.
  UPDATE partitions.partitioned_table AS one SET first_at = GREATEST(first_at, period_start(period, 0, _until)) WHERE one.family = _family;
END
$$;

-- Checks the rows behind foreign keys that were restored for rows to come; reads and writes go on.
CREATE FUNCTION validate_foreign_keys() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _one record;
BEGIN
  FOR _one IN
    SELECT conrelid::regclass AS on_table, conname FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND NOT convalidated AND connamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', _one.on_table, _one.conname);
  END LOOP;
END
$$;

-- Registers a table that is to be partitioned, and bounds its ids to come: the first step of a conversion. Its rows so far become one
-- partition, that of all ids before the period after next; the bound is what saves their scan under a lock. An empty family has
-- partitions from the last period on. The root is registered first.
CREATE PROCEDURE prepare_partitions(
  _table text, _key text, _period text, _family text, _position integer DEFAULT 0, _past text DEFAULT 'archive', _archive_when text DEFAULT NULL
) LANGUAGE plpgsql AS $$
DECLARE
  _has_rows boolean;
  _first timestamptz;
BEGIN
  IF _position = 0 THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', _table) INTO _has_rows;
    _first := period_start(_period, CASE WHEN _has_rows THEN 2 ELSE -1 END);
  ELSE
    SELECT first_at INTO STRICT _first FROM partitions.partitioned_table WHERE family = _family AND position = 0;
  END IF;
  INSERT INTO partitions.partitioned_table (name, key, period, family, position, past, archive_when, first_at, storage)
  SELECT _table, _key, _period, _family, _position, _past, _archive_when, _first, COALESCE(reloptions, '{}')
  FROM pg_class WHERE oid = _table::regclass;
  IF _first > now() THEN
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I < %L) NOT VALID', _table, _table || '_range', _key, first_id_at(_first));
  END IF;
END
$$;

-- Validates the bounds of a family, which reads its tables whole and blocks nobody. Where ids of a clock that was wrong lie beyond, the
-- conversion validates the bound itself, once these rows are in the default partition.
CREATE PROCEDURE validate_bounds(_family text) LANGUAGE plpgsql AS $$
DECLARE
  _one partitions.partitioned_table;
  _has_strays boolean;
BEGIN
  FOR _one IN SELECT * FROM partitions.partitioned_table WHERE family = _family LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I >= %L)', _one.name, _one.key, first_id_at(_one.first_at)) INTO _has_strays;
    CONTINUE WHEN _has_strays
      OR NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = _one.name::regclass AND conname = _one.name || '_range');
    EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I', _one.name, _one.name || '_range');
  END LOOP;
END
$$;

-- Converts the tables of a family under one short lock: what is there becomes the first partition and is not written again.
CREATE PROCEDURE partition_family(_family text) LANGUAGE plpgsql AS $$
DECLARE
  _tables text[];
  _table text;
  _restore text[];
  _statement text;
BEGIN
  SELECT array_agg(name ORDER BY position) INTO _tables FROM partitions.partitioned_table WHERE family = _family;
  CALL partitions.lock_tables(partitions.with_foreign_tables(_tables));
  _restore := partitions.drop_foreign_keys(_tables);
  FOREACH _table IN ARRAY _tables LOOP
    CALL partitions.convert_table(_table);
  END LOOP;
  PERFORM make_partitions();
  FOREACH _statement IN ARRAY _restore LOOP
    EXECUTE _statement;
  END LOOP;
END
$$;

-- The partitioned table takes the place of the plain one, with its columns, constraints, indexes, triggers, policies and grants.
CREATE PROCEDURE partitions.convert_table(_table text) LANGUAGE plpgsql AS $$
DECLARE
  _one partitions.partitioned_table;
  _old regclass := _table::regclass;
  _before text;
  _bound uuid;
  _dependent text;
  _recreate text[] := '{}';
  _drop text[] := '{}';
  _statement text;
BEGIN
  SELECT * INTO STRICT _one FROM partitions.partitioned_table WHERE name = _table;
  _bound := first_id_at(_one.first_at);
  _before := _table || '_before' || partitions.suffix(_one.period, _one.first_at);

  -- What is bound to the table itself and not to its name would go on with the first partition alone.
  SELECT string_agg(DISTINCT pg_describe_object(classid, objid, 0), ', ') INTO _dependent FROM pg_depend
  WHERE deptype <> 'i' AND classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass)
    AND ((refclassid = 'pg_class'::regclass AND refobjid = _old)
      OR (refclassid = 'pg_type'::regclass AND refobjid IN (SELECT reltype FROM pg_class WHERE oid = _old)));
  IF _dependent IS NOT NULL THEN
    RAISE EXCEPTION 'bound to the table % itself: %', _table, _dependent;
  END IF;

  SELECT _recreate || COALESCE(array_agg(
    CASE WHEN conname IS NULL THEN pg_get_indexdef(indexrelid)
      ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s', _table, conname, pg_get_constraintdef(pg_constraint.oid)) END), '{}')
  INTO _recreate
  FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('p', 'u', 'x')
  WHERE indrelid = _old;

  SELECT _recreate || COALESCE(array_agg(pg_get_triggerdef(oid) ORDER BY tgname), '{}'),
    _drop || COALESCE(array_agg(format('DROP TRIGGER %I ON %%1$s', tgname)), '{}')
  INTO _recreate, _drop
  FROM pg_trigger WHERE tgrelid = _old AND NOT tgisinternal;

  -- Its own policies, and those of other tables that look at it.
  SELECT _recreate || COALESCE(array_agg(definition ORDER BY definition), '{}'),
    _drop || COALESCE(array_agg(format('DROP POLICY %I ON %s', polname, CASE polrelid WHEN _old THEN '%1$s' ELSE polrelid::regclass::text END)), '{}')
  INTO _recreate, _drop
  FROM pg_policy, LATERAL partitions.policy_definition(pg_policy.oid, polrelid::regclass::text, polcmd) AS definition
  WHERE polrelid = _old OR EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_policy'::regclass AND objid = pg_policy.oid AND refclassid = 'pg_class'::regclass AND refobjid = _old);

  IF (SELECT relrowsecurity FROM pg_class WHERE oid = _old) THEN
    _recreate := _recreate || format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', _table);
  END IF;
  SELECT _recreate || COALESCE(array_agg(format('GRANT %s ON %I TO %I', privilege_type, _table, grantee::regrole)), '{}'),
    _drop || COALESCE(array_agg(DISTINCT format('REVOKE ALL ON %%1$s FROM %I', grantee::regrole)), '{}')
  INTO _recreate, _drop
  FROM pg_class, aclexplode(relacl) WHERE oid = _old AND grantee <> relowner;
  SELECT _recreate || COALESCE(array_agg(format('GRANT %s (%I) ON %I TO %I', privilege_type, attname, _table, grantee::regrole)), '{}'),
    _drop || COALESCE(array_agg(format('REVOKE ALL (%I) ON %%1$s FROM %I', attname, grantee::regrole)), '{}')
  INTO _recreate, _drop
  FROM pg_attribute, aclexplode(attacl) WHERE attrelid = _old AND attacl IS NOT NULL;

  EXECUTE format('ALTER TABLE %I RENAME TO %I', _table, _before);
  EXECUTE format('ALTER TABLE %I SET SCHEMA partitions', _before);
  FOREACH _statement IN ARRAY _drop LOOP
    EXECUTE format(_statement, _old::text);
  END LOOP;
  EXECUTE format('CREATE TABLE public.%I (LIKE partitions.%I INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (%I)', _table, _before, _one.key);
  EXECUTE format('ALTER TABLE public.%I DROP CONSTRAINT IF EXISTS %I', _table, _table || '_range');
  FOREACH _statement IN ARRAY _recreate LOOP
    EXECUTE _statement;
  END LOOP;

  EXECUTE format('CREATE TABLE partitions.%I (LIKE public.%I INCLUDING ALL)', _table || '_default', _table);
  CALL partitions.move_rows(_before, _table || '_default', format('%I >= %L', _one.key, _bound));
  IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = _old AND conname = _table || '_range') THEN
    EXECUTE format('ALTER TABLE partitions.%I VALIDATE CONSTRAINT %I', _before, _table || '_range');
  ELSE
    EXECUTE format('ALTER TABLE partitions.%I ADD CONSTRAINT %I CHECK (%I < %L)', _before, _table || '_range', _one.key, _bound);
  END IF;
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION partitions.%I FOR VALUES FROM (MINVALUE) TO (%L)', _table, _before, _bound);
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION partitions.%I DEFAULT', _table, _table || '_default');
  IF _one.past = 'archive' THEN
    CALL partitions.make_archive(_table);
  END IF;
END
$$;

-- The statement that makes a policy on a table, for a command ('*' for all, 'r' for SELECT).
CREATE FUNCTION partitions.policy_definition(_policy oid, _table text, _command "char") RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', polname, _table,
      CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
      CASE _command WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', ') FROM unnest(polroles) AS role))
    || CASE WHEN polqual IS NULL THEN '' ELSE format(' USING (%s)', pg_get_expr(polqual, polrelid)) END
    || CASE WHEN polwithcheck IS NULL OR _command = 'r' THEN '' ELSE format(' WITH CHECK (%s)', pg_get_expr(polwithcheck, polrelid)) END
  FROM pg_policy WHERE oid = _policy
$$;

-- Makes the archive of a partitioned table: a table of the same columns, which is only read, by whom the table itself is; and the view of
-- both together, `<table>_with_archive`.
CREATE PROCEDURE partitions.make_archive(_table text) LANGUAGE plpgsql AS $$
DECLARE
  _statement text;
BEGIN
  EXECUTE format('CREATE TABLE archive.%1$I (LIKE public.%1$I INCLUDING ALL) PARTITION BY RANGE (%2$I)', _table,
    (SELECT key FROM partitions.partitioned_table WHERE name = _table));
  EXECUTE format('ALTER TABLE archive.%I ENABLE ROW LEVEL SECURITY', _table);
  EXECUTE format('CREATE VIEW public.%1$I WITH (security_invoker = true) AS SELECT * FROM public.%2$I UNION ALL SELECT * FROM archive.%2$I',
    _table || '_with_archive', _table);
  FOR _statement IN
    SELECT partitions.policy_definition(oid, format('archive.%I', _table), 'r') FROM pg_policy
    WHERE polrelid = _table::regclass AND polcmd IN ('*', 'r')
    UNION ALL
    SELECT format('GRANT SELECT ON archive.%I, public.%I TO %I', _table, _table || '_with_archive', grantee::regrole)
    FROM pg_class, aclexplode(relacl) WHERE oid = _table::regclass AND grantee <> relowner AND privilege_type = 'SELECT'
  LOOP
    EXECUTE _statement;
  END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION make_partitions, partition_report, archive_partitions, drop_partitions, validate_foreign_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_partitions, partition_report, archive_partitions, drop_partitions, validate_foreign_keys TO kedai_messages_worker;
REVOKE EXECUTE ON PROCEDURE prepare_partitions, validate_bounds, partition_family FROM PUBLIC;

CALL prepare_partitions('event_log', 'id', 'month', 'event_log');
CALL partition_family('event_log');

-- Every event, those that are still in the outbox too.
CREATE VIEW event_history WITH (security_invoker = true) AS
SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata FROM event_log_with_archive
UNION ALL
SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata FROM outbox;
GRANT SELECT ON event_history TO kedai_messages_worker;

-- What third parties read: views in the schema `reporting`, for accounts of one tenant each (`npm run reporting`). Their names and
-- columns are a promise: docs/reporting.md.

DO $$
BEGIN
  CREATE ROLE kedai_messages_reporting NOLOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  -- Roles belong to the server: another database of this subgraph has made it.
  NULL;
END
$$;
-- By default every account of a server may name what is in a schema `public`.
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA reporting;
GRANT USAGE ON SCHEMA reporting TO kedai_messages_reporting;

-- CreateTable
CREATE TABLE "reporting_account" (
    "name" TEXT NOT NULL,
    "franchise_id" UUID,
    "outlet_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reporting_account_pkey" PRIMARY KEY ("name"),
    CONSTRAINT "reporting_account_one_tenant" CHECK (num_nonnulls("franchise_id", "outlet_id") = 1)
);
CALL protect('reporting_account', '', '');
REVOKE INSERT, UPDATE, DELETE ON reporting_account FROM kedai_messages_worker;

-- Lets reporting accounts read a table by their views, and its archive. _rows: which rows are those of the tenant whose account has signed in.
CREATE PROCEDURE open_to_reports(_table text, _rows text)
LANGUAGE plpgsql AS $$
DECLARE
  _schema text;
BEGIN
  FOREACH _schema IN ARRAY ARRAY['public', 'archive'] LOOP
    CONTINUE WHEN to_regclass(format('%I.%I', _schema, _table)) IS NULL;
    EXECUTE format('CREATE POLICY reporting ON %I.%I FOR SELECT TO kedai_messages_reporting USING (%s)', _schema, _table, _rows);
  END LOOP;
END
$$;

-- Makes a view of reporting accounts. _query names its tables by the schema `live`: it reads them, and their archives where they have one.
CREATE PROCEDURE create_report(_name text, _query text) LANGUAGE plpgsql AS $$
DECLARE
  _is_archived boolean := NOT EXISTS (
    SELECT FROM regexp_matches(_query, 'live\.(\w+)', 'g') AS named WHERE to_regclass(format('archive.%I', named[1])) IS NULL
  );
BEGIN
  EXECUTE format('CREATE VIEW reporting.%I WITH (security_invoker = true) AS %s', _name, concat_ws(' UNION ALL ',
    replace(_query, 'live.', 'public.'), CASE WHEN _is_archived THEN replace(_query, 'live.', 'archive.') END));
END
$$;

-- Grants reporting accounts the views of the schema `reporting`, and of the tables the columns that these views read.
CREATE PROCEDURE grant_reports() LANGUAGE plpgsql AS $$
DECLARE
  _read record;
BEGIN
  FOR _read IN
    SELECT attrelid::regclass AS relation, string_agg(quote_ident(attname), ', ') FILTER (WHERE is_read) AS columns, bool_and(is_read) AS is_whole
    FROM (
      SELECT attrelid, attname, EXISTS (
        SELECT FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid JOIN pg_class ON pg_class.oid = ev_class
        WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = attrelid AND refobjsubid = attnum
          AND relnamespace = 'reporting'::regnamespace AND pg_class.oid <> attrelid
      ) AS is_read
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace IN ('public'::regnamespace, 'archive'::regnamespace) AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
    ) AS columns
    GROUP BY attrelid HAVING bool_or(is_read)
  LOOP
    EXECUTE CASE WHEN _read.is_whole THEN format('GRANT SELECT ON %s TO kedai_messages_reporting', _read.relation)
      ELSE format('GRANT SELECT (%s) ON %s TO kedai_messages_reporting', _read.columns, _read.relation) END;
  END LOOP;
  GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO kedai_messages_reporting;
END
$$;

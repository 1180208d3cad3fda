-- What third parties read: views in the schema `reporting`, for accounts of one tenant each (`npm run reporting`). Their names and
-- columns are a promise: docs/reporting.md.

DO $$
BEGIN
  CREATE ROLE kedai_order_reporting NOLOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  -- Roles belong to the server: another database of this subgraph has made it.
  NULL;
END
$$;
-- By default every account of a server may name what is in a schema `public`.
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA reporting;
GRANT USAGE ON SCHEMA reporting TO kedai_order_reporting;

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
REVOKE INSERT, UPDATE, DELETE ON reporting_account FROM kedai_order_worker;

-- The outlets of the tenant whose account has signed in. Who signed in is nothing that a session can change.
CREATE FUNCTION reporting_outlet_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp
  RETURN ARRAY(
    SELECT outlet.id FROM reporting_account AS account
    JOIN outlet_copy AS outlet ON outlet.id = account.outlet_id OR outlet.franchise_id = account.franchise_id
    WHERE account.name = session_user
  );
REVOKE ALL ON FUNCTION reporting_outlet_ids FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reporting_outlet_ids TO kedai_order_reporting;

-- Lets reporting accounts read a table by their views, and its archive. _rows: which rows; default: those of the tenant's outlets.
CREATE PROCEDURE open_to_reports(_table text, _rows text DEFAULT 'outlet_id = ANY ((SELECT reporting_outlet_ids())::uuid[])')
LANGUAGE plpgsql AS $$
DECLARE
  _schema text;
BEGIN
  FOREACH _schema IN ARRAY ARRAY['public', 'archive'] LOOP
    CONTINUE WHEN to_regclass(format('%I.%I', _schema, _table)) IS NULL;
    EXECUTE format('CREATE POLICY reporting ON %I.%I FOR SELECT TO kedai_order_reporting USING (%s)', _schema, _table, _rows);
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
    EXECUTE CASE WHEN _read.is_whole THEN format('GRANT SELECT ON %s TO kedai_order_reporting', _read.relation)
      ELSE format('GRANT SELECT (%s) ON %s TO kedai_order_reporting', _read.columns, _read.relation) END;
  END LOOP;
  GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO kedai_order_reporting;
END
$$;

-- A transaction each, so that no table is locked while another is waited for.
BEGIN; CALL open_to_reports('outlet_copy', 'id = ANY ((SELECT reporting_outlet_ids())::uuid[])'); COMMIT;
-- The chain's, the same for everybody.
BEGIN; CALL open_to_reports('menu_item_copy', 'true'); COMMIT;
BEGIN; CALL open_to_reports('orders'); COMMIT;
BEGIN; CALL open_to_reports('order_line'); COMMIT;
BEGIN; CALL open_to_reports('order_status_entry'); COMMIT;
BEGIN; CALL open_to_reports('sales_day'); COMMIT;
BEGIN; CALL open_to_reports('sales_day_item'); COMMIT;

CALL create_report('outlets', $$
SELECT id, franchise_id, name, time_zone
FROM live.outlet_copy
$$);

CALL create_report('menu_items', $$
SELECT id, name
FROM live.menu_item_copy
$$);

CALL create_report('orders', $$
SELECT id, number, outlet_id, franchise_id, customer_id, status::text AS status, status_at, status_reason, total, reward_discount,
       refunded, placed_at, payment_due_at, paid_at, sales_day
FROM live.orders
$$);

CALL create_report('order_lines', $$
SELECT order_id, position, outlet_id, franchise_id, menu_item_id, name, quantity, unit_price, discount, subtotal,
       promotion_id, promotion_name, options
FROM live.order_line
$$);

CALL create_report('order_statuses', $$
SELECT order_id, version, outlet_id, franchise_id, status::text AS status, at
FROM live.order_status_entry
$$);

CALL create_report('daily_sales', $$
SELECT outlet_id, franchise_id, day, orders, units, revenue
FROM live.sales_day
$$);

CALL create_report('daily_item_sales', $$
SELECT outlet_id, franchise_id, day, menu_item_id, orders, units, revenue
FROM live.sales_day_item
$$);

CALL grant_reports();

-- What changed lately, for subscriptions: each thing with the transaction that changed it last, written in that transaction by triggers.
-- Readers find what a snapshot of theirs did not see (`platform/kit/change-feed.ts`). Rows are deleted after a day.

-- CreateTable
CREATE TABLE "live_change" (
    "kind" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "version" BIGINT NOT NULL,
    "changed_in" xid8 NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "live_change_pkey" PRIMARY KEY ("kind","id")
);

-- CreateIndex
CREATE INDEX "live_change_changed_in_idx" ON "live_change"("changed_in");

CALL protect('live_change', 'SELECT', 'SELECT');

-- Versions rise with each change of a thing: its row here is locked by then, as the thing itself is.
CREATE SEQUENCE live_version;

-- An order by itself. What is written of the past, as by an import, is no change of now.
CREATE FUNCTION note_changed_orders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'order', id, outlet_id, franchise_id, nextval('live_version'), pg_current_xact_id(), clock_timestamp() FROM changed
  WHERE TG_OP = 'UPDATE' OR placed_at > now() - interval '1 day' ORDER BY id
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = clock_timestamp();
  RETURN NULL;
END
$$;
CREATE TRIGGER live_when_added AFTER INSERT ON orders
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_orders();
CREATE TRIGGER live_when_changed AFTER UPDATE ON orders
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_orders();

-- An order by its lines: one that is ready changes nothing else of it. Lines are written with their order or with the order locked.
CREATE FUNCTION note_changed_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'order', order_id, outlet_id, franchise_id, nextval('live_version'), pg_current_xact_id(), clock_timestamp()
  FROM (SELECT DISTINCT order_id, outlet_id, franchise_id FROM changed ORDER BY order_id) AS ordered
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = clock_timestamp();
  RETURN NULL;
END
$$;
CREATE TRIGGER live_when_changed AFTER UPDATE ON order_line
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_lines();

-- As before, and notes the outlets: no trigger, since a rebuilt table may take the place of `sales_day`.
CREATE OR REPLACE FUNCTION add_to_sales(_order_ids uuid[], _changes jsonb, _is_published boolean) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(_order_ids) AS id ORDER BY 1);
BEGIN
  IF EXISTS (
    SELECT outlet_id, franchise_id FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, franchise_id uuid)
    EXCEPT
    SELECT outlet_id, franchise_id FROM orders
    WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)] AND xmin = pg_current_xact_id()::xid
  ) THEN
    RAISE EXCEPTION 'sales are of orders that this transaction has changed' USING ERRCODE = 'insufficient_privilege';
  END IF;

  INSERT INTO sales_day (outlet_id, day, franchise_id, orders, units, revenue)
  SELECT outlet_id, day, franchise_id, 0, 0, 0
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, day date, menu_item_id uuid, franchise_id uuid)
  WHERE menu_item_id IS NULL ORDER BY outlet_id, day
  ON CONFLICT (outlet_id, day) DO UPDATE SET orders = sales_day.orders;
  UPDATE sales_day SET orders = sales_day.orders + change.orders, units = sales_day.units + change.units,
    revenue = sales_day.revenue + change.revenue,
    service_charge = sales_day.service_charge + coalesce(change.service_charge, 0),
    tax_added = sales_day.tax_added + coalesce(change.tax_added, 0),
    tax_included = sales_day.tax_included + coalesce(change.tax_included, 0),
    rounding = sales_day.rounding + coalesce(change.rounding, 0)
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, day date, menu_item_id uuid, orders int, units int, revenue bigint,
    service_charge bigint, tax_added bigint, tax_included bigint, rounding bigint)
  WHERE change.menu_item_id IS NULL AND (sales_day.outlet_id, sales_day.day) = (change.outlet_id, change.day);

  INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'sales', outlet_id, outlet_id, franchise_id, nextval('live_version'), pg_current_xact_id(), clock_timestamp()
  FROM (
    SELECT DISTINCT outlet_id, franchise_id FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, menu_item_id uuid, franchise_id uuid)
    WHERE menu_item_id IS NULL ORDER BY outlet_id
  ) AS sold
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = clock_timestamp();

  INSERT INTO sales_day_item (outlet_id, day, menu_item_id, franchise_id, orders, units, revenue)
  SELECT outlet_id, day, menu_item_id, franchise_id, 0, 0, 0
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, day date, menu_item_id uuid, franchise_id uuid)
  WHERE menu_item_id IS NOT NULL ORDER BY outlet_id, day, menu_item_id
  ON CONFLICT (outlet_id, day, menu_item_id) DO UPDATE SET orders = sales_day_item.orders;
  UPDATE sales_day_item SET orders = sales_day_item.orders + change.orders, units = sales_day_item.units + change.units,
    revenue = sales_day_item.revenue + change.revenue
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, day date, menu_item_id uuid, orders int, units int, revenue bigint)
  WHERE (sales_day_item.outlet_id, sales_day_item.day, sales_day_item.menu_item_id)
    = (change.outlet_id, change.day, change.menu_item_id);

  IF NOT _is_published THEN
    PERFORM carry_sales_forward(_changes);
  END IF;
END
$$;

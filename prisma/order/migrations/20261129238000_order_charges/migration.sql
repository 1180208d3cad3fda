-- What an order costs beside its lines: service charge, taxes, rounding; and what sales bring of each. Orders from before have none of them.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "service_charge" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "taxes" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "rounding" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE archive.orders ADD COLUMN "service_charge" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "taxes" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "rounding" BIGINT NOT NULL DEFAULT 0;
CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
ALTER TABLE orders ADD CONSTRAINT orders_charges CHECK (service_charge >= 0 AND jsonb_typeof(taxes) = 'array') NOT VALID;
COMMIT;
BEGIN;
ALTER TABLE orders VALIDATE CONSTRAINT orders_charges;
COMMIT;

-- AlterTable
ALTER TABLE "menu_item_copy" ADD COLUMN     "tax_class" TEXT NOT NULL DEFAULT 'RESTAURANT';

-- AlterTable
ALTER TABLE "sales_day" ADD COLUMN     "service_charge" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "tax_added" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "tax_included" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "rounding" BIGINT NOT NULL DEFAULT 0;

-- As before, and it adds the figures that stand beside the revenue of an outlet's day. Changes of the release before have none.
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

-- What of an order's taxes is added to its prices.
CREATE FUNCTION taxes_added(_taxes jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum((tax ->> 'amount')::bigint) FILTER (WHERE NOT (tax ->> 'isIncluded')::boolean), 0)::bigint
  FROM jsonb_array_elements(_taxes) AS tax
$$;

-- As before, with service charge, added taxes and rounding.
CREATE OR REPLACE FUNCTION check_totals(_order_ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(_order_ids) AS id ORDER BY 1);
  wrong_id uuid;
BEGIN
  SELECT id INTO wrong_id FROM orders
  WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)]
    AND total + reward_discount - service_charge - taxes_added(taxes) - rounding <> (
      SELECT sum(subtotal) FROM order_line
      WHERE order_id = orders.id AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)])
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % does not cost what its lines come to', wrong_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_total_of_lines';
  END IF;
END
$$;

-- The report of sales has what stands beside their revenue.
BEGIN;
DROP VIEW reporting.daily_sales;
CALL create_report('daily_sales', $$
SELECT outlet_id, franchise_id, day, orders, units, revenue, service_charge, tax_added, tax_included, rounding
FROM live.sales_day
$$);
CALL grant_reports();
COMMIT;

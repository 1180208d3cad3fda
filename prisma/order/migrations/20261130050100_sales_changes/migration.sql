-- Every change of sales, line by line, as it became known: `sales_change` is only added to. The roll-ups that reports read are its sums, written in
-- the same transaction. What was sold before comes from the orders; of what was given back of them, only the day and the item are known.

-- CreateTable
CREATE TABLE "sales_change" (
    "id" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "order_id" UUID,
    "position" INTEGER NOT NULL DEFAULT 0,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "hour" SMALLINT,
    "menu_item_id" UUID,
    "staff_id" UUID,
    "method" TEXT,
    "promotion_id" UUID,
    "option_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "sold" INTEGER NOT NULL DEFAULT 0,
    "units" INTEGER NOT NULL DEFAULT 0,
    "gross" BIGINT NOT NULL DEFAULT 0,
    "discounts" BIGINT NOT NULL DEFAULT 0,
    "refunds" BIGINT NOT NULL DEFAULT 0,
    "service_charge" BIGINT NOT NULL DEFAULT 0,
    "tax_added" BIGINT NOT NULL DEFAULT 0,
    "tax_included" BIGINT NOT NULL DEFAULT 0,
    "rounding" BIGINT NOT NULL DEFAULT 0,
    "tips" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "sales_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sales_change_day_id_idx" ON "sales_change"("day", "id");

-- CreateIndex
CREATE INDEX "sales_change_order_id_idx" ON "sales_change"("order_id");

-- CreateTable
CREATE TABLE "sales_day_group" (
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "grouping" TEXT NOT NULL,
    "part" TEXT NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "gross" BIGINT NOT NULL,
    "refunds" BIGINT NOT NULL,
    "revenue" BIGINT NOT NULL,
    "service_charge" BIGINT NOT NULL,
    "tax_added" BIGINT NOT NULL,
    "tax_included" BIGINT NOT NULL,
    "rounding" BIGINT NOT NULL,
    "tips" BIGINT NOT NULL,

    CONSTRAINT "sales_day_group_pkey" PRIMARY KEY ("outlet_id","grouping","day","part")
);

-- CreateIndex
CREATE INDEX "sales_day_group_grouping_day_idx" ON "sales_day_group"("grouping", "day");

CALL protect('sales_change', 'SELECT', 'SELECT');
CALL protect('sales_day_group', 'SELECT', 'SELECT');

-- A UUIDv7 of a moment.
CREATE FUNCTION sales_change_id(_at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT (left(first_id_at(_at)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid
$$;

-- Until this moment every change that is recorded is committed: each writer holds a lock that says when it began to record. A reader asks
-- before its statement takes its snapshot, so in a statement of its own. Moments are whole milliseconds, as in answers.
CREATE FUNCTION known_until() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  _now bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
  _oldest bigint;
BEGIN
  -- Keys are milliseconds modulo 2^32; a lock that was taken since is of the future.
  SELECT coalesce(max(age), 0) INTO _oldest FROM (
    SELECT (_now - objid::bigint - 2147483648) & 4294967295 AS age FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 7310590 AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ) AS writers WHERE age < 2147483648;
  RETURN to_timestamp((_now - _oldest - 1) / 1000.0);
END
$$;

-- Of the sums of changes by any key. Orders of changes that name their order count once, however many lines they have.
CREATE FUNCTION sales_orders(_order_ids uuid[], _sold integer[]) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (count(DISTINCT id) FILTER (WHERE sold = 1 AND id IS NOT NULL) - count(DISTINCT id) FILTER (WHERE sold = -1 AND id IS NOT NULL)
    + coalesce(sum(sold) FILTER (WHERE id IS NULL), 0))::integer
  FROM unnest(_order_ids, _sold) AS line (id, sold)
$$;

-- By what a line is counted besides its outlet, day and item.
CREATE FUNCTION sales_keys(_hour smallint, _staff_id uuid, _method text, _promotion_id uuid, _option_ids uuid[])
RETURNS TABLE (grouping_ text, key text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  VALUES ('HOUR', coalesce(lpad(_hour::text, 2, '0'), 'NONE')), ('STAFF', coalesce(_staff_id::text, 'NONE')),
    ('METHOD', coalesce(_method, 'NONE')), ('PROMOTION', coalesce(_promotion_id::text, 'NONE'))
  UNION ALL
  SELECT 'OPTION', option_id::text FROM unnest(_option_ids) AS option_id
$$;

-- Records changes, and adds them to the roll-ups. Rows that are missing are inserted first, and all are locked in the order of their keys. Names
-- no table's row type, so that a rebuilt table can take the place of a roll-up.
CREATE FUNCTION apply_sales(_lines jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  _recorded_at timestamptz;
BEGIN
  INSERT INTO sales_day (outlet_id, day, franchise_id, orders, units, revenue)
  SELECT DISTINCT ON (outlet_id, day) outlet_id, day, franchise_id, 0, 0, 0
  FROM jsonb_to_recordset(_lines) AS line (outlet_id uuid, day date, franchise_id uuid) ORDER BY outlet_id, day
  ON CONFLICT (outlet_id, day) DO UPDATE SET orders = sales_day.orders;
  UPDATE sales_day SET orders = sales_day.orders + change.orders, units = sales_day.units + change.units,
    gross = sales_day.gross + change.gross, refunds = sales_day.refunds + change.refunds,
    revenue = sales_day.revenue + change.gross - change.discounts - change.refunds,
    service_charge = sales_day.service_charge + change.service_charge, tax_added = sales_day.tax_added + change.tax_added,
    tax_included = sales_day.tax_included + change.tax_included, rounding = sales_day.rounding + change.rounding,
    tips = sales_day.tips + change.tips
  FROM (
    SELECT outlet_id, day, sales_orders(array_agg(order_id), array_agg(sold)) AS orders, sum(units) AS units, sum(gross) AS gross,
      sum(discounts) AS discounts, sum(refunds) AS refunds, sum(service_charge) AS service_charge, sum(tax_added) AS tax_added,
      sum(tax_included) AS tax_included, sum(rounding) AS rounding, sum(tips) AS tips
    FROM jsonb_to_recordset(_lines) AS line (outlet_id uuid, day date, order_id uuid, sold integer, units integer, gross bigint,
      discounts bigint, refunds bigint, service_charge bigint, tax_added bigint, tax_included bigint, rounding bigint, tips bigint)
    GROUP BY outlet_id, day
  ) AS change
  WHERE (sales_day.outlet_id, sales_day.day) = (change.outlet_id, change.day);

  INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'sales', outlet_id, outlet_id, franchise_id, nextval('live_version'), pg_current_xact_id(), clock_timestamp()
  FROM (
    SELECT DISTINCT outlet_id, franchise_id FROM jsonb_to_recordset(_lines) AS line (outlet_id uuid, franchise_id uuid) ORDER BY outlet_id
  ) AS sold
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = clock_timestamp();

  INSERT INTO sales_day_item (outlet_id, day, menu_item_id, franchise_id, orders, units, revenue)
  SELECT DISTINCT ON (outlet_id, day, menu_item_id) outlet_id, day, menu_item_id, franchise_id, 0, 0, 0
  FROM jsonb_to_recordset(_lines) AS line (outlet_id uuid, day date, menu_item_id uuid, franchise_id uuid)
  WHERE menu_item_id IS NOT NULL ORDER BY outlet_id, day, menu_item_id
  ON CONFLICT (outlet_id, day, menu_item_id) DO UPDATE SET orders = sales_day_item.orders;
  UPDATE sales_day_item SET orders = sales_day_item.orders + change.orders, units = sales_day_item.units + change.units,
    gross = sales_day_item.gross + change.gross, refunds = sales_day_item.refunds + change.refunds,
    revenue = sales_day_item.revenue + change.gross - change.discounts - change.refunds
  FROM (
    SELECT outlet_id, day, menu_item_id, sales_orders(array_agg(order_id), array_agg(sold)) + coalesce(sum(item_orders), 0) AS orders,
      sum(units) AS units, sum(gross) AS gross, sum(discounts) AS discounts, sum(refunds) AS refunds
    FROM jsonb_to_recordset(_lines) AS line (outlet_id uuid, day date, menu_item_id uuid, order_id uuid, sold integer, item_orders integer,
      units integer, gross bigint, discounts bigint, refunds bigint)
    WHERE menu_item_id IS NOT NULL GROUP BY outlet_id, day, menu_item_id
  ) AS change
  WHERE (sales_day_item.outlet_id, sales_day_item.day, sales_day_item.menu_item_id)
    = (change.outlet_id, change.day, change.menu_item_id);

  INSERT INTO sales_day_group AS known (outlet_id, day, "grouping", part, franchise_id, orders, units, gross, refunds, revenue,
    service_charge, tax_added, tax_included, rounding, tips)
  SELECT outlet_id, day, counted.grouping_, counted.key, franchise_id, sales_orders(array_agg(order_id), array_agg(sold)), sum(units),
    sum(gross), sum(refunds), sum(gross - discounts - refunds), sum(service_charge), sum(tax_added), sum(tax_included), sum(rounding),
    sum(tips)
  FROM jsonb_to_recordset(_lines) AS line (outlet_id uuid, day date, franchise_id uuid, order_id uuid, hour smallint, staff_id uuid,
    method text, promotion_id uuid, option_ids uuid[], sold integer, units integer, gross bigint, discounts bigint, refunds bigint,
    service_charge bigint, tax_added bigint, tax_included bigint, rounding bigint, tips bigint),
    LATERAL sales_keys(hour, staff_id, method, promotion_id, option_ids) AS counted
  GROUP BY outlet_id, franchise_id, day, counted.grouping_, counted.key ORDER BY outlet_id, counted.grouping_, day, counted.key
  ON CONFLICT (outlet_id, "grouping", day, part) DO UPDATE SET orders = known.orders + excluded.orders, units = known.units + excluded.units,
    gross = known.gross + excluded.gross, refunds = known.refunds + excluded.refunds, revenue = known.revenue + excluded.revenue,
    service_charge = known.service_charge + excluded.service_charge, tax_added = known.tax_added + excluded.tax_added,
    tax_included = known.tax_included + excluded.tax_included, rounding = known.rounding + excluded.rounding,
    tips = known.tips + excluded.tips;

  -- Last, since readers wait with what was recorded since for the commit.
  -- The lock's moment is never later than what is recorded under it.
  PERFORM pg_advisory_xact_lock_shared(7310590, (floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint % 4294967296 - 2147483648)::integer);
  _recorded_at := date_trunc('milliseconds', clock_timestamp());
  INSERT INTO sales_change (id, recorded_at, order_id, position, outlet_id, franchise_id, day, hour, menu_item_id, staff_id, method,
    promotion_id, option_ids, sold, units, gross, discounts, refunds, service_charge, tax_added, tax_included, rounding, tips)
  SELECT sales_change_id(_recorded_at), _recorded_at, order_id, position, outlet_id, franchise_id, day, hour, menu_item_id, staff_id,
    method, promotion_id, option_ids, sold, units, gross, discounts, refunds, service_charge, tax_added, tax_included, rounding, tips
  FROM jsonb_to_recordset(_lines) AS line (order_id uuid, position integer, outlet_id uuid, franchise_id uuid, day date, hour smallint,
    menu_item_id uuid, staff_id uuid, method text, promotion_id uuid, option_ids uuid[], sold integer, units integer, gross bigint,
    discounts bigint, refunds bigint, service_charge bigint, tax_added bigint, tax_included bigint, rounding bigint, tips bigint);
END
$$;

-- Adds to the figures of outlets. Every line is of an order that the same transaction has changed.
CREATE FUNCTION record_sales(_order_ids uuid[], _lines jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(_order_ids) AS id ORDER BY 1);
BEGIN
  IF EXISTS (
    SELECT order_id, outlet_id, franchise_id FROM jsonb_to_recordset(_lines) AS line (order_id uuid, outlet_id uuid, franchise_id uuid)
    EXCEPT
    SELECT id, outlet_id, franchise_id FROM orders
    WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)] AND xmin = pg_current_xact_id()::xid
  ) THEN
    RAISE EXCEPTION 'sales are of orders that this transaction has changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM apply_sales(_lines);
END
$$;

-- Publishes figures as events, one for each outlet and day. _figures has the shape of the changes of `add_to_sales`, with what was sold at prices
-- (`gross`) and given back (`refunds`).
CREATE OR REPLACE FUNCTION carry_sales_forward(_figures jsonb) RETURNS void LANGUAGE sql
SET search_path = public, pg_temp AS $$
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT id, 'sales.carried-forward', 1, 'order', now(), id::text, 1,
    jsonb_build_object('outletId', outlet_id, 'franchiseId', franchise_id, 'sales', jsonb_build_array(day_sales)),
    jsonb_build_object('correlationId', id)
  FROM (
    SELECT outlet_id, franchise_id, sales_change_id(now()) AS id,
      jsonb_build_object('day', day,
        'orders', coalesce(sum(orders) FILTER (WHERE menu_item_id IS NULL), 0),
        'units', coalesce(sum(units) FILTER (WHERE menu_item_id IS NULL), 0),
        'revenue', coalesce(sum(revenue) FILTER (WHERE menu_item_id IS NULL), 0),
        'gross', coalesce(sum(gross) FILTER (WHERE menu_item_id IS NULL), 0),
        'refunds', coalesce(sum(refunds) FILTER (WHERE menu_item_id IS NULL), 0),
        'items', coalesce(jsonb_agg(jsonb_build_object('menuItemId', menu_item_id, 'orders', orders, 'units', units, 'revenue', revenue,
          'gross', gross, 'refunds', refunds)) FILTER (WHERE menu_item_id IS NOT NULL), '[]')) AS day_sales
    FROM jsonb_to_recordset(_figures) AS figures (outlet_id uuid, franchise_id uuid, day date, menu_item_id uuid, orders int,
                                                  units int, revenue bigint, gross bigint, refunds bigint)
    GROUP BY outlet_id, franchise_id, day
  ) AS days
$$;

-- For units of the release before, which say neither order nor line: what they add is sold at prices, what they subtract is given back.
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

  PERFORM apply_sales(jsonb_agg(jsonb_build_object('position', 0, 'outlet_id', outlet_id, 'franchise_id', franchise_id, 'day', day,
    'menu_item_id', menu_item_id, 'option_ids', '[]'::jsonb, 'sold', CASE WHEN menu_item_id IS NULL THEN orders ELSE 0 END,
    'item_orders', CASE WHEN menu_item_id IS NULL THEN 0 ELSE orders END, 'units', CASE WHEN menu_item_id IS NULL THEN 0 ELSE units END,
    'gross', CASE WHEN menu_item_id IS NULL THEN 0 ELSE greatest(revenue, 0) END, 'discounts', 0,
    'refunds', CASE WHEN menu_item_id IS NULL THEN 0 ELSE greatest(-revenue, 0) END, 'service_charge', coalesce(service_charge, 0),
    'tax_added', coalesce(tax_added, 0), 'tax_included', coalesce(tax_included, 0), 'rounding', coalesce(rounding, 0), 'tips', 0)))
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, franchise_id uuid, day date, menu_item_id uuid, orders int, units int,
    revenue bigint, service_charge bigint, tax_added bigint, tax_included bigint, rounding bigint)
  HAVING count(*) > 0;

  PERFORM carry_sales_forward(jsonb_agg(jsonb_build_object('outlet_id', outlet_id, 'franchise_id', franchise_id, 'day', day,
    'menu_item_id', menu_item_id, 'orders', CASE WHEN _is_published THEN 0 ELSE orders END,
    'units', CASE WHEN _is_published THEN 0 ELSE units END, 'revenue', CASE WHEN _is_published THEN 0 ELSE revenue END,
    'gross', gross, 'refunds', refunds)))
  FROM (
    SELECT outlet_id, franchise_id, day, menu_item_id, sum(orders) AS orders, sum(units) AS units, sum(revenue) AS revenue, sum(gross) AS gross,
      sum(refunds) AS refunds
    FROM (
      SELECT outlet_id, franchise_id, day, menu_item_id, orders, units, revenue,
        CASE WHEN menu_item_id IS NULL THEN 0 ELSE greatest(revenue, 0) END AS gross,
        CASE WHEN menu_item_id IS NULL THEN 0 ELSE greatest(-revenue, 0) END AS refunds
      FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, franchise_id uuid, day date, menu_item_id uuid, orders int, units int,
        revenue bigint)
      UNION ALL
      SELECT outlet_id, franchise_id, day, NULL, 0, 0, 0, greatest(revenue, 0), greatest(-revenue, 0)
      FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, franchise_id uuid, day date, menu_item_id uuid, revenue bigint)
      WHERE menu_item_id IS NOT NULL
    ) AS change
    GROUP BY outlet_id, franchise_id, day, menu_item_id
  ) AS figures
  HAVING count(*) > 0;
END
$$;

REVOKE EXECUTE ON FUNCTION apply_sales, record_sales FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_sales TO kedai_order_tenant, kedai_order_chain, kedai_order_worker;

-- Who changes orders waits until what was sold before is recorded.
LOCK TABLE orders, sales_day, sales_day_item IN SHARE ROW EXCLUSIVE MODE;

-- What orders were sold for, line by line; rewards are spread over the lines to the rupiah, by largest remainder. An order that was voided counts no
-- more; its money went back on another day.
INSERT INTO sales_change (id, recorded_at, order_id, position, outlet_id, franchise_id, day, hour, menu_item_id, staff_id, method, promotion_id,
  option_ids, sold, units, gross, discounts, service_charge, tax_added, tax_included, rounding)
SELECT sales_change_id(paid_at), paid_at, order_id, position, outlet_id, franchise_id, sales_day,
  extract(hour FROM paid_at AT TIME ZONE coalesce(time_zone, 'UTC')), menu_item_id, placed_by, payment_method, promotion_id,
  ARRAY(SELECT (option ->> 'id')::uuid FROM jsonb_array_elements(options) AS option),
  is_sale::integer, is_sale::integer * quantity, subtotal + discount,
  discount + share + (rank <= reward_discount - sum(share) OVER (PARTITION BY order_id))::integer,
  CASE WHEN is_first THEN service_charge ELSE 0 END, CASE WHEN is_first THEN taxes_added(taxes) ELSE 0 END,
  CASE WHEN is_first THEN coalesce((
    SELECT sum((tax ->> 'amount')::bigint) FROM jsonb_array_elements(taxes) AS tax WHERE (tax ->> 'isIncluded')::boolean
  ), 0) ELSE 0 END,
  CASE WHEN is_first THEN rounding ELSE 0 END
FROM (
  SELECT quota.*, row_number() OVER (PARTITION BY order_id ORDER BY remainder DESC, position) AS rank
  FROM (
    SELECT orders.paid_at, orders.sales_day, orders.placed_by, orders.payment_method, orders.reward_discount, orders.service_charge, orders.taxes,
      orders.rounding, orders.status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED') AS is_sale, outlet.time_zone, line.order_id, line.position,
      line.outlet_id, line.franchise_id, line.menu_item_id, line.promotion_id, line.options, line.quantity, line.subtotal, line.discount,
      line.position = min(line.position) OVER (PARTITION BY line.order_id) AS is_first,
      CASE WHEN weight.sum = 0 THEN 0 ELSE div(orders.reward_discount::numeric * line.subtotal, weight.sum) END::bigint AS share,
      CASE WHEN weight.sum = 0 THEN 0 ELSE mod(orders.reward_discount::numeric * line.subtotal, weight.sum) END AS remainder
    FROM orders_with_archive AS orders
    JOIN order_line_with_archive AS line ON line.order_id = orders.id
    JOIN LATERAL (SELECT sum(subtotal) AS sum FROM order_line_with_archive WHERE order_id = orders.id) AS weight ON true
    LEFT JOIN outlet_copy AS outlet ON outlet.id = orders.outlet_id
    WHERE orders.sales_day IS NOT NULL AND orders.paid_at IS NOT NULL
  ) AS quota
) AS sold;

-- What the figures of days differ by was given back on them, or sold before there were orders here.
INSERT INTO sales_change (id, recorded_at, outlet_id, franchise_id, day, menu_item_id, units, gross, refunds)
SELECT sales_change_id(at), at, outlet_id, franchise_id, day, menu_item_id, units, greatest(revenue, 0), greatest(-revenue, 0)
FROM (
  SELECT outlet_id, franchise_id, day, menu_item_id, sum(units)::integer AS units, sum(revenue)::bigint AS revenue,
    least(day + interval '1 day' - interval '1 second', now()) AS at
  FROM (
    SELECT outlet_id, franchise_id, day, menu_item_id, units, revenue FROM sales_day_item
    UNION ALL
    SELECT outlet_id, franchise_id, day, menu_item_id, -units, -(gross - discounts) FROM sales_change
  ) AS figures
  GROUP BY outlet_id, franchise_id, day, menu_item_id HAVING sum(units) <> 0 OR sum(revenue) <> 0
) AS rest;
INSERT INTO sales_change (id, recorded_at, outlet_id, franchise_id, day, sold, service_charge, tax_added, tax_included, rounding)
SELECT sales_change_id(at), at, outlet_id, franchise_id, day, orders, service_charge, tax_added, tax_included, rounding
FROM (
  SELECT outlet_id, franchise_id, day, sum(orders)::integer AS orders, sum(service_charge)::bigint AS service_charge,
    sum(tax_added)::bigint AS tax_added, sum(tax_included)::bigint AS tax_included, sum(rounding)::bigint AS rounding,
    least(day + interval '1 day' - interval '1 second', now()) AS at
  FROM (
    SELECT outlet_id, franchise_id, day, orders, service_charge, tax_added, tax_included, rounding FROM sales_day
    UNION ALL
    SELECT outlet_id, franchise_id, day, -sales_orders(array_agg(order_id), array_agg(sold)), -sum(service_charge), -sum(tax_added),
      -sum(tax_included), -sum(rounding) FROM sales_change GROUP BY outlet_id, franchise_id, day
  ) AS figures
  GROUP BY outlet_id, franchise_id, day
  HAVING sum(orders) <> 0 OR sum(service_charge) <> 0 OR sum(tax_added) <> 0 OR sum(tax_included) <> 0 OR sum(rounding) <> 0
) AS rest;

UPDATE sales_day SET gross = known.gross, refunds = known.refunds
FROM (SELECT outlet_id, day, sum(gross) AS gross, sum(refunds) AS refunds FROM sales_change GROUP BY outlet_id, day) AS known
WHERE (sales_day.outlet_id, sales_day.day) = (known.outlet_id, known.day);
UPDATE sales_day_item SET gross = known.gross, refunds = known.refunds
FROM (
  SELECT outlet_id, day, menu_item_id, sum(gross) AS gross, sum(refunds) AS refunds FROM sales_change
  WHERE menu_item_id IS NOT NULL GROUP BY outlet_id, day, menu_item_id
) AS known
WHERE (sales_day_item.outlet_id, sales_day_item.day, sales_day_item.menu_item_id) = (known.outlet_id, known.day, known.menu_item_id);
INSERT INTO sales_day_group (outlet_id, day, "grouping", part, franchise_id, orders, units, gross, refunds, revenue, service_charge, tax_added,
  tax_included, rounding, tips)
SELECT outlet_id, day, counted.grouping_, counted.key, franchise_id, sales_orders(array_agg(order_id), array_agg(sold)), sum(units), sum(gross),
  sum(refunds), sum(gross - discounts - refunds), sum(service_charge), sum(tax_added), sum(tax_included), sum(rounding), sum(tips)
FROM sales_change, LATERAL sales_keys(hour, staff_id, method, promotion_id, option_ids) AS counted
GROUP BY outlet_id, franchise_id, day, counted.grouping_, counted.key;

-- Events before said the revenue alone: the history says what it was of from here on.
SELECT carry_sales_forward(jsonb_agg(figures)) FROM (
  SELECT outlet_id, franchise_id, day, menu_item_id, 0 AS orders, 0 AS units, 0 AS revenue, gross, refunds FROM sales_day_item
  UNION ALL
  SELECT outlet_id, franchise_id, day, NULL, 0, 0, 0, gross, refunds FROM sales_day
) AS figures
GROUP BY outlet_id, day;

CALL prepare_partitions('sales_change', 'id', 'month', _family => 'sales_change');
CALL validate_bounds('sales_change');
CALL partition_family('sales_change');

-- The reports of sales say what the revenue is of, and by what else it is counted.
DROP VIEW reporting.daily_sales;
DROP VIEW reporting.daily_item_sales;
CALL create_report('daily_sales', $$
SELECT outlet_id, franchise_id, day, orders, units, revenue, service_charge, tax_added, tax_included, rounding, gross,
       gross - refunds - revenue AS discounts, refunds, tips
FROM live.sales_day
$$);
CALL create_report('daily_item_sales', $$
SELECT outlet_id, franchise_id, day, menu_item_id, orders, units, revenue, gross, gross - refunds - revenue AS discounts, refunds
FROM live.sales_day_item
$$);
CALL open_to_reports('sales_day_group');
CALL create_report('daily_group_sales', $$
SELECT outlet_id, franchise_id, day, "grouping", part, orders, units, revenue, gross, gross - refunds - revenue AS discounts, refunds,
       service_charge, tax_added, tax_included, rounding, tips
FROM live.sales_day_group
$$);
CALL grant_reports();

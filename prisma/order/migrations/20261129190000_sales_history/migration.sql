-- From here on events say what each change adds to the sales figures. What the figures are by now is an event itself, so that the history
-- suffices to rebuild them. Who changes orders waits until both are so: a change is in the figures of before, or has its own event.
LOCK TABLE orders, sales_day, sales_day_item IN SHARE ROW EXCLUSIVE MODE;

-- Adds to the figures of outlets. A change has the columns of `sales_day_item`, without an item for the outlet's whole day. Rows that are
-- missing are inserted first, and all are locked in the order of their keys. Names no table's row type, so that a rebuilt table can take
-- the place of either.
-- _is_published: events of the same transaction say the changes.
CREATE FUNCTION add_to_sales(_order_ids uuid[], _changes jsonb, _is_published boolean) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  IF EXISTS (
    SELECT outlet_id, franchise_id FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, franchise_id uuid)
    EXCEPT
    SELECT outlet_id, franchise_id FROM orders WHERE id = ANY (_order_ids) AND xmin = pg_current_xact_id()::xid
  ) THEN
    RAISE EXCEPTION 'sales are of orders that this transaction has changed' USING ERRCODE = 'insufficient_privilege';
  END IF;

  INSERT INTO sales_day (outlet_id, day, franchise_id, orders, units, revenue)
  SELECT outlet_id, day, franchise_id, 0, 0, 0
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, day date, menu_item_id uuid, franchise_id uuid)
  WHERE menu_item_id IS NULL ORDER BY outlet_id, day
  ON CONFLICT (outlet_id, day) DO UPDATE SET orders = sales_day.orders;
  UPDATE sales_day SET orders = sales_day.orders + change.orders, units = sales_day.units + change.units,
    revenue = sales_day.revenue + change.revenue
  FROM jsonb_to_recordset(_changes) AS change (outlet_id uuid, day date, menu_item_id uuid, orders int, units int, revenue bigint)
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

-- Publishes figures as events, one for each outlet and day. _figures has the shape of the changes above.
CREATE FUNCTION carry_sales_forward(_figures jsonb) RETURNS void LANGUAGE sql
SET search_path = public, pg_temp AS $$
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT id, 'sales.carried-forward', 1, 'order', now(), id::text, 1,
    jsonb_build_object('outletId', outlet_id, 'franchiseId', franchise_id, 'sales', jsonb_build_array(day_sales)),
    jsonb_build_object('correlationId', id)
  FROM (
    SELECT outlet_id, franchise_id,
      -- A UUIDv7 of now.
      (left(first_id_at(now())::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid AS id,
      jsonb_build_object('day', day,
        'orders', coalesce(sum(orders) FILTER (WHERE menu_item_id IS NULL), 0),
        'units', coalesce(sum(units) FILTER (WHERE menu_item_id IS NULL), 0),
        'revenue', coalesce(sum(revenue) FILTER (WHERE menu_item_id IS NULL), 0),
        'items', coalesce(jsonb_agg(jsonb_build_object('menuItemId', menu_item_id, 'orders', orders, 'units', units, 'revenue', revenue))
          FILTER (WHERE menu_item_id IS NOT NULL), '[]')) AS day_sales
    FROM jsonb_to_recordset(_figures) AS figures (outlet_id uuid, franchise_id uuid, day date, menu_item_id uuid, orders int,
                                                  units int, revenue bigint)
    GROUP BY outlet_id, franchise_id, day
  ) AS days
$$;

-- For units from before this migration, which may run beside newer ones.
CREATE OR REPLACE FUNCTION add_to_sales(_order_ids uuid[], _changes jsonb) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT add_to_sales(_order_ids, _changes, false)
$$;

REVOKE EXECUTE ON FUNCTION add_to_sales(uuid[], jsonb, boolean), carry_sales_forward FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_to_sales(uuid[], jsonb, boolean) TO kedai_order_tenant, kedai_order_chain, kedai_order_worker;

SELECT carry_sales_forward(jsonb_agg(figures)) FROM (
  SELECT outlet_id, franchise_id, day, menu_item_id, orders, units, revenue FROM sales_day_item
  UNION ALL
  SELECT outlet_id, franchise_id, day, NULL, orders, units, revenue FROM sales_day
) AS figures
GROUP BY outlet_id, day;

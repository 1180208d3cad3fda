-- Whose they are, so that no policy needs a join.
ALTER TABLE "order_line" ADD COLUMN     "customer_id" UUID,
ADD COLUMN     "franchise_id" UUID,
ADD COLUMN     "outlet_id" UUID;
ALTER TABLE "order_status_entry" ADD COLUMN     "customer_id" UUID,
ADD COLUMN     "franchise_id" UUID,
ADD COLUMN     "outlet_id" UUID;
ALTER TABLE "order_reward" ADD COLUMN     "customer_id" UUID,
ADD COLUMN     "franchise_id" UUID,
ADD COLUMN     "outlet_id" UUID;
ALTER TABLE "cart_line" ADD COLUMN     "customer_id" UUID;

-- Their totals and rewards do not change: the triggers that check these would look at every order.
ALTER TABLE order_line DISABLE TRIGGER USER;
ALTER TABLE order_reward DISABLE TRIGGER USER;
UPDATE order_line AS line SET customer_id = orders.customer_id, outlet_id = orders.outlet_id, franchise_id = orders.franchise_id
FROM orders WHERE orders.id = line.order_id;
UPDATE order_status_entry AS entry SET customer_id = orders.customer_id, outlet_id = orders.outlet_id, franchise_id = orders.franchise_id
FROM orders WHERE orders.id = entry.order_id;
UPDATE order_reward AS reward SET customer_id = orders.customer_id, outlet_id = orders.outlet_id, franchise_id = orders.franchise_id
FROM orders WHERE orders.id = reward.order_id;
UPDATE cart_line SET customer_id = cart.customer_id FROM cart WHERE cart.id = cart_line.cart_id;
ALTER TABLE order_line ENABLE TRIGGER USER;
ALTER TABLE order_reward ENABLE TRIGGER USER;

ALTER TABLE "order_line" ALTER COLUMN "customer_id" SET NOT NULL,
ALTER COLUMN "franchise_id" SET NOT NULL,
ALTER COLUMN "outlet_id" SET NOT NULL;
ALTER TABLE "order_status_entry" ALTER COLUMN "customer_id" SET NOT NULL,
ALTER COLUMN "franchise_id" SET NOT NULL,
ALTER COLUMN "outlet_id" SET NOT NULL;
ALTER TABLE "order_reward" ALTER COLUMN "customer_id" SET NOT NULL,
ALTER COLUMN "franchise_id" SET NOT NULL,
ALTER COLUMN "outlet_id" SET NOT NULL;
ALTER TABLE "cart_line" ALTER COLUMN "customer_id" SET NOT NULL;

-- Row-level security as the wall behind the store's own filters. Roles: platform/database/access-roles.ts.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kedai_order', 'kedai_order_tenant', 'kedai_order_chain', 'kedai_order_worker'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Roles belong to the server: another database of this subgraph has made it.
      NULL;
    END;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['kedai_order_tenant', 'kedai_order_chain'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_auth_members WHERE roleid = wanted::regrole AND member = 'kedai_order'::regrole AND set_option) THEN
      EXECUTE format('GRANT %I TO kedai_order WITH INHERIT FALSE, SET TRUE', wanted);
    END IF;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO kedai_order, kedai_order_tenant, kedai_order_chain, kedai_order_worker;

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
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO kedai_order_worker', _table);
  EXECUTE format('CREATE POLICY worker ON %s TO kedai_order_worker USING (true) WITH CHECK (true)', _table);
  IF _chain <> '' THEN
    EXECUTE format('GRANT %s ON %s TO kedai_order_chain', _chain, _table);
    EXECUTE format('CREATE POLICY chain ON %s TO kedai_order_chain USING (true) WITH CHECK (true)', _table);
  END IF;
  IF _tenant = '' THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT %s ON %s TO kedai_order_tenant', _tenant, _table);
  IF _is_public THEN
    EXECUTE format('CREATE POLICY public_read ON %s FOR SELECT TO kedai_order_tenant USING (true)', _table);
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
    EXECUTE format('CREATE POLICY tenant ON %s TO kedai_order_tenant USING (%s) WITH CHECK (%s)', _table, own, own);
  ELSIF NOT _is_public THEN
    RAISE EXCEPTION 'Nothing says which rows of % are a tenant''s', _table;
  END IF;
END
$$;

-- What every subgraph has. Events are written by everybody and read by the relay alone.
CALL protect('outbox', 'INSERT', 'INSERT', _rows => 'true');
CALL protect('inbox', '', '');

CALL protect('orders', 'SELECT, UPDATE', 'SELECT, UPDATE');
CALL protect('order_line', 'SELECT', 'SELECT');
CALL protect('order_status_entry', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('order_reward', 'SELECT', 'SELECT');
-- The row of a cart is locked while its lines change, which needs UPDATE. Carts are nobody's but their guest's.
CALL protect('cart', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', _rows => 'customer_id = (SELECT caller_customer_id())');
CALL protect('cart_line', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
CALL protect('redemption_copy', 'SELECT', 'SELECT');
CALL protect('idempotency', 'SELECT', 'SELECT', _rows => 'split_part(scope, '':'', 1) = (SELECT caller_customer_id())::text');
CALL protect('sales_day', 'SELECT', 'SELECT');
CALL protect('sales_day_item', 'SELECT', 'SELECT');
CALL protect('franchise_copy', 'SELECT', 'SELECT', _is_public => true);
CALL protect('outlet_copy', 'SELECT', 'SELECT', _is_public => true);
CALL protect('menu_item_copy', 'SELECT', 'SELECT', _is_public => true);
CALL protect('outlet_price_copy', 'SELECT', 'SELECT', _is_public => true);
CALL protect('promotion_copy', 'SELECT', 'SELECT', _is_public => true);
-- The menu in memory reads it for all.
CALL protect('limited_availability', '', '');
GRANT USAGE ON SEQUENCE order_number_block TO kedai_order_worker;

-- What a caller adds to an order or a cart belongs to whom that belongs to.
CREATE POLICY of_its_order ON order_status_entry AS RESTRICTIVE FOR INSERT TO kedai_order_tenant WITH CHECK (EXISTS (
  SELECT FROM orders WHERE orders.id = order_status_entry.order_id AND orders.customer_id = order_status_entry.customer_id
    AND orders.outlet_id = order_status_entry.outlet_id AND orders.franchise_id = order_status_entry.franchise_id
));
CREATE POLICY of_its_cart ON cart_line AS RESTRICTIVE TO kedai_order_tenant
USING (true) WITH CHECK (EXISTS (SELECT FROM cart WHERE cart.id = cart_line.cart_id AND cart.customer_id = cart_line.customer_id));

-- The functions below reach beyond the caller's rows, by what follows from orders that the caller's transaction has changed
-- and hence may change.

-- Adds to the figures of outlets. A change has the columns of `sales_day_item`, without an item for the outlet's whole day.
-- Rows that are missing are inserted first, and all are locked in the order of their keys.
CREATE FUNCTION add_to_sales(_order_ids uuid[], _changes jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
  IF EXISTS (
    SELECT outlet_id, franchise_id FROM jsonb_populate_recordset(NULL::sales_day_item, _changes)
    EXCEPT
    SELECT outlet_id, franchise_id FROM orders WHERE id = ANY (_order_ids) AND xmin = pg_current_xact_id()::xid
  ) THEN
    RAISE EXCEPTION 'sales are of orders that this transaction has changed' USING ERRCODE = 'insufficient_privilege';
  END IF;

  INSERT INTO sales_day (outlet_id, day, franchise_id, orders, units, revenue)
  SELECT outlet_id, day, franchise_id, 0, 0, 0 FROM jsonb_populate_recordset(NULL::sales_day_item, _changes)
  WHERE menu_item_id IS NULL ORDER BY outlet_id, day
  ON CONFLICT (outlet_id, day) DO UPDATE SET orders = sales_day.orders;
  UPDATE sales_day SET orders = sales_day.orders + change.orders, units = sales_day.units + change.units,
    revenue = sales_day.revenue + change.revenue
  FROM jsonb_populate_recordset(NULL::sales_day_item, _changes) AS change
  WHERE change.menu_item_id IS NULL AND (sales_day.outlet_id, sales_day.day) = (change.outlet_id, change.day);

  INSERT INTO sales_day_item (outlet_id, day, menu_item_id, franchise_id, orders, units, revenue)
  SELECT outlet_id, day, menu_item_id, franchise_id, 0, 0, 0 FROM jsonb_populate_recordset(NULL::sales_day_item, _changes)
  WHERE menu_item_id IS NOT NULL ORDER BY outlet_id, day, menu_item_id
  ON CONFLICT (outlet_id, day, menu_item_id) DO UPDATE SET orders = sales_day_item.orders;
  UPDATE sales_day_item SET orders = sales_day_item.orders + change.orders, units = sales_day_item.units + change.units,
    revenue = sales_day_item.revenue + change.revenue
  FROM jsonb_populate_recordset(NULL::sales_day_item, _changes) AS change
  WHERE (sales_day_item.outlet_id, sales_day_item.day, sales_day_item.menu_item_id)
    = (change.outlet_id, change.day, change.menu_item_id);
END
$$;

-- Returns the units of limited promotions that orders voided by this transaction had taken. Answers the promotions.
CREATE FUNCTION return_promotion_units(_order_ids uuid[]) RETURNS SETOF uuid LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
  WITH back AS MATERIALIZED (
    SELECT promotion_id AS id, sum(quantity)::int AS units FROM order_line JOIN orders ON orders.id = order_id
    WHERE order_id = ANY (_order_ids) AND promotion_id IS NOT NULL
      AND orders.xmin = pg_current_xact_id()::xid AND orders.status IN ('REJECTED', 'CANCELLED', 'REFUNDED')
    GROUP BY 1
  ), locked AS MATERIALIZED (
    SELECT id FROM promotion_copy WHERE quantity IS NOT NULL AND id IN (SELECT id FROM back) ORDER BY id FOR UPDATE
  )
  UPDATE promotion_copy SET used = used - back.units, version = version + 1
  FROM back JOIN locked USING (id) WHERE promotion_copy.id = back.id
  RETURNING promotion_copy.id
$$;

-- Seconds of work queued in the kitchens before orders, of whichever guests: nothing else of their orders is answered.
CREATE FUNCTION seconds_before_orders(_ids uuid[], _outlet_ids uuid[], _are_queued boolean[])
RETURNS TABLE (id uuid, seconds bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
  SELECT given.id, sum(queued.preparation_seconds)
  FROM unnest(_ids, _outlet_ids, _are_queued) AS given (id, outlet_id, is_queued)
  JOIN orders AS queued ON queued.outlet_id = given.outlet_id AND queued.status IN ('PAID', 'PREPARING')
    AND (NOT given.is_queued OR queued.id < given.id)
  GROUP BY given.id
$$;

REVOKE EXECUTE ON FUNCTION add_to_sales, return_promotion_units, seconds_before_orders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_to_sales, return_promotion_units TO kedai_order_tenant, kedai_order_chain, kedai_order_worker;
GRANT EXECUTE ON FUNCTION seconds_before_orders TO kedai_order_tenant, kedai_order_chain;

-- Orders, and what belongs to them, by month of the order's id. What is there is not written again, and writers go on all the while.

-- Foreign keys to a partitioned table cost a plan for every row (0.25 ms with thirty partitions); one look for each statement costs less
-- than foreign keys did before. It sees to it that what belongs to an order names an order, and carries its guest, outlet and franchise.
CREATE FUNCTION check_belonging() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT order_id FROM added ORDER BY 1);
BEGIN
  IF NOT EXISTS (
    SELECT order_id, customer_id, outlet_id, franchise_id FROM added
    EXCEPT
    SELECT id, customer_id, outlet_id, franchise_id FROM orders
    WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)]
  ) THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM orders WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)]) < cardinality(_ids) THEN
    RAISE EXCEPTION 'a row of % belongs to no order', TG_TABLE_NAME
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_order_id_fkey';
  END IF;
  RAISE EXCEPTION 'a row of % does not carry the guest, outlet and franchise of its order', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION check_nothing_belongs() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT id FROM removed ORDER BY 1);
BEGIN
  IF EXISTS (SELECT FROM order_line WHERE order_id = ANY (_ids) AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)])
    OR EXISTS (SELECT FROM order_status_entry WHERE order_id = ANY (_ids) AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)])
    OR EXISTS (SELECT FROM order_reward WHERE order_id = ANY (_ids) AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)]) THEN
    RAISE EXCEPTION 'an order to which something belongs is not deleted'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'orders_belongings';
  END IF;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION check_belonging, check_nothing_belongs FROM PUBLIC;

-- The functions that look for orders by their ids say the range of these too: a list of ids alone prunes no partition of a cached plan.

CREATE OR REPLACE FUNCTION check_totals(_order_ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(_order_ids) AS id ORDER BY 1);
  wrong_id uuid;
BEGIN
  SELECT id INTO wrong_id FROM orders
  WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)]
    AND total + reward_discount <> (
      SELECT sum(subtotal) FROM order_line
      WHERE order_id = orders.id AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)])
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % does not cost what its lines come to', wrong_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_total_of_lines';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION return_promotion_units(_order_ids uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(_order_ids) AS id ORDER BY 1);
BEGIN
  RETURN QUERY
  WITH voided AS MATERIALIZED (
    SELECT id FROM orders WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)]
      AND xmin = pg_current_xact_id()::xid AND status IN ('REJECTED', 'CANCELLED', 'REFUNDED')
  ), back AS MATERIALIZED (
    SELECT promotion_id AS id, sum(quantity)::int AS units FROM order_line
    WHERE order_id = ANY (_ids) AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)] AND promotion_id IS NOT NULL
      AND order_id IN (SELECT id FROM voided)
    GROUP BY 1
  ), locked AS MATERIALIZED (
    SELECT id FROM promotion_copy WHERE quantity IS NOT NULL AND id IN (SELECT id FROM back) ORDER BY id FOR UPDATE
  )
  UPDATE promotion_copy SET used = used - back.units, version = version + 1
  FROM back JOIN locked USING (id) WHERE promotion_copy.id = back.id
  RETURNING promotion_copy.id;
END
$$;

-- A query of every partition is planned once for each connection: it takes some hundred times as long as to run it.
ALTER FUNCTION seconds_before_orders SET plan_cache_mode = force_generic_plan;

BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'order_line', 'order_status_entry', 'order_reward']);
ALTER TABLE order_line DROP CONSTRAINT order_line_order_id_fkey;
ALTER TABLE order_status_entry DROP CONSTRAINT order_status_entry_order_id_fkey;
ALTER TABLE order_reward DROP CONSTRAINT order_reward_order_id_fkey;
CREATE TRIGGER belongs_when_added AFTER INSERT ON order_line
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_belonging();
CREATE TRIGGER belongs_when_changed AFTER UPDATE ON order_line
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_belonging();
CREATE TRIGGER belongs_when_added AFTER INSERT ON order_status_entry
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_belonging();
CREATE TRIGGER belongs_when_changed AFTER UPDATE ON order_status_entry
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_belonging();
CREATE TRIGGER belongs_when_added AFTER INSERT ON order_reward
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_belonging();
CREATE TRIGGER belongs_when_changed AFTER UPDATE ON order_reward
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_belonging();
CREATE TRIGGER nothing_belongs AFTER DELETE ON orders
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION check_nothing_belongs();
DROP POLICY of_its_order ON order_status_entry;
COMMIT;

-- A transaction each: together they would hold the lock of one table while they wait for that of another.
BEGIN;
CALL prepare_partitions('orders', 'id', 'month', _family => 'orders',
  _archive_when => $$status IN ('COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED')$$);
COMMIT;
BEGIN;
CALL prepare_partitions('order_line', 'order_id', 'month', _family => 'orders', _position => 1);
COMMIT;
BEGIN;
CALL prepare_partitions('order_status_entry', 'order_id', 'month', _family => 'orders', _position => 2);
COMMIT;
BEGIN;
CALL prepare_partitions('order_reward', 'order_id', 'month', _family => 'orders', _position => 3);
COMMIT;
BEGIN;
CALL validate_bounds('orders');
COMMIT;
BEGIN;
CALL partition_family('orders');
COMMIT;
BEGIN;
SELECT validate_foreign_keys();
COMMIT;

-- Reads that look into every partition, planned once for each connection.

-- The queue of an outlet's kitchen, oldest first.
CREATE FUNCTION kitchen_queue(_outlet_id uuid, _limit integer) RETURNS SETOF orders LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM orders
  WHERE outlet_id = _outlet_id AND status IN ('PAID', 'PREPARING', 'READY') ORDER BY id LIMIT _limit;
END
$$;

-- The orders whose payment window has closed, locked; those locked by another process are skipped.
CREATE FUNCTION lock_overdue_orders(_limit integer) RETURNS SETOF uuid LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT id FROM orders WHERE status = 'AWAITING_PAYMENT' AND payment_due_at <= now()
  ORDER BY payment_due_at LIMIT _limit FOR NO KEY UPDATE SKIP LOCKED;
END
$$;

-- Of the orders of outlets or customers, in use and archived, within a scope: those between two ids (exclusive), up to so many of each
-- owner, from the newest or from the oldest; and their number. The newest are most often of the last two months, and are looked for
-- there first.
DO $do$
DECLARE
  _owner text;
  _within text := $$(_statuses IS NULL OR status = ANY (_statuses))
        AND (_everywhere OR customer_id = _customer_id OR franchise_id = ANY (_franchise_ids) OR outlet_id = ANY (_outlet_ids))$$;
BEGIN
  FOREACH _owner IN ARRAY ARRAY['outlet', 'customer'] LOOP
    EXECUTE format($create$
CREATE FUNCTION orders_of_%1$s(
  _ids uuid[], _statuses order_status[], _customer_id uuid, _everywhere boolean, _franchise_ids uuid[], _outlet_ids uuid[],
  _above uuid, _below uuid, _from_oldest boolean, _limit integer
) RETURNS SETOF orders LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $body$
DECLARE
  _first uuid := COALESCE(_above, '00000000-0000-0000-0000-000000000000');
  _last uuid := COALESCE(_below, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  _recent uuid := first_id_at(period_start('month', -1));
  _owner_id uuid;
  _found bigint;
BEGIN
  FOREACH _owner_id IN ARRAY _ids LOOP
    IF _from_oldest THEN
      RETURN QUERY SELECT * FROM orders_with_archive
      WHERE %1$s_id = _owner_id AND id > _first AND id < _last AND %2$s
      ORDER BY id LIMIT _limit;
      CONTINUE;
    END IF;
    RETURN QUERY SELECT * FROM orders_with_archive
    WHERE %1$s_id = _owner_id AND id > GREATEST(_first, _recent) AND id < _last AND %2$s
    ORDER BY id DESC LIMIT _limit;
    GET DIAGNOSTICS _found = ROW_COUNT;
    CONTINUE WHEN _found = _limit OR _first >= _recent;
    RETURN QUERY SELECT * FROM orders_with_archive
    WHERE %1$s_id = _owner_id AND id > _first AND id < LEAST(_last, _recent) AND %2$s
    ORDER BY id DESC LIMIT _limit - _found;
  END LOOP;
END
$body$
$create$, _owner, _within);
    EXECUTE format($create$
CREATE FUNCTION count_orders_of_%1$s(
  _ids uuid[], _statuses order_status[], _customer_id uuid, _everywhere boolean, _franchise_ids uuid[], _outlet_ids uuid[]
) RETURNS TABLE (owner_id uuid, count bigint) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $body$
BEGIN
  RETURN QUERY SELECT %1$s_id, count(*) FROM orders_with_archive WHERE %1$s_id = ANY (_ids) AND %2$s GROUP BY 1;
END
$body$
$create$, _owner, _within);
  END LOOP;
END
$do$;

-- As before, without the orders that staff took for a member: these bound nobody's own. And it looks for a guest's orders by the index, also
-- in a month that was empty when its plan was made.
CREATE OR REPLACE FUNCTION unpaid_orders_of(_customer_ids uuid[], _outlet_ids uuid[])
RETURNS TABLE (customer_id uuid, outlet_id uuid, orders bigint, amount numeric) LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  _recent uuid := first_id_at(period_start('month', -1));
BEGIN
  IF cardinality(_customer_ids) = 0 THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT given.customer_id, given.outlet_id, count(*), sum(unpaid.total)
  FROM (SELECT DISTINCT * FROM unnest(_customer_ids, _outlet_ids) AS pair (customer_id, outlet_id)) AS given
  JOIN orders AS unpaid ON unpaid.customer_id = given.customer_id AND unpaid.outlet_id = given.outlet_id
  WHERE unpaid.status IN ('PLACED', 'AWAITING_PAYMENT') AND unpaid.id >= _recent AND unpaid.placed_by IS NULL
  GROUP BY 1, 2;
END
$$;

-- As before, and it adds up the taxes itself: a function started for each order costs more than all else of the check.
CREATE OR REPLACE FUNCTION check_totals(_order_ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(_order_ids) AS id ORDER BY 1);
  wrong_id uuid;
BEGIN
  SELECT id INTO wrong_id FROM orders
  WHERE id = ANY (_ids) AND id BETWEEN _ids[1] AND _ids[cardinality(_ids)]
    AND total + reward_discount - service_charge - rounding - coalesce((
      SELECT sum((tax ->> 'amount')::bigint) FROM jsonb_array_elements(taxes) AS tax WHERE NOT (tax ->> 'isIncluded')::boolean), 0) <> (
      SELECT sum(subtotal) FROM order_line
      WHERE order_id = orders.id AND order_id BETWEEN _ids[1] AND _ids[cardinality(_ids)])
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % does not cost what its lines come to', wrong_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_total_of_lines';
  END IF;
END
$$;
-- taxes_added stays: a session that is amid check_totals as it was still calls it.

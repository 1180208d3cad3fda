-- What bounds the unpaid orders of a guest at an outlet. Few orders are unpaid at a time, and the index has no others.
BEGIN;
CREATE INDEX orders_unpaid ON orders (customer_id, outlet_id, id) WHERE status IN ('PLACED', 'AWAITING_PAYMENT');
COMMIT;

-- How many unpaid orders guests have at outlets, and what these come to. Older ones than of the last two months are nobody's intention.
CREATE FUNCTION unpaid_orders_of(_customer_ids uuid[], _outlet_ids uuid[])
RETURNS TABLE (customer_id uuid, outlet_id uuid, orders bigint, amount numeric) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
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
  WHERE unpaid.status IN ('PLACED', 'AWAITING_PAYMENT') AND unpaid.id >= _recent
  GROUP BY 1, 2;
END
$$;

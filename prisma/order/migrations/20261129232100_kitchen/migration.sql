-- What a kitchen says of an order while it makes it: that it goes before the others, which of its lines are ready or are made again, and what
-- becomes of the drink if it is cancelled.
CREATE TYPE "drink_outcome" AS ENUM ('WASTED', 'GIVEN_AWAY');
CREATE TYPE "order_priority" AS ENUM ('NORMAL', 'RUSH');

BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
ALTER TABLE "orders" ADD COLUMN     "priority" "order_priority" NOT NULL DEFAULT 'NORMAL',
ADD COLUMN     "drink" "drink_outcome";
ALTER TABLE archive.orders ADD COLUMN "priority" "order_priority" NOT NULL DEFAULT 'NORMAL', ADD COLUMN "drink" "drink_outcome";
CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;

BEGIN;
CALL partitions.lock_tables(ARRAY['order_line', 'archive.order_line']);
ALTER TABLE "order_line" ADD COLUMN     "ready_at" TIMESTAMPTZ(3),
ADD COLUMN     "times_remade" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE archive.order_line ADD COLUMN "ready_at" TIMESTAMPTZ(3), ADD COLUMN "times_remade" INTEGER NOT NULL DEFAULT 0;
CREATE OR REPLACE VIEW order_line_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.order_line UNION ALL SELECT * FROM archive.order_line;
GRANT UPDATE (ready_at, times_remade) ON order_line TO kedai_order_tenant, kedai_order_chain;
COMMIT;

BEGIN;

-- The queue of an outlet's kitchen: what must go first, then by age.
CREATE OR REPLACE FUNCTION kitchen_queue(_outlet_id uuid, _limit integer) RETURNS SETOF orders LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM orders
  WHERE outlet_id = _outlet_id AND status IN ('PAID', 'PREPARING', 'READY') ORDER BY priority DESC, id LIMIT _limit;
END
$$;

-- Seconds of work queued in the kitchens before orders, of whichever guests: nothing else of their orders is answered.
DROP FUNCTION seconds_before_orders;
CREATE FUNCTION seconds_before_orders(_ids uuid[], _outlet_ids uuid[], _are_queued boolean[], _are_rush boolean[] DEFAULT NULL)
RETURNS TABLE (id uuid, seconds bigint) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
  SELECT given.id, sum(queued.preparation_seconds)
  FROM unnest(_ids, _outlet_ids, _are_queued, _are_rush) AS given (id, outlet_id, is_queued, is_rush)
  JOIN orders AS queued ON queued.outlet_id = given.outlet_id AND queued.status IN ('PAID', 'PREPARING')
    AND (NOT given.is_queued OR (queued.priority <> 'RUSH', queued.id) < (given.is_rush IS NOT TRUE, given.id))
  GROUP BY given.id
$$;
REVOKE EXECUTE ON FUNCTION seconds_before_orders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seconds_before_orders TO kedai_order_tenant, kedai_order_chain;

COMMIT;

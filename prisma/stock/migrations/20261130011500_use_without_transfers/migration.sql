-- What leaves a scale for another outlet is not used. A transfer is recorded, and the scale falls by it within half an hour before or after: it is taken
-- off the largest fall of that time, as far as that goes.
CREATE OR REPLACE FUNCTION use_of_items(_item_ids uuid[], _from timestamptz, _to timestamptz)
RETURNS TABLE (stock_item_id uuid, began_at timestamptz, used integer) LANGUAGE sql STABLE AS $$
  WITH item AS MATERIALIZED (
    SELECT stock_item.id, stock_item.outlet_id, stock_item.tracking, mark.movement_id AS counted, coalesce(mark.level, 0) AS level,
           -- As the usage report has it: 30 grams, and two of what is counted in pieces.
           greatest(2, (SELECT 30 / min(grams_per_unit) FROM shelf WHERE shelf.stock_item_id = stock_item.id AND removed_at IS NULL)) AS least_refill
    FROM stock_item LEFT JOIN level_mark AS mark ON mark.stock_item_id = stock_item.id
    WHERE stock_item.id = ANY (_item_ids)
  ), tail AS (
    SELECT item.id, movement.id AS movement_id, movement.delta, movement.kind,
           item.level + sum(movement.delta) OVER (PARTITION BY item.id ORDER BY movement.id) AS level
    FROM item, LATERAL (
      SELECT one.id, delta, kind FROM stock_movement AS one
      WHERE one.stock_item_id = item.id AND figure = 'ON_HAND' AND delta <> 0
        AND one.id > coalesce(counted, first_id_at('epoch')) AND one.id >= first_id_at(_from - interval '30 minutes')
        AND one.id < first_id_at(_to + interval '30 minutes')
    ) AS movement
  ), part AS (
    SELECT item.id, bucket_start(five.bucket) AS began_at, five.last::bigint AS last, five.weighed::bigint AS weighed, five.booked::bigint AS booked,
           false AS is_tail
    FROM item JOIN level_five_minutes AS five ON five.stock_item_id = item.id
    WHERE five.bucket >= first_id_at(_from - interval '30 minutes') AND five.bucket < first_id_at(_to + interval '30 minutes')
    UNION ALL
    SELECT id, five_minutes_of(uuid_extract_timestamp(movement_id)), (array_agg(level ORDER BY movement_id DESC))[1],
           coalesce(sum(delta) FILTER (WHERE kind = 'READING'), 0),
           -coalesce(sum(delta) FILTER (WHERE kind IN ('CONSUMPTION', 'UNDONE', 'REMAKE', 'WASTE')), 0), true
    FROM tail GROUP BY 1, 2
  ), five AS (
    SELECT part.id, part.began_at, (array_agg(last ORDER BY is_tail DESC))[1] AS last, sum(weighed) AS weighed, sum(booked) AS booked
    FROM part GROUP BY 1, 2
  ), sent AS (
    SELECT item.id, fall.began_at, sum(transfer.quantity) AS quantity
    FROM item JOIN transfer ON transfer.outlet_id = item.outlet_id AND transfer.stock_item_id = item.id AND transfer.status <> 'CANCELLED',
      LATERAL (
        SELECT began_at FROM five
        WHERE five.id = item.id AND began_at BETWEEN sent_at - interval '35 minutes' AND sent_at + interval '30 minutes'
        ORDER BY weighed, began_at LIMIT 1
      ) AS fall
    WHERE item.tracking = 'SHELF' AND transfer.id >= first_id_at(_from - interval '1 hour') AND transfer.id < first_id_at(_to + interval '1 hour')
    GROUP BY 1, 2
  ), compared AS (
    SELECT five.*, least_refill,
           coalesce(max(-weighed) OVER before, 0) AS fall_before, coalesce(max(-weighed) OVER after, 0) AS fall_after,
           coalesce(max(weighed) OVER after, 0) AS rise_after
    FROM five JOIN item USING (id)
    WINDOW before AS (PARTITION BY id ORDER BY began_at RANGE BETWEEN interval '30 minutes' PRECEDING AND interval '1 second' PRECEDING),
           after AS (PARTITION BY id ORDER BY began_at RANGE BETWEEN interval '1 second' FOLLOWING AND interval '30 minutes' FOLLOWING)
  ), separated AS (
    SELECT id, began_at, booked + CASE
             WHEN weighed >= least_refill THEN 0
             WHEN -weighed < least_refill OR rise_after < least_refill OR -weighed < fall_before OR -weighed <= fall_after THEN -weighed
             WHEN rise_after <= least_refill - weighed THEN greatest(0, -weighed - rise_after)
             WHEN last <= least_refill THEN 0
             ELSE -weighed END AS used
    FROM compared WHERE began_at >= _from AND began_at < _to
  )
  SELECT id, began_at, greatest(least(used, 0), used - coalesce(sent.quantity, 0))::integer
  FROM separated LEFT JOIN sent USING (id, began_at)
$$;

-- Levels by the day are of the outlet's own days. An item's mark says by which time zone its days are counted, so that they go on in that zone
-- until they are counted again: where the outlet's zone changes, the consumer of that event has nothing to do for it, and counting
-- does so item by item.
ALTER TABLE level_mark ADD COLUMN time_zone TEXT;
UPDATE level_mark SET time_zone = coalesce((SELECT outlet.time_zone FROM outlet WHERE outlet.id = level_mark.outlet_id), 'Asia/Jakarta');
ALTER TABLE level_mark ALTER COLUMN time_zone SET NOT NULL;

-- Counts movements with ids from `_from_id` to `_to_id`, of some items or (null) of all, which are newer than all that are counted of their
-- item. What is older than `_five_minutes_from` or `_hours_from` is not stored so finely.
CREATE OR REPLACE FUNCTION count_movements(
  _from_id uuid, _to_id uuid, _item_ids uuid[], _five_minutes_from timestamptz, _hours_from timestamptz,
  -- Of them, those with ids before `_known_id`.
  _known_id uuid, OUT movements bigint, OUT late bigint, OUT item_ids uuid[]
) LANGUAGE sql SET plan_cache_mode = force_custom_plan AS $$
  WITH moved AS MATERIALIZED (
    SELECT movement.stock_item_id, movement.franchise_id, movement.outlet_id, movement.id, movement.delta, movement.kind,
           uuid_extract_timestamp(movement.id) AS moment,
           coalesce(mark.level, 0) + sum(movement.delta) OVER (PARTITION BY movement.stock_item_id ORDER BY movement.id) AS level
    FROM stock_movement_with_archive AS movement LEFT JOIN level_mark AS mark ON mark.stock_item_id = movement.stock_item_id
    WHERE movement.id >= _from_id AND movement.id < _to_id AND (_item_ids IS NULL OR movement.stock_item_id = ANY (_item_ids))
      AND movement.figure = 'ON_HAND' AND movement.delta <> 0 AND (mark.movement_id IS NULL OR movement.id > mark.movement_id)
  ), five AS (
    SELECT stock_item_id, franchise_id, outlet_id, five_minutes_of(moment) AS began_at, min(level) AS minimum, max(level) AS maximum,
           (array_agg(level ORDER BY id DESC))[1] AS last,
           coalesce(sum(delta) FILTER (WHERE kind = 'READING'), 0) AS weighed,
           -coalesce(sum(delta) FILTER (WHERE kind IN ('CONSUMPTION', 'UNDONE', 'REMAKE', 'WASTE')), 0) AS booked
    FROM moved GROUP BY 1, 2, 3, 4
  ), by_five AS (
    INSERT INTO level_five_minutes AS stored (stock_item_id, bucket, franchise_id, outlet_id, minimum, maximum, last, weighed, booked)
    SELECT stock_item_id, first_id_at(began_at), franchise_id, outlet_id, minimum, maximum, last, weighed, booked
    FROM five WHERE began_at >= _five_minutes_from
    ON CONFLICT (stock_item_id, bucket) DO UPDATE
    SET minimum = least(stored.minimum, excluded.minimum), maximum = greatest(stored.maximum, excluded.maximum), last = excluded.last,
        weighed = stored.weighed + excluded.weighed, booked = stored.booked + excluded.booked
  ), by_hour AS (
    INSERT INTO level_hour AS stored (stock_item_id, bucket, franchise_id, outlet_id, minimum, maximum, last)
    SELECT stock_item_id, first_id_at(hour_of(began_at)), franchise_id, outlet_id, min(minimum), max(maximum),
           (array_agg(last ORDER BY began_at DESC))[1]
    FROM five WHERE began_at >= _hours_from GROUP BY 1, 2, 3, 4
    ON CONFLICT (stock_item_id, bucket) DO UPDATE
    SET minimum = least(stored.minimum, excluded.minimum), maximum = greatest(stored.maximum, excluded.maximum), last = excluded.last
  ), by_day AS (
    INSERT INTO level_day AS stored (stock_item_id, bucket, franchise_id, outlet_id, minimum, maximum, last)
    SELECT five.stock_item_id, first_id_at(date_trunc('day', began_at, coalesce(mark.time_zone, outlet.time_zone, 'Asia/Jakarta'))),
           five.franchise_id, five.outlet_id, min(minimum), max(maximum), (array_agg(last ORDER BY began_at DESC))[1]
    FROM five LEFT JOIN outlet ON outlet.id = five.outlet_id LEFT JOIN level_mark AS mark ON mark.stock_item_id = five.stock_item_id
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (stock_item_id, bucket) DO UPDATE
    SET minimum = least(stored.minimum, excluded.minimum), maximum = greatest(stored.maximum, excluded.maximum), last = excluded.last
  ), marked AS (
    INSERT INTO level_mark AS mark (stock_item_id, franchise_id, outlet_id, movement_id, level, time_zone)
    SELECT DISTINCT ON (moved.stock_item_id) moved.stock_item_id, moved.franchise_id, moved.outlet_id, moved.id, moved.level,
           coalesce(outlet.time_zone, 'Asia/Jakarta')
    FROM moved LEFT JOIN outlet ON outlet.id = moved.outlet_id ORDER BY moved.stock_item_id, moved.id DESC
    ON CONFLICT (stock_item_id) DO UPDATE SET movement_id = excluded.movement_id, level = excluded.level
  )
  SELECT count(*), count(*) FILTER (WHERE id < _known_id), array_agg(DISTINCT stock_item_id) FROM moved
$$;

-- Counts the days of one item again whose outlet has another time zone, from the ledger. Levels are those at the mark less what came after, so
-- that they are right where the ledger does not go back to the item's beginning; days of before it stay as they are.
-- `recounted` is false where there is no such item, and where another process counts.
CREATE FUNCTION recount_days(OUT recounted boolean) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  due record;
  first_moment timestamptz;
BEGIN
  recounted := false;
  PERFORM FROM level_roll_up FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT mark.stock_item_id, mark.movement_id, mark.level, mark.time_zone AS former, outlet.time_zone INTO due
  FROM level_mark AS mark JOIN outlet ON outlet.id = mark.outlet_id
  WHERE mark.time_zone <> outlet.time_zone ORDER BY mark.stock_item_id LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  SELECT uuid_extract_timestamp(id) INTO first_moment FROM stock_movement_with_archive
  WHERE stock_item_id = due.stock_item_id AND id <= due.movement_id AND figure = 'ON_HAND' AND delta <> 0 ORDER BY id LIMIT 1;
  DELETE FROM level_day WHERE stock_item_id = due.stock_item_id
    AND bucket >= first_id_at(least(date_trunc('day', first_moment, due.former), date_trunc('day', first_moment, due.time_zone)));
  INSERT INTO level_day (stock_item_id, bucket, franchise_id, outlet_id, minimum, maximum, last)
  SELECT stock_item_id, bucket, franchise_id, outlet_id, min(level), max(level), (array_agg(level ORDER BY id DESC))[1]
  FROM (
    SELECT stock_item_id, franchise_id, outlet_id, id, first_id_at(date_trunc('day', uuid_extract_timestamp(id), due.time_zone)) AS bucket,
           due.level - coalesce(sum(delta) OVER (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS level
    FROM stock_movement_with_archive
    WHERE stock_item_id = due.stock_item_id AND id <= due.movement_id AND figure = 'ON_HAND' AND delta <> 0
  ) AS moved
  GROUP BY stock_item_id, bucket, franchise_id, outlet_id
  -- Months whose days are not stored have no partition.
  HAVING partitions.has_partition('level_day', bucket);
  UPDATE level_mark SET time_zone = due.time_zone WHERE stock_item_id = due.stock_item_id;
  recounted := true;
END
$$;
REVOKE EXECUTE ON FUNCTION recount_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recount_days TO kedai_stock_worker;

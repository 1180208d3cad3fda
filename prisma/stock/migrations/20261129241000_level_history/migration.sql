-- What items had on hand over time: the ledger by five minutes, hours and days. `roll_up_levels` counts each movement once, and reads none
-- again. docs/supply.md says what the figures mean.
-- A bucket's id is the first that a UUIDv7 can have at its start, so that buckets are partitioned as everything else is by age.

CREATE TABLE "level_five_minutes" (
    "stock_item_id" UUID NOT NULL,
    "bucket" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "minimum" INTEGER NOT NULL,
    "maximum" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,
    "weighed" INTEGER NOT NULL,
    "booked" INTEGER NOT NULL,

    CONSTRAINT "level_five_minutes_pkey" PRIMARY KEY ("stock_item_id","bucket")
);

CREATE TABLE "level_hour" (
    "stock_item_id" UUID NOT NULL,
    "bucket" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "minimum" INTEGER NOT NULL,
    "maximum" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,
    "used" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "level_hour_pkey" PRIMARY KEY ("stock_item_id","bucket")
);

CREATE TABLE "level_day" (
    "stock_item_id" UUID NOT NULL,
    "bucket" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "minimum" INTEGER NOT NULL,
    "maximum" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,

    CONSTRAINT "level_day_pkey" PRIMARY KEY ("stock_item_id","bucket")
);

CREATE TABLE "level_mark" (
    "stock_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "movement_id" UUID NOT NULL,
    "level" INTEGER NOT NULL,

    CONSTRAINT "level_mark_pkey" PRIMARY KEY ("stock_item_id")
);

CREATE TABLE "level_roll_up" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "counted_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "level_roll_up_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "level_roll_up_one" CHECK ("id" = 1)
);
INSERT INTO level_roll_up (counted_until) VALUES ('epoch');

CALL protect('level_five_minutes', 'SELECT', 'SELECT');
CALL protect('level_hour', 'SELECT', 'SELECT');
CALL protect('level_day', 'SELECT', 'SELECT');
CALL protect('level_mark', 'SELECT', 'SELECT');
CALL protect('level_roll_up', '', '');

BEGIN;
CALL prepare_partitions('level_five_minutes', 'bucket', 'month', _family => 'level_five_minutes', _past => 'drop');
CALL prepare_partitions('level_hour', 'bucket', 'month', _family => 'level_hour', _past => 'drop');
CALL prepare_partitions('level_day', 'bucket', 'month', _family => 'level_day', _past => 'drop');
CALL partition_family('level_five_minutes');
CALL partition_family('level_hour');
CALL partition_family('level_day');
COMMIT;

CREATE FUNCTION five_minutes_of(_moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN date_bin('5 minutes', _moment, timestamptz 'epoch');

CREATE FUNCTION hour_of(_moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN date_bin('1 hour', _moment, timestamptz 'epoch');

-- When a bucket begins. `uuid_extract_timestamp` reads whole UUIDs alone.
CREATE FUNCTION bucket_start(_bucket uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_timestamp(('x' || lpad(left(replace(_bucket::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0);

-- What was used of items, by five minutes from `_from` to `_to`, with the movements that are not counted yet. Of COUNT items, what the ledger
-- booked. Of weighed ones, what the scales lost: noise is lost and found again. A rise by more than noise is no negative use, but a refill, or
-- what was off the scale: it belongs to the largest fall of the half hour around that fall, of which what has not come back was used. What
-- comes back fuller to an empty scale was filled up meanwhile.
CREATE FUNCTION use_of_items(_item_ids uuid[], _from timestamptz, _to timestamptz)
RETURNS TABLE (stock_item_id uuid, began_at timestamptz, used integer) LANGUAGE sql STABLE AS $$
  WITH item AS MATERIALIZED (
    SELECT stock_item.id, mark.movement_id AS counted, coalesce(mark.level, 0) AS level,
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
  ), compared AS (
    SELECT five.*, least_refill,
           coalesce(max(-weighed) OVER before, 0) AS fall_before, coalesce(max(-weighed) OVER after, 0) AS fall_after,
           coalesce(max(weighed) OVER after, 0) AS rise_after
    FROM five JOIN item USING (id)
    WINDOW before AS (PARTITION BY id ORDER BY began_at RANGE BETWEEN interval '30 minutes' PRECEDING AND interval '1 second' PRECEDING),
           after AS (PARTITION BY id ORDER BY began_at RANGE BETWEEN interval '1 second' FOLLOWING AND interval '30 minutes' FOLLOWING)
  )
  SELECT id, began_at, (booked + CASE
           WHEN weighed >= least_refill THEN 0
           WHEN -weighed < least_refill OR rise_after < least_refill OR -weighed < fall_before OR -weighed <= fall_after THEN -weighed
           WHEN rise_after <= least_refill - weighed THEN greatest(0, -weighed - rise_after)
           WHEN last <= least_refill THEN 0
           ELSE -weighed END)::integer
  FROM compared WHERE began_at >= _from AND began_at < _to
$$;

-- Counts movements with ids from `_from_id` to `_to_id`, of some items or (null) of all, which are newer than all that are counted of their
-- item. What is older than `_five_minutes_from` or `_hours_from` is not stored so finely.
CREATE FUNCTION count_movements(
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
    SELECT stock_item_id, first_id_at(date_trunc('day', began_at, coalesce(outlet.time_zone, 'Asia/Jakarta'))), five.franchise_id, outlet_id,
           min(minimum), max(maximum), (array_agg(last ORDER BY began_at DESC))[1]
    FROM five LEFT JOIN outlet ON outlet.id = five.outlet_id GROUP BY 1, 2, 3, 4
    ON CONFLICT (stock_item_id, bucket) DO UPDATE
    SET minimum = least(stored.minimum, excluded.minimum), maximum = greatest(stored.maximum, excluded.maximum), last = excluded.last
  ), marked AS (
    INSERT INTO level_mark AS mark (stock_item_id, franchise_id, outlet_id, movement_id, level)
    SELECT DISTINCT ON (stock_item_id) stock_item_id, franchise_id, outlet_id, id, level FROM moved ORDER BY stock_item_id, id DESC
    ON CONFLICT (stock_item_id) DO UPDATE SET movement_id = excluded.movement_id, level = excluded.level
  )
  SELECT count(*), count(*) FILTER (WHERE id < _known_id), array_agg(DISTINCT stock_item_id) FROM moved
$$;

-- Sets what was used in the hours of a span that are stored.
CREATE FUNCTION count_use(_item_ids uuid[], _from timestamptz, _to timestamptz) RETURNS void LANGUAGE sql
SET plan_cache_mode = force_custom_plan AS $$
  UPDATE level_hour SET used = greatest(0, hour.used)
  FROM (
    SELECT stock_item_id, hour_of(began_at) AS began_at, sum(one.used)::integer AS used
    FROM use_of_items(_item_ids, _from, _to) AS one GROUP BY 1, 2
  ) AS hour
  WHERE level_hour.stock_item_id = hour.stock_item_id AND level_hour.bucket = first_id_at(hour.began_at) AND level_hour.used <> greatest(0, hour.used)
    AND level_hour.bucket >= first_id_at(_from) AND level_hour.bucket < first_id_at(_to)
$$;

-- Counts the movements of up to 30 days (200,000 of them), and of up to ten minutes before, for those that were committed late. Each is counted once, by the
-- mark of its item: the movements of an item are committed in the order of their ids, under its lock. Where that was not so (an import of
-- history, a clock that was set back), the mark differs from the ledger, and the item is counted again from its beginning.
-- `counted_until` is null where another process counts.
CREATE FUNCTION roll_up_levels(
  _now timestamptz, _five_minutes_from timestamptz, _hours_from timestamptz,
  OUT counted_until timestamptz, OUT due timestamptz, OUT movements bigint, OUT late bigint, OUT recounted bigint
) LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  -- Longer than between a movement's id and its commit.
  overlap CONSTANT interval := '10 minutes';
  settling CONSTANT interval := '10 seconds';
  -- What is counted at once is a transaction.
  most CONSTANT integer := 200000;
  begins timestamptz;
  ends timestamptz;
  full_at timestamptz;
  next_at timestamptz;
  moved_ids uuid[];
  wrong_ids uuid[];
BEGIN
  movements := 0;
  late := 0;
  recounted := 0;
  due := five_minutes_of(_now - settling);
  SELECT one.counted_until INTO begins FROM level_roll_up AS one FOR UPDATE SKIP LOCKED;
  counted_until := begins;
  IF begins IS NULL OR begins >= due THEN
    RETURN;
  END IF;
  SELECT uuid_extract_timestamp(id) INTO full_at FROM stock_movement_with_archive WHERE id >= first_id_at(begins) ORDER BY id OFFSET most LIMIT 1;
  ends := least(due, hour_of(begins) + interval '30 days', CASE WHEN full_at IS NOT NULL THEN greatest(begins + interval '5 minutes', five_minutes_of(full_at)) END);

  SELECT counted.movements, counted.late, counted.item_ids INTO movements, late, moved_ids
  FROM count_movements(first_id_at(greatest('epoch', begins - overlap)), first_id_at(ends), NULL, _five_minutes_from, _hours_from, first_id_at(begins)) AS counted;

  IF ends = due THEN
    SELECT array_agg(mark.stock_item_id) INTO wrong_ids
    FROM level_mark AS mark JOIN stock_item ON stock_item.id = mark.stock_item_id
    WHERE mark.stock_item_id = ANY (moved_ids) AND mark.level <> on_hand - (
      SELECT coalesce(sum(delta), 0) FROM stock_movement AS movement
      WHERE movement.stock_item_id = mark.stock_item_id AND figure = 'ON_HAND' AND movement.id > mark.movement_id
    );
  END IF;
  IF wrong_ids IS NOT NULL THEN
    recounted := cardinality(wrong_ids);
    DELETE FROM level_mark WHERE stock_item_id = ANY (wrong_ids);
    DELETE FROM level_five_minutes WHERE stock_item_id = ANY (wrong_ids);
    DELETE FROM level_hour WHERE stock_item_id = ANY (wrong_ids);
    DELETE FROM level_day WHERE stock_item_id = ANY (wrong_ids);
    PERFORM count_movements(first_id_at('epoch'), first_id_at(ends), wrong_ids, _five_minutes_from, _hours_from, first_id_at('epoch'));
    PERFORM count_use(wrong_ids, greatest(hour_of(_five_minutes_from), hour_of(_hours_from)), ends);
  END IF;
  -- Of the hour before, too: that what it lost was no use may only now be known.
  PERFORM count_use(moved_ids, greatest('epoch', hour_of(begins - interval '40 minutes')), ends);

  SELECT uuid_extract_timestamp(id) INTO next_at FROM stock_movement_with_archive WHERE id >= first_id_at(ends) ORDER BY id LIMIT 1;
  counted_until := greatest(ends, least(due, hour_of(next_at)));
  UPDATE level_roll_up AS one SET counted_until = roll_up_levels.counted_until;
END
$$;

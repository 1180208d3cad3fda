-- Levels by the day are of the outlet's own days. Where its time zone changes, they are added up again from the ledger, as far as they are stored.
CREATE FUNCTION count_days_of_outlet() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  item_ids CONSTANT uuid[] := ARRAY(SELECT id FROM stock_item WHERE outlet_id = NEW.id);
  oldest uuid;
BEGIN
  -- Nobody counts meanwhile.
  PERFORM FROM level_roll_up FOR UPDATE;
  SELECT bucket INTO oldest FROM level_day WHERE stock_item_id = ANY (item_ids) ORDER BY bucket LIMIT 1;
  DELETE FROM level_day WHERE stock_item_id = ANY (item_ids);
  INSERT INTO level_day (stock_item_id, bucket, franchise_id, outlet_id, minimum, maximum, last)
  SELECT stock_item_id, bucket, franchise_id, outlet_id, min(level), max(level), (array_agg(level ORDER BY id DESC))[1]
  FROM (
    SELECT movement.stock_item_id, movement.franchise_id, movement.outlet_id, movement.id,
           first_id_at(date_trunc('day', uuid_extract_timestamp(movement.id), NEW.time_zone)) AS bucket,
           sum(movement.delta) OVER (PARTITION BY movement.stock_item_id ORDER BY movement.id) AS level
    FROM level_mark AS mark JOIN stock_movement_with_archive AS movement ON movement.stock_item_id = mark.stock_item_id
    WHERE mark.stock_item_id = ANY (item_ids) AND movement.id <= mark.movement_id AND movement.figure = 'ON_HAND' AND movement.delta <> 0
  ) AS moved
  -- Of what was stored: days of the other time zone may begin some hours earlier, and months before may have no partition any more.
  WHERE bucket >= first_id_at(bucket_start(oldest) - interval '1 day')
  GROUP BY stock_item_id, bucket, franchise_id, outlet_id
  HAVING partitions.has_partition('level_day', bucket);
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION count_days_of_outlet FROM PUBLIC;
CREATE TRIGGER outlet_time_zone_changed AFTER UPDATE OF time_zone ON outlet
  FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION count_days_of_outlet();

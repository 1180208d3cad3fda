-- How a shelf's device is, by Kedai's clock, and dead letters that head office reads.

CREATE TYPE "ShelfState" AS ENUM ('ONLINE', 'SILENT', 'OFFLINE', 'NOISY', 'LOW_BATTERY');

BEGIN;
CALL partitions.lock_tables(ARRAY['shelf']);
ALTER TABLE "shelf" ADD COLUMN     "filtered_readings" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "health_at" TIMESTAMPTZ(3),
ADD COLUMN     "health_filtered" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "health_state" "ShelfState",
ADD COLUMN     "health_version" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "noisiness" DOUBLE PRECISION NOT NULL DEFAULT 0;
COMMIT;

GRANT UPDATE (health_state, health_filtered, health_version, health_at) ON shelf TO kedai_stock_tenant, kedai_stock_chain;

-- When the device last gave a sign of itself. A last will is none: the broker publishes it.
CREATE FUNCTION shelf_last_seen(_shelf shelf) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(
    greatest(_shelf.last_reading_at, CASE WHEN _shelf.is_online THEN _shelf.status_at END),
    _shelf.status_at
  )
$$;

-- What needs attention most, where several hold.
CREATE FUNCTION shelf_state(_shelf shelf, _silent_after interval) RETURNS "ShelfState" LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN _shelf.removed_at IS NOT NULL OR shelf_last_seen(_shelf) IS NULL THEN 'OFFLINE'
    WHEN NOT coalesce(_shelf.is_online, true) AND coalesce(_shelf.last_reading_at <= _shelf.status_at, true) THEN 'OFFLINE'
    WHEN shelf_last_seen(_shelf) < now() - _silent_after THEN 'SILENT'
    WHEN _shelf.noisiness > 0.5 THEN 'NOISY'
    WHEN _shelf.battery_percent <= 20 THEN 'LOW_BATTERY'
    ELSE 'ONLINE'
  END::"ShelfState"
$$;

-- Stores readings that arrived at `_received_at` and could not be stored then, as `store_readings` does. Boots that a shelf first named in
-- them get their place by that: they supersede those from before, and none that it has named since. The order of superseded boots among
-- themselves decides nothing.
CREATE FUNCTION store_earlier_readings(
  _batch_id uuid, _trace_id uuid,
  _shelf_ids uuid[], _outlet_ids uuid[], _boot_ids text[], _seqs bigint[], _grams double precision[], _ats timestamptz[],
  _battery_percents smallint[], _received_at timestamptz,
  OUT stored integer,
  OUT unknown integer[]
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('shelf_boot'));
  INSERT INTO shelf_boot (number, shelf_id, franchise_id, outlet_id, boot_id, seen_at)
  SELECT CASE WHEN is_earlier THEN -nextval('shelf_boot_number_seq') ELSE nextval('shelf_boot_number_seq') END,
         shelf_id, franchise_id, outlet_id, boot_id, _received_at
  FROM (
    SELECT received.shelf_id, shelf.franchise_id, shelf.outlet_id, received.boot_id,
           EXISTS (
             SELECT FROM shelf_boot AS later WHERE later.shelf_id = received.shelf_id AND later.seen_at > _received_at
           ) AS is_earlier
    FROM (
      SELECT shelf_id, outlet_id, boot_id, min(place) AS place
      FROM unnest(_shelf_ids, _outlet_ids, _boot_ids) WITH ORDINALITY AS received (shelf_id, outlet_id, boot_id, place)
      GROUP BY shelf_id, outlet_id, boot_id
    ) AS received
    JOIN shelf ON shelf.id = received.shelf_id AND shelf.outlet_id = received.outlet_id AND shelf.removed_at IS NULL
    ORDER BY received.place
  ) AS boot
  ON CONFLICT DO NOTHING;

  SELECT readings.stored, readings.unknown INTO stored, unknown
  FROM store_readings(_batch_id, _trace_id, _shelf_ids, _outlet_ids, _boot_ids, _seqs, _grams, _ats, _battery_percents) AS readings;
  UPDATE reading_batch SET received_at = _received_at WHERE id = _batch_id;
END
$$;

GRANT SELECT ON dead_letter TO kedai_stock_chain;
CREATE POLICY chain ON dead_letter FOR SELECT TO kedai_stock_chain USING (true);

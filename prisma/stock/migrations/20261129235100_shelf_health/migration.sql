-- How a shelf's device is, by Kedai's clock, and dead letters that head office reads.

CREATE TYPE "ShelfState" AS ENUM ('ONLINE', 'SILENT', 'OFFLINE', 'NOISY', 'LOW_BATTERY');

ALTER TABLE "shelf" ADD COLUMN     "filtered_readings" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "health_at" TIMESTAMPTZ(3),
ADD COLUMN     "health_filtered" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "health_state" "ShelfState",
ADD COLUMN     "health_version" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "noisiness" DOUBLE PRECISION NOT NULL DEFAULT 0;

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

-- Places boots that a shelf first named in messages of `_ats`, and that are stored only now, where they belong: before the boots that it
-- has named since, so that they supersede none of them. The order of superseded boots among themselves decides nothing.
CREATE FUNCTION place_earlier_boots(_shelf_ids uuid[], _outlet_ids uuid[], _boot_ids text[], _ats timestamptz[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('shelf_boot'));
  INSERT INTO shelf_boot (number, shelf_id, franchise_id, outlet_id, boot_id)
  SELECT -nextval('shelf_boot_number_seq'), received.shelf_id, shelf.franchise_id, shelf.outlet_id, received.boot_id
  FROM (
    SELECT shelf_id, outlet_id, boot_id, min(at) AS at
    FROM unnest(_shelf_ids, _outlet_ids, _boot_ids, _ats) AS received (shelf_id, outlet_id, boot_id, at)
    GROUP BY shelf_id, outlet_id, boot_id
  ) AS received
  JOIN shelf ON shelf.id = received.shelf_id AND shelf.outlet_id = received.outlet_id
  WHERE EXISTS (SELECT FROM shelf_boot AS later WHERE later.shelf_id = received.shelf_id AND later.seen_at > received.at)
  ON CONFLICT DO NOTHING;
END
$$;

GRANT SELECT ON dead_letter TO kedai_stock_chain;
CREATE POLICY chain ON dead_letter FOR SELECT TO kedai_stock_chain USING (true);

-- Weights that have to stay before they count, and changes of shelves by people.

ALTER TYPE "StockMovementKind" ADD VALUE 'SCALES_CHANGED';

BEGIN;

CALL partitions.lock_tables(ARRAY['shelf']);
ALTER TABLE "shelf" ADD COLUMN     "pending_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "pending_grams" DOUBLE PRECISION,
ADD COLUMN     "pending_last_grams" DOUBLE PRECISION,
ADD COLUMN     "pending_since" TIMESTAMPTZ(3),
ADD COLUMN     "pending_trace" UUID,
ADD COLUMN     "stable_milliseconds" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "steady_grams" DOUBLE PRECISION,
ADD COLUMN     "threshold_grams" DOUBLE PRECISION NOT NULL DEFAULT 5,
ADD CONSTRAINT "stability_not_negative" CHECK ("stable_milliseconds" >= 0 AND "threshold_grams" >= 0);

GRANT UPDATE (
  stock_item_id, grams_per_unit, tare_grams, stable_milliseconds, threshold_grams, weighed_units, units, settled_units, steady_grams, pending_grams,
  pending_last_grams, pending_since, pending_count, pending_trace
) ON shelf TO kedai_stock_tenant, kedai_stock_chain;
GRANT UPDATE (tracking) ON stock_item TO kedai_stock_tenant, kedai_stock_chain;
-- Where an item is counted from now on, what was drawn of it is consumed.
GRANT UPDATE (state, drawn_left, consumed) ON reservation TO kedai_stock_tenant, kedai_stock_chain;

-- Applies batches, each once. A shelf weighs what the highest sequence number of its latest boot says; an older reading never
-- changes that, nor does one of a superseded boot. An item's level is the whole units that the weights of all its shelves add
-- up to, where its tracking is SHELF. Of a shelf with `stable_milliseconds`, a reading moves that only when the weight has stayed: readings of so
-- long, by their arrival, that differ from the first of them by no more than `threshold_grams`. What stays as near to the weight that
-- counts moves nothing either, and what does not stay is counted as filtered. A fall pays off what was drawn, oldest first, up to the fall; a rise does not, nor does noise: what stays within three
-- grams of the level last settled. The readings are read first, materialized: the planner takes those of many partitions for more
-- than there are, and would begin with all shelves.
CREATE OR REPLACE FUNCTION apply_readings(_batch_ids uuid[], OUT levels jsonb)
LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  noise_grams CONSTANT integer := 3;
  -- Larger than any stock, so that no figure overflows.
  highest_level CONSTANT integer := 1000000000;
  batch_ids uuid[];
  first_id uuid;
  last_id uuid;
  item_ids uuid[];
  -- Of each item, in the order of ids: what all its shelves weigh in units, and how much of a unit may be missing.
  weighed_ids uuid[];
  weighed_sums double precision[];
  weighed_noises double precision[];
  place integer := 0;
  received record;
  item_id uuid;
  shelf_id uuid;
  weighed double precision;
  shelf_weighed double precision;
  missing double precision;
  on_hand integer;
  level integer;
  share integer;
  settled integer;
  drawn integer;
  noise integer;
  paid integer;
  -- Of a shelf whose readings are filtered: what `shelf` has in the columns of these names.
  counts boolean;
  steady double precision;
  pending double precision;
  pending_from timestamptz;
  pending_readings integer;
  threshold double precision;
  filtered bigint;
  noisy double precision;
  dropped integer;
  filter_ids uuid[] := '{}';
  filter_steady double precision[] := '{}';
  filter_pending double precision[] := '{}';
  filter_last double precision[] := '{}';
  filter_since timestamptz[] := '{}';
  filter_counts integer[] := '{}';
  filter_traces uuid[] := '{}';
  filter_filtered bigint[] := '{}';
  filter_noisy double precision[] := '{}';
  shelf_ids uuid[] := '{}';
  shelf_weights double precision[] := '{}';
  shelf_shares integer[] := '{}';
  shelf_settled integer[] := '{}';
  last_boots bigint[] := '{}';
  last_seqs bigint[] := '{}';
  last_times timestamptz[] := '{}';
  last_batteries smallint[] := '{}';
  moved_items uuid[] := '{}';
  moved_franchises uuid[] := '{}';
  moved_outlets uuid[] := '{}';
  moved_figures "StockFigure"[] := '{}';
  moved_deltas integer[] := '{}';
  moved_shelves uuid[] := '{}';
  moved_boots text[] := '{}';
  moved_seqs bigint[] := '{}';
  moved_grams integer[] := '{}';
  moved_traces uuid[] := '{}';
BEGIN
  batch_ids := array_sort(_batch_ids);
  first_id := batch_ids[1];
  last_id := batch_ids[cardinality(batch_ids)];
  SELECT array_agg(id) INTO batch_ids FROM (
    SELECT id FROM reading_batch
    WHERE id BETWEEN first_id AND last_id AND id = ANY (_batch_ids) AND applied_at IS NULL
    ORDER BY id FOR UPDATE
  ) AS pending;
  IF batch_ids IS NULL THEN
    levels := '[]';
    RETURN;
  END IF;
  UPDATE reading_batch SET applied_at = now() WHERE id BETWEEN first_id AND last_id AND id = ANY (batch_ids);

  PERFORM FROM shelf
  WHERE id IN (
    WITH reading AS MATERIALIZED (
      SELECT boot FROM reading WHERE batch_id BETWEEN first_id AND last_id AND batch_id = ANY (batch_ids)
    )
    SELECT boot.shelf_id FROM reading JOIN shelf_boot AS boot ON boot.number = reading.boot
  )
  ORDER BY id FOR UPDATE;

  WITH reading AS MATERIALIZED (
    SELECT boot, seq FROM reading
    WHERE batch_id BETWEEN first_id AND last_id AND batch_id = ANY (batch_ids) AND NOT is_superseded
  )
  SELECT array_agg(DISTINCT shelf.stock_item_id) INTO item_ids
  FROM reading
  JOIN shelf_boot AS boot ON boot.number = reading.boot
  JOIN shelf ON shelf.id = boot.shelf_id
  WHERE (reading.boot, reading.seq) > (shelf.boot, shelf.seq);
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  -- After the lock on the items: what other shelves weigh changes under it alone.
  SELECT array_agg(stock_item_id), array_agg(units), array_agg(missing_units)
  INTO weighed_ids, weighed_sums, weighed_noises
  FROM (
    SELECT stock_item_id, sum(weighed_units) AS units, min(noise_units(grams_per_unit)) AS missing_units
    FROM shelf WHERE stock_item_id = ANY (item_ids) AND removed_at IS NULL
    GROUP BY stock_item_id ORDER BY stock_item_id
  ) AS scales;

  FOR received IN
    WITH reading AS MATERIALIZED (
      SELECT batch_id, boot, seq, grams, battery_percent FROM reading
      WHERE batch_id BETWEEN first_id AND last_id AND batch_id = ANY (batch_ids) AND NOT is_superseded
    ), batch AS MATERIALIZED (
      SELECT id, trace_id, received_at FROM reading_batch WHERE id BETWEEN first_id AND last_id AND id = ANY (batch_ids)
    )
    SELECT shelf.id AS shelf_id, shelf.stock_item_id, shelf.franchise_id, shelf.outlet_id, shelf.weighed_units, shelf.units,
           shelf.settled_units, shelf.battery_percent, shelf.grams_per_unit, shelf.tare_grams, item.on_hand, item.drawn, item.tracking, shelf.stable_milliseconds, boot.number AS boot, boot.boot_id, reading.seq,
           reading.grams, reading.battery_percent AS new_battery_percent, batch.trace_id, batch.received_at
    FROM reading
    JOIN batch ON batch.id = reading.batch_id
    JOIN shelf_boot AS boot ON boot.number = reading.boot
    JOIN shelf ON shelf.id = boot.shelf_id
    JOIN stock_item AS item ON item.id = shelf.stock_item_id
    WHERE (reading.boot, reading.seq) > (shelf.boot, shelf.seq) AND shelf.removed_at IS NULL
    ORDER BY shelf.stock_item_id, shelf.id, reading.boot, reading.seq
  LOOP
    IF item_id IS DISTINCT FROM received.stock_item_id THEN
      item_id := received.stock_item_id;
      on_hand := received.on_hand;
      drawn := received.drawn;
      LOOP
        place := place + 1;
        EXIT WHEN weighed_ids[place] = item_id OR place > cardinality(weighed_ids);
      END LOOP;
      weighed := weighed_sums[place];
      missing := weighed_noises[place];
    END IF;
    IF shelf_id IS DISTINCT FROM received.shelf_id THEN
      shelf_id := received.shelf_id;
      shelf_weighed := received.weighed_units;
      share := received.units;
      settled := received.settled_units;
      noise := greatest(1, ceil(noise_grams / received.grams_per_unit));
      shelf_ids := shelf_ids || shelf_id;
      shelf_weights := shelf_weights || shelf_weighed;
      shelf_shares := shelf_shares || share;
      shelf_settled := shelf_settled || settled;
      last_boots := last_boots || received.boot;
      last_seqs := last_seqs || received.seq;
      last_times := last_times || received.received_at;
      last_batteries := last_batteries || received.battery_percent;
      IF received.stable_milliseconds > 0 THEN
        SELECT threshold_grams, steady_grams, pending_grams, pending_since, pending_count, filtered_readings, noisiness
        INTO threshold, steady, pending, pending_from, pending_readings, filtered, noisy
        FROM shelf WHERE id = received.shelf_id;
        filter_ids := filter_ids || shelf_id;
      END IF;
    END IF;

    counts := true;
    IF received.stable_milliseconds > 0 THEN
      dropped := 0;
      IF abs(received.grams - steady) <= threshold THEN
        counts := false;
        dropped := pending_readings;
        pending := NULL;
        pending_readings := 0;
        noisy := noisy * 0.9375;
      ELSIF abs(received.grams - pending) <= threshold THEN
        pending_readings := pending_readings + 1;
        counts := received.received_at >= pending_from + received.stable_milliseconds * interval '1 millisecond';
      ELSE
        counts := false;
        dropped := pending_readings;
        pending := received.grams;
        pending_from := received.received_at;
        pending_readings := 1;
      END IF;
      IF dropped > 0 THEN
        filtered := filtered + dropped;
        noisy := 1 - (1 - noisy) * power(0.9375, dropped);
      END IF;
      IF counts THEN
        steady := received.grams;
        noisy := noisy * power(0.9375, pending_readings);
        pending := NULL;
        pending_readings := 0;
      END IF;
      filter_steady[cardinality(filter_ids)] := steady;
      filter_pending[cardinality(filter_ids)] := pending;
      filter_last[cardinality(filter_ids)] := CASE WHEN pending IS NOT NULL THEN received.grams END;
      filter_since[cardinality(filter_ids)] := CASE WHEN pending IS NOT NULL THEN pending_from END;
      filter_counts[cardinality(filter_ids)] := pending_readings;
      filter_traces[cardinality(filter_ids)] := CASE WHEN pending IS NOT NULL THEN received.trace_id END;
      filter_filtered[cardinality(filter_ids)] := filtered;
      filter_noisy[cardinality(filter_ids)] := noisy;
    END IF;

    IF counts THEN
      weighed := weighed - shelf_weighed;
      shelf_weighed := greatest(0, received.grams - received.tare_grams) / received.grams_per_unit;
      weighed := weighed + shelf_weighed;
      level := least(highest_level, floor(weighed + missing));
      IF level <> on_hand AND received.tracking = 'SHELF' THEN
        moved_items := moved_items || item_id;
        moved_franchises := moved_franchises || received.franchise_id;
        moved_outlets := moved_outlets || received.outlet_id;
        moved_figures := moved_figures || 'ON_HAND'::"StockFigure";
        moved_deltas := moved_deltas || level - on_hand;
        moved_shelves := moved_shelves || shelf_id;
        moved_boots := moved_boots || received.boot_id;
        moved_seqs := moved_seqs || received.seq;
        moved_grams := moved_grams || round(received.grams)::integer;
        moved_traces := moved_traces || received.trace_id;
        share := share + level - on_hand;
        on_hand := level;
      END IF;
    END IF;
    IF abs(settled - share) >= noise THEN
      paid := least(drawn, settled - share);
      settled := share;
      IF paid > 0 THEN
        moved_items := moved_items || item_id;
        moved_franchises := moved_franchises || received.franchise_id;
        moved_outlets := moved_outlets || received.outlet_id;
        moved_figures := moved_figures || 'DRAWN'::"StockFigure";
        moved_deltas := moved_deltas || -paid;
        moved_shelves := moved_shelves || shelf_id;
        moved_boots := moved_boots || received.boot_id;
        moved_seqs := moved_seqs || received.seq;
        moved_grams := moved_grams || round(received.grams)::integer;
        moved_traces := moved_traces || received.trace_id;
        drawn := drawn - paid;
      END IF;
    END IF;
    shelf_weights[cardinality(shelf_ids)] := shelf_weighed;
    shelf_shares[cardinality(shelf_ids)] := share;
    shelf_settled[cardinality(shelf_ids)] := settled;
    last_boots[cardinality(shelf_ids)] := received.boot;
    last_seqs[cardinality(shelf_ids)] := received.seq;
    last_times[cardinality(shelf_ids)] := received.received_at;
    IF received.new_battery_percent IS NOT NULL THEN
      last_batteries[cardinality(shelf_ids)] := received.new_battery_percent;
    END IF;
  END LOOP;

  UPDATE shelf
  SET weighed_units = said.weight, units = said.share, settled_units = said.settled, boot = said.boot, seq = said.seq,
      last_reading_at = greatest(last_reading_at, said.received_at), battery_percent = said.battery_percent
  FROM unnest(shelf_ids, shelf_weights, shelf_shares, shelf_settled, last_boots, last_seqs, last_times, last_batteries)
    AS said (id, weight, share, settled, boot, seq, received_at, battery_percent)
  WHERE shelf.id = said.id;

  IF cardinality(filter_ids) > 0 THEN
    UPDATE shelf
    SET steady_grams = filter.steady, pending_grams = filter.pending, pending_last_grams = filter.last, pending_since = filter.since,
        pending_count = filter.count, pending_trace = filter.trace, filtered_readings = filter.filtered, noisiness = filter.noisy
    FROM unnest(filter_ids, filter_steady, filter_pending, filter_last, filter_since, filter_counts, filter_traces, filter_filtered, filter_noisy)
      AS filter (id, steady, pending, last, since, count, trace, filtered, noisy)
    WHERE shelf.id = filter.id;
  END IF;

  IF 'DRAWN' = ANY (moved_figures) THEN
    WITH payment AS (
      SELECT stock_item_id, -sum(delta) AS amount
      FROM unnest(moved_items, moved_figures, moved_deltas) AS moved (stock_item_id, figure, delta)
      WHERE figure = 'DRAWN'
      GROUP BY stock_item_id
    ), debt AS (
      SELECT r.order_id, r.stock_item_id,
             least(r.drawn_left, greatest(0, payment.amount - (sum(r.drawn_left) OVER oldest_first - r.drawn_left))) AS paid
      FROM payment JOIN reservation AS r USING (stock_item_id)
      WHERE r.state = 'DRAWN'
      WINDOW oldest_first AS (PARTITION BY r.stock_item_id ORDER BY r.drawn_at, r.order_id)
    )
    UPDATE reservation
    SET drawn_left = drawn_left - debt.paid,
        state = CASE WHEN drawn_left = debt.paid THEN 'SETTLED'::"ReservationState" ELSE 'DRAWN' END
    FROM debt
    WHERE reservation.order_id = debt.order_id AND reservation.stock_item_id = debt.stock_item_id AND debt.paid > 0;
  END IF;

  INSERT INTO stock_movement
    (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, shelf_id, boot_id, seq, grams)
  SELECT item, franchise, outlet, figure, delta, CASE figure WHEN 'DRAWN' THEN 'DRAW_SETTLED'::"StockMovementKind" ELSE 'READING' END,
         trace, shelf, boot_id, seq, grams
  FROM unnest(moved_items, moved_franchises, moved_outlets, moved_figures, moved_deltas, moved_traces, moved_shelves,
              moved_boots, moved_seqs, moved_grams)
    AS moved (item, franchise, outlet, figure, delta, trace, shelf, boot_id, seq, grams);

  levels := levels_of(ARRAY(SELECT DISTINCT unnest(moved_items)));
END
$$;

-- Lets weights count that have stayed for their time, by `_now`, without a reading that says so or otherwise: devices that send what changes
-- send it once. As long as readings that arrived within that time are not applied, they are waited for, up to a minute.
CREATE FUNCTION settle_shelves(_now timestamptz, OUT levels jsonb) LANGUAGE plpgsql AS $$
DECLARE
  noise_grams CONSTANT integer := 3;
  highest_level CONSTANT integer := 1000000000;
  due_ids uuid[];
  item_ids uuid[];
  oldest_waiting timestamptz;
  due record;
  item record;
  level integer;
  share integer;
  settled integer;
  paid integer;
BEGIN
  levels := '[]';
  due_ids := ARRAY(
    SELECT id FROM shelf
    WHERE pending_since + stable_milliseconds * interval '1 millisecond' <= _now AND stable_milliseconds > 0 AND removed_at IS NULL
  );
  IF cardinality(due_ids) = 0 THEN
    RETURN;
  END IF;
  SELECT min(received_at) INTO oldest_waiting FROM reading_batch
  WHERE id >= first_id_at(_now - interval '1 minute') AND received_at > _now - interval '1 minute' AND applied_at IS NULL;

  PERFORM FROM shelf WHERE id = ANY (due_ids) ORDER BY id FOR UPDATE;
  due_ids := ARRAY(
    SELECT id FROM shelf
    WHERE id = ANY (due_ids) AND pending_since + stable_milliseconds * interval '1 millisecond' <= _now AND stable_milliseconds > 0
      AND removed_at IS NULL
      AND (oldest_waiting IS NULL OR pending_since + stable_milliseconds * interval '1 millisecond' < oldest_waiting)
  );
  item_ids := ARRAY(SELECT DISTINCT stock_item_id FROM shelf WHERE id = ANY (due_ids));
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  FOR due IN
    SELECT shelf.*, boot.boot_id FROM shelf JOIN shelf_boot AS boot ON boot.number = shelf.boot
    WHERE shelf.id = ANY (due_ids) ORDER BY shelf.stock_item_id, shelf.id
  LOOP
    SELECT on_hand, drawn, tracking INTO item FROM stock_item WHERE id = due.stock_item_id;
    UPDATE shelf
    SET weighed_units = greatest(0, due.pending_last_grams - tare_grams) / grams_per_unit, steady_grams = due.pending_last_grams,
        noisiness = noisiness * power(0.9375, pending_count),
        pending_grams = NULL, pending_last_grams = NULL, pending_since = NULL, pending_count = 0, pending_trace = NULL
    WHERE id = due.id;
    CONTINUE WHEN item.tracking <> 'SHELF';

    SELECT least(highest_level, floor(sum(weighed_units) + min(noise_units(grams_per_unit)))) INTO level
    FROM shelf WHERE stock_item_id = due.stock_item_id AND removed_at IS NULL;
    share := due.units + level - item.on_hand;
    settled := due.settled_units;
    paid := 0;
    IF abs(settled - share) >= greatest(1, ceil(noise_grams / due.grams_per_unit)) THEN
      paid := greatest(0, least(item.drawn, settled - share));
      settled := share;
    END IF;
    UPDATE shelf SET units = share, settled_units = settled WHERE id = due.id;

    IF paid > 0 THEN
      WITH debt AS (
        SELECT order_id, stock_item_id, least(drawn_left, greatest(0, paid - (sum(drawn_left) OVER oldest_first - drawn_left))) AS paid
        FROM reservation WHERE stock_item_id = due.stock_item_id AND state = 'DRAWN'
        WINDOW oldest_first AS (ORDER BY drawn_at, order_id)
      )
      UPDATE reservation
      SET drawn_left = drawn_left - debt.paid,
          state = CASE WHEN drawn_left = debt.paid THEN 'SETTLED'::"ReservationState" ELSE 'DRAWN' END
      FROM debt
      WHERE reservation.order_id = debt.order_id AND reservation.stock_item_id = debt.stock_item_id AND debt.paid > 0;
    END IF;

    INSERT INTO stock_movement
      (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, shelf_id, boot_id, seq, grams)
    SELECT due.stock_item_id, due.franchise_id, due.outlet_id, moved.figure, moved.delta, moved.kind, due.pending_trace, due.id, due.boot_id,
           due.seq, round(due.pending_last_grams)::integer
    FROM (VALUES
      ('ON_HAND'::"StockFigure", level - item.on_hand, 'READING'::"StockMovementKind"),
      ('DRAWN', -paid, 'DRAW_SETTLED')
    ) AS moved (figure, delta, kind)
    WHERE moved.delta <> 0;
  END LOOP;

  levels := levels_of(item_ids);
END
$$;

COMMIT;

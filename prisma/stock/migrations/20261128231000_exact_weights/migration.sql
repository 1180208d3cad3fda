-- Weights are exact (fractions of grams, units of any weight), sequence numbers have 53 bits, and times that people see are
-- those of this server, not the device's.

ALTER TABLE "stock_item"
  ADD COLUMN "edit_version" INTEGER,
  ADD COLUMN "edited_by" UUID,
  ADD COLUMN "edited_at" TIMESTAMPTZ(3),
  ADD COLUMN "edit_trace_id" UUID;

ALTER TABLE "idempotency" ALTER COLUMN "input_hash" SET DATA TYPE TEXT USING encode("input_hash", 'hex');

ALTER TABLE "stock_movement" ALTER COLUMN "seq" SET DATA TYPE BIGINT;

ALTER TABLE "reading"
  ALTER COLUMN "seq" SET DATA TYPE BIGINT,
  ALTER COLUMN "grams" SET DATA TYPE DOUBLE PRECISION;

ALTER TABLE "shelf"
  -- Readings that round to one unit together may leave one shelf's share below zero.
  DROP CONSTRAINT "units_not_negative",
  ALTER COLUMN "grams_per_unit" SET DATA TYPE DOUBLE PRECISION,
  ALTER COLUMN "seq" SET DATA TYPE BIGINT,
  ADD COLUMN "weighed_units" DOUBLE PRECISION NOT NULL DEFAULT 0,
  ADD COLUMN "status_at" TIMESTAMPTZ(3),
  ADD CONSTRAINT "weighed_units_not_negative" CHECK ("weighed_units" >= 0);

UPDATE "shelf"
SET "weighed_units" = greatest(0, "reading"."grams" - "tare_grams") / "grams_per_unit", "last_reading_at" = "received_at"
FROM "reading" JOIN "reading_batch" ON "reading_batch"."id" = "batch_id"
WHERE ("reading"."boot", "reading"."seq") = ("shelf"."boot", "shelf"."seq");

-- Of shelves whose last reading has been pruned only the rounded level is left.
UPDATE "shelf" SET "weighed_units" = "units"
WHERE "last_reading_at" IS NOT NULL
  AND NOT EXISTS (SELECT FROM "reading" WHERE ("reading"."boot", "reading"."seq") = ("shelf"."boot", "shelf"."seq"));

UPDATE "shelf" SET "status_at" = now() WHERE "is_online" IS NOT NULL;

-- The part of a unit that may be missing from a whole one: 3 grams, which is the noise of scales, and half a unit at the most.
CREATE FUNCTION noise_units(_grams_per_unit double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT least(0.5, 3 / _grams_per_unit)
$$;

-- Stores readings in the order of their arrival, each once, under the batch's id, numbers boots not seen before and marks
-- readings whose boot was superseded when they came. A reading whose shelf is unknown at its outlet is not stored.
DROP FUNCTION store_readings;
CREATE FUNCTION store_readings(
  _batch_id uuid, _trace_id uuid,
  _shelf_ids uuid[], _outlet_ids uuid[], _boot_ids text[], _seqs bigint[], _grams double precision[], _ats timestamptz[],
  _battery_percents smallint[],
  -- How many were new; with 0 there is no batch.
  OUT stored integer,
  -- Places in the arrays of those whose shelf is unknown.
  OUT unknown integer[]
) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  boots bigint[];
  -- Boots not seen before, and the places where they are first named.
  new_boots bigint[];
  new_places bigint[];
BEGIN
  SELECT coalesce(array_agg(place), '{}') INTO unknown
  FROM unnest(_shelf_ids, _outlet_ids) WITH ORDINALITY AS received (shelf_id, outlet_id, place)
  WHERE NOT EXISTS (
    SELECT FROM shelf WHERE id = received.shelf_id AND shelf.outlet_id = received.outlet_id AND removed_at IS NULL
  );

  boots := numbers_of_boots(_shelf_ids, _boot_ids);
  IF array_position(boots, NULL) IS NOT NULL THEN
    WITH new AS (
      SELECT shelf_id, boot_id, min(place) AS place
      FROM unnest(_shelf_ids, _boot_ids, boots) WITH ORDINALITY AS received (shelf_id, boot_id, boot, place)
      WHERE boot IS NULL AND NOT place = ANY (unknown)
      GROUP BY shelf_id, boot_id
    ), numbered AS (
      INSERT INTO shelf_boot (shelf_id, boot_id)
      SELECT shelf_id, boot_id FROM new ORDER BY place
      ON CONFLICT DO NOTHING
      RETURNING number, shelf_id, boot_id
    )
    SELECT array_agg(number), array_agg(place) INTO new_boots, new_places
    FROM numbered JOIN new USING (shelf_id, boot_id);
    boots := numbers_of_boots(_shelf_ids, _boot_ids);
  END IF;

  INSERT INTO reading (boot, seq, batch_id, grams, at, battery_percent, is_superseded)
  SELECT boot, seq, _batch_id, grams, at, battery_percent,
         EXISTS (
           SELECT FROM shelf_boot AS later
           WHERE later.shelf_id = received.shelf_id AND later.number > received.boot
             -- Of the boots first named in these readings, those count that came before this one.
             AND NOT EXISTS (
               SELECT FROM unnest(new_boots, new_places) AS new (number, place)
               WHERE new.number = later.number AND new.place > received.place
             )
         )
  FROM unnest(_shelf_ids, boots, _seqs, _grams, _ats, _battery_percents) WITH ORDINALITY
    AS received (shelf_id, boot, seq, grams, at, battery_percent, place)
  WHERE NOT place = ANY (unknown)
  ORDER BY boot, seq, place
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS stored = ROW_COUNT;

  IF stored > 0 THEN
    INSERT INTO reading_batch (id, trace_id) VALUES (_batch_id, _trace_id);
  END IF;
END
$$;

-- Applies batches, each once. A shelf weighs what the highest sequence number of its latest boot says; an older reading never
-- changes that, nor does one of a superseded boot. An item's level is the whole units that the weights of all its shelves add
-- up to. A fall pays off what was drawn, oldest first, up to the fall; a rise does not, nor does noise: what stays within three
-- grams of the level last settled.
CREATE OR REPLACE FUNCTION apply_readings(_batch_ids uuid[], OUT levels jsonb)
LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  noise_grams CONSTANT integer := 3;
  -- Larger than any stock, so that no figure overflows.
  highest_level CONSTANT integer := 1000000000;
  batch_ids uuid[];
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
  shelf_ids uuid[] := '{}';
  shelf_weights double precision[] := '{}';
  shelf_shares integer[] := '{}';
  shelf_settled integer[] := '{}';
  last_boots bigint[] := '{}';
  last_seqs bigint[] := '{}';
  last_times timestamptz[] := '{}';
  last_batteries smallint[] := '{}';
  moved_items uuid[] := '{}';
  moved_figures "StockFigure"[] := '{}';
  moved_deltas integer[] := '{}';
  moved_shelves uuid[] := '{}';
  moved_boots text[] := '{}';
  moved_seqs bigint[] := '{}';
  moved_grams integer[] := '{}';
  moved_traces uuid[] := '{}';
BEGIN
  SELECT array_agg(id) INTO batch_ids FROM (
    SELECT id FROM reading_batch WHERE id = ANY (_batch_ids) AND applied_at IS NULL ORDER BY id FOR UPDATE
  ) AS pending;
  IF batch_ids IS NULL THEN
    levels := '[]';
    RETURN;
  END IF;
  UPDATE reading_batch SET applied_at = now() WHERE id = ANY (batch_ids);

  PERFORM FROM shelf
  WHERE id IN (SELECT boot.shelf_id FROM reading JOIN shelf_boot AS boot ON boot.number = reading.boot WHERE batch_id = ANY (batch_ids))
  ORDER BY id FOR UPDATE;

  SELECT array_agg(DISTINCT shelf.stock_item_id) INTO item_ids
  FROM reading
  JOIN shelf_boot AS boot ON boot.number = reading.boot
  JOIN shelf ON shelf.id = boot.shelf_id
  WHERE batch_id = ANY (batch_ids) AND NOT reading.is_superseded AND (reading.boot, reading.seq) > (shelf.boot, shelf.seq);
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
    SELECT shelf.id AS shelf_id, shelf.stock_item_id, shelf.weighed_units, shelf.units, shelf.settled_units, shelf.battery_percent,
           shelf.grams_per_unit, shelf.tare_grams, item.on_hand, item.drawn, boot.number AS boot, boot.boot_id, reading.seq,
           reading.grams, reading.battery_percent AS new_battery_percent, batch.trace_id, batch.received_at
    FROM reading
    JOIN reading_batch AS batch ON batch.id = reading.batch_id
    JOIN shelf_boot AS boot ON boot.number = reading.boot
    JOIN shelf ON shelf.id = boot.shelf_id
    JOIN stock_item AS item ON item.id = shelf.stock_item_id
    WHERE batch_id = ANY (batch_ids) AND NOT reading.is_superseded AND (reading.boot, reading.seq) > (shelf.boot, shelf.seq)
      AND shelf.removed_at IS NULL
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
    END IF;

    weighed := weighed - shelf_weighed;
    shelf_weighed := greatest(0, received.grams - received.tare_grams) / received.grams_per_unit;
    weighed := weighed + shelf_weighed;
    level := least(highest_level, floor(weighed + missing));
    IF level <> on_hand THEN
      moved_items := moved_items || item_id;
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
    IF abs(settled - share) >= noise THEN
      paid := least(drawn, settled - share);
      settled := share;
      IF paid > 0 THEN
        moved_items := moved_items || item_id;
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
      last_reading_at = said.received_at, battery_percent = said.battery_percent
  FROM unnest(shelf_ids, shelf_weights, shelf_shares, shelf_settled, last_boots, last_seqs, last_times, last_batteries)
    AS said (id, weight, share, settled, boot, seq, received_at, battery_percent)
  WHERE shelf.id = said.id;

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

  INSERT INTO stock_movement (stock_item_id, figure, delta, kind, trace_id, shelf_id, boot_id, seq, grams)
  SELECT item, figure, delta, CASE figure WHEN 'DRAWN' THEN 'DRAW_SETTLED'::"StockMovementKind" ELSE 'READING' END,
         trace, shelf, boot_id, seq, grams
  FROM unnest(moved_items, moved_figures, moved_deltas, moved_traces, moved_shelves, moved_boots, moved_seqs, moved_grams)
    AS moved (item, figure, delta, trace, shelf, boot_id, seq, grams);

  levels := levels_of(ARRAY(SELECT DISTINCT unnest(moved_items)));
END
$$;

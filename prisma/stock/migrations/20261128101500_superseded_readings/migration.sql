-- Whether a boot is superseded is decided when its reading arrives, not when it is applied: batches are applied together, and
-- what is older than the newest boot among them would otherwise move the level on its way there.
ALTER TABLE "reading" ADD COLUMN "is_superseded" BOOLEAN NOT NULL DEFAULT false;

-- A shelf's boots later than one.
CREATE INDEX "shelf_boot_shelf_id_number_idx" ON "shelf_boot"("shelf_id", "number");

-- The numbers of boots, each in its place; null for one never seen before.
CREATE FUNCTION numbers_of_boots(_shelf_ids uuid[], _boot_ids text[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT array_agg(boot.number ORDER BY place)
    FROM unnest(_shelf_ids, _boot_ids) WITH ORDINALITY AS told (shelf_id, boot_id, place)
    LEFT JOIN shelf_boot AS boot USING (shelf_id, boot_id)
  );
END
$$;

-- Stores readings in the order of their arrival, each once, under the batch's id, numbers boots never seen before and marks
-- readings whose boot was superseded when they came. A reading whose shelf is unknown at its outlet is not stored.
CREATE OR REPLACE FUNCTION store_readings(
  _batch_id uuid, _trace_id uuid,
  _shelf_ids uuid[], _outlet_ids uuid[], _boot_ids text[], _seqs integer[], _grams integer[], _ats timestamptz[],
  _battery_percents smallint[],
  -- How many were new; 0: there is no batch.
  OUT stored integer,
  -- Places in the arrays of those whose shelf is unknown.
  OUT unknown integer[]
) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  boots bigint[];
  -- Boots never seen before, and the places where they are first named.
  new_boots bigint[];
  new_places bigint[];
BEGIN
  SELECT coalesce(array_agg(place), '{}') INTO unknown
  FROM unnest(_shelf_ids, _outlet_ids) WITH ORDINALITY AS told (shelf_id, outlet_id, place)
  WHERE NOT EXISTS (
    SELECT FROM shelf WHERE id = told.shelf_id AND shelf.outlet_id = told.outlet_id AND removed_at IS NULL
  );

  boots := numbers_of_boots(_shelf_ids, _boot_ids);
  IF array_position(boots, NULL) IS NOT NULL THEN
    WITH new AS (
      SELECT shelf_id, boot_id, min(place) AS place
      FROM unnest(_shelf_ids, _boot_ids, boots) WITH ORDINALITY AS told (shelf_id, boot_id, boot, place)
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
           WHERE later.shelf_id = told.shelf_id AND later.number > told.boot
             -- Of the boots first heard of in these readings, those count that came before this one.
             AND NOT EXISTS (
               SELECT FROM unnest(new_boots, new_places) AS new (number, place)
               WHERE new.number = later.number AND new.place > told.place
             )
         )
  FROM unnest(_shelf_ids, boots, _seqs, _grams, _ats, _battery_percents) WITH ORDINALITY
    AS told (shelf_id, boot, seq, grams, at, battery_percent, place)
  WHERE NOT place = ANY (unknown)
  ORDER BY boot, seq, place
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS stored = ROW_COUNT;

  IF stored > 0 THEN
    INSERT INTO reading_batch (id, trace_id) VALUES (_batch_id, _trace_id);
  END IF;
END
$$;

-- Applies batches, each once. A shelf's level is what the highest sequence number of its latest boot says; what is older than
-- what it said last never moves it, nor does what came of a superseded boot. An item's figure is the sum of its shelves. A
-- fall pays off what was drawn, oldest first, up to the fall; a rise does not, nor does noise: what stays within three grams
-- of the level last settled.
CREATE OR REPLACE FUNCTION apply_readings(_batch_ids uuid[], OUT levels jsonb)
LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  noise_grams CONSTANT integer := 3;
  batch_ids uuid[];
  item_ids uuid[];
  told record;
  item_id uuid;
  shelf_id uuid;
  level integer;
  settled integer;
  drawn integer;
  noise integer;
  now_units integer;
  paid integer;
  shelf_ids uuid[] := '{}';
  shelf_levels integer[] := '{}';
  shelf_settled integer[] := '{}';
  last_boots bigint[] := '{}';
  last_seqs integer[] := '{}';
  moved_items uuid[] := '{}';
  moved_figures "StockFigure"[] := '{}';
  moved_deltas integer[] := '{}';
  moved_shelves uuid[] := '{}';
  moved_boots text[] := '{}';
  moved_seqs integer[] := '{}';
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

  FOR told IN
    SELECT shelf.id AS shelf_id, shelf.stock_item_id, shelf.units, shelf.settled_units, shelf.boot AS last_boot,
           shelf.grams_per_unit, shelf.tare_grams, item.drawn, boot.number AS boot, boot.boot_id, reading.seq, reading.grams,
           batch.trace_id
    FROM reading
    JOIN reading_batch AS batch ON batch.id = reading.batch_id
    JOIN shelf_boot AS boot ON boot.number = reading.boot
    JOIN shelf ON shelf.id = boot.shelf_id
    JOIN stock_item AS item ON item.id = shelf.stock_item_id
    WHERE batch_id = ANY (batch_ids) AND NOT reading.is_superseded AND (reading.boot, reading.seq) > (shelf.boot, shelf.seq)
      AND shelf.removed_at IS NULL
    ORDER BY shelf.stock_item_id, shelf.id, reading.boot, reading.seq
  LOOP
    IF item_id IS DISTINCT FROM told.stock_item_id THEN
      item_id := told.stock_item_id;
      drawn := told.drawn;
    END IF;
    IF shelf_id IS DISTINCT FROM told.shelf_id THEN
      shelf_id := told.shelf_id;
      level := told.units;
      settled := told.settled_units;
      noise := greatest(1, ceil(noise_grams::float8 / told.grams_per_unit));
      shelf_ids := shelf_ids || shelf_id;
      shelf_levels := shelf_levels || level;
      shelf_settled := shelf_settled || settled;
      last_boots := last_boots || told.boot;
      last_seqs := last_seqs || told.seq;
    END IF;

    now_units := greatest(0, floor((told.grams - told.tare_grams)::float8 / told.grams_per_unit + 0.5));
    IF now_units <> level THEN
      moved_items := moved_items || item_id;
      moved_figures := moved_figures || 'ON_HAND'::"StockFigure";
      moved_deltas := moved_deltas || now_units - level;
      moved_shelves := moved_shelves || shelf_id;
      moved_boots := moved_boots || told.boot_id;
      moved_seqs := moved_seqs || told.seq;
      moved_grams := moved_grams || told.grams;
      moved_traces := moved_traces || told.trace_id;
      level := now_units;
    END IF;
    IF abs(settled - level) >= noise THEN
      paid := least(drawn, settled - level);
      settled := level;
      IF paid > 0 THEN
        moved_items := moved_items || item_id;
        moved_figures := moved_figures || 'DRAWN'::"StockFigure";
        moved_deltas := moved_deltas || -paid;
        moved_shelves := moved_shelves || shelf_id;
        moved_boots := moved_boots || told.boot_id;
        moved_seqs := moved_seqs || told.seq;
        moved_grams := moved_grams || told.grams;
        moved_traces := moved_traces || told.trace_id;
        drawn := drawn - paid;
      END IF;
    END IF;
    shelf_levels[cardinality(shelf_ids)] := level;
    shelf_settled[cardinality(shelf_ids)] := settled;
    last_boots[cardinality(shelf_ids)] := told.boot;
    last_seqs[cardinality(shelf_ids)] := told.seq;
  END LOOP;

  UPDATE shelf
  SET units = said.level, settled_units = said.settled, boot = said.boot, seq = said.seq,
      last_reading_at = reading.at, battery_percent = coalesce(reading.battery_percent, shelf.battery_percent)
  FROM unnest(shelf_ids, shelf_levels, shelf_settled, last_boots, last_seqs) AS said (id, level, settled, boot, seq)
  JOIN reading USING (boot, seq)
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

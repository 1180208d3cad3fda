-- Movements, reservations with the answers to their orders, and readings in partitions. The functions give the ids that they look for as a range,
-- too: a list of ids alone, in a plan that is made once, looks into every partition.

BEGIN;

-- Answers orders that were placed: each gets all of its lines or none, in the order given, while stock lasts. An order that
-- has been answered gets no second answer. Lines are grouped by order and name items of its outlet by their place in the item
-- arrays.
CREATE OR REPLACE FUNCTION reserve(
  _consumer text,
  _event_ids uuid[],
  _order_ids uuid[], _outlet_ids uuid[], _trace_ids uuid[], _correlation_ids text[], _traceparents text[],
  _tracestates text[],
  _item_outlet_ids uuid[], _item_ingredient_ids uuid[],
  _line_orders integer[], _line_items integer[], _line_quantities integer[],
  _causes text DEFAULT NULL,
  -- Of each order: RESERVED, REJECTED, or KNOWN for one that has been answered before.
  OUT outcomes text[],
  OUT levels jsonb
) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  no_item CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  order_count CONSTANT integer := cardinality(_order_ids);
  first_id CONSTANT uuid := (array_sort(_order_ids))[1];
  last_id CONSTANT uuid := (array_sort(_order_ids))[order_count];
  line_count CONSTANT integer := cardinality(_line_orders);
  claimed_ids uuid[];
  item_ids uuid[] := array_fill(no_item, ARRAY[cardinality(_item_ingredient_ids)]);
  item_franchise_ids uuid[] := array_fill(no_item, ARRAY[cardinality(_item_ingredient_ids)]);
  available integer[] := array_fill(0, ARRAY[cardinality(_item_ingredient_ids)]);
  is_new boolean[] := array_fill(true, ARRAY[order_count]);
  is_reserved boolean[] := array_fill(false, ARRAY[order_count]);
  reserved_count integer := 0;
  short_orders integer[] := '{}';
  short_items integer[] := '{}';
  short_by integer[] := '{}';
  item record;
  line integer := 1;
  first_line integer;
  is_covered boolean;
BEGIN
  PERFORM set_config('kedai.causes', _causes, true);

  WITH consumed AS (
    INSERT INTO inbox (consumer, event_id)
    SELECT _consumer, event_id FROM unnest(_event_ids) AS event_id ORDER BY event_id
    ON CONFLICT DO NOTHING
  ), claimed AS (
    INSERT INTO order_promise (order_id, outlet_id, state)
    SELECT order_id, outlet_id, 'RESERVED' FROM unnest(_order_ids, _outlet_ids) AS placed (order_id, outlet_id)
    ORDER BY order_id
    ON CONFLICT DO NOTHING
    RETURNING order_id
  )
  SELECT coalesce(array_agg(order_id), '{}') INTO claimed_ids FROM claimed;
  IF cardinality(claimed_ids) < order_count THEN
    SELECT array_agg(order_id = ANY (claimed_ids) ORDER BY place)
    INTO is_new FROM unnest(_order_ids) WITH ORDINALITY AS placed (order_id, place);
  END IF;

  FOR item IN
    SELECT wanted.place, stock_item.id, stock_item.franchise_id, on_hand - reserved - drawn AS balance
    FROM unnest(_item_outlet_ids, _item_ingredient_ids) WITH ORDINALITY AS wanted (outlet_id, ingredient_id, place)
    JOIN stock_item USING (outlet_id, ingredient_id)
    WHERE removed_at IS NULL
    ORDER BY stock_item.id
    FOR UPDATE OF stock_item
  LOOP
    item_ids[item.place] := item.id;
    item_franchise_ids[item.place] := item.franchise_id;
    available[item.place] := greatest(0, item.balance);
  END LOOP;

  FOR place IN 1..order_count LOOP
    first_line := line;
    is_covered := is_new[place];
    WHILE line <= line_count AND _line_orders[line] = place LOOP
      IF _item_outlet_ids[_line_items[line]] <> _outlet_ids[place] THEN
        RAISE EXCEPTION 'order % names an item of another outlet', _order_ids[place]
          USING ERRCODE = 'check_violation', CONSTRAINT = 'reserved_at_own_outlet';
      END IF;
      IF is_new[place] AND available[_line_items[line]] < _line_quantities[line] THEN
        is_covered := false;
        short_orders := short_orders || place;
        short_items := short_items || _line_items[line];
        short_by := short_by || _line_quantities[line] - available[_line_items[line]];
      END IF;
      line := line + 1;
    END LOOP;
    IF is_covered THEN
      is_reserved[place] := true;
      reserved_count := reserved_count + 1;
      FOR granted IN first_line..line - 1 LOOP
        available[_line_items[granted]] := available[_line_items[granted]] - _line_quantities[granted];
      END LOOP;
    END IF;
  END LOOP;

  IF reserved_count > 0 THEN
    INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state)
    SELECT _order_ids[place], item_ids[item_place], item_franchise_ids[item_place], _outlet_ids[place], quantity, 'RESERVED'
    FROM unnest(_line_orders, _line_items, _line_quantities) AS requested (place, item_place, quantity)
    WHERE is_reserved[place];

    INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
    SELECT item_ids[item_place], item_franchise_ids[item_place], _outlet_ids[place], 'RESERVED', quantity, 'RESERVATION',
           _trace_ids[place], _order_ids[place]
    FROM unnest(_line_orders, _line_items, _line_quantities) AS requested (place, item_place, quantity)
    WHERE is_reserved[place];
  END IF;

  IF reserved_count < cardinality(claimed_ids) THEN
    UPDATE order_promise SET state = 'REJECTED'
    WHERE order_id BETWEEN first_id AND last_id AND order_id = ANY (ARRAY(
      SELECT order_id FROM unnest(_order_ids, is_new, is_reserved) AS answered (order_id, is_new, is_reserved)
      WHERE answered.is_new AND NOT answered.is_reserved
    ));
  END IF;

  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT uuidv7(), CASE WHEN shortages IS NULL THEN 'stock.reserved' ELSE 'stock.rejected' END,
         1, 'stock', now(), order_id::text, 1,
         CASE WHEN shortages IS NULL THEN jsonb_build_object('orderId', order_id, 'outletId', outlet_id)
              ELSE jsonb_build_object('orderId', order_id, 'outletId', outlet_id, 'shortages', shortages) END,
         CASE WHEN tracestate IS NULL THEN jsonb_build_object('correlationId', correlation_id, 'traceparent', traceparent)
              ELSE jsonb_build_object('correlationId', correlation_id, 'traceparent', traceparent, 'tracestate', tracestate) END
  FROM unnest(_order_ids, _outlet_ids, _correlation_ids, _traceparents, _tracestates, is_new) WITH ORDINALITY
    AS answered (order_id, outlet_id, correlation_id, traceparent, tracestate, is_new, place)
  LEFT JOIN (
    SELECT place, jsonb_agg(jsonb_build_object('ingredientId', _item_ingredient_ids[item_place], 'missing', missing)) AS shortages
    FROM unnest(short_orders, short_items, short_by) AS short (place, item_place, missing)
    GROUP BY place
  ) AS short USING (place)
  WHERE answered.is_new;

  SELECT array_agg(CASE WHEN NOT answered.is_new THEN 'KNOWN' WHEN answered.is_reserved THEN 'RESERVED' ELSE 'REJECTED' END)
  INTO outcomes FROM unnest(is_new, is_reserved) AS answered (is_new, is_reserved);
  levels := CASE WHEN reserved_count > 0 THEN levels_of(item_ids) ELSE '[]' END;
END
$$;

-- Ends draws from before `_before` that no scale has shown.
CREATE OR REPLACE FUNCTION lapse_draws(_before timestamptz, _causes text DEFAULT NULL, OUT levels jsonb) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  item_ids uuid[];
BEGIN
  PERFORM set_config('kedai.causes', _causes, true);

  SELECT array_agg(DISTINCT stock_item_id) INTO item_ids FROM reservation WHERE state = 'DRAWN' AND drawn_at < _before;
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  WITH lapsing AS (
    SELECT order_id, stock_item_id, franchise_id, outlet_id, drawn_left, drawn_at FROM reservation
    WHERE stock_item_id = ANY (item_ids) AND state = 'DRAWN' AND drawn_at < _before
  ), lapsed AS (
    UPDATE reservation SET state = 'LAPSED', drawn_left = 0
    FROM lapsing
    WHERE reservation.order_id = lapsing.order_id AND reservation.stock_item_id = lapsing.stock_item_id
  )
  INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
  SELECT lapsing.stock_item_id, lapsing.franchise_id, lapsing.outlet_id, 'DRAWN', -drawn_left, 'DRAW_LAPSED', draw.trace_id, order_id
  FROM lapsing, LATERAL (
    SELECT trace_id FROM stock_movement AS movement
    WHERE movement.stock_item_id = lapsing.stock_item_id AND movement.order_id = lapsing.order_id AND kind = 'DRAW'
      AND movement.id >= first_id_at(lapsing.drawn_at - interval '1 hour')
    ORDER BY id DESC LIMIT 1
  ) AS draw;

  levels := levels_of(item_ids);
END
$$;

-- Applies batches, each once. A shelf weighs what the highest sequence number of its latest boot says; an older reading never
-- changes that, nor does one of a superseded boot. An item's level is the whole units that the weights of all its shelves add
-- up to. A fall pays off what was drawn, oldest first, up to the fall; a rise does not, nor does noise: what stays within three
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
           shelf.settled_units, shelf.battery_percent, shelf.grams_per_unit, shelf.tare_grams, item.on_hand, item.drawn, boot.number AS boot, boot.boot_id, reading.seq,
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
    END IF;

    weighed := weighed - shelf_weighed;
    shelf_weighed := greatest(0, received.grams - received.tare_grams) / received.grams_per_unit;
    weighed := weighed + shelf_weighed;
    level := least(highest_level, floor(weighed + missing));
    IF level <> on_hand THEN
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
      last_reading_at = said.received_at, battery_percent = said.battery_percent
  FROM unnest(shelf_ids, shelf_weights, shelf_shares, shelf_settled, last_boots, last_seqs, last_times, last_batteries)
    AS said (id, weight, share, settled, boot, seq, received_at, battery_percent)
  WHERE shelf.id = said.id;

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

COMMIT;

-- A transaction each: together they would wait for locks while they hold others.
BEGIN; CALL prepare_partitions('stock_movement', 'id', 'month', _family => 'stock_movement'); COMMIT;
BEGIN; CALL prepare_partitions('order_promise', 'order_id', 'month', _family => 'reservation', _archive_when => $$state <> 'RESERVED'$$); COMMIT;
BEGIN; CALL prepare_partitions('reservation', 'order_id', 'month', _family => 'reservation', _position => 1); COMMIT;
BEGIN; CALL prepare_partitions('reading_batch', 'id', 'day', _family => 'reading', _past => 'drop', _archive_when => 'applied_at IS NOT NULL'); COMMIT;
BEGIN; CALL prepare_partitions('reading', 'batch_id', 'day', _family => 'reading', _position => 1, _past => 'drop'); COMMIT;
BEGIN; CALL prepare_partitions('seen_seq_range', 'batch_id', 'day', _family => 'reading', _position => 2, _past => 'drop'); COMMIT;

BEGIN; CALL validate_bounds('stock_movement'); COMMIT;
BEGIN; CALL validate_bounds('reservation'); COMMIT;
BEGIN; CALL validate_bounds('reading'); COMMIT;

BEGIN; CALL partition_family('stock_movement'); COMMIT;
BEGIN; CALL partition_family('reservation'); COMMIT;
BEGIN; CALL partition_family('reading'); COMMIT;

-- What follows looks into the archive, which the conversion made.
BEGIN;

-- Few items of many are moved, whatever joins the caller allows.
ALTER FUNCTION move_figures SET enable_nestloop = on;

-- Advances reservations: TAKE when preparing starts (what is reserved of a COUNT item is consumed, of a SHELF item drawn),
-- RELEASE when the order ends before that. A release that arrives before its order is remembered. What was taken is not
-- released; what was released by a later event than the one that takes is taken after all. A step counts at the outlet that the
-- order was answered for. Every table is read by the ids of these orders and then joined, without loops: the planner takes the rows
-- in a range of ids for one.
CREATE OR REPLACE FUNCTION advance_reservations(
  _consumer text, _event_ids uuid[],
  _order_ids uuid[], _outlet_ids uuid[], _steps text[], _versions integer[], _trace_ids uuid[],
  _causes text DEFAULT NULL,
  OUT levels jsonb
) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  first_id CONSTANT uuid := (array_sort(_order_ids))[1];
  last_id CONSTANT uuid := (array_sort(_order_ids))[cardinality(_order_ids)];
  item_ids uuid[];
BEGIN
  PERFORM set_config('kedai.causes', _causes, true);

  INSERT INTO inbox (consumer, event_id)
  SELECT _consumer, event_id FROM unnest(_event_ids) AS event_id ORDER BY event_id
  ON CONFLICT DO NOTHING;

  INSERT INTO order_promise (order_id, outlet_id, state, ended_version)
  SELECT order_id, outlet_id, 'RELEASED', version
  FROM unnest(_order_ids, _outlet_ids, _steps, _versions) AS given (order_id, outlet_id, step, version)
  WHERE step = 'RELEASE' AND NOT EXISTS (
    SELECT FROM archive.order_promise AS archived
    WHERE archived.order_id BETWEEN first_id AND last_id AND archived.order_id = ANY (_order_ids) AND archived.order_id = given.order_id
  )
  ORDER BY order_id
  ON CONFLICT DO NOTHING;

  PERFORM FROM order_promise WHERE order_id BETWEEN first_id AND last_id AND order_id = ANY (_order_ids) ORDER BY order_id FOR UPDATE;

  SELECT array_agg(DISTINCT stock_item_id) INTO item_ids
  FROM reservation WHERE order_id BETWEEN first_id AND last_id AND order_id = ANY (_order_ids) AND state IN ('RESERVED', 'RELEASED');
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  WITH step AS (
    SELECT given.*
    FROM unnest(_order_ids, _outlet_ids, _steps, _versions, _trace_ids) AS given (order_id, outlet_id, name, version, trace_id)
    JOIN order_promise AS promise USING (order_id, outlet_id)
    WHERE promise.order_id BETWEEN first_id AND last_id AND promise.order_id = ANY (_order_ids)
      AND (promise.state = 'RESERVED'
        OR (promise.state = 'RELEASED' AND given.name = 'TAKE' AND promise.ended_version > given.version))
  ), promise AS (
    UPDATE order_promise
    SET state = CASE step.name WHEN 'TAKE' THEN 'TAKEN'::"PromiseState" ELSE 'RELEASED' END,
        ended_version = CASE step.name WHEN 'TAKE' THEN order_promise.ended_version ELSE step.version END
    FROM step
    WHERE order_promise.order_id BETWEEN first_id AND last_id AND order_promise.order_id = ANY (_order_ids)
      AND order_promise.order_id = step.order_id
  ), line AS (
    SELECT step.name, step.trace_id, r.order_id, r.stock_item_id, r.franchise_id, r.outlet_id, r.quantity, r.state, item.tracking,
           -- An honest count may have left less than was promised: no more is consumed than is there.
           least(item.on_hand, sum(r.quantity) OVER earlier)
             - least(item.on_hand, sum(r.quantity) OVER earlier - r.quantity) AS consumed
    FROM step
    JOIN reservation AS r USING (order_id)
    JOIN stock_item AS item ON item.id = r.stock_item_id
    WHERE r.order_id BETWEEN first_id AND last_id AND r.order_id = ANY (_order_ids) AND r.state IN ('RESERVED', 'RELEASED')
      AND item.id = ANY (item_ids)
    WINDOW earlier AS (PARTITION BY r.stock_item_id, step.name ORDER BY r.order_id)
  ), changed AS (
    UPDATE reservation
    SET state = CASE WHEN line.name = 'RELEASE' THEN 'RELEASED'::"ReservationState"
                     WHEN line.tracking = 'COUNT' THEN 'CONSUMED' ELSE 'DRAWN' END,
        drawn_left = CASE WHEN line.name = 'TAKE' AND line.tracking = 'SHELF' THEN line.quantity ELSE 0 END,
        drawn_at = CASE WHEN line.name = 'TAKE' AND line.tracking = 'SHELF' THEN now() END
    FROM line
    WHERE reservation.order_id BETWEEN first_id AND last_id AND reservation.order_id = ANY (_order_ids)
      AND reservation.order_id = line.order_id AND reservation.stock_item_id = line.stock_item_id
  )
  INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
  SELECT line.stock_item_id, line.franchise_id, line.outlet_id, moved.figure, moved.delta, moved.kind, line.trace_id, line.order_id
  FROM line, LATERAL (VALUES
    ('RESERVED'::"StockFigure", -line.quantity,
     (CASE WHEN line.name = 'RELEASE' THEN 'RELEASE' WHEN line.tracking = 'COUNT' THEN 'CONSUMPTION' ELSE 'DRAW' END)
       ::"StockMovementKind", line.state = 'RESERVED'),
    ('ON_HAND', -line.consumed::integer, 'CONSUMPTION', line.name = 'TAKE' AND line.tracking = 'COUNT' AND line.consumed > 0),
    ('DRAWN', line.quantity, 'DRAW', line.name = 'TAKE' AND line.tracking = 'SHELF')
  ) AS moved (figure, delta, kind, applies)
  WHERE moved.applies;

  levels := levels_of(item_ids);
END
$$;

COMMIT;

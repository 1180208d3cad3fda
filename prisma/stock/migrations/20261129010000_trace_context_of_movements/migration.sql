-- Events that follow from movements of the ledger carry the cause of the movement as it came: its whole trace context and its
-- correlation id. The transaction says it once, in the setting `kedai.causes`: a JSON object from a trace id of 32 hexadecimal
-- digits to `{ correlationId, traceparent, tracestate? }`; the key '' is for movements of any other trace.

DROP FUNCTION insert_event;
CREATE FUNCTION insert_event(_type text, _stock_item_id uuid, _version integer, _data jsonb, _trace_id uuid) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT uuidv7(), _type, 1, 'stock', now(), _stock_item_id::text, _version, _data,
         coalesce(
           causes -> trace, causes -> '',
           -- A batch of readings begins its trace: its events are at the root of it.
           jsonb_build_object('correlationId', trace, 'traceparent', format('00-%s-%s-01', trace, left(trace, 16)))
         )
  FROM replace(_trace_id::text, '-', '') AS trace,
       (SELECT nullif(current_setting('kedai.causes', true), '')::jsonb) AS setting (causes)
$$;

-- Answers orders that were placed: each gets all of its lines or none, in the order given, while stock lasts. An order that
-- has been answered gets no second answer. Lines are grouped by order and name items by their place in the item arrays.
DROP FUNCTION reserve;
CREATE FUNCTION reserve(
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
  line_count CONSTANT integer := cardinality(_line_orders);
  claimed_ids uuid[];
  item_ids uuid[] := array_fill(no_item, ARRAY[cardinality(_item_ingredient_ids)]);
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
    SELECT wanted.place, stock_item.id, on_hand - reserved - drawn AS balance
    FROM unnest(_item_outlet_ids, _item_ingredient_ids) WITH ORDINALITY AS wanted (outlet_id, ingredient_id, place)
    JOIN stock_item USING (outlet_id, ingredient_id)
    WHERE removed_at IS NULL
    ORDER BY stock_item.id
    FOR UPDATE OF stock_item
  LOOP
    item_ids[item.place] := item.id;
    available[item.place] := greatest(0, item.balance);
  END LOOP;

  FOR place IN 1..order_count LOOP
    first_line := line;
    is_covered := is_new[place];
    WHILE line <= line_count AND _line_orders[line] = place LOOP
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
    INSERT INTO reservation (order_id, stock_item_id, quantity, state)
    SELECT _order_ids[place], item_ids[item_place], quantity, 'RESERVED'
    FROM unnest(_line_orders, _line_items, _line_quantities) AS requested (place, item_place, quantity)
    WHERE is_reserved[place];

    INSERT INTO stock_movement (stock_item_id, figure, delta, kind, trace_id, order_id)
    SELECT item_ids[item_place], 'RESERVED', quantity, 'RESERVATION', _trace_ids[place], _order_ids[place]
    FROM unnest(_line_orders, _line_items, _line_quantities) AS requested (place, item_place, quantity)
    WHERE is_reserved[place];
  END IF;

  IF reserved_count < cardinality(claimed_ids) THEN
    UPDATE order_promise SET state = 'REJECTED'
    WHERE order_id = ANY (ARRAY(
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

-- Advances reservations: TAKE when preparing starts (what is reserved of a COUNT item is consumed, of a SHELF item drawn),
-- RELEASE when the order ends before that. A release that arrives before its order is remembered. What was taken is not
-- released; what was released by a later event than the one that takes is taken after all.
DROP FUNCTION advance_reservations;
CREATE FUNCTION advance_reservations(
  _consumer text, _event_ids uuid[],
  _order_ids uuid[], _outlet_ids uuid[], _steps text[], _versions integer[], _trace_ids uuid[],
  _causes text DEFAULT NULL,
  OUT levels jsonb
) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  item_ids uuid[];
BEGIN
  PERFORM set_config('kedai.causes', _causes, true);

  INSERT INTO inbox (consumer, event_id)
  SELECT _consumer, event_id FROM unnest(_event_ids) AS event_id ORDER BY event_id
  ON CONFLICT DO NOTHING;

  INSERT INTO order_promise (order_id, outlet_id, state, ended_version)
  SELECT order_id, outlet_id, 'RELEASED', version
  FROM unnest(_order_ids, _outlet_ids, _steps, _versions) AS given (order_id, outlet_id, step, version)
  WHERE step = 'RELEASE'
  ORDER BY order_id
  ON CONFLICT DO NOTHING;

  PERFORM FROM order_promise WHERE order_id = ANY (_order_ids) ORDER BY order_id FOR UPDATE;

  SELECT array_agg(DISTINCT stock_item_id) INTO item_ids
  FROM reservation WHERE order_id = ANY (_order_ids) AND state IN ('RESERVED', 'RELEASED');
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  WITH step AS (
    SELECT given.*
    FROM unnest(_order_ids, _steps, _versions, _trace_ids) AS given (order_id, name, version, trace_id)
    JOIN order_promise AS promise USING (order_id)
    WHERE promise.state = 'RESERVED'
       OR (promise.state = 'RELEASED' AND given.name = 'TAKE' AND promise.ended_version > given.version)
  ), promise AS (
    UPDATE order_promise
    SET state = CASE step.name WHEN 'TAKE' THEN 'TAKEN'::"PromiseState" ELSE 'RELEASED' END,
        ended_version = CASE step.name WHEN 'TAKE' THEN order_promise.ended_version ELSE step.version END
    FROM step WHERE order_promise.order_id = step.order_id
  ), line AS (
    SELECT step.name, step.trace_id, r.order_id, r.stock_item_id, r.quantity, r.state, item.tracking,
           -- An honest count may have left less than was promised: no more is consumed than is there.
           least(item.on_hand, sum(r.quantity) OVER earlier)
             - least(item.on_hand, sum(r.quantity) OVER earlier - r.quantity) AS consumed
    FROM step
    JOIN reservation AS r USING (order_id)
    JOIN stock_item AS item ON item.id = r.stock_item_id
    WHERE r.state IN ('RESERVED', 'RELEASED')
    WINDOW earlier AS (PARTITION BY r.stock_item_id, step.name ORDER BY r.order_id)
  ), changed AS (
    UPDATE reservation
    SET state = CASE WHEN line.name = 'RELEASE' THEN 'RELEASED'::"ReservationState"
                     WHEN line.tracking = 'COUNT' THEN 'CONSUMED' ELSE 'DRAWN' END,
        drawn_left = CASE WHEN line.name = 'TAKE' AND line.tracking = 'SHELF' THEN line.quantity ELSE 0 END,
        drawn_at = CASE WHEN line.name = 'TAKE' AND line.tracking = 'SHELF' THEN now() END
    FROM line
    WHERE reservation.order_id = line.order_id AND reservation.stock_item_id = line.stock_item_id
  )
  INSERT INTO stock_movement (stock_item_id, figure, delta, kind, trace_id, order_id)
  SELECT line.stock_item_id, moved.figure, moved.delta, moved.kind, line.trace_id, line.order_id
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

-- Ends draws from before `_before` that no scale has shown.
DROP FUNCTION lapse_draws;
CREATE FUNCTION lapse_draws(_before timestamptz, _causes text DEFAULT NULL, OUT levels jsonb) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  item_ids uuid[];
BEGIN
  PERFORM set_config('kedai.causes', _causes, true);

  SELECT array_agg(DISTINCT stock_item_id) INTO item_ids FROM reservation WHERE state = 'DRAWN' AND drawn_at < _before;
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  WITH lapsing AS (
    SELECT order_id, stock_item_id, drawn_left FROM reservation
    WHERE stock_item_id = ANY (item_ids) AND state = 'DRAWN' AND drawn_at < _before
  ), lapsed AS (
    UPDATE reservation SET state = 'LAPSED', drawn_left = 0
    FROM lapsing
    WHERE reservation.order_id = lapsing.order_id AND reservation.stock_item_id = lapsing.stock_item_id
  )
  INSERT INTO stock_movement (stock_item_id, figure, delta, kind, trace_id, order_id)
  SELECT lapsing.stock_item_id, 'DRAWN', -drawn_left, 'DRAW_LAPSED', draw.trace_id, order_id
  FROM lapsing, LATERAL (
    SELECT trace_id FROM stock_movement AS movement
    WHERE movement.stock_item_id = lapsing.stock_item_id AND movement.order_id = lapsing.order_id AND kind = 'DRAW'
    ORDER BY id DESC LIMIT 1
  ) AS draw;

  levels := levels_of(item_ids);
END
$$;

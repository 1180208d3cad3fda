-- Events of reservations keep the whole trace context of their order, and what publishes events is named by that.

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

ALTER FUNCTION tell RENAME TO insert_event;

-- Publishes what a movement has made of an item, once per crossing: that it is low, that reservations are at risk, that an
-- ingredient of a limited item has run out or is back.
CREATE FUNCTION publish_crossings(_item stock_item, _on_hand integer, _reserved integer, _drawn integer, _trace_id uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  balance integer := _item.on_hand - _item.reserved - _item.drawn;
  balance_before integer := balance - _on_hand + _reserved + _drawn;
  at_risk uuid[];
  ingredient_name text;
BEGIN
  SELECT name INTO ingredient_name FROM ingredient WHERE id = _item.ingredient_id;
  IF greatest(0, balance) <= _item.reorder_point AND greatest(0, balance_before) > _item.reorder_point THEN
    PERFORM insert_event('stock.low', _item.id, _item.version, jsonb_build_object(
      'stockItemId', _item.id, 'outletId', _item.outlet_id, 'franchiseId', _item.franchise_id,
      'ingredientName', ingredient_name, 'available', _item.available, 'reorderPoint', _item.reorder_point), _trace_id);
  END IF;
  IF balance < 0 AND balance < balance_before THEN
    at_risk := orders_at_risk(_item.id, -balance);
    IF cardinality(at_risk) > cardinality(orders_at_risk(_item.id, -balance_before)) THEN
      PERFORM insert_event('stock.at-risk', _item.id, _item.version, jsonb_build_object(
        'stockItemId', _item.id, 'outletId', _item.outlet_id, 'franchiseId', _item.franchise_id,
        'ingredientName', ingredient_name, 'orderIds', to_jsonb(at_risk)), _trace_id);
    END IF;
  END IF;
  IF (balance > 0) <> (balance_before > 0)
    AND EXISTS (SELECT FROM limited_item WHERE is_limited AND ingredient_ids @> ARRAY[_item.ingredient_id])
  THEN
    PERFORM insert_event('stock.limited-availability-changed', _item.id, _item.version, jsonb_build_object(
      'outletId', _item.outlet_id, 'ingredientId', _item.ingredient_id, 'available', _item.available), _trace_id);
  END IF;
END
$$;

-- Nothing is reserved that is not there, by whichever statement: checked last, under the lock that moving a figure takes. What
-- was reserved before may still lose its cover, to a count or a scale.
CREATE OR REPLACE FUNCTION move_figures() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  moved record;
  balance integer;
  balance_before integer;
BEGIN
  FOR moved IN
    UPDATE stock_item
    SET on_hand = stock_item.on_hand + change.on_hand,
        reserved = stock_item.reserved + change.reserved,
        drawn = stock_item.drawn + change.drawn,
        version = stock_item.version + 1
    FROM (
      SELECT stock_item_id,
             coalesce(sum(delta) FILTER (WHERE figure = 'ON_HAND'), 0)::integer AS on_hand,
             coalesce(sum(delta) FILTER (WHERE figure = 'RESERVED'), 0)::integer AS reserved,
             coalesce(sum(delta) FILTER (WHERE figure = 'DRAWN'), 0)::integer AS drawn,
             (array_agg(trace_id))[count(*)] AS trace_id
      FROM movements
      GROUP BY stock_item_id
      HAVING bool_or(delta <> 0)
    ) AS change
    WHERE stock_item.id = change.stock_item_id
    RETURNING stock_item AS item, change.on_hand, change.reserved, change.drawn, change.trace_id
  LOOP
    balance := (moved.item).on_hand - (moved.item).reserved - (moved.item).drawn;
    IF moved.reserved > 0 AND balance < 0 THEN
      RAISE EXCEPTION 'stock item % has less than is reserved of it', (moved.item).id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promised_within_stock';
    END IF;
    balance_before := balance - moved.on_hand + moved.reserved + moved.drawn;
    IF (balance > 0) <> (balance_before > 0)
      OR balance < balance_before AND (balance < 0 OR (balance <= (moved.item).reorder_point AND balance_before > (moved.item).reorder_point))
    THEN
      PERFORM publish_crossings(moved.item, moved.on_hand, moved.reserved, moved.drawn, moved.trace_id);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

DROP FUNCTION tell_crossings;

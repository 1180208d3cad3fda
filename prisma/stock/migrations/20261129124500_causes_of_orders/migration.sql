-- The cause of a movement is found by its order, since several orders of one trace may be answered by one statement: each has
-- its own context. `kedai.causes` is a JSON object from an order's id to `{ correlationId, traceparent, tracestate? }`; the key
-- '' is for any other movement.

DROP FUNCTION insert_event;
CREATE FUNCTION insert_event(
  _type text, _stock_item_id uuid, _version integer, _data jsonb, _order_id uuid, _trace_id uuid
) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT uuidv7(), _type, 1, 'stock', now(), _stock_item_id::text, _version, _data,
         coalesce(
           causes -> _order_id::text, causes -> '',
           -- A batch of readings begins its trace, whose id begins with that of the span at its root.
           jsonb_build_object('correlationId', trace, 'traceparent', format('00-%s-%s-01', trace, left(trace, 16)))
         )
  FROM replace(_trace_id::text, '-', '') AS trace,
       (SELECT nullif(current_setting('kedai.causes', true), '')::jsonb) AS setting (causes)
$$;

-- Publishes what a movement has made of an item, once per crossing: that it is low, that reservations are at risk, that an
-- ingredient of a limited item has run out or is back.
DROP FUNCTION publish_crossings;
CREATE FUNCTION publish_crossings(
  _item stock_item, _on_hand integer, _reserved integer, _drawn integer, _order_id uuid, _trace_id uuid
) RETURNS void LANGUAGE plpgsql AS $$
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
      'ingredientName', ingredient_name, 'available', _item.available, 'reorderPoint', _item.reorder_point), _order_id, _trace_id);
  END IF;
  IF balance < 0 AND balance < balance_before THEN
    at_risk := orders_at_risk(_item.id, -balance);
    IF cardinality(at_risk) > cardinality(orders_at_risk(_item.id, -balance_before)) THEN
      PERFORM insert_event('stock.at-risk', _item.id, _item.version, jsonb_build_object(
        'stockItemId', _item.id, 'outletId', _item.outlet_id, 'franchiseId', _item.franchise_id,
        'ingredientName', ingredient_name, 'orderIds', to_jsonb(at_risk)), _order_id, _trace_id);
    END IF;
  END IF;
  IF (balance > 0) <> (balance_before > 0)
    AND EXISTS (SELECT FROM limited_item WHERE is_limited AND ingredient_ids @> ARRAY[_item.ingredient_id])
  THEN
    PERFORM insert_event('stock.limited-availability-changed', _item.id, _item.version, jsonb_build_object(
      'outletId', _item.outlet_id, 'ingredientId', _item.ingredient_id, 'available', _item.available), _order_id, _trace_id);
  END IF;
END
$$;

-- Nothing is reserved that is not there, by whichever statement: checked last, under the lock that moving a figure takes. What
-- was reserved before may still lose its cover, to a count or a scale.
CREATE OR REPLACE FUNCTION move_figures() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
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
             (array_agg(order_id))[count(*)] AS order_id,
             (array_agg(trace_id))[count(*)] AS trace_id
      FROM movements
      GROUP BY stock_item_id
      HAVING bool_or(delta <> 0)
    ) AS change
    WHERE stock_item.id = change.stock_item_id
    RETURNING stock_item AS item, change.on_hand, change.reserved, change.drawn, change.order_id, change.trace_id
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
      PERFORM publish_crossings(moved.item, moved.on_hand, moved.reserved, moved.drawn, moved.order_id, moved.trace_id);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- Lines of an order that are made a second time take stock again: what is there of a COUNT item is consumed, a SHELF item is drawn.
ALTER TYPE "StockMovementKind" ADD VALUE 'REMAKE';

BEGIN;

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
    WHERE movement.stock_item_id = lapsing.stock_item_id AND movement.order_id = lapsing.order_id AND kind IN ('DRAW', 'REMAKE')
      AND movement.id >= first_id_at(lapsing.drawn_at - interval '1 hour')
    ORDER BY id DESC LIMIT 1
  ) AS draw;

  levels := levels_of(item_ids);
END
$$;

-- Takes what a remake requires, once for its event. Its order must have been begun: otherwise that event is on the way, and this one fails to be
-- delivered again. Where the start was undone meanwhile, what is drawn is left to the scale.
CREATE FUNCTION take_for_remake(
  _consumer text, _event_id uuid,
  _order_id uuid, _outlet_id uuid, _version integer, _trace_id uuid,
  _ingredient_ids uuid[], _quantities integer[],
  _causes text DEFAULT NULL,
  OUT levels jsonb
) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _promise order_promise;
  _item_ids uuid[];
BEGIN
  PERFORM set_config('kedai.causes', _causes, true);
  levels := '[]';

  INSERT INTO inbox (consumer, event_id) VALUES (_consumer, _event_id) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  SELECT * INTO _promise FROM order_promise WHERE order_id = _order_id AND outlet_id = _outlet_id FOR UPDATE;
  IF NOT FOUND OR (_promise.state <> 'TAKEN' AND coalesce(_promise.step_version, 0) < _version) THEN
    RAISE EXCEPTION 'order % has not been begun', _order_id USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;

  SELECT array_agg(id) INTO _item_ids FROM (
    SELECT id FROM stock_item WHERE outlet_id = _outlet_id AND ingredient_id = ANY (_ingredient_ids) AND removed_at IS NULL
    ORDER BY id FOR UPDATE
  ) AS locked;

  WITH line AS (
    SELECT item.id AS stock_item_id, item.franchise_id, item.tracking,
           CASE item.tracking WHEN 'COUNT' THEN least(item.on_hand, given.quantity) ELSE given.quantity END AS quantity
    FROM unnest(_ingredient_ids, _quantities) AS given (ingredient_id, quantity)
    JOIN stock_item AS item ON item.outlet_id = _outlet_id AND item.ingredient_id = given.ingredient_id
    WHERE item.id = ANY (_item_ids)
  ), taken AS (
    SELECT * FROM line WHERE quantity > 0 AND (tracking = 'COUNT' OR _promise.state = 'TAKEN')
  ), noted AS (
    INSERT INTO reservation AS known (order_id, stock_item_id, franchise_id, outlet_id, quantity, remade, state, drawn_left, drawn_at)
    SELECT _order_id, stock_item_id, franchise_id, _outlet_id, quantity, quantity,
           CASE tracking WHEN 'COUNT' THEN 'CONSUMED'::"ReservationState" ELSE 'DRAWN' END,
           CASE tracking WHEN 'SHELF' THEN quantity ELSE 0 END, CASE tracking WHEN 'SHELF' THEN now() END
    FROM taken WHERE _promise.state = 'TAKEN'
    ON CONFLICT (order_id, stock_item_id) DO UPDATE SET
      quantity = known.quantity + excluded.quantity, remade = known.remade + excluded.remade, state = excluded.state,
      drawn_left = known.drawn_left + excluded.drawn_left, drawn_at = excluded.drawn_at
  )
  INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
  SELECT stock_item_id, franchise_id, _outlet_id, CASE tracking WHEN 'COUNT' THEN 'ON_HAND'::"StockFigure" ELSE 'DRAWN' END,
         CASE tracking WHEN 'COUNT' THEN -quantity ELSE quantity END, 'REMAKE', _trace_id, _order_id
  FROM taken;

  levels := levels_of(_item_ids);
END
$$;

COMMIT;

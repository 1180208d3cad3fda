-- Steps of the kitchen that arrive after an order's end have movements of what was reserved, too.
-- Advances reservations: TAKE when preparing starts (what is reserved of a COUNT item is consumed, of a SHELF item drawn), UNDO when that is
-- undone (reserved again, but for what was made a second time: what was consumed, and what the scale has not shown of a draw), RELEASE when the order ends before it is made.
-- Steps count in the order of their versions, in whatever order they arrive: of TAKE and UNDO the latest holds, an earlier one that comes
-- after it changes nothing, and the end of an order is remembered until nothing is taken of it. What arrives after the end is in the ledger as it
-- was: reserved again and taken, or undone and released, so that use by recipes (usageReport) counts it. A step counts at the outlet that the order was
-- answered for. Every table is read by the ids of these orders and then joined, without loops: the planner takes the rows in a range of ids
-- for one.
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
  undone_ids CONSTANT uuid[] := ARRAY(SELECT order_id FROM unnest(_order_ids, _steps) AS given (order_id, step) WHERE step = 'UNDO');
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
  FROM reservation WHERE order_id BETWEEN first_id AND last_id AND order_id = ANY (_order_ids)
    AND (state IN ('RESERVED', 'RELEASED') OR order_id = ANY (undone_ids));
  PERFORM FROM stock_item WHERE id = ANY (item_ids) ORDER BY id FOR UPDATE;

  WITH step AS (
    SELECT given.*,
           CASE
             WHEN given.name = 'RELEASE' THEN CASE promise.state WHEN 'RESERVED' THEN 'RELEASED' END
             WHEN given.version <= coalesce(promise.step_version, 0) THEN NULL
             WHEN given.name = 'TAKE' THEN
               CASE WHEN promise.state = 'RESERVED' OR (promise.state = 'RELEASED' AND promise.ended_version > given.version) THEN 'TAKEN' END
             WHEN promise.state = 'TAKEN' THEN CASE WHEN promise.ended_version > given.version THEN 'RELEASED' ELSE 'RESERVED' END
           END::"PromiseState" AS next_state
    FROM unnest(_order_ids, _outlet_ids, _steps, _versions, _trace_ids) AS given (order_id, outlet_id, name, version, trace_id)
    JOIN order_promise AS promise USING (order_id, outlet_id)
    WHERE promise.order_id BETWEEN first_id AND last_id AND promise.order_id = ANY (_order_ids) AND promise.state <> 'REJECTED'
  ), promise AS (
    UPDATE order_promise
    SET state = coalesce(step.next_state, order_promise.state),
        ended_version = CASE step.name WHEN 'RELEASE' THEN least(order_promise.ended_version, step.version) ELSE order_promise.ended_version END,
        step_version = CASE step.name WHEN 'RELEASE' THEN order_promise.step_version
                                      ELSE greatest(order_promise.step_version, step.version) END
    FROM step
    WHERE order_promise.order_id BETWEEN first_id AND last_id AND order_promise.order_id = ANY (_order_ids)
      AND order_promise.order_id = step.order_id
      AND CASE step.name WHEN 'RELEASE' THEN step.version < coalesce(order_promise.ended_version, step.version + 1)
                                        ELSE step.version > coalesce(order_promise.step_version, 0) END
  ), line AS (
    SELECT step.name, step.next_state, step.trace_id, r.order_id, r.stock_item_id, r.franchise_id, r.outlet_id, r.quantity - r.remade AS quantity, r.state,
           r.consumed AS taken, r.drawn_left, item.tracking,
           -- An honest count may have left less than was promised: no more is consumed than is there.
           least(item.on_hand, sum(r.quantity) OVER earlier)
             - least(item.on_hand, sum(r.quantity) OVER earlier - r.quantity) AS consumed
    FROM step
    JOIN reservation AS r USING (order_id)
    JOIN stock_item AS item ON item.id = r.stock_item_id
    WHERE r.order_id BETWEEN first_id AND last_id AND r.order_id = ANY (_order_ids)
      AND step.next_state IS NOT NULL AND (r.state IN ('RESERVED', 'RELEASED')) <> (step.name = 'UNDO') AND r.quantity > r.remade
      AND item.id = ANY (item_ids)
    WINDOW earlier AS (PARTITION BY r.stock_item_id, step.name ORDER BY r.order_id)
  ), changed AS (
    UPDATE reservation
    SET state = CASE WHEN line.name <> 'TAKE' THEN line.next_state::text::"ReservationState"
                     WHEN line.tracking = 'COUNT' THEN 'CONSUMED' ELSE 'DRAWN' END,
        quantity = line.quantity,
        remade = 0,
        consumed = CASE WHEN line.name = 'TAKE' AND line.tracking = 'COUNT' THEN line.consumed ELSE 0 END,
        drawn_left = CASE WHEN line.name = 'TAKE' AND line.tracking = 'SHELF' THEN line.quantity ELSE 0 END,
        drawn_at = CASE WHEN line.name = 'TAKE' AND line.tracking = 'SHELF' THEN now() END
    FROM line
    WHERE reservation.order_id BETWEEN first_id AND last_id AND reservation.order_id = ANY (_order_ids)
      AND reservation.order_id = line.order_id AND reservation.stock_item_id = line.stock_item_id
  )
  INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, order_id)
  SELECT line.stock_item_id, line.franchise_id, line.outlet_id, moved.figure, moved.delta, moved.kind, line.trace_id, line.order_id
  FROM line, LATERAL (VALUES
    ('RESERVED'::"StockFigure", line.quantity, 'RESERVATION'::"StockMovementKind", line.name = 'TAKE' AND line.state = 'RELEASED'),
    ('RESERVED', -line.quantity,
     (CASE WHEN line.name = 'RELEASE' THEN 'RELEASE' WHEN line.tracking = 'COUNT' THEN 'CONSUMPTION' ELSE 'DRAW' END)
       ::"StockMovementKind", line.name = 'TAKE' OR line.state = 'RESERVED' AND line.name = 'RELEASE'),
    ('ON_HAND', -line.consumed::integer, 'CONSUMPTION', line.name = 'TAKE' AND line.tracking = 'COUNT' AND line.consumed > 0),
    ('DRAWN', line.quantity, 'DRAW', line.name = 'TAKE' AND line.tracking = 'SHELF'),
    ('RESERVED', line.quantity, 'UNDONE', line.name = 'UNDO'),
    ('RESERVED', -line.quantity, 'RELEASE', line.name = 'UNDO' AND line.next_state = 'RELEASED'),
    ('ON_HAND', line.taken, 'UNDONE', line.name = 'UNDO' AND line.tracking = 'COUNT' AND line.taken > 0),
    ('DRAWN', -line.drawn_left, 'UNDONE', line.name = 'UNDO' AND line.drawn_left > 0)
  ) AS moved (figure, delta, kind, applies)
  WHERE moved.applies;

  levels := levels_of(item_ids);
END
$$;

-- The figures of an item follow its ledger: inserting movements moves them, in the same statement, whoever inserts. So the
-- ledger's sum is the figure by construction. Whoever inserts has locked the items before, in the order of their ids.
--
-- What follows from the figures is told here too, once per crossing and whatever moved them: that an item is low, that its
-- promises are at risk, that an ingredient of a limited item has run out or is there again.

-- Orders whose promise is not covered while `_shortfall` is missing, newest promise first.
CREATE FUNCTION orders_at_risk(_stock_item_id uuid, _shortfall integer) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(order_id ORDER BY reserved_at DESC, order_id DESC), '{}')
  FROM (
    SELECT order_id, reserved_at,
           sum(quantity) OVER (ORDER BY reserved_at DESC, order_id DESC) - quantity AS newer
    FROM reservation
    WHERE stock_item_id = _stock_item_id AND state = 'RESERVED'
  ) AS promised
  WHERE newer < _shortfall
$$;

CREATE FUNCTION tell(_type text, _stock_item_id uuid, _version integer, _data jsonb, _trace_id uuid) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT uuidv7(), _type, 1, 'stock', now(), _stock_item_id::text, _version, _data,
         jsonb_build_object('correlationId', trace, 'traceparent', format('00-%s-%s-01', trace, left(trace, 16)))
  FROM replace(_trace_id::text, '-', '') AS trace
$$;

CREATE FUNCTION tell_crossings(_item stock_item, _on_hand integer, _reserved integer, _drawn integer, _trace_id uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  balance integer := _item.on_hand - _item.reserved - _item.drawn;
  balance_before integer := balance - _on_hand + _reserved + _drawn;
  at_risk uuid[];
  ingredient_name text;
BEGIN
  SELECT name INTO ingredient_name FROM ingredient WHERE id = _item.ingredient_id;
  IF greatest(0, balance) <= _item.reorder_point AND greatest(0, balance_before) > _item.reorder_point THEN
    PERFORM tell('stock.low', _item.id, _item.version, jsonb_build_object(
      'stockItemId', _item.id, 'outletId', _item.outlet_id, 'franchiseId', _item.franchise_id,
      'ingredientName', ingredient_name, 'available', _item.available, 'reorderPoint', _item.reorder_point), _trace_id);
  END IF;
  IF balance < 0 AND balance < balance_before THEN
    at_risk := orders_at_risk(_item.id, -balance);
    IF cardinality(at_risk) > cardinality(orders_at_risk(_item.id, -balance_before)) THEN
      PERFORM tell('stock.at-risk', _item.id, _item.version, jsonb_build_object(
        'stockItemId', _item.id, 'outletId', _item.outlet_id, 'franchiseId', _item.franchise_id,
        'ingredientName', ingredient_name, 'orderIds', to_jsonb(at_risk)), _trace_id);
    END IF;
  END IF;
  IF (balance > 0) <> (balance_before > 0)
    AND EXISTS (SELECT FROM limited_item WHERE is_limited AND ingredient_ids @> ARRAY[_item.ingredient_id])
  THEN
    PERFORM tell('stock.limited-availability-changed', _item.id, _item.version, jsonb_build_object(
      'outletId', _item.outlet_id, 'ingredientId', _item.ingredient_id, 'available', _item.available), _trace_id);
  END IF;
END
$$;

CREATE FUNCTION move_figures() RETURNS trigger LANGUAGE plpgsql
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
    balance_before := balance - moved.on_hand + moved.reserved + moved.drawn;
    IF (balance > 0) <> (balance_before > 0)
      OR balance < balance_before AND (balance < 0 OR (balance <= (moved.item).reorder_point AND balance_before > (moved.item).reorder_point))
    THEN
      PERFORM tell_crossings(moved.item, moved.on_hand, moved.reserved, moved.drawn, moved.trace_id);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE TRIGGER move_figures AFTER INSERT ON stock_movement
REFERENCING NEW TABLE AS movements FOR EACH STATEMENT EXECUTE FUNCTION move_figures();

-- Nothing but the ledger moves a figure, and what is written there stands.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: %', lower(TG_OP), TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON stock_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse('the ledger is append only');

CREATE TRIGGER only_by_ledger BEFORE UPDATE OF on_hand, reserved, drawn ON stock_item
FOR EACH ROW
WHEN (pg_trigger_depth() = 0 AND (OLD.on_hand, OLD.reserved, OLD.drawn) IS DISTINCT FROM (NEW.on_hand, NEW.reserved, NEW.drawn))
EXECUTE FUNCTION refuse('figures follow the ledger');

CREATE TRIGGER opens_empty BEFORE INSERT ON stock_item
FOR EACH ROW WHEN ((NEW.on_hand, NEW.reserved, NEW.drawn) <> (0, 0, 0))
EXECUTE FUNCTION refuse('figures follow the ledger');

-- Items as live updates name them.
CREATE FUNCTION levels_of(_stock_item_ids uuid[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'outletId', outlet_id, 'version', version)), '[]')
  FROM stock_item WHERE id = ANY (_stock_item_ids)
$$;

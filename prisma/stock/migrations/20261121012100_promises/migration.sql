-- Nothing is promised that is not there, whoever promises it: the last word, under the lock that moving a figure takes. What
-- was promised before may still lose its cover, to an honest count or a scale.
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
      RAISE EXCEPTION 'stock item % does not have what is promised of it', (moved.item).id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promised_within_stock';
    END IF;
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

-- What an order costs is what its lines come to, less its rewards, whoever writes either and whenever.
CREATE FUNCTION check_totals(_order_ids uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  wrong_id uuid;
BEGIN
  SELECT id INTO wrong_id FROM orders
  WHERE id = ANY (_order_ids)
    AND total + reward_discount <> (SELECT sum(subtotal) FROM order_line WHERE order_id = orders.id)
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'order % does not cost what its lines come to', wrong_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_total_of_lines';
  END IF;
END
$$;

CREATE FUNCTION check_totals_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_totals(ARRAY(SELECT DISTINCT order_id FROM changed));
  RETURN NULL;
END
$$;

CREATE FUNCTION check_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_totals(ARRAY[NEW.id]);
  RETURN NULL;
END
$$;

CREATE TRIGGER total_of_lines_written AFTER INSERT ON order_line
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_totals_of_lines();

CREATE TRIGGER total_of_lines_changed AFTER UPDATE ON order_line
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_totals_of_lines();

CREATE TRIGGER total_of_lines_removed AFTER DELETE ON order_line
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION check_totals_of_lines();

CREATE TRIGGER total_changed AFTER UPDATE OF total, reward_discount ON orders
FOR EACH ROW EXECUTE FUNCTION check_total();

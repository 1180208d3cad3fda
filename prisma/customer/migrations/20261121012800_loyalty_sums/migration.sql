-- An account is the sum of its ledger, and a reward is paid for there: its points are gone while it is held or used, and
-- back once it came back. Looked at when a transaction ends, whoever wrote what.
CREATE FUNCTION check_account(_customer_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT sum(points), sum(lifetime_points) FROM (
      SELECT points, lifetime_points FROM loyalty_account WHERE customer_id = _customer_id
      UNION ALL
      SELECT -points, -lifetime_points FROM loyalty_entry WHERE customer_id = _customer_id
    ) AS difference
    HAVING sum(points) <> 0 OR sum(lifetime_points) <> 0
  )
  THEN
    RAISE EXCEPTION 'the account of % is not the sum of its ledger', _customer_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'loyalty_account_sum';
  END IF;
END
$$;

CREATE FUNCTION check_redemption(_id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  redeemed redemption;
BEGIN
  SELECT * INTO redeemed FROM redemption WHERE id = _id;
  IF NOT FOUND OR (CASE redeemed.status WHEN 'RETURNED' THEN 0 ELSE -redeemed.points END)
    <> (SELECT coalesce(sum(points), 0) FROM loyalty_entry WHERE redemption_id = _id AND customer_id = redeemed.customer_id)
  THEN
    RAISE EXCEPTION 'redemption % is not what the ledger says', _id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'redemption_sum';
  END IF;
END
$$;

CREATE FUNCTION check_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_account(coalesce(NEW.customer_id, OLD.customer_id));
  RETURN NULL;
END
$$;

CREATE FUNCTION check_redemption_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_redemption(NEW.id);
  RETURN NULL;
END
$$;

CREATE FUNCTION check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_account(NEW.customer_id);
  IF NEW.redemption_id IS NOT NULL THEN
    PERFORM check_redemption(NEW.redemption_id);
  END IF;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER loyalty_account_sum AFTER INSERT OR UPDATE OR DELETE ON loyalty_account
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_account_changed();
CREATE CONSTRAINT TRIGGER redemption_sum AFTER INSERT OR UPDATE ON redemption
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_redemption_changed();
CREATE CONSTRAINT TRIGGER loyalty_entry_sum AFTER INSERT ON loyalty_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry();

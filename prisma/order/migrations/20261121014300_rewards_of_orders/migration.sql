-- What rewards take off an order is what the rewards that it was placed with are worth, and they are its guest's own. Looked at
-- when a transaction ends, whoever wrote what; orders without rewards are not looked at.
CREATE FUNCTION check_rewards(_order_id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM orders
    LEFT JOIN order_reward AS reward ON reward.order_id = orders.id
    LEFT JOIN redemption_copy AS redeemed ON redeemed.id = reward.redemption_id
    WHERE orders.id = _order_id
    GROUP BY orders.id
    HAVING reward_discount <> coalesce(sum(amount_off), 0) OR bool_or(redeemed.customer_id <> orders.customer_id)
  ) THEN
    RAISE EXCEPTION 'order % does not have the rewards that are taken off', _order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_rewards';
  END IF;
END
$$;

CREATE FUNCTION check_rewards_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_rewards(NEW.id);
  RETURN NULL;
END
$$;

CREATE FUNCTION check_reward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_rewards(id) FROM unnest(ARRAY[OLD.order_id, NEW.order_id]) AS id;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER rewards_of_order_placed AFTER INSERT ON orders
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reward_discount > 0) EXECUTE FUNCTION check_rewards_of_order();
CREATE CONSTRAINT TRIGGER rewards_of_order_changed AFTER UPDATE OF reward_discount, customer_id ON orders
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_rewards_of_order();
CREATE CONSTRAINT TRIGGER rewards_changed AFTER INSERT OR UPDATE OR DELETE ON order_reward
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_reward();

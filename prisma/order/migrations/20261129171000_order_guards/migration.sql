-- What must stay unique over all orders of all months: an order's number, and the one order on which a redemption is spent. Small tables
-- without partitions hold both, filled by triggers and never emptied. The transactions are short, or block nobody.

BEGIN;

-- CreateTable
CREATE TABLE "order_number" (
    "number" TEXT NOT NULL,
    "order_id" UUID NOT NULL,

    CONSTRAINT "order_number_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "spent_redemption" (
    "redemption_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,

    CONSTRAINT "spent_redemption_pkey" PRIMARY KEY ("redemption_id")
);

CALL protect('order_number', '', '');
CALL protect('spent_redemption', 'SELECT', 'SELECT');
REVOKE INSERT, UPDATE, DELETE ON order_number, spent_redemption FROM kedai_order_worker;

-- In the order of their keys, so that concurrent statements never deadlock.
CREATE FUNCTION take_order_numbers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO order_number (number, order_id) SELECT number, id FROM placed ORDER BY number;
  RETURN NULL;
END
$$;
CREATE FUNCTION spend_redemptions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO spent_redemption (redemption_id, order_id, customer_id)
  SELECT redemption_id, order_id, customer_id FROM spent ORDER BY redemption_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION refuse_rekeying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the number of an order and the order of a reward never change' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END
$$;
REVOKE EXECUTE ON FUNCTION take_order_numbers, spend_redemptions FROM PUBLIC;

CREATE TRIGGER order_numbers_taken AFTER INSERT ON orders
REFERENCING NEW TABLE AS placed FOR EACH STATEMENT EXECUTE FUNCTION take_order_numbers();
CREATE TRIGGER orders_number_final BEFORE UPDATE OF id, number ON orders
FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.number <> NEW.number) EXECUTE FUNCTION refuse_rekeying();
CREATE TRIGGER redemptions_spent AFTER INSERT ON order_reward
REFERENCING NEW TABLE AS spent FOR EACH STATEMENT EXECUTE FUNCTION spend_redemptions();
CREATE TRIGGER order_reward_final BEFORE UPDATE OF redemption_id, order_id ON order_reward
FOR EACH ROW WHEN (OLD.redemption_id <> NEW.redemption_id OR OLD.order_id <> NEW.order_id) EXECUTE FUNCTION refuse_rekeying();

COMMIT;

-- The triggers waited for every writer, so these rows are all that they did not see. The indexes still refuse what is not copied yet.
BEGIN;
INSERT INTO order_number (number, order_id) SELECT number, id FROM orders ON CONFLICT DO NOTHING;
INSERT INTO spent_redemption (redemption_id, order_id, customer_id) SELECT redemption_id, order_id, customer_id FROM order_reward
ON CONFLICT DO NOTHING;
COMMIT;

BEGIN;
DO $$
BEGIN
  IF EXISTS (SELECT number, id FROM orders EXCEPT SELECT number, order_id FROM order_number)
    OR EXISTS (SELECT redemption_id, order_id FROM order_reward EXCEPT SELECT redemption_id, order_id FROM spent_redemption) THEN
    RAISE EXCEPTION 'the guards do not hold every order number and spent redemption';
  END IF;
END
$$;
-- DropIndex
DROP INDEX "orders_number_key";
COMMIT;

-- Whose account was deleted: what they wrote with an order is erased once the order has ended, because kitchens need it until then.
CREATE TABLE "erased_customer" (
    "customer_id" UUID NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL,
    "is_done" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "erased_customer_pkey" PRIMARY KEY ("customer_id")
);
CALL protect('erased_customer', '', '');

-- Erases notes and reasons of their orders that have ended, archived ones too, and their carts. Access tokens may outlive the account by
-- some minutes, and so may orders begin: a customer is done an hour later, when all orders have ended. Another process's are skipped.
CREATE FUNCTION erase_texts_of_customers() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _ids uuid[] := ARRAY(SELECT customer_id FROM erased_customer WHERE NOT is_done ORDER BY customer_id LIMIT 100 FOR UPDATE SKIP LOCKED);
  _schema text;
BEGIN
  DELETE FROM cart_line WHERE customer_id = ANY (_ids);
  DELETE FROM cart WHERE customer_id = ANY (_ids);
  FOREACH _schema IN ARRAY ARRAY['public', 'archive'] LOOP
    CONTINUE WHEN to_regclass(_schema || '.orders') IS NULL;
    EXECUTE format($sql$
      WITH ended AS MATERIALIZED (
        SELECT id, status_reason FROM %1$I.orders
        WHERE customer_id = ANY ($1) AND status IN ('COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED')
      ), without_note AS (
        UPDATE %1$I.order_line SET note = NULL FROM ended WHERE order_id = ended.id AND note IS NOT NULL
      )
      UPDATE %1$I.orders SET status_reason = NULL FROM ended WHERE orders.id = ended.id AND ended.status_reason IS NOT NULL
    $sql$, _schema) USING _ids;
  END LOOP;
  UPDATE erased_customer SET is_done = true
  WHERE customer_id = ANY (_ids) AND erased_at < now() - interval '1 hour' AND NOT EXISTS (
    SELECT FROM orders WHERE orders.customer_id = erased_customer.customer_id
      AND status NOT IN ('COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED'));
END
$$;
REVOKE EXECUTE ON FUNCTION erase_texts_of_customers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_texts_of_customers TO kedai_order_worker;

-- Staff claim the idempotency keys of lines that are made again, in the transaction that does so: their own keys alone, by the policy.
GRANT INSERT ON idempotency TO kedai_order_tenant, kedai_order_chain;

-- Guests see what they have unpaid: their own orders alone, by the policies of orders.
GRANT EXECUTE ON FUNCTION unpaid_orders_of TO kedai_order_tenant, kedai_order_chain;

-- Members are found by phone where staff take their orders: the order subgraph copies the numbers by `customer.phone-changed`.
BEGIN;
-- AlterTable
ALTER TABLE "customer" ADD COLUMN "phone_version" INTEGER NOT NULL DEFAULT 0;
UPDATE customer SET phone_version = 1 WHERE phone IS NOT NULL;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, 'customer.phone-changed', 1, 'customer', now(), customer.id::text, 1,
       jsonb_build_object('customerId', customer.id, 'phone', phone), jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM customer CROSS JOIN LATERAL (SELECT uuidv7() AS id WHERE customer.id IS NOT NULL) AS event WHERE phone IS NOT NULL;
COMMIT;

-- The number's version rises with it.
GRANT SELECT (phone_version), UPDATE (phone_version) ON customer TO kedai_customer_tenant, kedai_customer_chain;

-- What the guest of an order is offered in place of what ran out. The archive and the view of both have the columns of the table.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
-- AlterTable
ALTER TABLE "orders" ADD COLUMN "substitution" JSONB;
ALTER TABLE archive.orders ADD COLUMN "substitution" JSONB;

CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;

-- When a guest wants an order. The archive and the view of both have the columns of the table.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
-- AlterTable
ALTER TABLE "orders" ADD COLUMN "pickup_at" TIMESTAMPTZ(3);
ALTER TABLE archive.orders ADD COLUMN "pickup_at" TIMESTAMPTZ(3);
CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;

-- Whether cancelling an order gives back money although it is not paid. The archive and the view of both have the columns of the table.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
-- AlterTable
ALTER TABLE "orders" ADD COLUMN "is_part_paid" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE archive.orders ADD COLUMN "is_part_paid" BOOLEAN NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;

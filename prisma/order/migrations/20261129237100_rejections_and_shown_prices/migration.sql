-- What the lines of an order were rejected for. The archive and the view of both have the columns of the table.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
ALTER TABLE "orders" ADD COLUMN "rejected_lines" JSONB;
ALTER TABLE archive.orders ADD COLUMN "rejected_lines" JSONB;
CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;

-- What a line of a cart cost when the guest last changed it.
ALTER TABLE "cart_line" ADD COLUMN "shown_price" BIGINT;

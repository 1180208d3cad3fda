-- What sales are reported by: how an order was paid, what category an item has, where an outlet is; and what of a day's revenue was given back.
BEGIN;
CALL partitions.lock_tables(ARRAY['orders', 'archive.orders']);
-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "payment_method" TEXT;
ALTER TABLE archive.orders ADD COLUMN "payment_method" TEXT;
CREATE OR REPLACE VIEW orders_with_archive WITH (security_invoker = true) AS
SELECT * FROM public.orders UNION ALL SELECT * FROM archive.orders;
COMMIT;

-- AlterTable
ALTER TABLE "menu_item_copy" ADD COLUMN     "category" TEXT;

-- AlterTable
ALTER TABLE "outlet_copy" ADD COLUMN     "city" TEXT;

-- AlterTable
ALTER TABLE "sales_day" ADD COLUMN     "gross" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "refunds" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "tips" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "sales_day_item" ADD COLUMN     "gross" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "refunds" BIGINT NOT NULL DEFAULT 0;

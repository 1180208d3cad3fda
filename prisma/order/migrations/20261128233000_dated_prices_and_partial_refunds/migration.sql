-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "refunded" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "menu_item_copy" ADD COLUMN     "effective_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_price" BIGINT;

-- AlterTable
ALTER TABLE "outlet_price_copy" ADD COLUMN     "effective_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_price" BIGINT;

-- AlterTable
ALTER TABLE "redemption_copy" ADD COLUMN     "is_void" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE orders ADD CONSTRAINT orders_refunded CHECK (refunded >= 0);
ALTER TABLE menu_item_copy ADD CONSTRAINT menu_item_copy_dated CHECK (effective_at IS NULL OR previous_price IS NOT NULL);

-- Refunds count on the day on which they are made, so a day of refunds alone is below nothing.
ALTER TABLE sales_day DROP CONSTRAINT sales_day_figures;
ALTER TABLE sales_day ADD CONSTRAINT sales_day_figures CHECK (orders >= 0 AND units >= 0);
ALTER TABLE sales_day_item DROP CONSTRAINT sales_day_item_figures;
ALTER TABLE sales_day_item ADD CONSTRAINT sales_day_item_figures CHECK (orders >= 0 AND units >= 0);

-- Which supplier an ingredient is ordered from whatever others ask, and how long its goods are good when they come.
BEGIN;
CALL partitions.lock_tables(ARRAY['supplier_price']);
ALTER TABLE "supplier_price" ADD COLUMN     "is_preferred" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "shelf_life_days" INTEGER,
ADD CONSTRAINT supplier_price_shelf_life CHECK (shelf_life_days BETWEEN 0 AND 3650);
GRANT UPDATE (is_preferred, shelf_life_days) ON supplier_price TO kedai_stock_tenant, kedai_stock_chain;
COMMIT;

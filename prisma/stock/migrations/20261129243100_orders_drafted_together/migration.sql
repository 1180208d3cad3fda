-- Which orders to suppliers were made by one call, for it to be answered again.
BEGIN;
CALL partitions.lock_tables(ARRAY['purchase_order']);
ALTER TABLE "purchase_order" ADD COLUMN     "batch_id" UUID;
CREATE INDEX "purchase_order_batch" ON "purchase_order" ("batch_id") WHERE "batch_id" IS NOT NULL;
COMMIT;

-- Lists of an outlet's payments are paged by id: an index by outlet and id takes the place of the one by creation.
BEGIN;
-- DropIndex
DROP INDEX "payment_outlet_id_created_at_idx";
-- CreateIndex
CREATE INDEX "payment_outlet_id_id_idx" ON "payment"("outlet_id", "id");
COMMIT;

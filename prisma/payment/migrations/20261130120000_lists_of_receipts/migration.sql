-- Lists of an outlet's receipts are paged by id.

-- CreateIndex
CREATE INDEX "receipt_outlet_id_id_idx" ON "receipt"("outlet_id", "id");

-- The archive has its indexes from when it was made.
CREATE INDEX "receipt_outlet_id_id_idx" ON archive."receipt"("outlet_id", "id");

-- What is left of a delivery depends on all that came of its item after it, with a day or without.
CREATE INDEX "delivery_line_stock_item_id_delivery_id_idx" ON "delivery_line"("stock_item_id", "delivery_id");

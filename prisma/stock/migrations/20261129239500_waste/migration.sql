-- What is thrown away, and why; and what deliveries say of how long goods are good.
ALTER TYPE "StockMovementKind" ADD VALUE 'WASTE';

-- CreateTable
CREATE TABLE "waste" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "made_by" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "waste_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "waste_quantity" CHECK ("quantity" > 0)
);

-- CreateIndex
CREATE INDEX "waste_outlet_id_id_idx" ON "waste"("outlet_id", "id");

-- CreateIndex
CREATE INDEX "waste_stock_item_id_id_idx" ON "waste"("stock_item_id", "id");

CALL protect('waste', 'SELECT, INSERT', 'SELECT, INSERT');
CREATE POLICY of_its_item ON waste AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant, kedai_stock_chain
WITH CHECK (EXISTS (
  SELECT FROM stock_item AS item
  WHERE item.id = waste.stock_item_id AND item.outlet_id = waste.outlet_id AND item.franchise_id = waste.franchise_id
));
REVOKE UPDATE, DELETE ON waste FROM kedai_stock_worker;

CREATE INDEX delivery_line_best_before ON delivery_line (stock_item_id, best_before) WHERE best_before IS NOT NULL;

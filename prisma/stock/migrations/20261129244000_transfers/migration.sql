-- Goods that go from one outlet to another: off one ledger when they leave, on the other when they arrive, and in `transfer` meanwhile.
ALTER TYPE "StockMovementKind" ADD VALUE 'TRANSFER_OUT';
ALTER TYPE "StockMovementKind" ADD VALUE 'TRANSFER_IN';

-- CreateEnum
CREATE TYPE "TransferStatus" AS ENUM ('SENT', 'RECEIVED', 'RETURNING', 'RETURNED', 'CANCELLED');

BEGIN;
CALL partitions.lock_tables(ARRAY['delivery']);
-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "transfer_id" UUID;
COMMIT;

-- CreateTable
CREATE TABLE "transfer" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "to_franchise_id" UUID NOT NULL,
    "to_outlet_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "batches" JSONB NOT NULL,
    "status" "TransferStatus" NOT NULL DEFAULT 'SENT',
    "note" TEXT,
    "sent_by" UUID NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "received" INTEGER,
    "ended_by" UUID,
    "ended_at" TIMESTAMPTZ(3),
    "end_note" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "transfer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "transfer_outlet_id_id_idx" ON "transfer"("outlet_id", "id");

-- CreateIndex
CREATE INDEX "transfer_to_outlet_id_id_idx" ON "transfer"("to_outlet_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_transfer_id_key" ON "delivery"("transfer_id");

-- What the schema language cannot say.
ALTER TABLE "transfer"
  ADD CONSTRAINT "transfer_quantity" CHECK ("quantity" > 0),
  ADD CONSTRAINT "transfer_received" CHECK (("received" IS NOT NULL) = ("status" IN ('RECEIVED', 'RETURNED')) AND "received" >= 0),
  ADD CONSTRAINT "transfer_ended" CHECK (("ended_at" IS NOT NULL) = ("status" IN ('RECEIVED', 'RETURNED', 'CANCELLED'))),
  ADD CONSTRAINT "transfer_ended_by" CHECK (("ended_at" IS NULL) = ("ended_by" IS NULL)),
  ADD CONSTRAINT "transfer_elsewhere" CHECK ("outlet_id" <> "to_outlet_id");
CREATE INDEX "transfer_on_the_way" ON "transfer" ("stock_item_id") WHERE "ended_at" IS NULL;
CREATE INDEX "transfer_on_the_way_to" ON "transfer" ("to_outlet_id", "ingredient_id") WHERE "ended_at" IS NULL;

-- Both sides read a transfer and take steps of it.
CALL protect('transfer', 'SELECT, INSERT, UPDATE (status, received, ended_by, ended_at, end_note, version)',
  'SELECT, INSERT, UPDATE (status, received, ended_by, ended_at, end_note, version)', _rows => $$
    outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
    OR to_outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR to_franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
  $$);
-- Outlets send what is their own, within their franchise; head office sends between franchises, too.
CREATE POLICY senders_add ON transfer AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant
WITH CHECK (
  franchise_id = to_franchise_id AND (
    outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
  )
);
CREATE POLICY of_its_item ON transfer AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant, kedai_stock_chain
WITH CHECK (
  EXISTS (
    SELECT FROM stock_item AS item
    WHERE item.id = transfer.stock_item_id AND item.outlet_id = transfer.outlet_id AND item.franchise_id = transfer.franchise_id
      AND item.ingredient_id = transfer.ingredient_id
  )
  AND EXISTS (SELECT FROM outlet WHERE outlet.id = transfer.to_outlet_id AND outlet.franchise_id = transfer.to_franchise_id)
);
REVOKE DELETE ON transfer FROM kedai_stock_worker;

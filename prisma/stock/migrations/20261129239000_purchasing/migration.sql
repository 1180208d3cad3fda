-- Suppliers with their prices, and orders to them; the settings of outlets that say who may approve how much.

-- CreateEnum
CREATE TYPE "PurchaseOrderStatus" AS ENUM ('DRAFT', 'APPROVED', 'SENT', 'PARTLY_RECEIVED', 'RECEIVED', 'CANCELLED');

BEGIN;
CALL partitions.lock_tables(ARRAY['delivery', 'delivery_line', 'outlet']);
-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "purchase_order_id" UUID;

-- AlterTable
ALTER TABLE "delivery_line" ADD COLUMN     "best_before" DATE,
ADD COLUMN     "note" TEXT,
ADD COLUMN     "outstanding" INTEGER;

-- AlterTable
ALTER TABLE "outlet" ADD COLUMN     "address" TEXT,
ADD COLUMN     "time_zone" TEXT NOT NULL DEFAULT 'Asia/Jakarta';
COMMIT;

-- CreateTable
CREATE TABLE "supplier" (
    "id" UUID NOT NULL,
    "franchise_id" UUID,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "lead_time_days" INTEGER NOT NULL,
    "delivery_weekdays" TEXT[],
    "minimum_order" BIGINT NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "supplier_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "supplier_price" (
    "id" UUID NOT NULL,
    "supplier_id" UUID NOT NULL,
    "franchise_id" UUID,
    "ingredient_id" UUID NOT NULL,
    "pack_size" INTEGER NOT NULL,
    "price" INTEGER NOT NULL,
    "minimum_packs" INTEGER NOT NULL,
    "reference" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "supplier_price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "purchase_order" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "supplier_id" UUID NOT NULL,
    "number" INTEGER NOT NULL DEFAULT 0,
    "status" "PurchaseOrderStatus" NOT NULL DEFAULT 'DRAFT',
    "total" BIGINT NOT NULL,
    "note" TEXT,
    "expected_on" DATE,
    "made_by" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approved_by" UUID,
    "approved_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,
    "is_closed_short" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "purchase_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "purchase_order_line" (
    "purchase_order_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "pack_size" INTEGER NOT NULL,
    "pack_price" INTEGER NOT NULL,
    "packs" INTEGER NOT NULL,
    "received" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "purchase_order_line_pkey" PRIMARY KEY ("purchase_order_id","position")
);

-- CreateTable
CREATE TABLE "purchase_order_number" (
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "last_number" INTEGER NOT NULL,

    CONSTRAINT "purchase_order_number_pkey" PRIMARY KEY ("outlet_id")
);

-- CreateTable
CREATE TABLE "setting_copy" (
    "place_id" UUID NOT NULL,
    "settings" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "setting_copy_pkey" PRIMARY KEY ("place_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "supplier_id_franchise_id_key" ON "supplier"("id", "franchise_id");

-- CreateIndex
CREATE INDEX "supplier_price_ingredient_id_idx" ON "supplier_price"("ingredient_id");

-- CreateIndex
CREATE UNIQUE INDEX "supplier_price_supplier_id_ingredient_id_key" ON "supplier_price"("supplier_id", "ingredient_id");

-- CreateIndex
CREATE INDEX "purchase_order_supplier_id_idx" ON "purchase_order"("supplier_id");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_order_id_franchise_id_outlet_id_key" ON "purchase_order"("id", "franchise_id", "outlet_id");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_order_outlet_id_number_key" ON "purchase_order"("outlet_id", "number");

-- CreateIndex
CREATE INDEX "purchase_order_line_stock_item_id_idx" ON "purchase_order_line"("stock_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "purchase_order_line_purchase_order_id_stock_item_id_key" ON "purchase_order_line"("purchase_order_id", "stock_item_id");

-- CreateIndex
CREATE INDEX "delivery_purchase_order_id_idx" ON "delivery"("purchase_order_id");

-- AddForeignKey
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_purchase_order_fkey" FOREIGN KEY ("purchase_order_id", "franchise_id", "outlet_id") REFERENCES "purchase_order"("id", "franchise_id", "outlet_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "supplier_price" ADD CONSTRAINT "supplier_price_supplier_id_fkey" FOREIGN KEY ("supplier_id") REFERENCES "supplier"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "supplier_price" ADD CONSTRAINT "supplier_price_ingredient_id_fkey" FOREIGN KEY ("ingredient_id") REFERENCES "ingredient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "purchase_order" ADD CONSTRAINT "purchase_order_supplier_id_fkey" FOREIGN KEY ("supplier_id") REFERENCES "supplier"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "purchase_order_line" ADD CONSTRAINT "purchase_order_line_purchase_order_fkey" FOREIGN KEY ("purchase_order_id", "franchise_id", "outlet_id") REFERENCES "purchase_order"("id", "franchise_id", "outlet_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language cannot say.

-- A name is one supplier's in the chain, and in a franchise.
CREATE UNIQUE INDEX supplier_name ON supplier (coalesce(franchise_id, '00000000-0000-0000-0000-000000000000'), name);
ALTER TABLE supplier
  ADD CONSTRAINT supplier_lead_time CHECK (lead_time_days BETWEEN 0 AND 365),
  ADD CONSTRAINT supplier_minimum_order CHECK (minimum_order BETWEEN 0 AND 1000000000000),
  ADD CONSTRAINT supplier_delivery_weekdays CHECK (
    delivery_weekdays <@ '{MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY,SATURDAY,SUNDAY}'::text[]
  );
ALTER TABLE supplier_price
  -- Null for the chain's: such rows are written by head office alone.
  ADD CONSTRAINT supplier_price_of_franchise FOREIGN KEY (supplier_id, franchise_id) REFERENCES supplier (id, franchise_id),
  ADD CONSTRAINT supplier_price_pack CHECK (pack_size > 0 AND minimum_packs > 0),
  ADD CONSTRAINT supplier_price_price CHECK (price BETWEEN 0 AND 1000000000);
ALTER TABLE purchase_order
  ADD CONSTRAINT purchase_order_number CHECK (number > 0),
  ADD CONSTRAINT purchase_order_total CHECK (total BETWEEN 0 AND 1000000000000),
  ADD CONSTRAINT purchase_order_approved CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
  ADD CONSTRAINT purchase_order_sent CHECK (sent_at IS NULL OR approved_at IS NOT NULL),
  ADD CONSTRAINT purchase_order_ended CHECK ((ended_at IS NOT NULL) = (status IN ('RECEIVED', 'CANCELLED')));
ALTER TABLE purchase_order_line
  ADD CONSTRAINT purchase_order_line_packs CHECK (packs > 0 AND pack_size > 0 AND pack_price >= 0 AND packs::bigint * pack_size <= 1000000000),
  ADD CONSTRAINT purchase_order_line_received CHECK (received >= 0);
ALTER TABLE purchase_order_number ADD CONSTRAINT purchase_order_number_last_number CHECK (last_number > 0);

-- Numbers an order to a supplier: the next of its outlet, without gaps, since a transaction that fails takes it back.
CREATE FUNCTION number_purchase_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO purchase_order_number AS known (outlet_id, franchise_id, last_number) VALUES (NEW.outlet_id, NEW.franchise_id, 1)
  ON CONFLICT (outlet_id) DO UPDATE SET last_number = known.last_number + 1
  RETURNING last_number INTO NEW.number;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION number_purchase_order FROM PUBLIC;
CREATE TRIGGER purchase_order_numbered BEFORE INSERT ON purchase_order FOR EACH ROW EXECUTE FUNCTION number_purchase_order();

-- An outlet orders from the chain's suppliers and from those of its franchise.
CREATE FUNCTION check_supplier_of_purchase_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM supplier WHERE id = NEW.supplier_id AND (franchise_id IS NULL OR franchise_id = NEW.franchise_id)
  ) THEN
    RAISE EXCEPTION 'outlet % cannot order from supplier %', NEW.outlet_id, NEW.supplier_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'purchase_order_supplier';
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION check_supplier_of_purchase_order FROM PUBLIC;
CREATE TRIGGER purchase_order_supplier AFTER INSERT ON purchase_order
  FOR EACH ROW EXECUTE FUNCTION check_supplier_of_purchase_order();

-- Staff read the chain's suppliers and those of the franchises where they work; owners write their own franchises', head office all.
CALL protect('supplier', 'SELECT, INSERT, UPDATE (name, email, phone, lead_time_days, delivery_weekdays, minimum_order, is_active)',
  'SELECT, INSERT, UPDATE (name, email, phone, lead_time_days, delivery_weekdays, minimum_order, is_active)', _rows => $$
    cardinality((SELECT caller_franchise_ids())::uuid[]) + cardinality((SELECT caller_outlet_ids())::uuid[]) > 0 AND (
      franchise_id IS NULL OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
      OR franchise_id IN (SELECT outlet.franchise_id FROM outlet WHERE outlet.id = ANY ((SELECT caller_outlet_ids())::uuid[]))
    )$$);
CALL protect('supplier_price', 'SELECT, INSERT, UPDATE (pack_size, price, minimum_packs, reference, updated_at, removed_at)',
  'SELECT, INSERT, UPDATE (pack_size, price, minimum_packs, reference, updated_at, removed_at)', _rows => $$
    cardinality((SELECT caller_franchise_ids())::uuid[]) + cardinality((SELECT caller_outlet_ids())::uuid[]) > 0 AND (
      franchise_id IS NULL OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
      OR franchise_id IN (SELECT outlet.franchise_id FROM outlet WHERE outlet.id = ANY ((SELECT caller_outlet_ids())::uuid[]))
    )$$);
DO $$
DECLARE
  _table text;
BEGIN
  FOREACH _table IN ARRAY ARRAY['supplier', 'supplier_price'] LOOP
    EXECUTE format($policy$
      CREATE POLICY owners_add ON %I AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant
        WITH CHECK (franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))$policy$, _table);
    EXECUTE format($policy$
      CREATE POLICY owners_change ON %I AS RESTRICTIVE FOR UPDATE TO kedai_stock_tenant
        USING (franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]))$policy$, _table);
  END LOOP;
END
$$;
CALL protect('purchase_order',
  'SELECT, INSERT, UPDATE (status, expected_on, approved_by, approved_at, sent_at, ended_at, end_reason, is_closed_short, version)',
  'SELECT, INSERT, UPDATE (status, expected_on, approved_by, approved_at, sent_at, ended_at, end_reason, is_closed_short, version)');
CALL protect('purchase_order_line', 'SELECT, INSERT, UPDATE (received)', 'SELECT, INSERT, UPDATE (received)');
-- Written by the trigger alone.
CALL protect('purchase_order_number', '', '');
REVOKE INSERT, UPDATE, DELETE ON purchase_order_number FROM kedai_stock_worker;
CALL protect('setting_copy', '', '');

-- As deliveries: an outlet's franchise is its own.
CREATE POLICY of_its_outlet ON purchase_order AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant, kedai_stock_chain
WITH CHECK (EXISTS (
  SELECT FROM outlet WHERE outlet.id = purchase_order.outlet_id AND outlet.franchise_id = purchase_order.franchise_id
));

-- Third parties read of deliveries what has been added to them, but for notes.
DROP VIEW reporting.deliveries, reporting.delivery_lines;
CALL create_report('deliveries', $$
SELECT id, outlet_id, franchise_id, supplier, reference, received_at, purchase_order_id
FROM live.delivery
$$);
CALL create_report('delivery_lines', $$
SELECT delivery_id, position, outlet_id, franchise_id, stock_item_id, quantity, best_before, outstanding
FROM live.delivery_line
$$);
REVOKE SELECT ON delivery_line FROM kedai_stock_reporting;
CALL grant_reports();

-- Counts of a whole outlet, or of some items, as a session: several people enter figures, and one confirms the differences.

-- CreateEnum
CREATE TYPE "StockCountStatus" AS ENUM ('OPEN', 'CONFIRMED', 'ABANDONED');

-- CreateTable
CREATE TABLE "stock_count" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "status" "StockCountStatus" NOT NULL DEFAULT 'OPEN',
    "note" TEXT,
    "started_by" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_by" UUID,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_count_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_count_line" (
    "stock_count_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "expected" INTEGER NOT NULL,
    "counted" INTEGER,
    "counted_by" UUID,
    "counted_at" TIMESTAMPTZ(3),
    "adjusted" INTEGER,

    CONSTRAINT "stock_count_line_pkey" PRIMARY KEY ("stock_count_id","stock_item_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "stock_count_id_franchise_id_outlet_id_key" ON "stock_count"("id", "franchise_id", "outlet_id");

-- CreateIndex
CREATE INDEX "stock_count_outlet_id_id_idx" ON "stock_count"("outlet_id", "id");

-- AddForeignKey
ALTER TABLE "stock_count_line" ADD CONSTRAINT "stock_count_line_stock_count_fkey" FOREIGN KEY ("stock_count_id", "franchise_id", "outlet_id") REFERENCES "stock_count"("id", "franchise_id", "outlet_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language cannot say.

CREATE UNIQUE INDEX stock_count_one_open ON stock_count (outlet_id) WHERE status = 'OPEN';
ALTER TABLE stock_count
  ADD CONSTRAINT stock_count_ended CHECK ((ended_at IS NOT NULL) = (status <> 'OPEN')),
  ADD CONSTRAINT stock_count_ended_by CHECK ((ended_at IS NULL) = (ended_by IS NULL));
ALTER TABLE stock_count_line
  ADD CONSTRAINT stock_count_line_figures CHECK (expected >= 0 AND counted >= 0),
  ADD CONSTRAINT stock_count_line_counted CHECK (num_nonnulls(counted, counted_by, counted_at) IN (0, 3)),
  ADD CONSTRAINT stock_count_line_adjusted CHECK (adjusted IS NULL OR counted IS NOT NULL);

CALL protect('stock_count', 'SELECT, INSERT, UPDATE (status, ended_by, ended_at)', 'SELECT, INSERT, UPDATE (status, ended_by, ended_at)');
CALL protect('stock_count_line', 'SELECT, INSERT, UPDATE (expected, counted, counted_by, counted_at, adjusted)',
  'SELECT, INSERT, UPDATE (expected, counted, counted_by, counted_at, adjusted)');
CREATE POLICY of_its_outlet ON stock_count AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant, kedai_stock_chain
WITH CHECK (EXISTS (
  SELECT FROM outlet WHERE outlet.id = stock_count.outlet_id AND outlet.franchise_id = stock_count.franchise_id
));
CREATE POLICY of_its_item ON stock_count_line AS RESTRICTIVE FOR INSERT TO kedai_stock_tenant, kedai_stock_chain
WITH CHECK (EXISTS (
  SELECT FROM stock_item AS item
  WHERE item.id = stock_count_line.stock_item_id
    AND item.outlet_id = stock_count_line.outlet_id AND item.franchise_id = stock_count_line.franchise_id
));
REVOKE DELETE ON stock_count, stock_count_line FROM kedai_stock_worker;

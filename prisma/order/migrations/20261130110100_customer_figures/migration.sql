-- What members who agree to it bought, by day, and what goes with what: the figures that reports about customers are made of (docs/customers.md). They are
-- counted from `sales_change` in the order of its ids, and follow each consent and its withdrawal in the same transaction.

-- CreateTable
CREATE TABLE "customer_day" (
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,
    "revenue" BIGINT NOT NULL,

    CONSTRAINT "customer_day_pkey" PRIMARY KEY ("customer_id","outlet_id","day")
);

-- CreateIndex
CREATE INDEX "customer_day_outlet_id_day_idx" ON "customer_day"("outlet_id", "day");

-- CreateIndex
CREATE INDEX "customer_day_franchise_id_day_idx" ON "customer_day"("franchise_id", "day");

-- CreateTable
CREATE TABLE "basket_day" (
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "one_id" UUID NOT NULL,
    "other_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,

    CONSTRAINT "basket_day_pkey" PRIMARY KEY ("outlet_id","day","one_id","other_id")
);

-- CreateIndex
CREATE INDEX "basket_day_franchise_id_day_idx" ON "basket_day"("franchise_id", "day");

-- CreateTable
CREATE TABLE "customer_count" (
    "id" INTEGER NOT NULL,
    "counted_until" TIMESTAMPTZ(3),

    CONSTRAINT "customer_count_pkey" PRIMARY KEY ("id")
);

CALL protect('customer_day', 'SELECT', 'SELECT',
  _rows => 'outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])');
CALL protect('basket_day', 'SELECT', 'SELECT');
CALL protect('customer_count', 'SELECT', 'SELECT', _is_public => true);

-- Processes that count take turns by it.
INSERT INTO customer_count (id) VALUES (1);

-- CreateEnum
CREATE TYPE "order_status" AS ENUM ('PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED');

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "enqueued_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer","event_id")
);

-- CreateTable
CREATE TABLE "orders" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "status" "order_status" NOT NULL,
    "status_at" TIMESTAMPTZ(3) NOT NULL,
    "status_reason" TEXT,
    "version" INTEGER NOT NULL,
    "total" BIGINT NOT NULL,
    "preparation_seconds" INTEGER NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "payment_due_at" TIMESTAMPTZ(3),
    "payment_id" UUID,
    "refunded_payment_id" UUID,
    "paid_at" TIMESTAMPTZ(3),
    "sales_day" DATE,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_line" (
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_price" BIGINT NOT NULL,
    "subtotal" BIGINT NOT NULL,
    "options" JSONB NOT NULL,
    "note" TEXT,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("order_id","position")
);

-- CreateTable
CREATE TABLE "order_status_entry" (
    "order_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "status" "order_status" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_status_entry_pkey" PRIMARY KEY ("order_id","version")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "cart" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,

    CONSTRAINT "cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cart_line" (
    "id" UUID NOT NULL,
    "cart_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "option_ids" TEXT[],
    "note" TEXT,
    "choice" TEXT NOT NULL,

    CONSTRAINT "cart_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sales_day" (
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "revenue" BIGINT NOT NULL,

    CONSTRAINT "sales_day_pkey" PRIMARY KEY ("outlet_id","day")
);

-- CreateTable
CREATE TABLE "sales_day_item" (
    "outlet_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "orders" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "revenue" BIGINT NOT NULL,

    CONSTRAINT "sales_day_item_pkey" PRIMARY KEY ("outlet_id","day","menu_item_id")
);

-- CreateTable
CREATE TABLE "outlet_copy" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_copy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "menu_item_copy" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "price" BIGINT NOT NULL,
    "is_limited" BOOLEAN NOT NULL,
    "is_archived" BOOLEAN NOT NULL,
    "preparation_seconds" INTEGER NOT NULL,
    "season" JSONB,
    "recipe" JSONB NOT NULL,
    "option_groups" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "menu_item_copy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outlet_price_copy" (
    "menu_item_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "price" BIGINT,
    "is_offered" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_price_copy_pkey" PRIMARY KEY ("menu_item_id","outlet_id")
);

-- CreateTable
CREATE TABLE "limited_availability" (
    "stock_item_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "available" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "limited_availability_pkey" PRIMARY KEY ("stock_item_id")
);

-- CreateIndex
CREATE INDEX "outbox_enqueued_at_idx" ON "outbox"("enqueued_at");

-- CreateIndex
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

-- CreateIndex
CREATE UNIQUE INDEX "orders_number_key" ON "orders"("number");

-- CreateIndex
CREATE INDEX "orders_outlet_id_id_idx" ON "orders"("outlet_id", "id" DESC);

-- CreateIndex
CREATE INDEX "orders_customer_id_id_idx" ON "orders"("customer_id", "id" DESC);

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "cart_customer_id_outlet_id_key" ON "cart"("customer_id", "outlet_id");

-- CreateIndex
CREATE UNIQUE INDEX "cart_line_cart_id_choice_key" ON "cart_line"("cart_id", "choice");

-- CreateIndex
CREATE INDEX "sales_day_franchise_id_day_idx" ON "sales_day"("franchise_id", "day");

-- CreateIndex
CREATE INDEX "sales_day_item_franchise_id_day_idx" ON "sales_day_item"("franchise_id", "day");

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_status_entry" ADD CONSTRAINT "order_status_entry_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cart_line" ADD CONSTRAINT "cart_line_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "cart"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX outbox_pending ON outbox (id) WHERE enqueued_at IS NULL;
CREATE INDEX orders_in_kitchen ON orders (outlet_id, id) WHERE status IN ('PAID', 'PREPARING', 'READY');
CREATE INDEX orders_awaiting_payment ON orders (payment_due_at) WHERE status = 'AWAITING_PAYMENT';

-- Each process draws a block of numbers at a time.
CREATE SEQUENCE order_number_block;

ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total BETWEEN 0 AND 1000000000000);
ALTER TABLE orders ADD CONSTRAINT orders_version CHECK (version >= 1);
ALTER TABLE orders ADD CONSTRAINT orders_preparation CHECK (preparation_seconds >= 0);
ALTER TABLE orders ADD CONSTRAINT orders_payment_due CHECK ((status = 'AWAITING_PAYMENT') = (payment_due_at IS NOT NULL));
ALTER TABLE orders ADD CONSTRAINT orders_paid CHECK (
  status NOT IN ('PAID', 'PREPARING', 'READY', 'COMPLETED') OR (payment_id IS NOT NULL AND paid_at IS NOT NULL AND sales_day IS NOT NULL)
);
ALTER TABLE order_line ADD CONSTRAINT order_line_position CHECK (position BETWEEN 0 AND 49);
ALTER TABLE order_line ADD CONSTRAINT order_line_quantity CHECK (quantity BETWEEN 1 AND 99);
ALTER TABLE order_line ADD CONSTRAINT order_line_price CHECK (unit_price >= 0 AND subtotal = unit_price * quantity);
ALTER TABLE idempotency ADD CONSTRAINT idempotency_key CHECK (length(key) BETWEEN 1 AND 128);
ALTER TABLE cart_line ADD CONSTRAINT cart_line_quantity CHECK (quantity BETWEEN 1 AND 99);
ALTER TABLE sales_day ADD CONSTRAINT sales_day_figures CHECK (orders >= 0 AND units >= 0 AND revenue >= 0);
ALTER TABLE sales_day_item ADD CONSTRAINT sales_day_item_figures CHECK (orders >= 0 AND units >= 0 AND revenue >= 0);

-- CreateEnum
CREATE TYPE "Unit" AS ENUM ('GRAM', 'MILLILITRE', 'PIECE');

-- CreateEnum
CREATE TYPE "Tracking" AS ENUM ('SHELF', 'COUNT');

-- CreateEnum
CREATE TYPE "StockFigure" AS ENUM ('ON_HAND', 'RESERVED', 'DRAWN');

-- CreateEnum
CREATE TYPE "StockMovementKind" AS ENUM ('OPENING', 'READING', 'DELIVERY', 'COUNT', 'RESERVATION', 'RELEASE', 'CONSUMPTION', 'DRAW', 'DRAW_SETTLED', 'DRAW_LAPSED');

-- CreateEnum
CREATE TYPE "PromiseState" AS ENUM ('RESERVED', 'REJECTED', 'RELEASED', 'TAKEN');

-- CreateEnum
CREATE TYPE "ReservationState" AS ENUM ('RESERVED', 'RELEASED', 'CONSUMED', 'DRAWN', 'SETTLED', 'LAPSED');

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
CREATE TABLE "ingredient" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "unit" "Unit" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ingredient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outlet" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "limited_item" (
    "menu_item_id" UUID NOT NULL,
    "is_limited" BOOLEAN NOT NULL,
    "ingredient_ids" UUID[],
    "version" INTEGER NOT NULL,

    CONSTRAINT "limited_item_pkey" PRIMARY KEY ("menu_item_id")
);

-- CreateTable
CREATE TABLE "stock_item" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "tracking" "Tracking" NOT NULL,
    "on_hand" INTEGER NOT NULL DEFAULT 0,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    "drawn" INTEGER NOT NULL DEFAULT 0,
    "available" INTEGER NOT NULL GENERATED ALWAYS AS (GREATEST(0, "on_hand" - "reserved" - "drawn")) STORED,
    "reorder_point" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_movement" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "stock_item_id" UUID NOT NULL,
    "figure" "StockFigure" NOT NULL,
    "delta" INTEGER NOT NULL,
    "kind" "StockMovementKind" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "trace_id" UUID NOT NULL,
    "order_id" UUID,
    "shelf_id" UUID,
    "boot_id" TEXT,
    "seq" INTEGER,
    "grams" INTEGER,
    "delivery_id" UUID,
    "person_id" UUID,
    "reason" TEXT,

    CONSTRAINT "stock_movement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_promise" (
    "order_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "state" "PromiseState" NOT NULL,
    "ended_version" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "order_promise_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "reservation" (
    "order_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,
    "state" "ReservationState" NOT NULL,
    "reserved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "drawn_left" INTEGER NOT NULL DEFAULT 0,
    "drawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("order_id","stock_item_id")
);

-- CreateTable
CREATE TABLE "shelf" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "grams_per_unit" INTEGER NOT NULL,
    "tare_grams" INTEGER NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "units" INTEGER NOT NULL DEFAULT 0,
    "settled_units" INTEGER NOT NULL DEFAULT 0,
    "boot" BIGINT NOT NULL DEFAULT 0,
    "seq" INTEGER NOT NULL DEFAULT -1,
    "last_reading_at" TIMESTAMPTZ(3),
    "battery_percent" SMALLINT,
    "is_online" BOOLEAN,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "shelf_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shelf_boot" (
    "number" BIGSERIAL NOT NULL,
    "shelf_id" UUID NOT NULL,
    "boot_id" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shelf_boot_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "reading_batch" (
    "id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "trace_id" UUID NOT NULL,

    CONSTRAINT "reading_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reading" (
    "boot" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "batch_id" UUID NOT NULL,
    "grams" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "battery_percent" SMALLINT,

    CONSTRAINT "reading_pkey" PRIMARY KEY ("boot","seq")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "topic" TEXT NOT NULL,
    "payload" BYTEA NOT NULL,
    "size" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "supplier" TEXT,
    "reference" TEXT,
    "received_by" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery_line" (
    "delivery_id" UUID NOT NULL,
    "position" SMALLINT NOT NULL,
    "stock_item_id" UUID NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "delivery_line_pkey" PRIMARY KEY ("delivery_id","position")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" BYTEA NOT NULL,
    "result_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "outbox_enqueued_at_idx" ON "outbox"("enqueued_at");

-- CreateIndex
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

-- CreateIndex
CREATE UNIQUE INDEX "ingredient_name_key" ON "ingredient"("name");

-- CreateIndex
CREATE INDEX "limited_item_ingredient_ids_idx" ON "limited_item" USING GIN ("ingredient_ids");

-- CreateIndex
CREATE INDEX "stock_item_outlet_id_id_idx" ON "stock_item"("outlet_id", "id");

-- CreateIndex
CREATE INDEX "stock_movement_stock_item_id_id_idx" ON "stock_movement"("stock_item_id", "id");

-- CreateIndex
CREATE INDEX "shelf_stock_item_id_idx" ON "shelf"("stock_item_id");

-- CreateIndex
CREATE UNIQUE INDEX "shelf_boot_shelf_id_boot_id_key" ON "shelf_boot"("shelf_id", "boot_id");

-- CreateIndex
CREATE INDEX "reading_batch_received_at_idx" ON "reading_batch"("received_at");

-- CreateIndex
CREATE INDEX "reading_batch_id_idx" ON "reading"("batch_id");

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

-- AddForeignKey
ALTER TABLE "stock_item" ADD CONSTRAINT "stock_item_ingredient_id_fkey" FOREIGN KEY ("ingredient_id") REFERENCES "ingredient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shelf" ADD CONSTRAINT "shelf_stock_item_id_fkey" FOREIGN KEY ("stock_item_id") REFERENCES "stock_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delivery_line" ADD CONSTRAINT "delivery_line_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "delivery"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the relay looks for.
CREATE INDEX "outbox_pending" ON "outbox" ("id") WHERE "enqueued_at" IS NULL;

-- An outlet has one item of an ingredient at a time; removed ones keep their ledger.
CREATE UNIQUE INDEX "stock_item_of_outlet" ON "stock_item" ("outlet_id", "ingredient_id") WHERE "removed_at" IS NULL;

-- Promises that still weigh on a level: who is at risk, what a falling level pays off, what lapses.
CREATE INDEX "reservation_open" ON "reservation" ("stock_item_id", "reserved_at") WHERE "state" IN ('RESERVED', 'DRAWN');

-- What was stored and never applied.
CREATE INDEX "reading_batch_pending" ON "reading_batch" ("received_at") WHERE "applied_at" IS NULL;

-- Updated at every promise: room to do so in place.
ALTER TABLE "stock_item" SET (fillfactor = 40);
ALTER TABLE "shelf" SET (fillfactor = 60);

ALTER TABLE "stock_item"
  ADD CONSTRAINT "on_hand_not_negative" CHECK ("on_hand" >= 0),
  ADD CONSTRAINT "reserved_not_negative" CHECK ("reserved" >= 0),
  ADD CONSTRAINT "drawn_not_negative" CHECK ("drawn" >= 0),
  ADD CONSTRAINT "drawn_only_by_scales" CHECK ("drawn" = 0 OR "tracking" = 'SHELF'),
  ADD CONSTRAINT "reorder_point_not_negative" CHECK ("reorder_point" >= 0),
  ADD CONSTRAINT "removed_is_empty" CHECK ("removed_at" IS NULL OR ("on_hand" = 0 AND "reserved" = 0 AND "drawn" = 0));

ALTER TABLE "stock_movement"
  ADD CONSTRAINT "one_cause" CHECK (num_nonnulls("order_id", "shelf_id", "delivery_id", "person_id") = 1),
  ADD CONSTRAINT "reading_is_whole" CHECK (num_nonnulls("shelf_id", "boot_id", "seq", "grams") IN (0, 4));

ALTER TABLE "reservation"
  ADD CONSTRAINT "quantity_positive" CHECK ("quantity" > 0),
  ADD CONSTRAINT "drawn_left_within_quantity" CHECK ("drawn_left" BETWEEN 0 AND "quantity"),
  ADD CONSTRAINT "drawn_left_while_drawn" CHECK (("state" = 'DRAWN') = ("drawn_left" > 0));

ALTER TABLE "shelf"
  ADD CONSTRAINT "grams_per_unit_positive" CHECK ("grams_per_unit" > 0),
  ADD CONSTRAINT "tare_not_negative" CHECK ("tare_grams" >= 0),
  ADD CONSTRAINT "units_not_negative" CHECK ("units" >= 0);

ALTER TABLE "reading" ADD CONSTRAINT "seq_not_negative" CHECK ("seq" >= 0);

ALTER TABLE "delivery_line" ADD CONSTRAINT "quantity_positive" CHECK ("quantity" > 0);

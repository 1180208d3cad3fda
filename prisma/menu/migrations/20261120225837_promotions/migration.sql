-- CreateTable
CREATE TABLE "promotion" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "percent" INTEGER,
    "amount_off" BIGINT,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "quantity" INTEGER,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "promotion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "promotion_item" (
    "promotion_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,

    CONSTRAINT "promotion_item_pkey" PRIMARY KEY ("promotion_id","menu_item_id")
);

-- CreateTable
CREATE TABLE "promotion_outlet" (
    "promotion_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,

    CONSTRAINT "promotion_outlet_pkey" PRIMARY KEY ("promotion_id","outlet_id")
);

-- CreateIndex
CREATE INDEX "promotion_ends_at_idx" ON "promotion"("ends_at");

-- CreateIndex
CREATE INDEX "promotion_item_menu_item_id_idx" ON "promotion_item"("menu_item_id");

-- CreateIndex
CREATE INDEX "promotion_outlet_outlet_id_idx" ON "promotion_outlet"("outlet_id");

-- AddForeignKey
ALTER TABLE "promotion_item" ADD CONSTRAINT "promotion_item_promotion_id_fkey" FOREIGN KEY ("promotion_id") REFERENCES "promotion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promotion_item" ADD CONSTRAINT "promotion_item_menu_item_id_fkey" FOREIGN KEY ("menu_item_id") REFERENCES "menu_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promotion_outlet" ADD CONSTRAINT "promotion_outlet_promotion_id_fkey" FOREIGN KEY ("promotion_id") REFERENCES "promotion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promotion_outlet" ADD CONSTRAINT "promotion_outlet_outlet_id_fkey" FOREIGN KEY ("outlet_id") REFERENCES "outlet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE promotion ADD CONSTRAINT promotion_saving CHECK ((percent IS NULL) <> (amount_off IS NULL));
ALTER TABLE promotion ADD CONSTRAINT promotion_percent CHECK (percent BETWEEN 1 AND 90);
ALTER TABLE promotion ADD CONSTRAINT promotion_amount_off CHECK (amount_off BETWEEN 1 AND 1000000000);
ALTER TABLE promotion ADD CONSTRAINT promotion_window CHECK (starts_at < ends_at);
ALTER TABLE promotion ADD CONSTRAINT promotion_quantity CHECK (quantity BETWEEN 1 AND 1000000);

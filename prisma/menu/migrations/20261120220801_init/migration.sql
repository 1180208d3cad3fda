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
CREATE TABLE "franchise" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "franchise_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outlet" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outlet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "menu_item" (
    "id" UUID NOT NULL,
    "barcode" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "price" BIGINT NOT NULL,
    "is_limited" BOOLEAN NOT NULL,
    "is_archived" BOOLEAN NOT NULL DEFAULT false,
    "preparation_seconds" INTEGER NOT NULL,
    "season_name" TEXT,
    "season_from" DATE,
    "season_until" DATE,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "menu_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recipe_line" (
    "menu_item_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "recipe_line_pkey" PRIMARY KEY ("menu_item_id","ingredient_id")
);

-- CreateTable
CREATE TABLE "option_group" (
    "id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "minimum" INTEGER NOT NULL,
    "maximum" INTEGER NOT NULL,

    CONSTRAINT "option_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "menu_option" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "price_delta" BIGINT NOT NULL,
    "is_default" BOOLEAN NOT NULL,

    CONSTRAINT "menu_option_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "option_recipe_line" (
    "option_id" UUID NOT NULL,
    "ingredient_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "option_recipe_line_pkey" PRIMARY KEY ("option_id","ingredient_id")
);

-- CreateTable
CREATE TABLE "outlet_price" (
    "menu_item_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "price" BIGINT,
    "is_offered" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_price_pkey" PRIMARY KEY ("menu_item_id","outlet_id")
);

-- CreateIndex
CREATE INDEX "outbox_enqueued_at_idx" ON "outbox"("enqueued_at");

-- CreateIndex
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

-- CreateIndex
CREATE UNIQUE INDEX "franchise_name_key" ON "franchise"("name");

-- CreateIndex
CREATE INDEX "outlet_city_idx" ON "outlet"("city");

-- CreateIndex
CREATE UNIQUE INDEX "outlet_franchise_id_name_key" ON "outlet"("franchise_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "menu_item_barcode_key" ON "menu_item"("barcode");

-- CreateIndex
CREATE UNIQUE INDEX "option_group_menu_item_id_name_key" ON "option_group"("menu_item_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "menu_option_group_id_name_key" ON "menu_option"("group_id", "name");

-- CreateIndex
CREATE INDEX "outlet_price_outlet_id_idx" ON "outlet_price"("outlet_id");

-- AddForeignKey
ALTER TABLE "outlet" ADD CONSTRAINT "outlet_franchise_id_fkey" FOREIGN KEY ("franchise_id") REFERENCES "franchise"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe_line" ADD CONSTRAINT "recipe_line_menu_item_id_fkey" FOREIGN KEY ("menu_item_id") REFERENCES "menu_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "option_group" ADD CONSTRAINT "option_group_menu_item_id_fkey" FOREIGN KEY ("menu_item_id") REFERENCES "menu_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "menu_option" ADD CONSTRAINT "menu_option_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "option_group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "option_recipe_line" ADD CONSTRAINT "option_recipe_line_option_id_fkey" FOREIGN KEY ("option_id") REFERENCES "menu_option"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outlet_price" ADD CONSTRAINT "outlet_price_menu_item_id_fkey" FOREIGN KEY ("menu_item_id") REFERENCES "menu_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outlet_price" ADD CONSTRAINT "outlet_price_outlet_id_fkey" FOREIGN KEY ("outlet_id") REFERENCES "outlet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX outbox_pending ON outbox (id) WHERE enqueued_at IS NULL;

ALTER TABLE menu_item ADD CONSTRAINT menu_item_price CHECK (price BETWEEN 1 AND 1000000000);
ALTER TABLE menu_item ADD CONSTRAINT menu_item_preparation CHECK (preparation_seconds BETWEEN 0 AND 86400);
ALTER TABLE menu_item ADD CONSTRAINT menu_item_category CHECK (
  category IN ('MILK_TEA', 'FRUIT_TEA', 'COFFEE', 'CHOCOLATE', 'SIGNATURE', 'SNACK', 'MERCHANDISE')
);
ALTER TABLE menu_item ADD CONSTRAINT menu_item_season CHECK (
  num_nulls(season_name, season_from, season_until) IN (0, 3) AND (season_from IS NULL OR season_from <= season_until)
);
ALTER TABLE recipe_line ADD CONSTRAINT recipe_line_quantity CHECK (quantity > 0);
ALTER TABLE option_recipe_line ADD CONSTRAINT option_recipe_line_quantity CHECK (quantity <> 0);
ALTER TABLE option_group ADD CONSTRAINT option_group_bounds CHECK (minimum >= 0 AND maximum >= 1 AND minimum <= maximum);
ALTER TABLE menu_option ADD CONSTRAINT menu_option_price CHECK (price_delta BETWEEN -1000000000 AND 1000000000);
ALTER TABLE outlet_price ADD CONSTRAINT outlet_price_price CHECK (price BETWEEN 1 AND 1000000000);

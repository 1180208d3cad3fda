-- Items that guests come back to, each with the options that they usually take.
-- CreateTable
CREATE TABLE "favourite" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "option_ids" TEXT[],

    CONSTRAINT "favourite_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "favourite_customer_id_menu_item_id_key" ON "favourite"("customer_id", "menu_item_id");
CALL protect('favourite', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');

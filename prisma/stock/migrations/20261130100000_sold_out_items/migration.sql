-- Which items of the menu no serving was left of at which outlets, as it was published last.

-- CreateTable
CREATE TABLE "sold_out_item" (
    "outlet_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "is_sold_out" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "sold_out_item_pkey" PRIMARY KEY ("outlet_id","menu_item_id")
);

CALL protect('sold_out_item', '', '');

-- What an outlet's staff took off by hand: an item, or an option of one.

-- CreateTable
CREATE TABLE "hand_availability" (
    "outlet_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,
    "is_available" BOOLEAN NOT NULL,
    "until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL,

    CONSTRAINT "hand_availability_pkey" PRIMARY KEY ("outlet_id","subject_id")
);

-- AddForeignKey
ALTER TABLE "hand_availability" ADD CONSTRAINT "hand_availability_menu_item_id_fkey" FOREIGN KEY ("menu_item_id") REFERENCES "menu_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hand_availability" ADD CONSTRAINT "hand_availability_outlet_id_franchise_id_fkey" FOREIGN KEY ("outlet_id", "franchise_id") REFERENCES "outlet"("id", "franchise_id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE hand_availability ADD CONSTRAINT hand_availability_until CHECK (NOT (is_available AND until IS NOT NULL));

CALL protect('hand_availability', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', _is_public => true);

-- CreateTable
CREATE TABLE "setting_copy" (
    "place_id" UUID NOT NULL,
    "settings" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "setting_copy_pkey" PRIMARY KEY ("place_id")
);
CALL protect('setting_copy', '', '');

-- Copy of what a serving of each item takes, so that what is available of the whole menu is answered without the menu.

-- CreateTable
CREATE TABLE "serving_recipe" (
    "menu_item_id" UUID NOT NULL,
    "recipe" JSONB NOT NULL,
    "is_archived" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "serving_recipe_pkey" PRIMARY KEY ("menu_item_id")
);

CALL protect('serving_recipe', '', '');

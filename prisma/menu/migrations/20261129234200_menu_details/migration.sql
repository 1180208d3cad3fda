-- AlterTable
ALTER TABLE "menu_item" ADD COLUMN     "image_url" TEXT,
ADD COLUMN     "allergens" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "menu_option" ADD COLUMN     "is_exclusive" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE menu_item ADD CONSTRAINT menu_item_image_url CHECK (image_url ~ '^https://' AND length(image_url) <= 2048);
ALTER TABLE menu_item ADD CONSTRAINT menu_item_allergens CHECK (allergens <@ ARRAY[
  'CELERY', 'CRUSTACEANS', 'EGGS', 'FISH', 'GLUTEN', 'LUPIN', 'MILK', 'MOLLUSCS', 'MUSTARD', 'NUTS', 'PEANUTS', 'SESAME', 'SOYBEANS',
  'SULPHITES'
]);

-- In the demo, "no topping" goes with no topping.
UPDATE menu_option SET is_exclusive = true
FROM option_group WHERE option_group.id = group_id AND option_group.minimum <= 1 AND option_group.maximum > 1
  AND menu_option.name = 'Tanpa Topping';

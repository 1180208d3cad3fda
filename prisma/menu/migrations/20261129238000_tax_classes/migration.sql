-- AlterTable
ALTER TABLE "menu_item" ADD COLUMN     "tax_class" TEXT NOT NULL DEFAULT 'RESTAURANT';

ALTER TABLE menu_item ADD CONSTRAINT menu_item_tax_class CHECK (tax_class IN ('RESTAURANT', 'GOODS', 'NONE'));

-- Names in English of items, option groups and options, by their ids, for guests who read their orders in English. Null until an event says them.

-- AlterTable
ALTER TABLE "menu_item_copy" ADD COLUMN     "english_names" JSONB;

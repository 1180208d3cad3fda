-- Categories of the chain's own, beside `menu_item.category`, prices that are planned ahead, and names of options in English.

-- AlterTable
ALTER TABLE "menu_option" ADD COLUMN     "name_en" TEXT;

-- AlterTable
ALTER TABLE "option_group" ADD COLUMN     "name_en" TEXT;

-- CreateTable
CREATE TABLE "category" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT,
    "position" INTEGER NOT NULL,
    "is_archived" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "category_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "category_item" (
    "category_id" UUID NOT NULL,
    "menu_item_id" UUID NOT NULL,

    CONSTRAINT "category_item_pkey" PRIMARY KEY ("category_id","menu_item_id")
);

-- CreateIndex
CREATE INDEX "category_item_menu_item_id_idx" ON "category_item"("menu_item_id");

-- AddForeignKey
ALTER TABLE "category_item" ADD CONSTRAINT "category_item_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "category_item" ADD CONSTRAINT "category_item_menu_item_id_fkey" FOREIGN KEY ("menu_item_id") REFERENCES "menu_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE category ADD CONSTRAINT category_position CHECK (position BETWEEN 0 AND 9999);
CREATE UNIQUE INDEX category_name ON category (lower(name)) WHERE NOT is_archived;
CREATE INDEX menu_item_price_effective_at ON menu_item (price_effective_at) WHERE price_effective_at IS NOT NULL;
CREATE INDEX outlet_price_effective_at ON outlet_price (price_effective_at) WHERE price_effective_at IS NOT NULL;

-- Whether a price of the chain or of an outlet took effect after a moment and up to another.
CREATE FUNCTION has_price_taken_effect(_after timestamptz, _up_to timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN EXISTS (SELECT FROM menu_item WHERE price_effective_at > _after AND price_effective_at <= _up_to)
    OR EXISTS (SELECT FROM outlet_price WHERE price_effective_at > _after AND price_effective_at <= _up_to);
REVOKE ALL ON FUNCTION has_price_taken_effect FROM PUBLIC;
GRANT EXECUTE ON FUNCTION has_price_taken_effect TO kedai_menu_tenant, kedai_menu_chain, kedai_menu_worker;

CALL protect('category', 'SELECT', 'SELECT, INSERT, UPDATE', _is_public => true);
CALL protect('category_item', 'SELECT', 'SELECT, INSERT, DELETE', _is_public => true);

-- Items are found by the names of their categories, too.
CREATE OR REPLACE FUNCTION write_search_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _descriptions text := search_words(NEW.description || ' ' || COALESCE(NEW.description_en, ''));
  _categories text := search_words(concat_ws(' ', search_category(NEW.category), (
    SELECT string_agg(concat_ws(' ', name, name_en), ' ') FROM category JOIN category_item ON category_id = id
    WHERE menu_item_id = NEW.id AND NOT is_archived
  )));
BEGIN
  NEW.search_name := search_words(NEW.name);
  NEW.search_name_en := search_words(COALESCE(NEW.name_en, ''));
  NEW.search_document :=
    search_vector(concat_ws(' ', NEW.search_name, NEW.search_name_en, search_joined(NEW.search_name), search_joined(NEW.search_name_en)), 'A')
    || search_vector(search_synonyms(NEW.search_name) || ' ' || search_synonyms(NEW.search_name_en), 'B')
    || search_vector(_categories || ' ' || search_synonyms(_categories), 'C')
    || search_vector(_descriptions, 'D');
  INSERT INTO search_word (word, spellings)
  SELECT lexeme, search_spellings(lexeme) FROM unnest(NEW.search_document)
  WHERE NOT EXISTS (SELECT FROM search_word WHERE word = lexeme)
  ORDER BY lexeme ON CONFLICT DO NOTHING;
  RETURN NEW;
END
$$;

CREATE FUNCTION rewrite_search_words_of_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'category' THEN
    UPDATE menu_item SET name = name WHERE id IN (SELECT menu_item_id FROM category_item WHERE category_id = NEW.id);
  ELSE
    UPDATE menu_item SET name = name WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.menu_item_id ELSE NEW.menu_item_id END;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER category_search_words AFTER UPDATE OF name, name_en, is_archived ON category
  FOR EACH ROW EXECUTE FUNCTION rewrite_search_words_of_category();
CREATE TRIGGER category_item_search_words AFTER INSERT OR DELETE ON category_item
  FOR EACH ROW EXECUTE FUNCTION rewrite_search_words_of_category();

-- DropIndex
DROP INDEX "menu_item_barcode_key";

-- AlterTable
ALTER TABLE "menu_item" ADD COLUMN     "previous_price" BIGINT,
ADD COLUMN     "price_effective_at" TIMESTAMPTZ(3),
ADD COLUMN     "search_name" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "search_text" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "menu_option" ADD COLUMN     "previous_price_delta" BIGINT,
ADD COLUMN     "price_effective_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "outlet_price" ADD COLUMN     "previous_price" BIGINT,
ADD COLUMN     "price_effective_at" TIMESTAMPTZ(3);

ALTER TABLE menu_item ADD CONSTRAINT menu_item_previous_price CHECK (previous_price BETWEEN 1 AND 1000000000);
ALTER TABLE menu_item ADD CONSTRAINT menu_item_dated_price CHECK ((previous_price IS NULL) = (price_effective_at IS NULL));
ALTER TABLE menu_option ADD CONSTRAINT menu_option_previous_price
  CHECK (previous_price_delta BETWEEN -1000000000 AND 1000000000);
ALTER TABLE menu_option ADD CONSTRAINT menu_option_dated_price
  CHECK ((previous_price_delta IS NULL) = (price_effective_at IS NULL));
ALTER TABLE outlet_price ADD CONSTRAINT outlet_price_previous_price CHECK (previous_price BETWEEN 1 AND 1000000000);
ALTER TABLE outlet_price ADD CONSTRAINT outlet_price_dated_price
  CHECK (previous_price IS NULL OR price_effective_at IS NOT NULL);

-- UPC-A, EAN-8, EAN-13 and GTIN-14 that name the same product are equal when they are padded to 14 digits.
CREATE FUNCTION canonical_barcode(barcode text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN barcode ~ '^[0-9]+$' THEN lpad(barcode, greatest(14, length(barcode)), '0') ELSE upper(barcode) END
$$;
CREATE UNIQUE INDEX menu_item_barcode_key ON menu_item (canonical_barcode(barcode));

-- Words as searches compare them: in lower case, without accents, apostrophes and punctuation, each after one blank.
CREATE FUNCTION search_words(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ' ' || btrim(regexp_replace(
    regexp_replace(lower(normalize(value, NFKD) COLLATE pg_c_utf8), '[\u0300-\u036f''\u2019\u02bc]' COLLATE pg_c_utf8, '', 'g'),
    '[^[:alnum:]]+' COLLATE pg_c_utf8, ' ', 'g'))
$$;

CREATE FUNCTION write_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_name := search_words(NEW.name);
  NEW.search_text := search_words(NEW.name || ' ' || NEW.description);
  RETURN NEW;
END
$$;
CREATE TRIGGER menu_item_search_words BEFORE INSERT OR UPDATE ON menu_item
  FOR EACH ROW EXECUTE FUNCTION write_search_words();
UPDATE menu_item SET name = name;

CREATE INDEX outlet_city_words ON outlet (search_words(city));

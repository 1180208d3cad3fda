-- Searching by PostgreSQL's text search: of each item a document of its words in both languages, weighted by where they stand, and of
-- all words together the spellings that one typing error makes of them.

-- AlterTable
ALTER TABLE "menu_item" DROP COLUMN "search_text",
ADD COLUMN     "name_en" TEXT,
ADD COLUMN     "description_en" TEXT,
ADD COLUMN     "search_name_en" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "search_document" tsvector NOT NULL DEFAULT ''::tsvector;

-- CreateTable
CREATE TABLE "search_synonym" (
    "meaning" TEXT NOT NULL,
    "term" TEXT NOT NULL,

    CONSTRAINT "search_synonym_pkey" PRIMARY KEY ("meaning","term")
);

-- CreateTable
CREATE TABLE "search_word" (
    "word" TEXT NOT NULL,
    "spellings" TEXT[] NOT NULL,

    CONSTRAINT "search_word_pkey" PRIMARY KEY ("word")
);

-- Everybody reads them. Words are written by the trigger below alone.
CALL protect('search_synonym', 'SELECT', 'SELECT, INSERT, DELETE', _is_public => true);
CALL protect('search_word', 'SELECT', 'SELECT', _is_public => true);

ALTER TABLE search_synonym ADD CONSTRAINT search_synonym_term CHECK (term ~ '^[[:alnum:]]+( [[:alnum:]]+)*$');
CREATE INDEX menu_item_search_document ON menu_item USING gin (search_document) WITH (fastupdate = off) WHERE NOT is_archived;
CREATE INDEX search_word_spellings_idx ON search_word USING gin (spellings) WITH (fastupdate = off);

-- A word and each of its beginnings of four letters and more, as they are and with one letter left out: two words of which one is a
-- typing error away from the other (a letter missing, added, wrong, or two swapped) have a spelling in common.
CREATE FUNCTION search_spellings(_word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT COALESCE(array_agg(DISTINCT spelling), '{}')
  FROM generate_series(least(4, length(_word)), least(16, length(_word))) AS beginning,
       LATERAL (SELECT left(_word, beginning)
                UNION ALL SELECT left(_word, gap - 1) || substr(_word, gap + 1, beginning - gap) FROM generate_series(1, beginning) AS gap
               ) AS spelled (spelling)
  WHERE length(_word) >= 3 AND _word !~ '[0-9]'
$$;

-- Words, as `search_words` spells them, as a document of one weight.
CREATE FUNCTION search_vector(_words text, _weight text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT COALESCE(string_agg(format('''%s'':1%s', word, _weight), ' '), '')::tsvector
  FROM unnest(string_to_array(btrim(_words), ' ')) AS word WHERE word <> ''
$$;

-- The words of a name written together from each of its words on: a search that leaves blanks out finds it, too.
CREATE FUNCTION search_joined(_words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT COALESCE(string_agg(array_to_string(words[place:], ''), ' '), '')
  FROM (SELECT string_to_array(btrim(_words), ' ') AS words) AS name, generate_series(1, cardinality(words) - 1) AS place
$$;

-- What else the terms that occur among words are called.
CREATE FUNCTION search_synonyms(_words text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT COALESCE(string_agg(DISTINCT other.term, ' '), '')
  FROM search_synonym AS known JOIN search_synonym AS other USING (meaning)
  WHERE position(' ' || known.term || ' ' IN _words || ' ') > 0 AND other.term <> known.term
$$;

-- What people call the drinks and things of a category.
CREATE FUNCTION search_category(_category text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE _category
    WHEN 'CHOCOLATE' THEN 'chocolate milk drink'
    WHEN 'COFFEE' THEN 'coffee drink'
    WHEN 'SNACK' THEN 'snack food'
    ELSE lower(replace(_category, '_', ' ')) END
$$;

-- Weights: A a name, B what else it is called, C the category, D descriptions.
CREATE OR REPLACE FUNCTION write_search_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _descriptions text := search_words(NEW.description || ' ' || COALESCE(NEW.description_en, ''));
BEGIN
  NEW.search_name := search_words(NEW.name);
  NEW.search_name_en := search_words(COALESCE(NEW.name_en, ''));
  NEW.search_document :=
    search_vector(concat_ws(' ', NEW.search_name, NEW.search_name_en, search_joined(NEW.search_name), search_joined(NEW.search_name_en)), 'A')
    || search_vector(search_synonyms(NEW.search_name) || ' ' || search_synonyms(NEW.search_name_en), 'B')
    || search_vector(
         search_words(search_category(NEW.category)) || ' ' || search_synonyms(search_words(search_category(NEW.category))), 'C')
    || search_vector(_descriptions, 'D');
  INSERT INTO search_word (word, spellings)
  SELECT lexeme, search_spellings(lexeme) FROM unnest(NEW.search_document)
  WHERE NOT EXISTS (SELECT FROM search_word WHERE word = lexeme)
  ORDER BY lexeme ON CONFLICT DO NOTHING;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION write_search_words FROM PUBLIC;
DROP TRIGGER menu_item_search_words ON menu_item;
CREATE TRIGGER menu_item_search_words BEFORE INSERT OR UPDATE OF name, name_en, description, description_en, category ON menu_item
  FOR EACH ROW EXECUTE FUNCTION write_search_words();

-- New synonyms change every document.
CREATE FUNCTION rewrite_search_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE menu_item SET name = name;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION rewrite_search_words FROM PUBLIC;
CREATE TRIGGER search_synonym_change AFTER INSERT OR UPDATE OR DELETE ON search_synonym
  FOR EACH STATEMENT EXECUTE FUNCTION rewrite_search_words();

-- What people call the same thing, in both languages. A line is a meaning.
INSERT INTO search_synonym (meaning, term)
SELECT DISTINCT terms[1], term
FROM (SELECT string_to_array(line, ', ') AS terms FROM unnest(string_to_array(btrim($$
teh, tea, teas, cha
susu, milk, milky, dairy, latte
kopi, coffee, coffe, koffie
cokelat, coklat, chocolate, chocolates, choco, choc, cacao, kakao, cocoa
stroberi, strawberry, strawberries, strawbery, stroberry, strobery, arbei
matcha, maca, macha, green tea latte, ocha
hijau, ijo, green
teh hijau, green tea, ocha
teh hitam, black tea
teh melati, jasmine tea
melati, jasmine
leci, lychee, lichi, litchi, lychees
mangga, mango, mangoes
markisa, passion fruit, passionfruit, maracuja
lemon, jeruk lemon, sitrun, citrus, limun
jeruk, orange
madu, honey
kelapa, coconut
santan, coconut milk, coconut cream
gula aren, palm sugar, brown sugar, aren, gula merah, gula jawa
gula, sugar
boba, bubble, pearl, pearls, tapioca, tapioka, mutiara
puding, pudding, pudin
cincau, grass jelly, janggelan
nata de coco, nata, coconut jelly
jeli, jelly
taro, talas, keladi, yam
karamel, caramel
vanila, vanilla, vanili
hazelnut, kacang hazel
oat, oats, oatmilk, oat milk, oat latte, vegan, plant based, dairy free, gandum, havermut
jahe, ginger
kurma, dates, date
keju, cheese
krim, cream, foam, busa
krim keju, cheese foam, cream cheese, cheese cream, cheesefoam
krim kocok, whipped cream, whip cream
roti, bread
roti bakar, toast, toasted bread, roti panggang
pisang, banana
roti pisang, banana bread, banana cake, bolu pisang
kukis, cookie, cookies, biskuit, biscuit, kue kering
kue, cake, pastry
croissant, kroisan, kuason, croisant
mentega, butter, buttery
stik, stick, sticks, batang
tarik, pulled
oolong, wulong, ulung
espresso, expresso, ekspreso
cappuccino, kapucino, capucino, cappucino, kapusino
latte, kopi susu, milk coffee, coffee milk, white coffee
caffe latte, cafe latte, coffee latte
americano, kopi hitam, black coffee, long black
kopi tubruk, kopi hitam, traditional coffee
red velvet, redvelvet, beludru merah
tumbler, botol, botol minum, bottle, flask, tumblr, termos
tas, bag, tote, tote bag
kanvas, canvas
kopi kemasan, kopi bubuk, biji kopi, coffee beans, coffee pack, bag of coffee, beans
terbatas, limited
edisi terbatas, limited edition
awan, cloud
klasik, classic, original, ori, biasa
es, iced, ice, dingin, cold
panas, hot, hangat, warm
manis, sweet
segar, fresh, refreshing
buah, fruit, fruits, fruity
lembut, creamy, smooth
hujan, rain, rainy
puasa, ramadan, ramadhan, berbuka, lebaran
kemerdekaan, independence, agustusan
akhir tahun, year end, new year, natal, christmas, holiday
milk tea, teh susu
fruit tea, teh buah
signature, andalan, favorit, favourite, favorite, spesial, special, khas
snack, snacks, camilan, cemilan, makanan, food, jajanan, kudapan
merchandise, merch, souvenir, suvenir, oleh oleh, hadiah, gift
$$, E'\n'), E'\n')) AS line) AS lines, unnest(terms) AS term;

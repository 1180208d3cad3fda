-- DropForeignKey
ALTER TABLE "outlet_price" DROP CONSTRAINT "outlet_price_outlet_id_fkey";

-- DropForeignKey
ALTER TABLE "promotion_outlet" DROP CONSTRAINT "promotion_outlet_outlet_id_fkey";

-- CreateIndex
CREATE UNIQUE INDEX "outlet_id_franchise_id_key" ON "outlet"("id", "franchise_id");

-- AlterTable
ALTER TABLE "outlet_price" ADD COLUMN "franchise_id" UUID;
UPDATE outlet_price SET franchise_id = outlet.franchise_id FROM outlet WHERE outlet.id = outlet_id;
ALTER TABLE outlet_price ALTER COLUMN franchise_id SET NOT NULL;

-- AlterTable
ALTER TABLE "promotion_outlet" ADD COLUMN "franchise_id" UUID;
UPDATE promotion_outlet SET franchise_id = outlet.franchise_id FROM outlet WHERE outlet.id = outlet_id;
ALTER TABLE promotion_outlet ALTER COLUMN franchise_id SET NOT NULL;

-- AlterTable
ALTER TABLE "promotion" ADD COLUMN "menu_item_ids" UUID[],
ADD COLUMN "outlet_ids" UUID[];
UPDATE promotion SET
  menu_item_ids = ARRAY(SELECT menu_item_id FROM promotion_item WHERE promotion_id = promotion.id ORDER BY menu_item_id),
  outlet_ids = ARRAY(SELECT outlet_id FROM promotion_outlet WHERE promotion_id = promotion.id ORDER BY outlet_id);
ALTER TABLE promotion ALTER COLUMN menu_item_ids SET NOT NULL, ALTER COLUMN outlet_ids SET NOT NULL;

-- AddForeignKey
ALTER TABLE "outlet_price" ADD CONSTRAINT "outlet_price_outlet_id_franchise_id_fkey" FOREIGN KEY ("outlet_id", "franchise_id") REFERENCES "outlet"("id", "franchise_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promotion_outlet" ADD CONSTRAINT "promotion_outlet_outlet_id_franchise_id_fkey" FOREIGN KEY ("outlet_id", "franchise_id") REFERENCES "outlet"("id", "franchise_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security as the wall behind the store's own filters. Roles: platform/database/access-roles.ts.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kedai_menu', 'kedai_menu_tenant', 'kedai_menu_chain', 'kedai_menu_worker'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Roles belong to the server: another database of this subgraph has made it.
      NULL;
    END;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['kedai_menu_tenant', 'kedai_menu_chain'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_auth_members WHERE roleid = wanted::regrole AND member = 'kedai_menu'::regrole AND set_option) THEN
      EXECUTE format('GRANT %I TO kedai_menu WITH INHERIT FALSE, SET TRUE', wanted);
    END IF;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO kedai_menu, kedai_menu_tenant, kedai_menu_chain, kedai_menu_worker;

-- The caller, as set for the transaction. Policies call these within a scalar subquery, so once for each statement.
CREATE FUNCTION caller_customer_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('kedai.customer_id', true), '')::uuid;
CREATE FUNCTION caller_outlet_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('kedai.outlet_ids', true), ''), '{}')::uuid[];
CREATE FUNCTION caller_franchise_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('kedai.franchise_ids', true), ''), '{}')::uuid[];

-- Puts a table behind the wall: the worker reaches every row, the chain every row by the given privileges, a tenant the rows
-- that carry its customer, outlet or franchise (every row to read where the table is public).
-- _tenant, _chain: privileges, such as 'SELECT, UPDATE'; empty for none. _rows: the tenant's rows where the columns
-- customer_id, outlet_id and franchise_id do not say it.
CREATE PROCEDURE protect(_table regclass, _tenant text, _chain text, _is_public boolean DEFAULT false, _rows text DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
  conditions text[] := '{}';
  own text;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', _table);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO kedai_menu_worker', _table);
  EXECUTE format('CREATE POLICY worker ON %s TO kedai_menu_worker USING (true) WITH CHECK (true)', _table);
  IF _chain <> '' THEN
    EXECUTE format('GRANT %s ON %s TO kedai_menu_chain', _chain, _table);
    EXECUTE format('CREATE POLICY chain ON %s TO kedai_menu_chain USING (true) WITH CHECK (true)', _table);
  END IF;
  IF _tenant = '' THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT %s ON %s TO kedai_menu_tenant', _tenant, _table);
  IF _is_public THEN
    EXECUTE format('CREATE POLICY public_read ON %s FOR SELECT TO kedai_menu_tenant USING (true)', _table);
  END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = _table AND attname = 'customer_id' AND NOT attisdropped) THEN
    conditions := conditions || 'customer_id = (SELECT caller_customer_id())'::text;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = _table AND attname = 'outlet_id' AND NOT attisdropped) THEN
    conditions := conditions || 'outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])'::text;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = _table AND attname = 'franchise_id' AND NOT attisdropped) THEN
    conditions := conditions || 'franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])'::text;
  END IF;
  own := COALESCE(_rows, NULLIF(array_to_string(conditions, ' OR '), ''));
  IF own IS NOT NULL THEN
    EXECUTE format('CREATE POLICY tenant ON %s TO kedai_menu_tenant USING (%s) WITH CHECK (%s)', _table, own, own);
  ELSIF NOT _is_public THEN
    RAISE EXCEPTION 'Nothing says which rows of % are a tenant''s', _table;
  END IF;
END
$$;

-- What every subgraph has. Events are written by everybody and read by the relay alone.
CALL protect('outbox', 'INSERT', 'INSERT', _rows => 'true');
CALL protect('inbox', '', '');

-- Whether each of the outlets is the caller's. None stands for every outlet, which no tenant covers.
CREATE FUNCTION caller_covers_outlets(_outlet_ids uuid[]) RETURNS boolean LANGUAGE sql STABLE
  RETURN cardinality(_outlet_ids) > 0 AND NOT EXISTS (
    SELECT FROM unnest(_outlet_ids) AS named (id)
    WHERE named.id <> ALL (caller_outlet_ids())
      AND NOT EXISTS (SELECT FROM outlet WHERE outlet.id = named.id AND outlet.franchise_id = ANY (caller_franchise_ids()))
  );

-- The rows that a promotion is found by belong to it from the beginning; no caller adds any to another's promotion.
CREATE FUNCTION write_promotion_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO promotion_item (promotion_id, menu_item_id) SELECT NEW.id, unnest(NEW.menu_item_ids);
  INSERT INTO promotion_outlet (promotion_id, outlet_id, franchise_id)
  SELECT NEW.id, named.id, outlet.franchise_id
  FROM unnest(NEW.outlet_ids) AS named (id) LEFT JOIN outlet ON outlet.id = named.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER promotion_rows AFTER INSERT ON promotion FOR EACH ROW EXECUTE FUNCTION write_promotion_rows();

-- An outlet's price depends on the item, which the outlet's staff may not change and so not lock.
CREATE FUNCTION lock_menu_item(_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM menu_item WHERE id = _id FOR UPDATE;
END
$$;
REVOKE ALL ON FUNCTION lock_menu_item FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_menu_item TO kedai_menu_tenant, kedai_menu_chain, kedai_menu_worker;

-- Everybody reads the menu. Head office writes franchises and items; owners write outlets; staff prices and promotions.
CALL protect('franchise', 'SELECT', 'SELECT, INSERT', _is_public => true);
CALL protect('outlet', 'SELECT, INSERT', 'SELECT, INSERT', _is_public => true);
CALL protect('menu_item', 'SELECT', 'SELECT, INSERT, UPDATE', _is_public => true);
CALL protect('recipe_line', 'SELECT', 'SELECT, INSERT, DELETE', _is_public => true);
CALL protect('option_group', 'SELECT', 'SELECT, INSERT, DELETE', _is_public => true);
CALL protect('menu_option', 'SELECT', 'SELECT, INSERT', _is_public => true);
CALL protect('option_recipe_line', 'SELECT', 'SELECT, INSERT', _is_public => true);
CALL protect('outlet_price', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', _is_public => true);
CALL protect('promotion', 'SELECT, INSERT, UPDATE (ended_at, version)', 'SELECT, INSERT, UPDATE (ended_at, version)',
  _is_public => true, _rows => 'caller_covers_outlets(outlet_ids)');
CALL protect('promotion_item', 'SELECT', 'SELECT', _is_public => true);
CALL protect('promotion_outlet', 'SELECT', 'SELECT', _is_public => true);

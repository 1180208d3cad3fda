-- Row-level security as the wall behind the store's own filters. Roles: platform/database/access-roles.ts.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kedai_customer', 'kedai_customer_tenant', 'kedai_customer_chain', 'kedai_customer_worker'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Roles belong to the server: another database of this subgraph has made it.
      NULL;
    END;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['kedai_customer_tenant', 'kedai_customer_chain'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_auth_members WHERE roleid = wanted::regrole AND member = 'kedai_customer'::regrole AND set_option) THEN
      EXECUTE format('GRANT %I TO kedai_customer WITH INHERIT FALSE, SET TRUE', wanted);
    END IF;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO kedai_customer, kedai_customer_tenant, kedai_customer_chain, kedai_customer_worker;

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
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO kedai_customer_worker', _table);
  EXECUTE format('CREATE POLICY worker ON %s TO kedai_customer_worker USING (true) WITH CHECK (true)', _table);
  IF _chain <> '' THEN
    EXECUTE format('GRANT %s ON %s TO kedai_customer_chain', _chain, _table);
    EXECUTE format('CREATE POLICY chain ON %s TO kedai_customer_chain USING (true) WITH CHECK (true)', _table);
  END IF;
  IF _tenant = '' THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT %s ON %s TO kedai_customer_tenant', _tenant, _table);
  IF _is_public THEN
    EXECUTE format('CREATE POLICY public_read ON %s FOR SELECT TO kedai_customer_tenant USING (true)', _table);
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
    EXECUTE format('CREATE POLICY tenant ON %s TO kedai_customer_tenant USING (%s) WITH CHECK (%s)', _table, own, own);
  ELSIF NOT _is_public THEN
    RAISE EXCEPTION 'Nothing says which rows of % are a tenant''s', _table;
  END IF;
END
$$;

-- What every subgraph has. Events are written by everybody and read by the relay alone.
CALL protect('outbox', 'INSERT', 'INSERT', _rows => 'true');
CALL protect('inbox', '', '');

-- Who the caller is. The setting `role` is the caller's within functions that run as their owner, too.
CREATE FUNCTION caller_is_chain() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN current_setting('role') = 'kedai_customer_chain';
CREATE FUNCTION caller_grants_roles() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN cardinality(caller_franchise_ids()) > 0 OR caller_is_chain();
CREATE FUNCTION caller_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN cardinality(caller_outlet_ids()) > 0 OR caller_grants_roles();

-- What staff see of guests and of their orders, as they are named: never a list, an e-mail address or a password.
CREATE FUNCTION guests(_ids uuid[]) RETURNS TABLE (id uuid, name text, phone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT customer.id, customer.name, customer.phone FROM customer WHERE customer.id = ANY (_ids) AND caller_is_staff()
$$;
CREATE FUNCTION balances_of_guests(_ids uuid[]) RETURNS TABLE (customer_id uuid, points int, lifetime_points int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT account.customer_id, account.points, account.lifetime_points
  FROM loyalty_account AS account WHERE account.customer_id = ANY (_ids) AND caller_is_staff()
$$;
CREATE FUNCTION points_of_orders(_order_ids uuid[]) RETURNS TABLE (order_id uuid, points int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT entry.order_id, sum(entry.lifetime_points)::int
  FROM loyalty_entry AS entry WHERE entry.order_id = ANY (_order_ids) AND caller_is_staff() GROUP BY entry.order_id
$$;
CREATE FUNCTION rewards_of_redemptions(_ids uuid[]) RETURNS TABLE (id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT redemption.id, redemption.name
  FROM redemption WHERE redemption.id = ANY (_ids) AND redemption.status <> 'RETURNED' AND caller_is_staff()
$$;

-- The account that a role is granted to, by one of the two, for those who grant roles. Nothing of it but its id.
CREATE FUNCTION account_named(_id uuid, _email text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id FROM customer WHERE (id = _id OR email = _email) AND caller_grants_roles() LIMIT 1
$$;

DO $$
DECLARE
  narrow regprocedure;
BEGIN
  FOREACH narrow IN ARRAY ARRAY['guests(uuid[])', 'balances_of_guests(uuid[])', 'points_of_orders(uuid[])',
    'rewards_of_redemptions(uuid[])', 'account_named(uuid, text)']::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', narrow);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kedai_customer_tenant, kedai_customer_chain', narrow);
  END LOOP;
END
$$;

-- Checks of sums see the whole account, whoever writes to it.
ALTER FUNCTION check_account(uuid) SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION check_redemption(uuid) SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION check_account_changed() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION check_redemption_changed() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION check_entry() SECURITY DEFINER SET search_path = public, pg_temp;
REVOKE ALL ON FUNCTION check_account(uuid), check_redemption(uuid) FROM PUBLIC;

-- Accounts: a person's own, and every account for head office. Passwords are the worker's alone.
CALL protect('customer', 'SELECT (id, email, name, phone), UPDATE (name, phone)',
  'SELECT (id, email, name, phone), UPDATE (name, phone)', _rows => 'id = (SELECT caller_customer_id())');
CREATE POLICY own_profile ON customer AS RESTRICTIVE FOR UPDATE TO kedai_customer_chain
  USING (id = (SELECT caller_customer_id()));
CALL protect('session', '', '');
CALL protect('refresh_token', '', '');

-- Roles: a person's own and those of the caller's tenants are read; an owner writes those at outlets of the franchise.
CALL protect('role_grant', 'SELECT, INSERT, DELETE', 'SELECT, INSERT, DELETE');
CREATE POLICY granting ON role_grant AS RESTRICTIVE FOR INSERT TO kedai_customer_tenant WITH CHECK (
  role IN ('BARISTA', 'MANAGER') AND franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
  AND granted_by = (SELECT caller_customer_id())
  AND EXISTS (SELECT FROM outlet WHERE outlet.id = role_grant.outlet_id AND outlet.franchise_id = role_grant.franchise_id)
);
CREATE POLICY revoking ON role_grant AS RESTRICTIVE FOR DELETE TO kedai_customer_tenant USING (
  role IN ('BARISTA', 'MANAGER') AND franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[])
);

-- Points: read by the person and head office; a caller spends none but their own, and earns none.
CALL protect('loyalty_account', 'SELECT, INSERT, UPDATE (points, lifetime_points, version)',
  'SELECT, INSERT, UPDATE (points, lifetime_points, version)');
CALL protect('loyalty_entry', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('redemption', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('order_refund', '', '');
CREATE POLICY opening ON loyalty_account AS RESTRICTIVE FOR INSERT TO kedai_customer_tenant, kedai_customer_chain
  WITH CHECK (customer_id = (SELECT caller_customer_id()) AND points = 0 AND lifetime_points = 0);
CREATE POLICY own_points ON loyalty_account AS RESTRICTIVE FOR UPDATE TO kedai_customer_tenant, kedai_customer_chain
  USING (customer_id = (SELECT caller_customer_id()));
CREATE POLICY spending ON loyalty_entry AS RESTRICTIVE FOR INSERT TO kedai_customer_tenant, kedai_customer_chain
  WITH CHECK (customer_id = (SELECT caller_customer_id()) AND kind = 'REDEEMED');
CREATE POLICY redeeming ON redemption AS RESTRICTIVE FOR INSERT TO kedai_customer_tenant, kedai_customer_chain
  WITH CHECK (customer_id = (SELECT caller_customer_id()) AND status = 'AVAILABLE');

-- Notifications are for their recipient alone: neither an outlet's staff nor head office reads another's.
CALL protect('notification', 'SELECT, UPDATE (read_at)', '', _rows => 'customer_id = (SELECT caller_customer_id())');
GRANT SELECT, UPDATE (read_at) ON notification TO kedai_customer_chain;
CREATE POLICY recipient ON notification TO kedai_customer_chain USING (customer_id = (SELECT caller_customer_id()));

-- The audit trail is read by the staff of the tenant that an entry is of, and added to by events.
CALL protect('audit_entry', 'SELECT', 'SELECT');

-- Everybody reads them; copies are written by events, rewards by the seed.
CALL protect('reward', 'SELECT', 'SELECT', _is_public => true);
CALL protect('outlet', 'SELECT', 'SELECT', _is_public => true);
CALL protect('franchise', 'SELECT', 'SELECT', _is_public => true);

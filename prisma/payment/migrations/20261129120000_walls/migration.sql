-- AlterTable
ALTER TABLE "dispute" ADD COLUMN     "franchise_id" UUID,
ADD COLUMN     "outlet_id" UUID;

-- AlterTable
ALTER TABLE "ledger_entry" ADD COLUMN     "franchise_id" UUID,
ADD COLUMN     "outlet_id" UUID;

-- AlterTable
ALTER TABLE "refund" ADD COLUMN     "customer_id" UUID,
ADD COLUMN     "franchise_id" UUID,
ADD COLUMN     "outlet_id" UUID;

-- The tenants of existing rows are those of what they belong to. What is booked or closed is never changed, but for what it did
-- not say before.
ALTER TABLE dispute DISABLE TRIGGER USER;
UPDATE dispute SET outlet_id = payment.outlet_id, franchise_id = payment.franchise_id
  FROM payment WHERE payment.id = dispute.payment_id;
ALTER TABLE dispute ENABLE TRIGGER USER;
ALTER TABLE ledger_entry DISABLE TRIGGER USER;
UPDATE ledger_entry SET outlet_id = booking.outlet_id, franchise_id = booking.franchise_id
  FROM ledger_transaction AS booking WHERE booking.id = ledger_entry.transaction_id;
ALTER TABLE ledger_entry ENABLE TRIGGER USER;
ALTER TABLE refund DISABLE TRIGGER USER;
UPDATE refund SET customer_id = payment.customer_id, outlet_id = payment.outlet_id, franchise_id = payment.franchise_id
  FROM payment WHERE payment.id = refund.payment_id;
ALTER TABLE refund ENABLE TRIGGER USER;

ALTER TABLE "dispute" ALTER COLUMN "franchise_id" SET NOT NULL,
ALTER COLUMN "outlet_id" SET NOT NULL;
ALTER TABLE "ledger_entry" ALTER COLUMN "franchise_id" SET NOT NULL,
ALTER COLUMN "outlet_id" SET NOT NULL;
ALTER TABLE "refund" ALTER COLUMN "customer_id" SET NOT NULL,
ALTER COLUMN "franchise_id" SET NOT NULL,
ALTER COLUMN "outlet_id" SET NOT NULL;

-- What the schema language cannot say.

-- Row-level security as the wall behind the store's own filters. Roles: platform/database/access-roles.ts.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kedai_payment', 'kedai_payment_tenant', 'kedai_payment_chain', 'kedai_payment_worker'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Roles belong to the server: another database of this subgraph has made it.
      NULL;
    END;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['kedai_payment_tenant', 'kedai_payment_chain'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_auth_members WHERE roleid = wanted::regrole AND member = 'kedai_payment'::regrole AND set_option) THEN
      EXECUTE format('GRANT %I TO kedai_payment WITH INHERIT FALSE, SET TRUE', wanted);
    END IF;
  END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO kedai_payment, kedai_payment_tenant, kedai_payment_chain, kedai_payment_worker;

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
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO kedai_payment_worker', _table);
  EXECUTE format('CREATE POLICY worker ON %s TO kedai_payment_worker USING (true) WITH CHECK (true)', _table);
  IF _chain <> '' THEN
    EXECUTE format('GRANT %s ON %s TO kedai_payment_chain', _chain, _table);
    EXECUTE format('CREATE POLICY chain ON %s TO kedai_payment_chain USING (true) WITH CHECK (true)', _table);
  END IF;
  IF _tenant = '' THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT %s ON %s TO kedai_payment_tenant', _tenant, _table);
  IF _is_public THEN
    EXECUTE format('CREATE POLICY public_read ON %s FOR SELECT TO kedai_payment_tenant USING (true)', _table);
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
    EXECUTE format('CREATE POLICY tenant ON %s TO kedai_payment_tenant USING (%s) WITH CHECK (%s)', _table, own, own);
  ELSIF NOT _is_public THEN
    RAISE EXCEPTION 'Nothing says which rows of % are a tenant''s', _table;
  END IF;
END
$$;

-- What every subgraph has. Events are written by everybody and read by the relay alone.
CALL protect('outbox', 'INSERT', 'INSERT', _rows => 'true');
CALL protect('inbox', '', '');

-- Tables of this subgraph. A caller may change only what operations change: whose a row is, and of how much, stays.

-- Consumers write the copies. Work on an order's payments locks its copy, which takes the right to change a column.
CALL protect('order_copy', 'SELECT, UPDATE (id)', 'SELECT, UPDATE (id)');
CREATE POLICY lock_alone ON order_copy AS RESTRICTIVE FOR UPDATE TO kedai_payment_tenant, kedai_payment_chain
  USING (true) WITH CHECK (false);
CALL protect('outlet_copy', 'SELECT', 'SELECT', _is_public => true);
CALL protect('franchise_copy', 'SELECT', 'SELECT', _rows => 'id = ANY ((SELECT caller_franchise_ids())::uuid[])');

-- Payments are begun by a statement of the worker's.
CALL protect('payment',
  'SELECT, UPDATE (status, version, refunded, refunds_held, disputes_held, is_surplus, transaction_id, failure_reason, channel, changed_at, paid_at, next_check_at, refund_lookup_at)',
  'SELECT, UPDATE (status, version, refunded, refunds_held, disputes_held, is_surplus, transaction_id, failure_reason, channel, changed_at, paid_at, next_check_at, refund_lookup_at)');
CALL protect('refund',
  'SELECT, INSERT, UPDATE (status, transaction_id, failure_reason, settled_at, next_check_at)',
  'SELECT, INSERT, UPDATE (status, transaction_id, failure_reason, settled_at, next_check_at)');
CALL protect('dispute',
  'SELECT, INSERT, UPDATE (status, evidence, evidence_submitted_at, closed_at)',
  'SELECT, INSERT, UPDATE (status, evidence, evidence_submitted_at, closed_at)');
CALL protect('ledger_transaction', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('ledger_entry', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('idempotency', 'SELECT, INSERT', 'SELECT, INSERT',
  _rows => 'split_part(scope, '':'', 1) = (SELECT caller_customer_id())::text');
CALL protect('provider_callback', '', '');

-- Guests read their payments and refunds; staff alone changes them.
CREATE POLICY staff_alone ON payment AS RESTRICTIVE FOR UPDATE TO kedai_payment_tenant
  USING (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));
CREATE POLICY staff_alone ON refund AS RESTRICTIVE FOR UPDATE TO kedai_payment_tenant
  USING (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));
CREATE POLICY staff_alone_insert ON refund AS RESTRICTIVE FOR INSERT TO kedai_payment_tenant
  WITH CHECK (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));

-- The ledger is append-only for the worker, too. A caller books what became of a payment of the same tenant.
REVOKE UPDATE, DELETE ON ledger_transaction, ledger_entry FROM kedai_payment_worker;
CREATE POLICY of_payment ON ledger_transaction AS RESTRICTIVE FOR INSERT TO kedai_payment_tenant
  WITH CHECK (EXISTS (
    SELECT FROM payment WHERE payment.id = ledger_transaction.payment_id
      AND payment.outlet_id = ledger_transaction.outlet_id AND payment.franchise_id = ledger_transaction.franchise_id
  ));

-- A refund and a dispute are of the tenant, and the customer, of their payment.
CREATE FUNCTION check_tenant_of_payment() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM payment WHERE id = NEW.payment_id AND outlet_id = NEW.outlet_id AND franchise_id = NEW.franchise_id
      AND customer_id = coalesce((to_jsonb(NEW) ->> 'customer_id')::uuid, customer_id)
  ) THEN
    RAISE EXCEPTION '% is of another tenant than payment %', NEW.id, NEW.payment_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'tenant_of_payment';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER tenant_of_payment BEFORE INSERT OR UPDATE OF payment_id, customer_id, outlet_id, franchise_id ON refund
  FOR EACH ROW EXECUTE FUNCTION check_tenant_of_payment();
CREATE TRIGGER tenant_of_payment BEFORE INSERT OR UPDATE OF payment_id, outlet_id, franchise_id ON dispute
  FOR EACH ROW EXECUTE FUNCTION check_tenant_of_payment();

-- Sums count every row, whatever the caller may see: a hidden row would make them wrong, or the check find nothing to check.
ALTER FUNCTION check_refund_sums() SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION check_dispute_sum() SECURITY DEFINER SET search_path = public, pg_temp;

-- As before, and the entries of a transaction are of its tenant.
CREATE OR REPLACE FUNCTION check_ledger_balance() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  subject uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
  balance numeric;
  entries int;
  are_of_tenant boolean;
BEGIN
  SELECT coalesce(sum(entry.amount), 0), count(*),
         bool_and(entry.outlet_id = booking.outlet_id AND entry.franchise_id = booking.franchise_id)
    INTO balance, entries, are_of_tenant
    FROM ledger_entry AS entry JOIN ledger_transaction AS booking ON booking.id = entry.transaction_id
    WHERE entry.transaction_id = subject;
  IF balance <> 0 OR entries < 2 THEN
    RAISE EXCEPTION 'ledger transaction % has % entries and is off by %', subject, entries, balance
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balance';
  END IF;
  IF NOT are_of_tenant THEN
    RAISE EXCEPTION 'ledger transaction % has entries of another tenant', subject
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_tenant';
  END IF;
  RETURN NULL;
END $$;

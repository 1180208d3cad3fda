-- Orders that staff took at the counter (`is_counter`): those of guests without an account have no customer, and neither have their payments.
BEGIN;
CALL partitions.lock_tables(ARRAY['order_copy', 'archive.order_copy', 'payment', 'archive.payment', 'refund', 'archive.refund']);
-- AlterTable
ALTER TABLE "order_copy" ADD COLUMN "is_counter" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "customer_id" DROP NOT NULL;
ALTER TABLE archive.order_copy ADD COLUMN "is_counter" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "customer_id" DROP NOT NULL;
-- AlterTable
ALTER TABLE "payment" ALTER COLUMN "customer_id" DROP NOT NULL;
ALTER TABLE archive.payment ALTER COLUMN "customer_id" DROP NOT NULL;
-- AlterTable
ALTER TABLE "refund" ALTER COLUMN "customer_id" DROP NOT NULL;
ALTER TABLE archive.refund ALTER COLUMN "customer_id" DROP NOT NULL;
-- AlterTable
ALTER TABLE "standing_payment" ALTER COLUMN "customer_id" DROP NOT NULL;

-- Partitions were made like their table, with constraints of their own.
DO $$
DECLARE
  _partition regclass;
BEGIN
  FOR _partition IN
    SELECT inhrelid FROM pg_inherits
    JOIN pg_attribute ON attrelid = inhrelid AND attname = 'customer_id' AND attnotnull
    WHERE inhparent IN ('public.order_copy'::regclass, 'archive.order_copy'::regclass, 'public.payment'::regclass, 'archive.payment'::regclass,
      'public.refund'::regclass, 'archive.refund'::regclass)
    ORDER BY inhrelid
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN customer_id DROP NOT NULL', _partition);
  END LOOP;
END
$$;
CREATE OR REPLACE VIEW order_copy_with_archive WITH (security_invoker = true) AS
  SELECT * FROM order_copy UNION ALL SELECT * FROM archive.order_copy;
COMMIT;

-- As before, and an order may have no customer.
CREATE OR REPLACE FUNCTION check_payment_of_order() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _total bigint;
BEGIN
  SELECT total INTO _total FROM order_copy
  WHERE id = NEW.order_id AND status = 'AWAITING_PAYMENT'
    AND customer_id IS NOT DISTINCT FROM NEW.customer_id AND outlet_id = NEW.outlet_id AND franchise_id = NEW.franchise_id
  FOR UPDATE;
  IF NOT FOUND
    OR (NEW.amount - NEW.tip <= _total - CASE NEW.status WHEN 'FAILED' THEN 0 ELSE paid_of_order(NEW.order_id) END) IS NOT TRUE THEN
    RAISE EXCEPTION 'payment % is not what order % waits for', NEW.id, NEW.order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_of_order';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION begin_payment(
  _id uuid, _order_id uuid, _customer_id uuid, _method "PaymentMethod", _provider "PaymentProvider", _channel jsonb,
  _lease_seconds float8, _key_scope text, _key text, _input_hash text, _record jsonb,
  _scope_customer_id uuid, _scope_everywhere boolean, _scope_franchise_ids uuid[], _scope_outlet_ids uuid[],
  _reach_customer_id uuid, _reach_everywhere boolean, _reach_franchise_ids uuid[], _reach_outlet_ids uuid[],
  _amount bigint, _tip bigint, _tendered bigint
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _order record;
  _owed bigint;
  _charged bigint;
  _begun payment;
BEGIN
  SELECT customer_id, outlet_id, franchise_id, total INTO _order FROM order_copy
  WHERE id = _order_id AND customer_id IS NOT DISTINCT FROM _customer_id AND status = 'AWAITING_PAYMENT' AND total > 0
    AND (_scope_everywhere OR customer_id = _scope_customer_id OR franchise_id = ANY (_scope_franchise_ids)
      OR outlet_id = ANY (_scope_outlet_ids))
    AND (_reach_everywhere OR customer_id = _reach_customer_id OR franchise_id = ANY (_reach_franchise_ids)
      OR outlet_id = ANY (_reach_outlet_ids))
  FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  _owed := _order.total - paid_of_order(_order_id);
  _charged := coalesce(_amount, _owed) + _tip;
  IF _owed > 0 IS NOT TRUE OR _amount > _owed OR _tendered < _charged THEN
    RETURN;
  END IF;
  INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, tip, tendered, channel,
    next_check_at, asked_at)
  VALUES (_id, _order_id, _customer_id, _order.outlet_id, _order.franchise_id, _method, _provider, 'PENDING', _charged, _tip, _tendered,
    _channel, now() + make_interval(secs => _lease_seconds), CASE WHEN _provider <> 'CASH' THEN now() END)
  RETURNING * INTO _begun;
  INSERT INTO idempotency (scope, key, input_hash, result_id) VALUES (_key_scope, _key, _input_hash, _id);
  IF _record IS NOT NULL THEN
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT record.id, record.type, record.version, record.source, record."occurredAt", record."aggregateId", record."aggregateVersion",
      record.data, record.metadata
    FROM jsonb_to_record(_record) AS record
      (id uuid, type text, version int, source text, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int, data jsonb,
       metadata jsonb);
  END IF;
  RETURN NEXT _begun;
END
$$;

CREATE OR REPLACE FUNCTION check_tenant_of_payment() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM payment WHERE id = NEW.payment_id AND outlet_id = NEW.outlet_id AND franchise_id = NEW.franchise_id
      AND (NOT to_jsonb(NEW) ? 'customer_id' OR customer_id IS NOT DISTINCT FROM (to_jsonb(NEW) ->> 'customer_id')::uuid)
  ) THEN
    RAISE EXCEPTION '% is of another tenant than payment %', NEW.id, NEW.payment_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'tenant_of_payment';
  END IF;
  RETURN NEW;
END $$;

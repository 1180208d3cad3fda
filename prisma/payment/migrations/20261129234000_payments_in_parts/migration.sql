-- An order may be paid in parts, each with a tip. What of a payment is for what, its row says: `tip`, `excess` (above the order's total, given
-- back), and the rest for the order. A part that is captured before the total is met is a deposit, owed to the guest until it is.

-- AlterEnum
ALTER TYPE "LedgerAccount" ADD VALUE 'TIPS';

-- AlterEnum
ALTER TYPE "LedgerReason" ADD VALUE 'ORDER_SETTLED';

BEGIN;
-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "excess" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "is_deposit" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "tendered" BIGINT,
ADD COLUMN     "tip" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE archive.payment ADD COLUMN excess BIGINT NOT NULL DEFAULT 0, ADD COLUMN is_deposit BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN tendered BIGINT, ADD COLUMN tip BIGINT NOT NULL DEFAULT 0;
CREATE OR REPLACE VIEW payment_with_archive WITH (security_invoker = true) AS
  SELECT * FROM payment UNION ALL SELECT * FROM archive.payment;
ALTER TABLE payment
  ADD CONSTRAINT payment_shares CHECK (tip >= 0 AND excess >= 0 AND tip + excess <= amount AND tip < amount) NOT VALID,
  ADD CONSTRAINT payment_deposit CHECK (NOT is_deposit OR (paid_at IS NOT NULL AND NOT is_surplus AND excess = 0)) NOT VALID,
  ADD CONSTRAINT payment_tendered CHECK (tendered IS NULL OR (method = 'CASH' AND tendered BETWEEN amount AND 1000000000000)) NOT VALID;
GRANT UPDATE (excess, is_deposit, tendered) ON payment TO kedai_payment_tenant, kedai_payment_chain;
COMMIT;
BEGIN;
ALTER TABLE payment VALIDATE CONSTRAINT payment_shares;
ALTER TABLE payment VALIDATE CONSTRAINT payment_deposit;
ALTER TABLE payment VALIDATE CONSTRAINT payment_tendered;
COMMIT;

-- Several payments of an order may stand. The index is built before the key changes.
BEGIN;
CREATE UNIQUE INDEX standing_payment_key ON standing_payment (order_id, payment_id);
COMMIT;
BEGIN;
ALTER TABLE standing_payment DROP CONSTRAINT standing_payment_pkey;
ALTER TABLE standing_payment ADD CONSTRAINT standing_payment_pkey PRIMARY KEY USING INDEX standing_payment_key;
COMMIT;

-- What is paid of an order or about to be; null where its total is met. The order is locked, so that all who ask see each other.
CREATE FUNCTION paid_of_order(_order_id uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _paid bigint;
BEGIN
  -- Nearly always nothing stands: payments lie in many partitions.
  IF NOT EXISTS (SELECT FROM standing_payment WHERE order_id = _order_id) THEN
    RETURN 0;
  END IF;
  SELECT CASE WHEN bool_or(status <> 'PENDING' AND NOT is_deposit) THEN NULL
    ELSE coalesce(sum(greatest(amount - tip - refunds_held - disputes_held, 0)), 0) END
  INTO _paid FROM payment
  WHERE id = ANY (ARRAY(SELECT payment_id FROM standing_payment WHERE order_id = _order_id));
  RETURN _paid;
END
$$;

-- A payment is begun for an order that waits for one: by its customer, at its outlet, of no more than is still owed.
CREATE OR REPLACE FUNCTION check_payment_of_order() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _total bigint;
BEGIN
  SELECT total INTO _total FROM order_copy
  WHERE id = NEW.order_id AND status = 'AWAITING_PAYMENT'
    AND customer_id = NEW.customer_id AND outlet_id = NEW.outlet_id AND franchise_id = NEW.franchise_id
  FOR UPDATE;
  IF NOT FOUND
    OR (NEW.amount - NEW.tip <= _total - CASE NEW.status WHEN 'FAILED' THEN 0 ELSE paid_of_order(NEW.order_id) END) IS NOT TRUE THEN
    RAISE EXCEPTION 'payment % is not what order % waits for', NEW.id, NEW.order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_of_order';
  END IF;
  RETURN NEW;
END $$;

-- As `begin_payment` of fewer parameters, which the release before calls: it begins payments of the whole total.
-- _amount: of the order's total; null for all that is still owed. _lease_seconds: until it is looked at.
CREATE FUNCTION begin_payment(
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
  WHERE id = _order_id AND customer_id = _customer_id AND status = 'AWAITING_PAYMENT' AND total > 0
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

-- Captures a payment for its own order, where both stand as given (an order in any status where it is null), with its ledger entries of
-- the payment's tenant and, where there are any, its event and the callback that reported it. Answers nothing where nothing is written.
-- _excess: what of it is above the order's total; null for a payment that meets the total alone: nothing is written for any other.
CREATE FUNCTION capture_payment(
  _id uuid, _order_id uuid, _order_status "OrderStatus", _payment_status "PaymentStatus", _provider "PaymentProvider", _is_surplus boolean,
  _transaction_id text, _paid_at timestamptz, _refund_lookup_at timestamptz, _booking_id uuid, _entries jsonb, _event jsonb, _callback_id text,
  _excess bigint, _is_deposit boolean
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _total bigint;
  _paid payment;
BEGIN
  SELECT total INTO _total FROM order_copy WHERE id = _order_id AND (_order_status IS NULL OR status = _order_status) FOR UPDATE;
  IF NOT FOUND
    OR (_excess IS NULL AND EXISTS (SELECT FROM standing_payment WHERE order_id = _order_id AND payment_id <> _id)) THEN
    RETURN;
  END IF;
  UPDATE payment SET status = 'PAID', is_surplus = _is_surplus, excess = coalesce(_excess, 0), is_deposit = _is_deposit,
    transaction_id = _transaction_id, failure_reason = NULL, channel = NULL, version = version + 1, paid_at = _paid_at,
    changed_at = _paid_at, next_check_at = NULL, refund_lookup_at = _refund_lookup_at
  WHERE id = _id AND order_id = _order_id AND status = _payment_status AND provider = _provider
    AND (_excess IS NOT NULL OR amount - tip = _total)
  RETURNING * INTO _paid;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
  VALUES (_booking_id, 'CAPTURE', _id, _id, _paid.provider, _paid.method, _paid.outlet_id, _paid.franchise_id);
  INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
  SELECT _booking_id, account::"LedgerAccount", amount, _paid.outlet_id, _paid.franchise_id
  FROM jsonb_to_recordset(_entries) AS entry (account text, amount bigint);
  IF _event IS NOT NULL THEN
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT event.id, event.type, event.version, event.source, _paid_at, _id::text, _paid.version, event.data, event.metadata
    FROM jsonb_to_record(_event) AS event (id uuid, type text, version int, source text, data jsonb, metadata jsonb);
  END IF;
  IF _callback_id IS NOT NULL THEN
    INSERT INTO provider_callback (provider, event_id) VALUES (_provider, _callback_id) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NEXT _paid;
END
$$;

-- What the release before calls: it captures payments that meet their order's total alone, and surplus. What it does not know of, a process
-- of this release captures when the payment is due.
CREATE OR REPLACE FUNCTION capture_payment(
  _id uuid, _order_id uuid, _order_status "OrderStatus", _payment_status "PaymentStatus", _provider "PaymentProvider", _is_surplus boolean,
  _transaction_id text, _paid_at timestamptz, _refund_lookup_at timestamptz, _booking_id uuid, _entries jsonb, _event jsonb, _callback_id text
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF _is_surplus OR NOT EXISTS (SELECT FROM payment WHERE id = _id AND tip > 0) THEN
    RETURN QUERY SELECT * FROM capture_payment(_id, _order_id, _order_status, _payment_status, _provider, _is_surplus, _transaction_id,
      _paid_at, _refund_lookup_at, _booking_id, _entries, _event, _callback_id, CASE WHEN _is_surplus THEN 0 END, false);
  END IF;
END
$$;

-- All payments of orders, archived ones, too. None is older than `_first_id`.
CREATE FUNCTION payments_of_orders(_order_ids uuid[], _first_id uuid) RETURNS SETOF payment LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM payment_with_archive WHERE id >= _first_id AND order_id = ANY (_order_ids);
END
$$;

-- Payments with their refunds and disputes, the ledger and the copies of orders go into partitions by month. What is there is read and
-- written all the while, but for a moment per family. What is unique over all months is guarded by tables since `unique_across_months`.

-- Each alone: nobody waits for more than one table.
BEGIN;
CALL prepare_partitions('order_copy', 'id', 'month', _family => 'order_copy',
  _archive_when => $$status IN ('COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED')$$);
COMMIT;
BEGIN;
CALL prepare_partitions('payment', 'id', 'month', _family => 'payment',
  _archive_when => $$status <> 'PENDING' AND next_check_at IS NULL AND refund_lookup_at IS NULL AND refunds_held = refunded
    AND (disputes_held = 0 OR id NOT IN (SELECT payment_id FROM dispute WHERE closed_at IS NULL))$$);
COMMIT;
BEGIN;
CALL prepare_partitions('refund', 'payment_id', 'month', _family => 'payment', _position => 1);
COMMIT;
BEGIN;
CALL prepare_partitions('dispute', 'payment_id', 'month', _family => 'payment', _position => 2);
COMMIT;
BEGIN;
CALL prepare_partitions('ledger_transaction', 'id', 'month', _family => 'ledger');
COMMIT;
BEGIN;
CALL prepare_partitions('ledger_entry', 'transaction_id', 'month', _family => 'ledger', _position => 1);
COMMIT;

BEGIN;
CALL validate_bounds('order_copy');
COMMIT;
BEGIN;
CALL validate_bounds('payment');
COMMIT;
BEGIN;
CALL validate_bounds('ledger');
COMMIT;

BEGIN;
CALL partition_family('order_copy');
COMMIT;

-- Foreign keys to a partitioned table cost a plan for every row. Triggers see to it already that a refund and a dispute are of a payment
-- (`tenant_of_payment`) and that an entry is of a transaction (`ledger_balance`), and none of them is ever deleted.
BEGIN;
CALL partitions.lock_tables(ARRAY['payment', 'refund', 'dispute']);
DROP INDEX payment_one_per_order;
-- DropIndex
DROP INDEX "payment_provider_transaction_id_key";
-- DropForeignKey
ALTER TABLE "refund" DROP CONSTRAINT "refund_payment_id_fkey";
-- DropForeignKey
ALTER TABLE "dispute" DROP CONSTRAINT "dispute_payment_id_fkey";
REVOKE DELETE ON payment, refund, dispute FROM kedai_payment_worker;
CALL partition_family('payment');
COMMIT;

BEGIN;
CALL partitions.lock_tables(ARRAY['ledger_transaction', 'ledger_entry']);
-- DropIndex
DROP INDEX "ledger_transaction_reason_subject_id_key";
-- DropForeignKey
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_transaction_id_fkey";
CALL partition_family('ledger');
COMMIT;

-- What looks for one id in a plan of its own costs more to plan than to run, as soon as there are partitions: these functions are planned
-- once for each connection, and visit the partitions of the ids that they are given.

CREATE OR REPLACE FUNCTION check_refund_sums() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  subject uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
  IF EXISTS (
    SELECT FROM payment,
      (SELECT coalesce(sum(amount) FILTER (WHERE status <> 'FAILED'), 0) AS held,
              coalesce(sum(amount) FILTER (WHERE status = 'SUCCEEDED'), 0) AS given
       FROM refund WHERE payment_id = subject) AS sums
    WHERE payment.id = subject AND (refunds_held <> sums.held OR refunded <> sums.given)
  ) THEN
    RAISE EXCEPTION 'refunds of payment % do not add up', subject USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_sums';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION check_dispute_sum() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  subject uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
  IF EXISTS (
    SELECT FROM payment WHERE id = subject AND disputes_held <>
      (SELECT coalesce(sum(amount), 0) FROM dispute WHERE payment_id = subject AND status <> 'WON')
  ) THEN
    RAISE EXCEPTION 'disputes of payment % do not add up', subject USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_sum';
  END IF;
  RETURN NULL;
END $$;

ALTER FUNCTION check_payment_of_order SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION check_tenant_of_payment SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION check_ledger_balance SET plan_cache_mode = force_generic_plan;

-- Writes a payment with its idempotency key and, where there is one, its event. The order is locked, so that its end and its payment see
-- each other. Nothing shows of an order outside the caller's scope or reach: this runs beyond row-level security.
-- _lease_seconds: for how long the charge is under way from now on; null for cash.
CREATE FUNCTION begin_payment(
  _id uuid, _order_id uuid, _customer_id uuid, _method "PaymentMethod", _provider "PaymentProvider", _channel jsonb,
  _lease_seconds float8, _key_scope text, _key text, _input_hash text, _record jsonb,
  _scope_customer_id uuid, _scope_everywhere boolean, _scope_franchise_ids uuid[], _scope_outlet_ids uuid[],
  _reach_customer_id uuid, _reach_everywhere boolean, _reach_franchise_ids uuid[], _reach_outlet_ids uuid[]
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _order record;
  _begun payment;
BEGIN
  SELECT customer_id, outlet_id, franchise_id, total INTO _order FROM order_copy
  WHERE id = _order_id AND customer_id = _customer_id AND status = 'AWAITING_PAYMENT' AND total > 0
    AND (_scope_everywhere OR customer_id = _scope_customer_id OR franchise_id = ANY (_scope_franchise_ids)
      OR outlet_id = ANY (_scope_outlet_ids))
    AND (_reach_everywhere OR customer_id = _reach_customer_id OR franchise_id = ANY (_reach_franchise_ids)
      OR outlet_id = ANY (_reach_outlet_ids))
  FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM standing_payment WHERE order_id = _order_id) THEN
    RETURN;
  END IF;
  INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, channel, next_check_at, asked_at)
  VALUES (_id, _order_id, _customer_id, _order.outlet_id, _order.franchise_id, _method, _provider, 'PENDING', _order.total, _channel,
    now() + make_interval(secs => _lease_seconds), CASE WHEN _lease_seconds IS NOT NULL THEN now() END)
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

-- Records a charge that waits for the guest; what was recorded before only moves the next check. Answers nothing where the payment waits
-- for this charge no longer.
CREATE FUNCTION record_pending_charge(
  _id uuid, _provider "PaymentProvider", _transaction_id text, _redirect_url text, _qr_code text, _next_check_seconds float8
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY
  UPDATE payment SET transaction_id = _transaction_id, redirect_url = _redirect_url, qr_code = _qr_code, channel = NULL,
    version = payment.version + (payment.transaction_id IS DISTINCT FROM _transaction_id)::int,
    changed_at = CASE WHEN payment.transaction_id IS DISTINCT FROM _transaction_id THEN now() ELSE payment.changed_at END,
    next_check_at = now() + make_interval(secs => _next_check_seconds)
  WHERE payment.id = _id AND payment.status = 'PENDING' AND payment.provider = _provider
  RETURNING payment.*;
END
$$;

-- Captures a payment for its own order, where both stand as given (an order in any status where it is null), with its ledger entries of
-- the payment's tenant and, where there are any, its event and the callback that reported it. Answers nothing where nothing is written.
CREATE FUNCTION capture_payment(
  _id uuid, _order_id uuid, _order_status "OrderStatus", _payment_status "PaymentStatus", _provider "PaymentProvider", _is_surplus boolean,
  _transaction_id text, _paid_at timestamptz, _refund_lookup_at timestamptz, _booking_id uuid, _entries jsonb, _event jsonb, _callback_id text
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _paid payment;
BEGIN
  PERFORM FROM order_copy WHERE id = _order_id AND (_order_status IS NULL OR status = _order_status) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE payment SET status = 'PAID', is_surplus = _is_surplus, transaction_id = _transaction_id, failure_reason = NULL, channel = NULL,
    version = version + 1, paid_at = _paid_at, changed_at = _paid_at, next_check_at = NULL, refund_lookup_at = _refund_lookup_at
  WHERE id = _id AND order_id = _order_id AND status = _payment_status AND provider = _provider
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

-- The payments of orders that have none that stands: all have failed. None is older than `_first_id`.
CREATE FUNCTION failed_payments(_order_ids uuid[], _first_id uuid) RETURNS SETOF payment LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM payment_with_archive
  WHERE id >= _first_id AND order_id = ANY (_order_ids) AND status = 'FAILED' AND NOT is_surplus;
END
$$;

-- Refunds and disputes whose payment is not known, in use and archived.
CREATE FUNCTION refunds_by_id(_ids uuid[]) RETURNS SETOF refund LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT * FROM refund_with_archive WHERE id = ANY (_ids);
END
$$;
CREATE FUNCTION disputes_by_id(_ids uuid[], _are_archived boolean) RETURNS SETOF dispute LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF _are_archived THEN
    RETURN QUERY SELECT * FROM archive.dispute WHERE id = ANY (_ids);
  ELSE
    RETURN QUERY SELECT * FROM dispute WHERE id = ANY (_ids);
  END IF;
END
$$;

-- What of an order's money is tax, service charge and rounding is booked apart, and orders that are settled get a receipt, refunds of them a
-- credit note.

-- AlterEnum
ALTER TYPE "LedgerAccount" ADD VALUE 'TAX_PAYABLE';
-- AlterEnum
ALTER TYPE "LedgerAccount" ADD VALUE 'SERVICE_CHARGES';
-- AlterEnum
ALTER TYPE "LedgerAccount" ADD VALUE 'ROUNDING';

-- CreateEnum
CREATE TYPE "ReceiptSeries" AS ENUM ('RECEIPT', 'CREDIT_NOTE');

BEGIN;
CALL partitions.lock_tables(ARRAY['order_copy', 'archive.order_copy']);
-- AlterTable
ALTER TABLE "order_copy" ADD COLUMN     "bill" JSONB;
ALTER TABLE archive.order_copy ADD COLUMN "bill" JSONB;
CREATE OR REPLACE VIEW order_copy_with_archive WITH (security_invoker = true) AS
  SELECT * FROM public.order_copy UNION ALL SELECT * FROM archive.order_copy;
COMMIT;

-- AlterTable
ALTER TABLE "outlet_copy" ADD COLUMN     "address" TEXT;

-- CreateTable
CREATE TABLE "receipt" (
    "id" UUID NOT NULL,
    "series" "ReceiptSeries" NOT NULL,
    "order_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "refund_id" UUID,
    "customer_id" UUID,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "total" BIGINT NOT NULL,
    "content" JSONB NOT NULL,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt_number" (
    "outlet_id" UUID NOT NULL,
    "series" "ReceiptSeries" NOT NULL,
    "number" INTEGER NOT NULL,
    "receipt_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "customer_id" UUID,
    "franchise_id" UUID NOT NULL,

    CONSTRAINT "receipt_number_pkey" PRIMARY KEY ("outlet_id","series","number")
);

-- CreateIndex
CREATE UNIQUE INDEX "receipt_number_receipt_id_key" ON "receipt_number"("receipt_id");

-- CreateIndex
CREATE INDEX "receipt_number_order_id_idx" ON "receipt_number"("order_id");

-- What the schema language cannot say.

-- An order has one receipt.
CREATE UNIQUE INDEX receipt_number_one_receipt ON receipt_number (order_id) WHERE series = 'RECEIPT';
ALTER TABLE receipt
  ADD CONSTRAINT receipt_total CHECK (total BETWEEN 1 AND 1000000000000),
  ADD CONSTRAINT receipt_of_refund CHECK ((series = 'CREDIT_NOTE') = (refund_id IS NOT NULL));
ALTER TABLE receipt_number ADD CONSTRAINT receipt_number_number CHECK (number > 0);

-- Numbers what a transaction has issued, when all else of it is done: the counter's row is locked until the commit and no longer, and a
-- transaction that does not commit takes no number.
CREATE FUNCTION number_receipt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  INSERT INTO receipt_number (outlet_id, series, number, receipt_id, order_id, customer_id, franchise_id)
  VALUES (NEW.outlet_id, NEW.series, next_number(NEW.outlet_id, NEW.franchise_id, NEW.series::text), NEW.id, NEW.order_id,
    NEW.customer_id, NEW.franchise_id);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER receipt_numbered AFTER INSERT ON receipt
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION number_receipt();

CREATE FUNCTION refuse_receipt_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'receipts are never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_append_only';
END $$;
CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION refuse_receipt_change();
CREATE TRIGGER receipt_number_append_only BEFORE UPDATE OR DELETE ON receipt_number FOR EACH ROW EXECUTE FUNCTION refuse_receipt_change();

-- A receipt is of a payment, and carries what that carries.
CREATE FUNCTION check_receipt_of_payment() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM payment WHERE id = NEW.payment_id AND order_id = NEW.order_id AND customer_id IS NOT DISTINCT FROM NEW.customer_id
      AND outlet_id = NEW.outlet_id AND franchise_id = NEW.franchise_id
  ) THEN
    RAISE EXCEPTION 'receipt % is of no payment, or of another tenant’s', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_of_payment';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER receipt_of_payment AFTER INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION check_receipt_of_payment();

-- Guests read their own; staff's confirmations and refunds issue them, as providers' do.
CALL protect('receipt', 'SELECT, INSERT', 'SELECT, INSERT');
CREATE POLICY staff_alone ON receipt AS RESTRICTIVE FOR INSERT TO kedai_payment_tenant
  WITH CHECK (outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[]) OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));
CALL protect('receipt_number', 'SELECT', 'SELECT');
REVOKE UPDATE, DELETE ON receipt FROM kedai_payment_worker;
REVOKE INSERT, UPDATE, DELETE ON receipt_number FROM kedai_payment_worker;
CALL prepare_partitions('receipt', 'id', 'month', _family => 'receipt');
CALL partition_family('receipt');

-- A UUIDv7 of now.
CREATE FUNCTION new_receipt_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (left(first_id_at(clock_timestamp())::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid
$$;

-- What of an order's total is tax, in its prices or added to them.
CREATE FUNCTION taxes_of_bill(_bill jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum((tax ->> 'amount')::bigint), 0)::bigint FROM jsonb_array_elements(_bill -> 'taxes') AS tax
$$;

-- As before; and of a payment that meets the total alone, what is tax, service charge and rounding is booked apart (of any other the caller
-- says so). The payment that meets the total issues the order's receipt, as the order, its lines and its outlet are called now.
CREATE OR REPLACE FUNCTION capture_payment(
  _id uuid, _order_id uuid, _order_status "OrderStatus", _payment_status "PaymentStatus", _provider "PaymentProvider", _is_surplus boolean,
  _transaction_id text, _paid_at timestamptz, _refund_lookup_at timestamptz, _booking_id uuid, _entries jsonb, _event jsonb, _callback_id text,
  _excess bigint, _is_deposit boolean
) RETURNS SETOF payment LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  _order record;
  _paid payment;
  _tax bigint := 0;
  _service bigint := 0;
  _rounding bigint := 0;
BEGIN
  SELECT number, total, bill INTO _order FROM order_copy
  WHERE id = _order_id AND (_order_status IS NULL OR status = _order_status) FOR UPDATE;
  IF NOT FOUND
    OR (_excess IS NULL AND EXISTS (SELECT FROM standing_payment WHERE order_id = _order_id AND payment_id <> _id)) THEN
    RETURN;
  END IF;
  UPDATE payment SET status = 'PAID', is_surplus = _is_surplus, excess = coalesce(_excess, 0), is_deposit = _is_deposit,
    transaction_id = _transaction_id, failure_reason = NULL, channel = NULL, version = version + 1, paid_at = _paid_at,
    changed_at = _paid_at, next_check_at = NULL, refund_lookup_at = _refund_lookup_at
  WHERE id = _id AND order_id = _order_id AND status = _payment_status AND provider = _provider
    AND (_excess IS NOT NULL OR amount - tip = _order.total)
  RETURNING * INTO _paid;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF _excess IS NULL AND _order.bill IS NOT NULL THEN
    _tax := taxes_of_bill(_order.bill);
    _service := (_order.bill ->> 'serviceCharge')::bigint;
    _rounding := (_order.bill ->> 'rounding')::bigint;
  END IF;
  INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
  VALUES (_booking_id, 'CAPTURE', _id, _id, _paid.provider, _paid.method, _paid.outlet_id, _paid.franchise_id);
  INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
  SELECT _booking_id, account::"LedgerAccount", amount, _paid.outlet_id, _paid.franchise_id
  FROM (
    SELECT account, amount + CASE account WHEN 'SALES' THEN _tax + _service + _rounding ELSE 0 END AS amount
    FROM jsonb_to_recordset(_entries) AS entry (account text, amount bigint)
    UNION ALL VALUES ('TAX_PAYABLE', -_tax), ('SERVICE_CHARGES', -_service), ('ROUNDING', -_rounding)
  ) AS entry
  WHERE amount <> 0;
  IF NOT _is_surplus AND NOT _is_deposit THEN
    INSERT INTO receipt (id, series, order_id, payment_id, customer_id, outlet_id, franchise_id, issued_at, total, content)
    SELECT new_receipt_id(), 'RECEIPT', _order_id, _id, _paid.customer_id, _paid.outlet_id, _paid.franchise_id, _paid_at,
      coalesce(_order.total, _paid.amount - _paid.tip - _paid.excess),
      coalesce(_order.bill, '{"placedAt": null, "lines": [], "rewardDiscount": 0, "serviceCharge": 0, "taxes": [], "rounding": 0}')
        || jsonb_build_object('orderNumber', _order.number, 'outlet', outlet_of_receipt(_paid.outlet_id));
  END IF;
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

-- An outlet as receipts name it; null members where no event has said them.
CREATE FUNCTION outlet_of_receipt(_outlet_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT jsonb_build_object('name', name, 'address', address, 'timeZone', time_zone) FROM outlet_copy WHERE id = _outlet_id),
    '{"name": null, "address": null, "timeZone": "UTC"}')
$$;

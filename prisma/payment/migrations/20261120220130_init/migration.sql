-- CreateEnum
CREATE TYPE "OrderStatus" AS ENUM ('PLACED', 'AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY', 'COMPLETED', 'REJECTED', 'CANCELLED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "PaymentMethod" AS ENUM ('CASH', 'CARD', 'GOPAY', 'OVO', 'DANA', 'QRIS');

-- CreateEnum
CREATE TYPE "PaymentProvider" AS ENUM ('CASH', 'MIDTRANS', 'XENDIT');

-- CreateEnum
CREATE TYPE "PaymentStatus" AS ENUM ('PENDING', 'PAID', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "RefundStatus" AS ENUM ('PENDING', 'SUCCEEDED', 'FAILED');

-- CreateEnum
CREATE TYPE "RefundOrigin" AS ENUM ('STAFF', 'ORDER');

-- CreateEnum
CREATE TYPE "LedgerAccount" AS ENUM ('MIDTRANS_CLEARING', 'XENDIT_CLEARING', 'CASH_DRAWER', 'SALES', 'REFUNDS', 'OWED_TO_CUSTOMERS');

-- CreateEnum
CREATE TYPE "LedgerReason" AS ENUM ('CAPTURE', 'REFUND');

-- CreateTable
CREATE TABLE "order_copy" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "total" BIGINT,
    "status" "OrderStatus" NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "order_copy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outlet_copy" (
    "id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "outlet_copy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "method" "PaymentMethod" NOT NULL,
    "provider" "PaymentProvider" NOT NULL,
    "status" "PaymentStatus" NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "amount" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL DEFAULT 0,
    "refunds_held" BIGINT NOT NULL DEFAULT 0,
    "is_surplus" BOOLEAN NOT NULL DEFAULT false,
    "transaction_id" TEXT,
    "redirect_url" TEXT,
    "qr_code" TEXT,
    "channel" JSONB,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "paid_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3),
    "checks" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "origin" "RefundOrigin" NOT NULL,
    "status" "RefundStatus" NOT NULL,
    "transaction_id" TEXT,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),
    "next_check_at" TIMESTAMPTZ(3),
    "checks" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "provider_callback" (
    "provider" "PaymentProvider" NOT NULL,
    "event_id" TEXT NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "provider_callback_pkey" PRIMARY KEY ("provider","event_id")
);

-- CreateTable
CREATE TABLE "ledger_transaction" (
    "id" UUID NOT NULL,
    "reason" "LedgerReason" NOT NULL,
    "subject_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "booked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_transaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "transaction_id" UUID NOT NULL,
    "account" "LedgerAccount" NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("transaction_id","account")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "aggregate_version" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "enqueued_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer","event_id")
);

-- CreateIndex
CREATE INDEX "payment_order_id_idx" ON "payment"("order_id");

-- CreateIndex
CREATE INDEX "payment_outlet_id_created_at_idx" ON "payment"("outlet_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "payment_provider_transaction_id_key" ON "payment"("provider", "transaction_id");

-- CreateIndex
CREATE INDEX "refund_payment_id_idx" ON "refund"("payment_id");

-- CreateIndex
CREATE INDEX "idempotency_created_at_idx" ON "idempotency"("created_at");

-- CreateIndex
CREATE INDEX "provider_callback_handled_at_idx" ON "provider_callback"("handled_at");

-- CreateIndex
CREATE INDEX "ledger_transaction_outlet_id_booked_at_idx" ON "ledger_transaction"("outlet_id", "booked_at");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_transaction_reason_subject_id_key" ON "ledger_transaction"("reason", "subject_id");

-- CreateIndex
CREATE INDEX "ledger_entry_account_idx" ON "ledger_entry"("account");

-- CreateIndex
CREATE INDEX "outbox_enqueued_at_idx" ON "outbox"("enqueued_at");

-- CreateIndex
CREATE INDEX "inbox_handled_at_idx" ON "inbox"("handled_at");

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "ledger_transaction"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language cannot say.

CREATE INDEX outbox_pending ON outbox (id) WHERE enqueued_at IS NULL;
CREATE INDEX payment_due ON payment (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX refund_due ON refund (next_check_at) WHERE next_check_at IS NOT NULL;

-- An order has one payment that is under way or captured, however many have failed.
CREATE UNIQUE INDEX payment_one_per_order ON payment (order_id) WHERE status <> 'FAILED' AND NOT is_surplus;
-- An order that ends gives each of its payments back once.
CREATE UNIQUE INDEX refund_one_by_order ON refund (payment_id) WHERE origin = 'ORDER';

ALTER TABLE order_copy ADD CONSTRAINT order_copy_total CHECK (total BETWEEN 0 AND 1000000000000);

ALTER TABLE payment
  ADD CONSTRAINT payment_amount CHECK (amount BETWEEN 1 AND 1000000000000),
  ADD CONSTRAINT payment_refunds CHECK (0 <= refunded AND refunded <= refunds_held AND refunds_held <= amount),
  ADD CONSTRAINT payment_cash CHECK ((method = 'CASH') = (provider = 'CASH')),
  ADD CONSTRAINT payment_captured CHECK ((status IN ('PENDING', 'FAILED')) = (paid_at IS NULL)),
  ADD CONSTRAINT payment_status CHECK (CASE status
    WHEN 'PENDING' THEN refunds_held = 0
    WHEN 'FAILED' THEN refunds_held = 0
    WHEN 'PAID' THEN refunded = 0
    WHEN 'PARTIALLY_REFUNDED' THEN 0 < refunded AND refunded < amount
    WHEN 'REFUNDED' THEN refunded = amount
  END);

ALTER TABLE refund
  ADD CONSTRAINT refund_amount CHECK (amount BETWEEN 1 AND 1000000000000),
  ADD CONSTRAINT refund_reason CHECK (char_length(reason) BETWEEN 1 AND 500),
  ADD CONSTRAINT refund_settled CHECK ((status = 'PENDING') = (settled_at IS NULL));

ALTER TABLE idempotency ADD CONSTRAINT idempotency_key CHECK (char_length(key) BETWEEN 1 AND 128);

ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_amount CHECK (amount <> 0);

-- At the end of every transaction a payment's refund figures are the sums of its refunds.
CREATE FUNCTION check_refund_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
  IF EXISTS (
    SELECT FROM payment p
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(amount) FILTER (WHERE status <> 'FAILED'), 0) AS held,
             coalesce(sum(amount) FILTER (WHERE status = 'SUCCEEDED'), 0) AS given
      FROM refund WHERE payment_id = p.id
    ) sums
    WHERE p.id = subject AND (p.refunds_held <> sums.held OR p.refunded <> sums.given)
  ) THEN
    RAISE EXCEPTION 'refunds of payment % do not add up', subject USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_sums';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER refund_sums AFTER INSERT OR UPDATE ON refund
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_sums('payment_id');
CREATE CONSTRAINT TRIGGER payment_refund_sums AFTER UPDATE OF refunded, refunds_held ON payment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_sums('id');

-- At the end of every transaction the ledger balances, and what it says is never changed.
CREATE FUNCTION check_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
  balance numeric;
  entries int;
BEGIN
  SELECT coalesce(sum(amount), 0), count(*) INTO balance, entries FROM ledger_entry WHERE transaction_id = subject;
  IF balance <> 0 OR entries < 2 THEN
    RAISE EXCEPTION 'ledger transaction % has % entries and is off by %', subject, entries, balance
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balance';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_balance AFTER INSERT ON ledger_transaction
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balance('id');
CREATE CONSTRAINT TRIGGER ledger_entry_balance AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_ledger_balance('transaction_id');

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
END $$;

CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE ON ledger_transaction
  FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();

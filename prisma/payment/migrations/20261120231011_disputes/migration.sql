-- CreateEnum
CREATE TYPE "DisputeStatus" AS ENUM ('OPENED', 'EVIDENCE_SUBMITTED', 'WON', 'LOST');

-- AlterEnum
ALTER TYPE "LedgerAccount" ADD VALUE 'DISPUTED_FUNDS';
ALTER TYPE "LedgerAccount" ADD VALUE 'DISPUTE_LOSSES';

-- AlterEnum
ALTER TYPE "LedgerReason" ADD VALUE 'DISPUTE_OPENED';
ALTER TYPE "LedgerReason" ADD VALUE 'DISPUTE_WON';
ALTER TYPE "LedgerReason" ADD VALUE 'DISPUTE_LOST';

-- AlterTable
ALTER TABLE "ledger_transaction" ADD COLUMN     "method" "PaymentMethod",
ADD COLUMN     "provider" "PaymentProvider";

-- What is booked is never changed, but for what it did not say before.
ALTER TABLE ledger_transaction DISABLE TRIGGER ledger_transaction_append_only;
UPDATE ledger_transaction SET method = payment.method, provider = payment.provider
  FROM payment WHERE payment.id = ledger_transaction.payment_id;
ALTER TABLE ledger_transaction ENABLE TRIGGER ledger_transaction_append_only;
ALTER TABLE "ledger_transaction" ALTER COLUMN "method" SET NOT NULL,
ALTER COLUMN "provider" SET NOT NULL;

-- AlterTable
ALTER TABLE "outlet_copy" ADD COLUMN     "time_zone" TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE "outlet_copy" ALTER COLUMN "time_zone" DROP DEFAULT;

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "disputes_held" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "refund" ADD COLUMN     "dispute_id" UUID;

-- CreateTable
CREATE TABLE "dispute" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "status" "DisputeStatus" NOT NULL,
    "opened_by" UUID NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "evidence" TEXT,
    "evidence_submitted_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dispute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "dispute_payment_id_idx" ON "dispute"("payment_id");

-- AddForeignKey
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language cannot say.

ALTER TABLE dispute
  ADD CONSTRAINT dispute_amount CHECK (amount BETWEEN 1 AND 1000000000000),
  ADD CONSTRAINT dispute_reason CHECK (char_length(reason) BETWEEN 1 AND 500),
  ADD CONSTRAINT dispute_evidence CHECK (char_length(evidence) BETWEEN 1 AND 10000),
  ADD CONSTRAINT dispute_evidence_time CHECK ((evidence IS NULL) = (evidence_submitted_at IS NULL)),
  ADD CONSTRAINT dispute_status CHECK (CASE status
    WHEN 'OPENED' THEN evidence IS NULL AND closed_at IS NULL
    WHEN 'EVIDENCE_SUBMITTED' THEN evidence IS NOT NULL AND closed_at IS NULL
    ELSE closed_at IS NOT NULL
  END);

-- Refunds and disputes share what was captured; cash has no bank that takes it back.
ALTER TABLE payment
  DROP CONSTRAINT payment_refunds,
  DROP CONSTRAINT payment_status,
  ADD CONSTRAINT payment_refunds CHECK (0 <= refunded AND refunded <= refunds_held),
  ADD CONSTRAINT payment_given_back CHECK (0 <= disputes_held AND refunds_held + disputes_held <= amount),
  ADD CONSTRAINT payment_cash_disputes CHECK (provider <> 'CASH' OR disputes_held = 0),
  ADD CONSTRAINT payment_provider CHECK (CASE method
    WHEN 'CASH' THEN provider = 'CASH'
    WHEN 'CARD' THEN provider = 'MIDTRANS'
    WHEN 'GOPAY' THEN provider = 'MIDTRANS'
    WHEN 'OVO' THEN provider = 'XENDIT'
    WHEN 'DANA' THEN provider = 'XENDIT'
    ELSE provider <> 'CASH'
  END),
  ADD CONSTRAINT payment_status CHECK (CASE status
    WHEN 'PENDING' THEN refunds_held + disputes_held = 0
    WHEN 'FAILED' THEN refunds_held + disputes_held = 0
    WHEN 'PAID' THEN refunded = 0
    WHEN 'PARTIALLY_REFUNDED' THEN 0 < refunded AND refunded < amount
    WHEN 'REFUNDED' THEN refunded = amount
  END);
ALTER TABLE payment DROP CONSTRAINT payment_cash;

-- An order that ends gives a payment back once, and once more what each dispute that is won after that sets free.
DROP INDEX refund_one_by_order;
CREATE UNIQUE INDEX refund_one_by_order ON refund (payment_id, dispute_id) NULLS NOT DISTINCT WHERE origin = 'ORDER';

-- At the end of every transaction what disputes hold of a payment is the sum of those that are not won.
CREATE FUNCTION check_dispute_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
  IF EXISTS (
    SELECT FROM payment p WHERE p.id = subject AND p.disputes_held <>
      (SELECT coalesce(sum(amount), 0) FROM dispute WHERE payment_id = p.id AND status <> 'WON')
  ) THEN
    RAISE EXCEPTION 'disputes of payment % do not add up', subject USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_sum';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER dispute_sum AFTER INSERT OR UPDATE ON dispute
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_dispute_sum('payment_id');
CREATE CONSTRAINT TRIGGER payment_dispute_sum AFTER UPDATE OF disputes_held ON payment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_dispute_sum('id');

-- A dispute that is closed stays as it is.
CREATE FUNCTION refuse_closed_dispute_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'dispute % is closed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_closed';
END $$;

CREATE TRIGGER dispute_closed BEFORE UPDATE ON dispute
  FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_closed_dispute_change();

-- A payment is begun for an order that waits for one: by its customer, at its outlet, of its total.
CREATE FUNCTION check_payment_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM order_copy o WHERE o.id = NEW.order_id AND o.status = 'AWAITING_PAYMENT' AND o.total = NEW.amount
      AND o.customer_id = NEW.customer_id AND o.outlet_id = NEW.outlet_id AND o.franchise_id = NEW.franchise_id
  ) THEN
    RAISE EXCEPTION 'payment % is not what order % waits for', NEW.id, NEW.order_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_of_order';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER payment_of_order BEFORE INSERT ON payment
  FOR EACH ROW EXECUTE FUNCTION check_payment_of_order();

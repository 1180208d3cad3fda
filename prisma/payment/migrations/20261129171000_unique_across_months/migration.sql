-- What must stay unique when payments and the ledger are partitioned by time has a table of its own, filled by triggers, so that
-- statements of the previous release keep it, too. Nobody else writes there.
-- No transaction below holds a lock for long: rows that were there before are read without any.

BEGIN;

-- CreateTable
CREATE TABLE "provider_transaction" (
    "provider" "PaymentProvider" NOT NULL,
    "transaction_id" TEXT NOT NULL,
    "payment_id" UUID NOT NULL,

    CONSTRAINT "provider_transaction_pkey" PRIMARY KEY ("provider","transaction_id")
);

-- CreateTable
CREATE TABLE "standing_payment" (
    "order_id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,

    CONSTRAINT "standing_payment_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "ledger_subject" (
    "reason" "LedgerReason" NOT NULL,
    "subject_id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,

    CONSTRAINT "ledger_subject_pkey" PRIMARY KEY ("reason","subject_id")
);

-- CreateTable
CREATE TABLE "misdated_booking" (
    "transaction_id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "booked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "misdated_booking_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateIndex
CREATE INDEX "misdated_booking_booked_at_idx" ON "misdated_booking"("booked_at");

-- What the schema language cannot say.

CALL protect('provider_transaction', '', '');
CALL protect('standing_payment', 'SELECT', 'SELECT');
CALL protect('ledger_subject', '', '');
CALL protect('misdated_booking', 'SELECT', 'SELECT');
REVOKE INSERT, UPDATE, DELETE ON provider_transaction, standing_payment, ledger_subject, misdated_booking FROM kedai_payment_worker;

-- A provider's transaction is one payment's for good, also when the payment takes another.
CREATE FUNCTION keep_provider_transaction() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO provider_transaction (provider, transaction_id, payment_id) VALUES (NEW.provider, NEW.transaction_id, NEW.id)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND AND NOT EXISTS (
    SELECT FROM provider_transaction
    WHERE provider = NEW.provider AND transaction_id = NEW.transaction_id AND payment_id = NEW.id
  ) THEN
    RAISE EXCEPTION 'transaction % of % is another payment''s than %', NEW.transaction_id, NEW.provider, NEW.id
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'provider_transaction_pkey';
  END IF;
  RETURN NULL;
END $$;

-- An order has one payment that is under way or captured, however many have failed.
CREATE FUNCTION keep_standing_payment() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.status = 'FAILED' OR NEW.is_surplus THEN
    DELETE FROM standing_payment WHERE order_id = NEW.order_id AND payment_id = NEW.id;
  ELSE
    INSERT INTO standing_payment (order_id, payment_id, customer_id, outlet_id, franchise_id)
      VALUES (NEW.order_id, NEW.id, NEW.customer_id, NEW.outlet_id, NEW.franchise_id);
  END IF;
  RETURN NULL;
END $$;

-- A payment is captured once, a refund given once, a dispute opened and decided once.
CREATE FUNCTION keep_ledger_subject() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_subject (reason, subject_id, transaction_id) VALUES (NEW.reason, NEW.subject_id, NEW.id);
  RETURN NULL;
END $$;

-- Reports look for bookings of some days among the ids of those days: what a wrong clock numbered is found by this table.
CREATE FUNCTION keep_misdated_booking() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO misdated_booking (transaction_id, outlet_id, franchise_id, booked_at)
    VALUES (NEW.id, NEW.outlet_id, NEW.franchise_id, NEW.booked_at);
  RETURN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION keep_provider_transaction, keep_standing_payment, keep_ledger_subject, keep_misdated_booking FROM PUBLIC;

-- Statements that were writing when a trigger is created are waited for: every later one fires it.
CREATE TRIGGER provider_transaction_begun AFTER INSERT ON payment
  FOR EACH ROW WHEN (NEW.transaction_id IS NOT NULL) EXECUTE FUNCTION keep_provider_transaction();
CREATE TRIGGER provider_transaction_given AFTER UPDATE OF provider, transaction_id ON payment
  FOR EACH ROW WHEN (NEW.transaction_id IS NOT NULL
    AND (OLD.provider <> NEW.provider OR OLD.transaction_id IS DISTINCT FROM NEW.transaction_id))
  EXECUTE FUNCTION keep_provider_transaction();
CREATE TRIGGER standing_payment_begun AFTER INSERT ON payment
  FOR EACH ROW WHEN (NEW.status <> 'FAILED' AND NOT NEW.is_surplus) EXECUTE FUNCTION keep_standing_payment();
CREATE TRIGGER standing_payment_changed AFTER UPDATE OF status, is_surplus ON payment
  FOR EACH ROW WHEN ((OLD.status = 'FAILED' OR OLD.is_surplus) <> (NEW.status = 'FAILED' OR NEW.is_surplus))
  EXECUTE FUNCTION keep_standing_payment();
COMMIT;

BEGIN;
CREATE TRIGGER ledger_subject_booked AFTER INSERT ON ledger_transaction
  FOR EACH ROW EXECUTE FUNCTION keep_ledger_subject();
CREATE TRIGGER misdated_booking_booked AFTER INSERT ON ledger_transaction
  FOR EACH ROW WHEN ((NEW.booked_at - uuid_extract_timestamp(NEW.id) BETWEEN interval '-1 day' AND interval '1 day') IS NOT TRUE)
  EXECUTE FUNCTION keep_misdated_booking();
COMMIT;

-- What is under way may fail at any moment: it is locked, so that its row here is not written after that.
BEGIN;
INSERT INTO standing_payment (order_id, payment_id, customer_id, outlet_id, franchise_id)
  SELECT order_id, id, customer_id, outlet_id, franchise_id FROM payment WHERE status = 'PENDING' AND NOT is_surplus FOR SHARE
  ON CONFLICT DO NOTHING;
COMMIT;
-- What was captured stays, also what was under way a moment ago.
BEGIN;
INSERT INTO standing_payment (order_id, payment_id, customer_id, outlet_id, franchise_id)
  SELECT order_id, id, customer_id, outlet_id, franchise_id FROM payment WHERE status NOT IN ('PENDING', 'FAILED') AND NOT is_surplus
  ON CONFLICT DO NOTHING;
COMMIT;
BEGIN;
INSERT INTO provider_transaction (provider, transaction_id, payment_id)
  SELECT provider, transaction_id, id FROM payment WHERE transaction_id IS NOT NULL
  ON CONFLICT DO NOTHING;
COMMIT;
BEGIN;
INSERT INTO ledger_subject (reason, subject_id, transaction_id) SELECT reason, subject_id, id FROM ledger_transaction
  ON CONFLICT DO NOTHING;
INSERT INTO misdated_booking (transaction_id, outlet_id, franchise_id, booked_at)
  SELECT id, outlet_id, franchise_id, booked_at FROM ledger_transaction
  WHERE (booked_at - uuid_extract_timestamp(id) BETWEEN interval '-1 day' AND interval '1 day') IS NOT TRUE
  ON CONFLICT DO NOTHING;
COMMIT;

BEGIN;
DO $$
BEGIN
  IF EXISTS (SELECT order_id, id FROM payment WHERE status <> 'FAILED' AND NOT is_surplus EXCEPT SELECT order_id, payment_id FROM standing_payment)
    OR EXISTS (SELECT order_id, payment_id FROM standing_payment EXCEPT SELECT order_id, id FROM payment WHERE status <> 'FAILED' AND NOT is_surplus)
    OR EXISTS (SELECT provider, transaction_id, id FROM payment WHERE transaction_id IS NOT NULL
               EXCEPT SELECT provider, transaction_id, payment_id FROM provider_transaction)
    OR EXISTS (SELECT reason, subject_id, id FROM ledger_transaction EXCEPT SELECT reason, subject_id, transaction_id FROM ledger_subject) THEN
    RAISE EXCEPTION 'what must stay unique is not all in its tables';
  END IF;
END
$$;
COMMIT;

-- Refunds and disputes lie where their payment lies. The indexes are built before the keys change.
BEGIN;
CREATE UNIQUE INDEX refund_key ON refund (payment_id, id);
CREATE INDEX "refund_id_idx" ON "refund"("id");
COMMIT;
BEGIN;
ALTER TABLE refund DROP CONSTRAINT refund_pkey;
ALTER TABLE refund ADD CONSTRAINT refund_pkey PRIMARY KEY USING INDEX refund_key;
COMMIT;
BEGIN;
CREATE UNIQUE INDEX dispute_key ON dispute (payment_id, id);
CREATE INDEX "dispute_id_idx" ON "dispute"("id");
COMMIT;
BEGIN;
ALTER TABLE dispute DROP CONSTRAINT dispute_pkey;
ALTER TABLE dispute ADD CONSTRAINT dispute_pkey PRIMARY KEY USING INDEX dispute_key;
DROP INDEX "dispute_payment_id_idx";
COMMIT;

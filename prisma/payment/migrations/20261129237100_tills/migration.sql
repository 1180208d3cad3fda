-- Tills: a cash drawer from its opening to its close. What goes in and out of it is a ledger (`till_movement`); what was expected and counted
-- when it was closed, by method, stands in `till_count`. A closed till never changes.

-- CreateEnum
CREATE TYPE "TillMovementKind" AS ENUM ('PAYMENT', 'REFUND', 'CASH_IN', 'CASH_OUT');

-- CreateTable
CREATE TABLE "till" (
    "id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "drawer" TEXT NOT NULL,
    "float" BIGINT NOT NULL,
    "opened_by" UUID NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_by" UUID,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "till_pkey" PRIMARY KEY ("id"),
    CONSTRAINT till_float CHECK ("float" >= 0),
    CONSTRAINT till_closed CHECK ((closed_by IS NULL) = (closed_at IS NULL))
);
CREATE INDEX "till_outlet_id_id_idx" ON "till"("outlet_id", "id");
-- A drawer has one open till.
CREATE UNIQUE INDEX till_open ON till (outlet_id, drawer) WHERE closed_at IS NULL;

-- CreateTable
CREATE TABLE "till_movement" (
    "till_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "kind" "TillMovementKind" NOT NULL,
    "amount" BIGINT NOT NULL,
    "subject_id" UUID,
    "payment_id" UUID,
    "reason" TEXT,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "till_movement_pkey" PRIMARY KEY ("till_id", "id"),
    CONSTRAINT till_movement_amount CHECK (CASE WHEN kind IN ('PAYMENT', 'CASH_IN') THEN amount > 0 ELSE amount < 0 END),
    CONSTRAINT till_movement_kind CHECK (CASE WHEN kind IN ('PAYMENT', 'REFUND') THEN subject_id IS NOT NULL AND payment_id IS NOT NULL
      ELSE subject_id IS NULL AND payment_id IS NULL AND reason IS NOT NULL AND recorded_by IS NOT NULL END)
);
-- A payment or refund goes through one till.
CREATE UNIQUE INDEX "till_movement_kind_subject_id_key" ON "till_movement"("kind", "subject_id");
ALTER TABLE "till_movement" ADD CONSTRAINT "till_movement_till_id_fkey" FOREIGN KEY ("till_id") REFERENCES "till"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "till_count" (
    "till_id" UUID NOT NULL,
    "method" "PaymentMethod" NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "expected" BIGINT NOT NULL,
    "counted" BIGINT,

    CONSTRAINT "till_count_pkey" PRIMARY KEY ("till_id", "method"),
    CONSTRAINT till_counted CHECK (counted >= 0)
);
ALTER TABLE "till_count" ADD CONSTRAINT "till_count_till_id_fkey" FOREIGN KEY ("till_id") REFERENCES "till"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is added to a till is added while it is open, and is of its outlet. The lock waits for a close that is under way.
CREATE FUNCTION check_till_is_open() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM till WHERE id = NEW.till_id AND outlet_id = NEW.outlet_id AND franchise_id = NEW.franchise_id AND closed_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'till % is not open', NEW.till_id USING ERRCODE = 'check_violation', CONSTRAINT = 'till_is_open';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION refuse_change_of_till() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what is recorded of a till never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'till_is_frozen';
END $$;
-- An open till changes once: it is closed.
CREATE FUNCTION check_close_of_till() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL
    OR (NEW.id, NEW.outlet_id, NEW.franchise_id, NEW.drawer, NEW."float", NEW.opened_by, NEW.opened_at)
      IS DISTINCT FROM (OLD.id, OLD.outlet_id, OLD.franchise_id, OLD.drawer, OLD."float", OLD.opened_by, OLD.opened_at) THEN
    RAISE EXCEPTION 'what is recorded of a till never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'till_is_frozen';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER till_is_open BEFORE INSERT ON till_movement FOR EACH ROW EXECUTE FUNCTION check_till_is_open();
CREATE TRIGGER till_is_open BEFORE INSERT ON till_count FOR EACH ROW EXECUTE FUNCTION check_till_is_open();
CREATE TRIGGER till_is_frozen BEFORE UPDATE ON till FOR EACH ROW EXECUTE FUNCTION check_close_of_till();
CREATE TRIGGER till_stays BEFORE DELETE ON till FOR EACH ROW EXECUTE FUNCTION refuse_change_of_till();
CREATE TRIGGER till_is_frozen BEFORE UPDATE OR DELETE ON till_movement FOR EACH ROW EXECUTE FUNCTION refuse_change_of_till();
CREATE TRIGGER till_is_frozen BEFORE UPDATE OR DELETE ON till_count FOR EACH ROW EXECUTE FUNCTION refuse_change_of_till();

CALL protect('till', 'SELECT, INSERT, UPDATE (closed_by, closed_at)', 'SELECT, INSERT, UPDATE (closed_by, closed_at)');
CALL protect('till_movement', 'SELECT, INSERT', 'SELECT, INSERT');
CALL protect('till_count', 'SELECT, INSERT', 'SELECT, INSERT');
REVOKE DELETE ON till FROM kedai_payment_worker;
REVOKE UPDATE, DELETE ON till_movement, till_count FROM kedai_payment_worker;

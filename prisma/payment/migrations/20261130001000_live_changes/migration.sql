-- What changed lately, for subscriptions: each thing with the transaction that changed it last, written in that transaction by triggers.
-- Readers find what a snapshot of theirs did not see (`platform/kit/change-feed.ts`). Rows are deleted after a day.

-- CreateTable
CREATE TABLE "live_change" (
    "kind" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "outlet_id" UUID NOT NULL,
    "franchise_id" UUID NOT NULL,
    "version" BIGINT NOT NULL,
    "changed_in" xid8 NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "live_change_pkey" PRIMARY KEY ("kind","id")
);

-- CreateIndex
CREATE INDEX "live_change_changed_in_idx" ON "live_change"("changed_in");

CALL protect('live_change', 'SELECT', 'SELECT');

-- Versions rise with each change of a thing: its row here is locked by then, as the thing itself is.
CREATE SEQUENCE live_version;

-- What is written of the past, as by an import, is no change of now.
CREATE FUNCTION note_new_payments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'payment', id, outlet_id, franchise_id, nextval('live_version'), pg_current_xact_id(), clock_timestamp() FROM added
  WHERE created_at > now() - interval '1 day' ORDER BY id
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = clock_timestamp();
  RETURN NULL;
END
$$;
CREATE TRIGGER live_when_added AFTER INSERT ON payment
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_new_payments();

-- Those whose version rises: when a payment is looked at next is nobody's business.
CREATE FUNCTION note_changed_payments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
  SELECT 'payment', id, changed.outlet_id, changed.franchise_id, nextval('live_version'), pg_current_xact_id(), clock_timestamp()
  FROM changed JOIN before USING (id) WHERE changed.version > before.version ORDER BY id
  ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = clock_timestamp();
  RETURN NULL;
END
$$;
CREATE TRIGGER live_when_changed AFTER UPDATE ON payment
REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_payments();

-- Revocations, in one sequence without gaps: sessions that ended before their time, and persons of whom a role was revoked. Gateways read
-- them, so that access tokens signed before end at once. Written by triggers at the commit: nothing ends without its revocation.

-- CreateTable
CREATE TABLE "revocation" (
    "sequence" BIGINT NOT NULL,
    "session_id" UUID,
    "customer_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revocation_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "revocation_sequence" (
    "id" INTEGER NOT NULL,
    "last" BIGINT NOT NULL,

    CONSTRAINT "revocation_sequence_pkey" PRIMARY KEY ("id")
);
ALTER TABLE revocation ADD CONSTRAINT revocation_one_kind CHECK (num_nonnulls(session_id, customer_id) = 1);
ALTER TABLE revocation_sequence ADD CONSTRAINT revocation_sequence_one_row CHECK (id = 1);
INSERT INTO revocation_sequence (id, last) VALUES (1, 0);
CALL protect('revocation', '', '');
CALL protect('revocation_sequence', '', '');

-- The row of the sequence is locked until the commit, so numbers are in the order of the commits.
CREATE FUNCTION revoke_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH next AS (UPDATE revocation_sequence SET last = last + 1 RETURNING last)
  INSERT INTO revocation (sequence, session_id) SELECT last, OLD.id FROM next;
  RETURN NULL;
END
$$;
CREATE FUNCTION revoke_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH next AS (UPDATE revocation_sequence SET last = last + 1 RETURNING last)
  INSERT INTO revocation (sequence, customer_id) SELECT last, OLD.customer_id FROM next;
  RETURN NULL;
END
$$;

-- Deferred: the sequence is the last lock that a transaction takes, so that no two wait for each other.
CREATE CONSTRAINT TRIGGER session_ended AFTER UPDATE ON session DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION revoke_session();
CREATE CONSTRAINT TRIGGER session_deleted AFTER DELETE ON session DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.ended_at IS NULL) EXECUTE FUNCTION revoke_session();
CREATE CONSTRAINT TRIGGER role_revoked AFTER DELETE ON role_grant DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION revoke_role();

-- A revocation says which role it was of, so that one made by mistake can be taken back at once within the hour that it is stored: the
-- person has agreed to that role before. Of anybody else a role is granted by invitation.

-- AlterTable
ALTER TABLE "revocation" ADD COLUMN     "role" TEXT,
ADD COLUMN     "outlet_id" UUID,
ADD COLUMN     "franchise_id" UUID;

ALTER TABLE revocation ADD CONSTRAINT revocation_role CHECK (role IS NULL OR customer_id IS NOT NULL);

CREATE FUNCTION revoke_granted_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH next AS (UPDATE revocation_sequence SET last = last + 1 RETURNING last)
  INSERT INTO revocation (sequence, customer_id, role, outlet_id, franchise_id)
  SELECT last, OLD.customer_id, OLD.role, OLD.outlet_id, OLD.franchise_id FROM next;
  RETURN NULL;
END
$$;

-- Deferred, as the others: the sequence is the last lock that a transaction takes.
DROP TRIGGER role_revoked ON role_grant;
CREATE CONSTRAINT TRIGGER role_revoked AFTER DELETE ON role_grant DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION revoke_granted_role();

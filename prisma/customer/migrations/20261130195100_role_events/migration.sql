-- Which roles an account holds, for the subgraph that acts for it when nobody is signed in: `customer.roles-changed`, by triggers, so that no
-- writer of the table, of whatever release, leaves it out.
BEGIN;
-- Rises with each role that is granted or revoked.
-- AlterTable
ALTER TABLE "customer" ADD COLUMN "roles_version" INTEGER NOT NULL DEFAULT 1;

-- As the owner: who grants a role may not read the account's others. The account's row is locked, so that a state of a higher version is later.
CREATE FUNCTION publish_roles() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _id uuid := uuidv7();
  _trace text := replace(_id::text, '-', '');
  _customer_id uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.customer_id ELSE NEW.customer_id END;
  _version int;
BEGIN
  UPDATE customer SET roles_version = roles_version + 1 WHERE id = _customer_id AND erased_at IS NULL RETURNING roles_version INTO _version;
  IF _version IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  VALUES (_id, 'customer.roles-changed', 1, 'customer', now(), _customer_id::text, _version,
    jsonb_build_object('customerId', _customer_id, 'roles', COALESCE((
      SELECT jsonb_agg(jsonb_build_object('role', role, 'outletId', outlet_id, 'franchiseId', franchise_id) ORDER BY id)
      FROM role_grant WHERE customer_id = _customer_id), '[]'::jsonb)),
    jsonb_build_object('correlationId', _trace, 'traceparent', format('00-%s-%s-00', _trace, right(_trace, 16))));
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION publish_roles() FROM PUBLIC;

CREATE TRIGGER roles_changed AFTER INSERT OR UPDATE OR DELETE ON role_grant FOR EACH ROW EXECUTE FUNCTION publish_roles();
COMMIT;

-- The accounts that hold roles. What is changed while this runs has its own event, of a higher version.
BEGIN;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, 'customer.roles-changed', 1, 'customer', now(), customer.id::text, roles_version,
       jsonb_build_object('customerId', customer.id, 'roles', (
         SELECT jsonb_agg(jsonb_build_object('role', role, 'outletId', outlet_id, 'franchiseId', franchise_id) ORDER BY role_grant.id)
         FROM role_grant WHERE role_grant.customer_id = customer.id)),
       jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM customer CROSS JOIN LATERAL (SELECT uuidv7() AS id WHERE customer.id IS NOT NULL) AS event
WHERE erased_at IS NULL AND roles_version = 1 AND EXISTS (SELECT FROM role_grant WHERE role_grant.customer_id = customer.id);
COMMIT;

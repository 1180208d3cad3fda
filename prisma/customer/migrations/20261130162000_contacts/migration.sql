-- Where mails to an account go, for the subgraph that sends them: `customer.contact-changed`, by triggers, so that no writer of the table, of
-- whatever release, leaves it out.
BEGIN;
-- Rises with each change of address, name, language, or of whether the address is confirmed.
-- AlterTable
ALTER TABLE "customer" ADD COLUMN "contact_version" INTEGER NOT NULL DEFAULT 1;

CREATE FUNCTION raise_contact_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.contact_version := OLD.contact_version + 1;
  RETURN NEW;
END
$$;
-- As the owner: who changes a name may not read the address.
CREATE FUNCTION publish_contact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  _id uuid := uuidv7();
  _trace text := replace(_id::text, '-', '');
BEGIN
  INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  VALUES (_id, 'customer.contact-changed', 1, 'customer', now(), NEW.id::text, NEW.contact_version,
    jsonb_build_object('customerId', NEW.id, 'email', NEW.email, 'name', NEW.name, 'language', NEW.language,
      'isVerified', NEW.email_verified_at IS NOT NULL),
    jsonb_build_object('correlationId', _trace, 'traceparent', format('00-%s-%s-00', _trace, right(_trace, 16))));
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION publish_contact(), raise_contact_version() FROM PUBLIC;

CREATE TRIGGER contact_version_raised BEFORE UPDATE ON customer FOR EACH ROW
  WHEN (NEW.erased_at IS NULL AND (OLD.email, OLD.name, OLD.language, OLD.email_verified_at IS NULL)
    IS DISTINCT FROM (NEW.email, NEW.name, NEW.language, NEW.email_verified_at IS NULL))
  EXECUTE FUNCTION raise_contact_version();
CREATE TRIGGER contact_changed AFTER UPDATE ON customer FOR EACH ROW
  WHEN (NEW.erased_at IS NULL AND OLD.contact_version <> NEW.contact_version) EXECUTE FUNCTION publish_contact();
CREATE TRIGGER contact_added AFTER INSERT ON customer FOR EACH ROW
  WHEN (NEW.erased_at IS NULL) EXECUTE FUNCTION publish_contact();
COMMIT;

-- The accounts that there are. What is changed while this runs has its own event, of a higher version.
BEGIN;
INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
SELECT event.id, 'customer.contact-changed', 1, 'customer', now(), customer.id::text, contact_version,
       jsonb_build_object('customerId', customer.id, 'email', email, 'name', name, 'language', language,
         'isVerified', email_verified_at IS NOT NULL),
       jsonb_build_object('correlationId', replace(event.id::text, '-', ''),
         'traceparent', format('00-%s-%s-00', replace(event.id::text, '-', ''), right(replace(event.id::text, '-', ''), 16)))
FROM customer CROSS JOIN LATERAL (SELECT uuidv7() AS id WHERE customer.id IS NOT NULL) AS event
WHERE erased_at IS NULL AND contact_version = 1;
COMMIT;

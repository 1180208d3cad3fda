-- Accounts that their owners deleted. Their rows stay, since orders, points and records refer to them, and say nothing about the person.
ALTER TABLE "customer" ADD COLUMN     "erased_at" TIMESTAMPTZ(3);

ALTER TABLE customer ADD CONSTRAINT customer_erased CHECK (erased_at IS NULL OR
  (email = 'erased:' || id AND name = 'Deleted account' AND phone IS NULL AND password_hash = ''));

GRANT SELECT (erased_at) ON customer TO kedai_customer_tenant, kedai_customer_chain;

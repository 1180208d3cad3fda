-- A second factor beside the password: time-based one-time passwords (RFC 6238). The secret is encrypted, recovery codes are hashed.
-- CreateTable
CREATE TABLE "second_factor" (
    "customer_id" UUID NOT NULL,
    "sealed_secret" BYTEA NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "last_step" INTEGER NOT NULL DEFAULT 0,
    "recovery_hashes" BYTEA[],

    CONSTRAINT "second_factor_pkey" PRIMARY KEY ("customer_id")
);

-- AddForeignKey
ALTER TABLE "second_factor" ADD CONSTRAINT "second_factor_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customer"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CALL protect('second_factor', '', '');

-- Roles may count only with a second factor: access tokens that were signed while there was one end with it.
CREATE CONSTRAINT TRIGGER second_factor_removed AFTER DELETE ON second_factor DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.confirmed_at IS NOT NULL) EXECUTE FUNCTION revoke_role();

-- CreateTable
CREATE TABLE "setting_copy" (
    "place_id" UUID NOT NULL,
    "settings" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "setting_copy_pkey" PRIMARY KEY ("place_id")
);
CALL protect('setting_copy', '', '');

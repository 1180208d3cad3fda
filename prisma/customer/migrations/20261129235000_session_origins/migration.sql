-- Where a session was last seen, for its owner to recognise it.
ALTER TABLE "session" ADD COLUMN "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "session" ADD COLUMN "address" TEXT;
ALTER TABLE "session" ADD COLUMN "user_agent" TEXT;
UPDATE session SET last_used_at = created_at;

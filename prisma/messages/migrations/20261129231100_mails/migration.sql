-- CreateEnum
CREATE TYPE "MailState" AS ENUM ('WAITING', 'SENT', 'FAILED', 'EXPIRED');

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "customer_id" UUID,
    "recipient" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "link_purpose" TEXT,
    "link_id" UUID,
    "link_expires_at" TIMESTAMPTZ(3),
    "state" "MailState" NOT NULL DEFAULT 'WAITING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "failure" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "mail_whole_link" CHECK (num_nonnulls("link_purpose", "link_id", "link_expires_at") IN (0, 3)),
    CONSTRAINT "mail_sent" CHECK (("state" = 'SENT') = ("sent_at" IS NOT NULL))
);

-- CreateTable
CREATE TABLE "erased_customer" (
    "customer_id" UUID NOT NULL,
    "erased_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "erased_customer_pkey" PRIMARY KEY ("customer_id")
);

-- CreateIndex
CREATE INDEX "mail_customer_id_idx" ON "mail"("customer_id");

-- CreateIndex
CREATE INDEX "mail_requested_at_idx" ON "mail"("requested_at");

-- What is to be sent next, and what has expired.
CREATE INDEX mail_waiting ON mail (next_attempt_at) WHERE state = 'WAITING';

-- Head office reads why a mail did not arrive, and nothing of what it says.
CALL protect('mail', '', '');
GRANT SELECT (id, customer_id, recipient, kind, language, state, attempts, next_attempt_at, failure, requested_at, expires_at, sent_at)
  ON mail TO kedai_messages_chain;
CREATE POLICY chain ON mail FOR SELECT TO kedai_messages_chain USING (true);
CALL protect('erased_customer', '', '');

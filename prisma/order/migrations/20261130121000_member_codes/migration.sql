-- Codes by which members are found at the counter for some minutes, and how many wrong ones staff have tried.

-- CreateTable
CREATE TABLE "member_code" (
    "customer_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "member_code_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "member_code_failure" (
    "staff_id" UUID NOT NULL,
    "failures" INTEGER NOT NULL,
    "window_ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "member_code_failure_pkey" PRIMARY KEY ("staff_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "member_code_code_key" ON "member_code"("code");

-- CreateIndex
CREATE INDEX "member_code_expires_at_idx" ON "member_code"("expires_at");

CALL protect('member_code', '', '');
CALL protect('member_code_failure', '', '');

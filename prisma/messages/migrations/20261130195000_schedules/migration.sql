-- What accounts have done at the times of a rule, the runs, and which roles the accounts hold.
-- CreateEnum
CREATE TYPE "ScheduleAction" AS ENUM ('SALES_REPORT');

-- CreateEnum
CREATE TYPE "MissedRuns" AS ENUM ('SKIP', 'ONCE', 'ALL');

-- CreateEnum
CREATE TYPE "ScheduleOutcome" AS ENUM ('SUCCEEDED', 'FAILED', 'FORBIDDEN', 'SKIPPED');

-- CreateTable
CREATE TABLE "account_roles" (
    "customer_id" UUID NOT NULL,
    "roles" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "account_roles_pkey" PRIMARY KEY ("customer_id")
);

-- CreateTable
CREATE TABLE "schedule" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "franchise_id" UUID,
    "outlet_id" UUID,
    "name" TEXT NOT NULL,
    "action" "ScheduleAction" NOT NULL,
    "rule" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "missed" "MissedRuns" NOT NULL,
    "anchor" TIMESTAMPTZ(3) NOT NULL,
    "next_run_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "schedule_outlet_of_franchise" CHECK ("outlet_id" IS NULL OR "franchise_id" IS NOT NULL)
);

-- CreateTable
CREATE TABLE "schedule_run" (
    "id" UUID NOT NULL,
    "schedule_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "outcome" "ScheduleOutcome",
    "failure" TEXT,

    CONSTRAINT "schedule_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "schedule_run_ended" CHECK (("ended_at" IS NULL) = ("outcome" IS NULL)),
    CONSTRAINT "schedule_run_failed" CHECK ("failure" IS NULL OR "outcome" IN ('FAILED', 'FORBIDDEN'))
);

-- CreateIndex
CREATE INDEX "schedule_customer_id_idx" ON "schedule"("customer_id");

-- CreateIndex
CREATE INDEX "schedule_outlet_id_idx" ON "schedule"("outlet_id");

-- CreateIndex
CREATE INDEX "schedule_franchise_id_idx" ON "schedule"("franchise_id");

-- CreateIndex
CREATE INDEX "schedule_run_schedule_id_id_idx" ON "schedule_run"("schedule_id", "id");

-- CreateIndex
CREATE INDEX "schedule_run_ended_at_idx" ON "schedule_run"("ended_at");

-- CreateIndex
CREATE UNIQUE INDEX "schedule_run_schedule_id_due_at_key" ON "schedule_run"("schedule_id", "due_at");

-- AddForeignKey
ALTER TABLE "schedule_run" ADD CONSTRAINT "schedule_run_schedule_id_fkey" FOREIGN KEY ("schedule_id") REFERENCES "schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is due, what waits for its start, and what is under way.
CREATE INDEX schedule_due ON schedule (next_run_at) WHERE paused_at IS NULL;
CREATE INDEX schedule_run_waiting ON schedule_run (due_at) WHERE started_at IS NULL AND ended_at IS NULL;
CREATE INDEX schedule_run_under_way ON schedule_run (started_at) WHERE ended_at IS NULL;

CALL protect('account_roles', '', '');
CALL protect('schedule', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');
-- Who owns a schedule may make it of a place of their own alone.
CREATE POLICY of_own_place ON schedule AS RESTRICTIVE FOR INSERT TO kedai_messages_tenant
  WITH CHECK (outlet_id IS NULL AND franchise_id IS NULL OR outlet_id = ANY ((SELECT caller_outlet_ids())::uuid[])
    OR franchise_id = ANY ((SELECT caller_franchise_ids())::uuid[]));
-- Those of the schedules that the caller reaches. What became of them nobody writes but who runs them.
CALL protect('schedule_run', 'SELECT', 'SELECT', _rows => 'schedule_id IN (SELECT id FROM schedule)');
GRANT INSERT (id, schedule_id, due_at) ON schedule_run TO kedai_messages_tenant, kedai_messages_chain;

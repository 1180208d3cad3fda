-- Which notifications persons want, by kind and channel, and when they want to be left alone.
-- CreateEnum
CREATE TYPE "NotificationKind" AS ENUM ('ORDER_STATUS', 'ORDER_AT_RISK', 'LOW_STOCK', 'EXPIRING_STOCK', 'PAYMENT', 'LOYALTY');

-- CreateEnum
CREATE TYPE "NotificationChannel" AS ENUM ('IN_APP', 'EMAIL', 'PUSH');

-- CreateEnum
CREATE TYPE "PreferenceSource" AS ENUM ('ACCOUNT', 'MAIL_LINK');

-- CreateTable
CREATE TABLE "notification_preference" (
    "customer_id" UUID NOT NULL,
    "kind" "NotificationKind" NOT NULL,
    "channel" "NotificationChannel" NOT NULL,
    "is_on" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "source" "PreferenceSource" NOT NULL,
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "notification_preference_pkey" PRIMARY KEY ("customer_id","kind","channel")
);

-- CreateTable
CREATE TABLE "quiet_hours" (
    "customer_id" UUID NOT NULL,
    "from_time" TEXT NOT NULL,
    "to_time" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,

    CONSTRAINT "quiet_hours_pkey" PRIMARY KEY ("customer_id")
);

CALL protect('notification_preference', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
CALL protect('quiet_hours', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT, UPDATE, DELETE');

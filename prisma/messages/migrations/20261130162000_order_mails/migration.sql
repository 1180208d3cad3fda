-- Mails about the steps of orders: whom they go to, and that each step of an order is written about once.
-- CreateTable
CREATE TABLE "contact" (
    "customer_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "is_verified" BOOLEAN NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("customer_id")
);

-- AlterTable
ALTER TABLE "mail" ADD COLUMN "order_id" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "mail_order_id_kind_key" ON "mail"("order_id", "kind");

-- Nobody reads it but who writes the mails.
CALL protect('contact', '', '');

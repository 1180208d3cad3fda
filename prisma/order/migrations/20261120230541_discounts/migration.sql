-- AlterTable
ALTER TABLE "order_line" ADD COLUMN     "discount" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "promotion_id" UUID,
ADD COLUMN     "promotion_name" TEXT;

-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "reward_discount" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "order_reward" (
    "redemption_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,

    CONSTRAINT "order_reward_pkey" PRIMARY KEY ("redemption_id")
);

-- CreateTable
CREATE TABLE "promotion_copy" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "percent" INTEGER,
    "amount_off" BIGINT,
    "menu_item_ids" UUID[],
    "outlet_ids" UUID[],
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "quantity" INTEGER,
    "used" INTEGER NOT NULL DEFAULT 0,
    "source_version" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "promotion_copy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "redemption_copy" (
    "id" UUID NOT NULL,
    "customer_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "amount_off" BIGINT NOT NULL,

    CONSTRAINT "redemption_copy_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "order_reward_order_id_idx" ON "order_reward"("order_id");

-- AddForeignKey
ALTER TABLE "order_reward" ADD CONSTRAINT "order_reward_redemption_id_fkey" FOREIGN KEY ("redemption_id") REFERENCES "redemption_copy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_reward" ADD CONSTRAINT "order_reward_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE orders ADD CONSTRAINT orders_reward_discount CHECK (reward_discount >= 0 AND (reward_discount = 0 OR total >= 1000));
ALTER TABLE order_line DROP CONSTRAINT order_line_price;
ALTER TABLE order_line ADD CONSTRAINT order_line_price CHECK (
  unit_price >= 0 AND discount BETWEEN 0 AND unit_price * quantity AND subtotal = unit_price * quantity - discount
);
ALTER TABLE order_line ADD CONSTRAINT order_line_promotion CHECK (
  (promotion_id IS NULL) = (promotion_name IS NULL) AND (discount > 0) = (promotion_id IS NOT NULL)
);
-- What is sold under a promotion never exceeds what it is for: the last word, whatever has promised more.
ALTER TABLE promotion_copy ADD CONSTRAINT promotion_copy_used CHECK (used >= 0 AND used <= coalesce(quantity, 0));
ALTER TABLE redemption_copy ADD CONSTRAINT redemption_copy_amount CHECK (amount_off BETWEEN 1 AND 1000000000);

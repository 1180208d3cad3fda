-- DropIndex
DROP INDEX "loyalty_entry_order_id_kind_key";

-- AlterTable
ALTER TABLE "loyalty_entry" ADD COLUMN     "order_total" BIGINT;

-- CreateTable
CREATE TABLE "order_refund" (
    "order_id" UUID NOT NULL,
    "refunded" BIGINT NOT NULL,
    "captured" BIGINT NOT NULL,
    "is_whole" BOOLEAN NOT NULL,

    CONSTRAINT "order_refund_pkey" PRIMARY KEY ("order_id")
);

-- CreateIndex
CREATE INDEX "loyalty_entry_order_id_idx" ON "loyalty_entry"("order_id");

CREATE UNIQUE INDEX loyalty_entry_earned_once ON loyalty_entry (order_id) WHERE kind = 'EARNED';

-- Orders that were refunded whole before they were completed have an entry of 0 points to say so.
INSERT INTO order_refund (order_id, refunded, captured, is_whole)
SELECT DISTINCT order_id, 0, 0, true FROM loyalty_entry WHERE kind = 'REVERSED';
ALTER TABLE order_refund ADD CONSTRAINT order_refund_amounts CHECK (refunded >= 0 AND captured >= 0);

-- Points may be owed after a refund; spending them never makes a debt.
ALTER TABLE loyalty_account DROP CONSTRAINT loyalty_account_not_negative;
ALTER TABLE loyalty_account ADD CONSTRAINT loyalty_account_not_negative CHECK (lifetime_points >= 0);

ALTER TABLE loyalty_entry DROP CONSTRAINT loyalty_entry_direction;
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_direction CHECK (
  CASE kind
    WHEN 'EARNED' THEN points >= 0 AND lifetime_points = points
    WHEN 'REVERSED' THEN points <= 0 AND lifetime_points <= points
    WHEN 'REDEEMED' THEN points < 0 AND lifetime_points = 0
    WHEN 'RETURNED' THEN points > 0 AND lifetime_points = 0
    WHEN 'VOIDED' THEN points > 0 AND lifetime_points = 0
    WHEN 'REINSTATED' THEN points < 0 AND lifetime_points = 0
    ELSE false
  END
);
ALTER TABLE loyalty_entry DROP CONSTRAINT loyalty_entry_origin;
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_origin CHECK (
  (kind IN ('EARNED', 'REVERSED')) = (order_id IS NOT NULL)
  AND (kind IN ('REDEEMED', 'RETURNED', 'VOIDED', 'REINSTATED')) = (redemption_id IS NOT NULL)
);

ALTER TABLE redemption DROP CONSTRAINT redemption_state;
ALTER TABLE redemption ADD CONSTRAINT redemption_state CHECK (
  CASE status
    WHEN 'AVAILABLE' THEN order_id IS NULL AND returned_at IS NULL
    WHEN 'APPLIED' THEN order_id IS NOT NULL AND returned_at IS NULL
    WHEN 'RETURNED' THEN order_id IS NOT NULL AND returned_at IS NOT NULL
    WHEN 'VOID' THEN order_id IS NULL AND returned_at IS NOT NULL
    ELSE false
  END
);

CREATE OR REPLACE FUNCTION check_redemption(_id uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  redeemed redemption;
BEGIN
  SELECT * INTO redeemed FROM redemption WHERE id = _id;
  IF NOT FOUND OR (CASE WHEN redeemed.status IN ('RETURNED', 'VOID') THEN 0 ELSE -redeemed.points END)
    <> (SELECT coalesce(sum(points), 0) FROM loyalty_entry WHERE redemption_id = _id AND customer_id = redeemed.customer_id)
  THEN
    RAISE EXCEPTION 'redemption % is not what the ledger says', _id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'redemption_sum';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_account(NEW.customer_id);
  IF NEW.redemption_id IS NOT NULL THEN
    PERFORM check_redemption(NEW.redemption_id);
  END IF;
  IF NEW.kind = 'REDEEMED' AND EXISTS (SELECT FROM loyalty_account WHERE customer_id = NEW.customer_id AND points < 0) THEN
    RAISE EXCEPTION 'customer % spends more points than there are', NEW.customer_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'loyalty_account_not_negative';
  END IF;
  RETURN NULL;
END
$$;

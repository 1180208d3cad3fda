-- A completion that the kitchen undid takes back what it earned, by an entry of its own, and may earn it again. Entries that follow from a
-- completion or its end say the version of the order that they belong to.
BEGIN;
ALTER TABLE "loyalty_entry" ADD COLUMN     "order_version" INTEGER;

ALTER TABLE loyalty_entry DROP CONSTRAINT loyalty_entry_direction;
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_direction CHECK (
  CASE kind
    WHEN 'EARNED' THEN points >= 0 AND lifetime_points = points
    WHEN 'UNDONE' THEN points <= 0 AND lifetime_points = points AND order_version IS NOT NULL
    WHEN 'REVERSED' THEN points <= 0 AND lifetime_points <= points
    WHEN 'REDEEMED' THEN points < 0 AND lifetime_points = 0
    WHEN 'RETURNED' THEN points > 0 AND lifetime_points = 0
    WHEN 'VOIDED' THEN points > 0 AND lifetime_points = 0
    WHEN 'REINSTATED' THEN points < 0 AND lifetime_points = 0
    ELSE false
  END
) NOT VALID;
ALTER TABLE loyalty_entry DROP CONSTRAINT loyalty_entry_origin;
ALTER TABLE loyalty_entry ADD CONSTRAINT loyalty_entry_origin CHECK (
  (kind IN ('EARNED', 'UNDONE', 'REVERSED')) = (order_id IS NOT NULL)
  AND (kind IN ('REDEEMED', 'RETURNED', 'VOIDED', 'REINSTATED')) = (redemption_id IS NOT NULL)
) NOT VALID;
COMMIT;

-- Reads the table, blocks nobody.
BEGIN;
ALTER TABLE loyalty_entry VALIDATE CONSTRAINT loyalty_entry_direction;
ALTER TABLE loyalty_entry VALIDATE CONSTRAINT loyalty_entry_origin;
COMMIT;

-- Closes report service charges, taxes, rounding and cash outside tills of every day, as they do tips. Of days that were reported before, what
-- is known is the cash outside tills of a close's own day; the rest stands in the next close, as what came late for them.
BEGIN;
-- AlterTable
ALTER TABLE "daily_close_day" ADD COLUMN     "cash_outside_tills" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "rounding" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "service" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "tax" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE daily_close_day DISABLE TRIGGER daily_close_is_frozen;
UPDATE daily_close_day AS reported SET cash_outside_tills = made.cash_outside_tills
FROM daily_close AS made WHERE made.id = reported.close_id AND made.day = reported.day AND made.cash_outside_tills <> 0;
ALTER TABLE daily_close_day ENABLE TRIGGER daily_close_is_frozen;
COMMIT;

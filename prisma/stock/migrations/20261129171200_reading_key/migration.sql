-- Readings are stored by a function that looks at `seen_seqs` alone: their key may begin with what they are partitioned by.
ALTER TABLE "reading" DROP CONSTRAINT "reading_pkey";
ALTER TABLE "reading" ADD CONSTRAINT "reading_pkey" PRIMARY KEY USING INDEX "reading_key";
DROP INDEX "reading_batch_id_idx";
DROP TRIGGER "see_stored_readings" ON "reading";
DROP FUNCTION see_stored_readings;

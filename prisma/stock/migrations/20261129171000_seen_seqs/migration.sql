-- A reading is stored once per boot and sequence number, whatever partition it would go to: what a boot has sent is in a table
-- without partitions, as ranges. The first migration of three: from here on both ways of storing readings fill it.

BEGIN;

CREATE TABLE "seen_seqs" (
    "boot" BIGINT NOT NULL,
    "seqs" int8multirange NOT NULL,
    "exact_from" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "seen_seqs_pkey" PRIMARY KEY ("boot")
);

CREATE TABLE "seen_seq_range" (
    "batch_id" UUID NOT NULL,
    "boot" BIGINT NOT NULL,
    "first_seq" BIGINT NOT NULL,
    "last_seq" BIGINT NOT NULL,

    CONSTRAINT "seen_seq_range_pkey" PRIMARY KEY ("batch_id","boot","first_seq")
);

-- CreateIndex
CREATE INDEX "seen_seq_range_boot_first_seq_idx" ON "seen_seq_range"("boot", "first_seq");

-- A row of a boot is updated by every batch that has a reading of it: room to do so in place.
ALTER TABLE "seen_seqs" SET (fillfactor = 40);

CALL protect('seen_seqs', '', '');
CALL protect('seen_seq_range', '', '');

-- Calls that began before this migration store readings without looking here.
CREATE FUNCTION see_stored_readings() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO seen_seqs (boot, seqs)
  SELECT boot, range_agg(int8range(seq, seq, '[]')) FROM stored GROUP BY boot ORDER BY boot
  ON CONFLICT (boot) DO UPDATE SET seqs = seen_seqs.seqs + excluded.seqs WHERE NOT seen_seqs.seqs @> excluded.seqs;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION see_stored_readings FROM PUBLIC;
CREATE TRIGGER see_stored_readings AFTER INSERT ON "reading" REFERENCING NEW TABLE AS stored
  FOR EACH STATEMENT EXECUTE FUNCTION see_stored_readings();

COMMIT;

BEGIN;

-- Collected without a lock on what is written meanwhile, and then added at once.
CREATE TEMPORARY TABLE "stored_before" ON COMMIT DROP AS
SELECT "boot", range_agg(int8range("seq", "seq", '[]')) AS "seqs" FROM "reading" GROUP BY "boot";

INSERT INTO "seen_seqs" ("boot", "seqs") SELECT "boot", "seqs" FROM "stored_before" ORDER BY "boot"
ON CONFLICT ("boot") DO UPDATE SET "seqs" = "seen_seqs"."seqs" + "excluded"."seqs";

-- The numbers of boots, each in its place; null for one not seen before. A look-up each, whatever joins the caller allows.
CREATE OR REPLACE FUNCTION numbers_of_boots(_shelf_ids uuid[], _boot_ids text[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
BEGIN
  RETURN ARRAY(
    SELECT (SELECT number FROM shelf_boot AS boot WHERE boot.shelf_id = received.shelf_id AND boot.boot_id = received.boot_id)
    FROM unnest(_shelf_ids, _boot_ids) AS received (shelf_id, boot_id)
  );
END
$$;

-- Stores readings in the order of their arrival, each once, under the batch's id, numbers boots not seen before and marks
-- readings whose boot was superseded when they came. A reading whose shelf is unknown at its outlet is not stored.
--
-- `seen_seqs` has what each boot has sent, up to about seventy ranges: counters that lose a few readings stay below that. Of more
-- (a boot that counts milliseconds), the lower ones move to `seen_seq_range`, a row each, and `seqs` covers whatever is below
-- `exact_from` without a gap. Calls for one boot wait for each other at its row, in the order of boots.
CREATE OR REPLACE FUNCTION store_readings(
  _batch_id uuid, _trace_id uuid,
  _shelf_ids uuid[], _outlet_ids uuid[], _boot_ids text[], _seqs bigint[], _grams double precision[], _ats timestamptz[],
  _battery_percents smallint[],
  -- How many were new; with 0 there is no batch.
  OUT stored integer,
  -- Places in the arrays of those whose shelf is unknown.
  OUT unknown integer[]
) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  -- Bytes of about seventy ranges, below what would be stored out of line.
  most_bytes CONSTANT integer := 1500;
  ranges_left CONSTANT integer := 16;
  -- Of each reading's shelf; null where that is unknown.
  franchise_ids uuid[];
  boots bigint[];
  -- Boots not seen before, and the places where they are first named.
  new_boots bigint[];
  new_places bigint[];
  -- Boots of which something is new, and what they had sent before.
  sending_boots bigint[];
  seen_before int8multirange[];
  -- Those that have an `exact_from`, and those with too many ranges.
  spilled_boots bigint[];
  exact_froms bigint[];
  full_boots bigint[];
  -- Readings below `exact_from` that are new.
  late_new_boots bigint[];
  late_new_seqs bigint[];
BEGIN
  franchise_ids := ARRAY(
    SELECT (
      SELECT franchise_id FROM shelf
      WHERE id = received.shelf_id AND shelf.outlet_id = received.outlet_id AND removed_at IS NULL
    )
    FROM unnest(_shelf_ids, _outlet_ids) AS received (shelf_id, outlet_id)
  );
  unknown := array_positions(franchise_ids, NULL);

  boots := numbers_of_boots(_shelf_ids, _boot_ids);
  IF array_position(boots, NULL) IS NOT NULL THEN
    -- Their numbers are the order of their arrival, so they cannot be locked in the order of their names.
    PERFORM pg_advisory_xact_lock(hashtext('shelf_boot'));
    WITH new AS (
      SELECT shelf_id, franchise_id, outlet_id, boot_id, min(place) AS place
      FROM unnest(_shelf_ids, franchise_ids, _outlet_ids, _boot_ids, boots) WITH ORDINALITY
        AS received (shelf_id, franchise_id, outlet_id, boot_id, boot, place)
      WHERE boot IS NULL AND franchise_id IS NOT NULL
      GROUP BY shelf_id, franchise_id, outlet_id, boot_id
    ), numbered AS (
      INSERT INTO shelf_boot (shelf_id, franchise_id, outlet_id, boot_id)
      SELECT shelf_id, franchise_id, outlet_id, boot_id FROM new ORDER BY place
      ON CONFLICT DO NOTHING
      RETURNING number, shelf_id, boot_id
    )
    SELECT array_agg(number), array_agg(place) INTO new_boots, new_places
    FROM numbered JOIN new USING (shelf_id, boot_id);
    boots := numbers_of_boots(_shelf_ids, _boot_ids);
  END IF;

  WITH sending AS (
    INSERT INTO seen_seqs AS seen (boot, seqs)
    SELECT boot, range_agg(int8range(seq, seq, '[]'))
    FROM unnest(franchise_ids, boots, _seqs) AS received (franchise_id, boot, seq)
    WHERE franchise_id IS NOT NULL
    GROUP BY boot ORDER BY boot
    ON CONFLICT (boot) DO UPDATE SET seqs = seen.seqs + excluded.seqs
      WHERE NOT seen.seqs @> excluded.seqs OR lower(excluded.seqs) < seen.exact_from
    RETURNING boot, old.seqs AS seqs_before, exact_from, pg_column_size(seqs) > most_bytes AS is_full
  )
  SELECT array_agg(boot), array_agg(coalesce(seqs_before, '{}')), array_agg(boot) FILTER (WHERE exact_from > 0),
         array_agg(exact_from) FILTER (WHERE exact_from > 0), array_agg(boot) FILTER (WHERE is_full)
  INTO sending_boots, seen_before, spilled_boots, exact_froms, full_boots
  FROM sending;

  IF spilled_boots IS NOT NULL THEN
    -- Materialized, so that earlier ranges are looked up for these alone.
    WITH late AS MATERIALIZED (
      SELECT DISTINCT boot, seq
      FROM unnest(boots, _seqs) AS received (boot, seq)
      JOIN unnest(spilled_boots, exact_froms) AS spilled (boot, exact_from) USING (boot)
      WHERE seq < exact_from
    ), late_new AS (
      INSERT INTO seen_seq_range (batch_id, boot, first_seq, last_seq)
      SELECT _batch_id, boot, seq, seq FROM late
      WHERE NOT coalesce((
        SELECT last_seq >= seq FROM seen_seq_range AS earlier
        WHERE earlier.boot = late.boot AND first_seq <= seq
        ORDER BY first_seq DESC LIMIT 1
      ), false)
      RETURNING boot, first_seq
    )
    SELECT array_agg(boot), array_agg(first_seq) INTO late_new_boots, late_new_seqs FROM late_new;
  END IF;

  IF full_boots IS NOT NULL THEN
    WITH range AS (
      SELECT boot, exact_from, lower(range.seqs) AS first_seq, upper(range.seqs) AS end_seq, place, count(*) OVER (PARTITION BY boot) AS places
      FROM seen_seqs AS seen, unnest(seen.seqs) WITH ORDINALITY AS range (seqs, place)
      WHERE boot = ANY (full_boots)
    ), moved AS (
      INSERT INTO seen_seq_range (batch_id, boot, first_seq, last_seq)
      SELECT _batch_id, boot, greatest(first_seq, exact_from), end_seq - 1
      FROM range WHERE place <= places - ranges_left AND end_seq > exact_from
    )
    UPDATE seen_seqs SET exact_from = spilled.end_seq, seqs = seqs + int8multirange(int8range(0, spilled.end_seq))
    FROM (SELECT boot, max(end_seq) AS end_seq FROM range WHERE place <= places - ranges_left GROUP BY boot) AS spilled
    WHERE seen_seqs.boot = ANY (full_boots) AND seen_seqs.boot = spilled.boot;
  END IF;

  INSERT INTO reading (boot, seq, batch_id, franchise_id, outlet_id, grams, at, battery_percent, is_superseded)
  SELECT boot, seq, _batch_id, franchise_id, outlet_id, grams, at, battery_percent,
         EXISTS (
           SELECT FROM shelf_boot AS later
           WHERE later.shelf_id = received.shelf_id AND later.number > received.boot
             -- Of the boots first named in these readings, those count that came before this one.
             AND NOT EXISTS (
               SELECT FROM unnest(new_boots, new_places) AS new (number, place)
               WHERE new.number = later.number AND new.place > received.place
             )
         )
  FROM unnest(_shelf_ids, franchise_ids, _outlet_ids, boots, _seqs, _grams, _ats, _battery_percents) WITH ORDINALITY
    AS received (shelf_id, franchise_id, outlet_id, boot, seq, grams, at, battery_percent, place)
  JOIN unnest(sending_boots, seen_before) AS sending (boot, seqs_before) USING (boot)
  WHERE franchise_id IS NOT NULL
    AND (NOT seqs_before @> seq OR (boot, seq) IN (SELECT * FROM unnest(late_new_boots, late_new_seqs)))
  ORDER BY boot, seq, place
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS stored = ROW_COUNT;

  IF stored > 0 THEN
    INSERT INTO reading_batch (id, trace_id) VALUES (_batch_id, _trace_id);
  END IF;
END
$$;

COMMIT;

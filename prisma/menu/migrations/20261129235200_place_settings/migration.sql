-- CreateTable
CREATE TABLE "place_settings" (
    "place_id" UUID NOT NULL,
    "level" TEXT NOT NULL,
    "franchise_id" UUID,
    "outlet_id" UUID,
    "settings" JSONB NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "place_settings_pkey" PRIMARY KEY ("place_id"),
    CONSTRAINT "place_settings_level" CHECK (
      CASE level
        WHEN 'CHAIN' THEN place_id = '00000000-0000-0000-0000-000000000000' AND franchise_id IS NULL AND outlet_id IS NULL
        WHEN 'FRANCHISE' THEN franchise_id IS NOT NULL AND franchise_id = place_id AND outlet_id IS NULL
        WHEN 'OUTLET' THEN franchise_id IS NOT NULL AND outlet_id IS NOT NULL AND outlet_id = place_id
        ELSE false
      END)
);

-- AddForeignKey
ALTER TABLE "place_settings" ADD CONSTRAINT "place_settings_franchise_id_fkey" FOREIGN KEY ("franchise_id") REFERENCES "franchise"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "place_settings" ADD CONSTRAINT "place_settings_outlet_id_franchise_id_fkey" FOREIGN KEY ("outlet_id", "franchise_id") REFERENCES "outlet"("id", "franchise_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Staff read what they inherit: the chain's, and their franchise's.
CALL protect('place_settings', 'SELECT, INSERT, UPDATE (settings, version)', 'SELECT, INSERT, UPDATE (settings, version)');
CREATE POLICY inherited ON place_settings FOR SELECT TO kedai_menu_tenant USING (
  (level = 'CHAIN' OR franchise_id = ANY (ARRAY(SELECT outlet.franchise_id FROM outlet WHERE outlet.id = ANY (caller_outlet_ids()))) AND outlet_id IS NULL)
  AND (cardinality(caller_outlet_ids()) > 0 OR cardinality(caller_franchise_ids()) > 0)
);

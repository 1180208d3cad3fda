/** What the chain, franchises and outlets have set of the settings of outlets: a row for each place. */
import { CHAIN_PLACE } from '../../../platform/outlet-settings/chain-place.js';
import { type PlaceSettings, placeSettings } from '../../../platform/outlet-settings/inheritance.js';
import type { SettingLevel } from '../../../platform/outlet-settings/registry.js';
import type { MenuDatabase, Transaction } from './database.js';

/** A franchise has no outlet, the chain neither. */
export interface SettingsPlace {
  readonly level: SettingLevel;
  readonly placeId: string;
  readonly franchiseId: string | null;
  readonly outletId: string | null;
}

export interface StoredSettings extends SettingsPlace {
  readonly settings: PlaceSettings;
  /** Rises with every change. */
  readonly version: number;
}

export const CHAIN_SETTINGS: SettingsPlace = {
  ...{ level: 'CHAIN', placeId: CHAIN_PLACE, franchiseId: null, outletId: null },
};

/** What each place has set, as far as the caller sees it. */
export async function findSettings(
  { prisma }: MenuDatabase,
  placeIds: readonly string[],
): Promise<PlaceSettings[]> {
  const rows = await prisma.placeSettings.findMany({ where: { placeId: { in: [...placeIds] } } });
  const byPlace = new Map(rows.map(({ placeId, settings }) => [placeId, placeSettings.parse(settings)]));
  return placeIds.map((id) => byPlace.get(id) ?? {});
}

/** Locked, and with nothing set where there was no row. */
export async function findSettingsForUpdate(tx: Transaction, place: SettingsPlace): Promise<StoredSettings> {
  const { placeId, level, franchiseId, outletId } = place;
  await tx.$executeRaw`
    INSERT INTO place_settings (place_id, level, franchise_id, outlet_id, settings, version)
    VALUES (${placeId}::uuid, ${level}, ${franchiseId}::uuid, ${outletId}::uuid, '{}', 0) ON CONFLICT DO NOTHING`;
  const [row] = await tx.$queryRaw<{ settings: unknown; version: number }[]>`
    SELECT settings, version FROM place_settings WHERE place_id = ${placeId}::uuid FOR NO KEY UPDATE`;
  if (row === undefined) throw new Error(`The settings of ${placeId} are not the caller's`);
  return { ...place, settings: placeSettings.parse(row.settings), version: row.version };
}

/** @returns with its version, which rises by one. */
export async function updateSettings(tx: Transaction, stored: StoredSettings): Promise<StoredSettings> {
  const version = stored.version + 1;
  await tx.$executeRaw`
    UPDATE place_settings SET settings = ${JSON.stringify(stored.settings)}::jsonb, version = ${version}
    WHERE place_id = ${stored.placeId}::uuid`;
  return { ...stored, version };
}

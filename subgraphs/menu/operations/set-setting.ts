/** Sets a setting of outlets at a level, or lets it be inherited again. */
import { z } from 'zod';
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { SetValue } from '../../../platform/outlet-settings/inheritance.js';
import {
  OUTLET_SETTINGS,
  type OutletSetting,
  type SettingLevel,
  settingNamed,
} from '../../../platform/outlet-settings/registry.js';
import type { SetSettingInput, OutletSetting as ShownSetting } from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import { settingsEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { findFranchises, findOutlets } from '../store/outlets.js';
import {
  CHAIN_SETTINGS,
  findSettingsForUpdate,
  type SettingsPlace,
  updateSettings,
} from '../store/settings.js';
import { changeMenu } from './change-menu.js';
import { levelsOf, shownSetting } from './read-settings.js';

/**
 * @throws NOT_FOUND, FORBIDDEN outside the caller's scope or for a role that may not set it there, UserFault for what is no setting or no
 * value of it, INVALID_STATE where a level above has locked it.
 */
export async function setSetting(context: Context, input: SetSettingInput): Promise<ShownSetting> {
  const place = await findPlace(context, input.level, input.id ?? null);
  if (!isWithin(context, place)) throw forbidden();
  const setting = settingNamed(input.key);
  if (setting === undefined) {
    const message = `The settings are ${OUTLET_SETTINGS.map(({ key }) => key).join(', ')}.`;
    throw UserFault.of('INVALID_INPUT', message, ['key']);
  }
  if (!maySet(context, setting, place)) throw forbidden();
  const set: SetValue | null =
    input.value == null
      ? null
      : {
          value: parseInput(z.object({ value: setting.schema }), input).value,
          isLocked: input.isLocked ?? false,
        };
  await refuseLocked(context, setting, place);
  await changeMenu(context, (work) =>
    changeSettings(work, context, 'setSetting', place, { [setting.key]: set }),
  );
  context.loaders.settings.clear(place.placeId);
  return shownSetting(setting, await levelsOf(context, place));
}

/** Within a transaction that may change more. @param changes by key; null for what is to be inherited again. */
export async function changeSettings(
  work: Work,
  context: Context,
  action: string,
  place: SettingsPlace,
  changes: Readonly<Record<string, SetValue | null>>,
): Promise<void> {
  const before = await findSettingsForUpdate(work.tx, place);
  const formerOf = (key: string) => before.settings[key] ?? null;
  const differing = Object.entries(changes).filter(
    ([key, set]) => JSON.stringify(formerOf(key)) !== JSON.stringify(set),
  );
  if (differing.length === 0) return;
  const settings: Record<string, SetValue> = { ...before.settings };
  for (const [key, set] of differing) {
    if (set === null) delete settings[key];
    else settings[key] = set;
  }
  work.emit(settingsEvent(await updateSettings(work.tx, { ...before, settings })));
  const { franchiseId, outletId, placeId } = place;
  recordChange(work, context, {
    ...{ action, entity: { type: 'OutletSetting', id: placeId }, tenant: { franchiseId, outletId } },
    before: Object.fromEntries(differing.map(([key]) => [key, formerOf(key)])),
    after: Object.fromEntries(differing),
  });
}

/** @throws NOT_FOUND, UserFault INVALID_INPUT where the level and the id do not fit. */
async function findPlace(
  { database }: Context,
  level: SettingLevel,
  id: string | null,
): Promise<SettingsPlace> {
  if (level === 'CHAIN') {
    if (id === null) return CHAIN_SETTINGS;
    throw UserFault.of('INVALID_INPUT', 'The chain has no id.', ['id']);
  }
  if (id === null || !isId(id)) throw notFound(level === 'OUTLET' ? 'Outlet' : 'Franchise');
  if (level === 'FRANCHISE') {
    const [franchise] = await findFranchises(database, [id]);
    if (franchise === undefined) throw notFound('Franchise');
    return { level, placeId: id, franchiseId: id, outletId: null };
  }
  const [outlet] = await findOutlets(database, [id]);
  if (outlet === undefined) throw notFound('Outlet');
  return { level, placeId: id, franchiseId: outlet.franchiseId, outletId: id };
}

function isWithin(
  { identity }: Pick<Context, 'identity'>,
  { franchiseId, outletId }: SettingsPlace,
): boolean {
  const scope = scopeFor(identity, 'outlets:operate');
  return franchiseId === null ? scope.everywhere : covers(scope, { franchiseId, outletId });
}

/** Whether the caller holds, for that place, a role that may set it. */
export function maySet({ identity }: Context, setting: OutletSetting, place: SettingsPlace): boolean {
  return identity.roles.some(
    (grant) =>
      setting.setBy[place.level].includes(grant.role) &&
      isWithin({ identity: { ...identity, roles: [grant] } }, place),
  );
}

/** @throws UserFault INVALID_STATE */
export async function refuseLocked(
  context: Context,
  setting: OutletSetting,
  place: SettingsPlace,
): Promise<void> {
  const own = place.level;
  const above = (await levelsOf(context, place)).filter(([level]) => level !== own);
  const { isLocked, fromLevel } = shownSetting(setting, above);
  if (!isLocked) return;
  const by = fromLevel === 'CHAIN' ? 'Head office' : 'The franchise';
  throw UserFault.of('INVALID_STATE', `${by} has locked this setting.`, ['key']);
}

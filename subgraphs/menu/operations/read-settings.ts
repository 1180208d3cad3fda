/** The settings of outlets as they hold for the chain, in a franchise and at an outlet. */
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { CHAIN_PLACE } from '../../../platform/outlet-settings/chain-place.js';
import { effectiveSetting, type SettingsByLevel } from '../../../platform/outlet-settings/inheritance.js';
import {
  OUTLET_SETTINGS,
  type OutletSetting,
  ticketLateMinutes,
  ticketSlowMinutes,
} from '../../../platform/outlet-settings/registry.js';
import type { KitchenPace, OutletSetting as ShownSetting } from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import type { Outlet } from '../domain/outlet.js';
import type { SettingsPlace } from '../store/settings.js';

export async function settingsOfChain(context: Context): Promise<ShownSetting[]> {
  return shown(await levelsOf(context, { franchiseId: null, outletId: null }));
}

/** @throws NOT_FOUND for a franchise outside the caller's scope. */
export async function settingsOfFranchise(context: Context, franchiseId: string): Promise<ShownSetting[]> {
  if (!covers(scopeFor(context.identity, 'outlets:manage'), { franchiseId })) throw notFound('Franchise');
  return shown(await levelsOf(context, { franchiseId, outletId: null }));
}

/** @throws NOT_FOUND for an outlet outside the caller's scope. */
export async function settingsOfOutlet(
  context: Context,
  { id: outletId, franchiseId }: Outlet,
): Promise<ShownSetting[]> {
  const tenant = { franchiseId, outletId };
  if (!covers(scopeFor(context.identity, 'outlets:operate'), tenant)) throw notFound('Outlet');
  return shown(await levelsOf(context, tenant));
}

/** For all: it is what guests see by waiting. */
export async function kitchenPaceOf(
  context: Context,
  { id: outletId, franchiseId }: Outlet,
): Promise<KitchenPace> {
  const levels = await levelsOf(context, { franchiseId, outletId });
  return {
    slowMinutes: effectiveSetting(ticketSlowMinutes, levels).value,
    lateMinutes: effectiveSetting(ticketLateMinutes, levels).value,
  };
}

/** What is set at a place and above it. The environment's defaults are the chain's. */
export async function levelsOf(
  { loaders, defaults }: Context,
  { franchiseId, outletId }: Pick<SettingsPlace, 'franchiseId' | 'outletId'>,
): Promise<SettingsByLevel> {
  const at = async (placeId: string | null) => (placeId === null ? {} : loaders.settings.load(placeId));
  const [chain, franchise, outlet] = await Promise.all([CHAIN_PLACE, franchiseId, outletId].map(at));
  return [
    ['CHAIN', defaults],
    ['CHAIN', chain ?? {}],
    ['FRANCHISE', franchise ?? {}],
    ['OUTLET', outlet ?? {}],
  ];
}

function shown(levels: SettingsByLevel): ShownSetting[] {
  return OUTLET_SETTINGS.map((setting) => shownSetting(setting, levels));
}

export function shownSetting(setting: OutletSetting, levels: SettingsByLevel): ShownSetting {
  const { key, description, minimum, maximum, choices } = setting;
  return { ...{ key, description, minimum, maximum, choices }, ...effectiveSetting(setting, levels) };
}

/** The rules of service charge, taxes and rounding that hold at an outlet, by its settings. */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import {
  pbjtBasisPoints,
  ppnBasisPoints,
  roundingDirection,
  roundingUnit,
  serviceChargeBasisPoints,
  taxInPrices,
} from '../../../platform/outlet-settings/registry.js';
import type { ChargeRules } from '../domain/charges.js';

export function chargeRulesAt(
  settings: SettingsCopy,
  place: { readonly outletId: string; readonly franchiseId: string },
): ChargeRules {
  return {
    serviceChargeRate: settings.valueOf(serviceChargeBasisPoints, place),
    pbjtRate: settings.valueOf(pbjtBasisPoints, place),
    ppnRate: settings.valueOf(ppnBasisPoints, place),
    isTaxIncluded: settings.valueOf(taxInPrices, place) === 'INCLUDED',
    roundingUnit: Number(settings.valueOf(roundingUnit, place)),
    roundingDirection: settings.valueOf(roundingDirection, place),
  };
}

/**
 * Which value of a setting holds at a place: the nearest one that is set, unless a level above has locked its own. Without any it is the
 * default, which counts as the chain's.
 */
import { z } from 'zod';
import type { OutletSetting, SettingLevel, SettingValue } from './registry.js';

/** What one place has set, by key: the shape of events and tables. */
export const placeSettings = z.record(z.string(), z.object({ value: z.unknown(), isLocked: z.boolean() }));
export type PlaceSettings = Readonly<z.infer<typeof placeSettings>>;
export type SetValue = Readonly<PlaceSettings[string]>;

/** What is set at a place and above it, from the chain down. */
export type SettingsByLevel = readonly (readonly [SettingLevel, PlaceSettings])[];

export interface EffectiveSetting<Value extends SettingValue = SettingValue> {
  readonly value: Value;
  readonly fromLevel: SettingLevel;
  /** Levels below the one that it is from cannot set it. */
  readonly isLocked: boolean;
}

/** A value that an earlier release allowed and this one does not counts as not set. */
export function effectiveSetting<Value extends SettingValue>(
  setting: OutletSetting<Value>,
  levels: SettingsByLevel,
): EffectiveSetting<Value> {
  let effective: EffectiveSetting<Value> = { value: setting.default, fromLevel: 'CHAIN', isLocked: false };
  for (const [fromLevel, settings] of levels) {
    const set = settings[setting.key];
    if (set === undefined) continue;
    const parsed = setting.schema.safeParse(set.value);
    if (!parsed.success) continue;
    effective = { value: parsed.data, fromLevel, isLocked: set.isLocked };
    if (set.isLocked) break;
  }
  return effective;
}

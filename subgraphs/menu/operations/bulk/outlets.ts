/**
 * Outlets with their hours and settings as a table: found by id, or by franchise and name. A new one is a draft unless the file opens it.
 * Pausing and closing are left to the mutations that do so.
 */
import { isDeepStrictEqual } from 'node:util';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import {
  type BadLines,
  badCell,
  firstOfEach,
  type Row,
  type Step,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { nameFinder } from '../../../../platform/bulk/named-things.js';
import { UserFault } from '../../../../platform/errors.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { parseInput } from '../../../../platform/kit/input.js';
import { statusAt } from '../../../../platform/kit/opening-hours.js';
import type { Page } from '../../../../platform/kit/paging.js';
import { covers } from '../../../../platform/kit/tenant-scope.js';
import type { PlaceSettings, SetValue } from '../../../../platform/outlet-settings/inheritance.js';
import {
  OUTLET_SETTINGS,
  type OutletSetting,
  type SettingValue,
} from '../../../../platform/outlet-settings/registry.js';
import type { Context } from '../../context.js';
import type { Franchise, Outlet } from '../../domain/outlet.js';
import type { Work } from '../../store/database.js';
import { findAllFranchises, findCoveredOutletPage, findCoveredOutlets } from '../../store/outlets.js';
import { findSettings, type SettingsPlace } from '../../store/settings.js';
import { changeOutletIn } from '../change-outlet.js';
import { openedOutlet } from '../change-outlet-status.js';
import { draftOutlet, insertNewOutlet, newOutlet } from '../create-outlet.js';
import { changeSettings, maySet, refuseLocked } from '../set-setting.js';
import { outletChange, requireNotClosed, updatedOutlet } from '../update-outlet.js';
import type { MenuPlan } from './menu-plan.js';
import { OUTLET_COLUMNS } from './outlet-columns.js';

type OutletRow = Row<typeof OUTLET_COLUMNS>;

export async function planOutlets(context: Context, table: Table<typeof OUTLET_COLUMNS>): Promise<MenuPlan> {
  const { bad, columns } = table;
  const scope = scopeFor(context.identity, 'outlets:operate');
  const franchises = await findAllFranchises(context.database);
  const all = await findCoveredOutlets(context.database, scope);
  const byName = new Map(all.map((outlet) => [keyOf(outlet.franchiseId, outlet.name), outlet]));
  const settings = await settingsOf(context, all);
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  for (const { row, franchise, present } of distinctLines(table, franchises, all, byName)) {
    const { line, values } = row;
    const collect = <Result>(work: () => Promise<Result> | Result) => bad.collectFaults(line, work, columnOf);
    const fields = fieldsOf(row, columns);
    if (present === undefined) {
      const isOwn = franchise !== undefined && isManaged(context, franchise.id);
      if (!isOwn) bad.add(line, 'franchise', FRANCHISE);
      await collect(async () => {
        const parsed = parseInput(newOutlet, { ...fields, franchiseId: franchise?.id ?? '' });
        if (!isOwn) return;
        const outlet = withStatus(row, draftOutlet(parsed, null));
        const set = await settingsToSet(context, row, columns, outlet, {}, bad);
        steps.push({
          ...{ line, outcome: 'CREATED' },
          async write(work) {
            await insertNewOutlet(work, context, 'importMenu', outlet, null);
            if (set !== null) await changeSettings(work, context, 'importMenu', placeOf(outlet), set);
          },
        });
      });
      continue;
    }
    if (franchise !== undefined && franchise.id !== present.franchiseId)
      bad.add(line, 'franchise', 'the franchise that it is in, or empty: outlets do not move');
    const named = byName.get(keyOf(present.franchiseId, values.name));
    if (named !== undefined && named.id !== present.id)
      bad.add(line, 'name', 'a name that no other outlet has');
    const set = await settingsToSet(context, row, columns, present, settings.get(present.id) ?? {}, bad);
    await collect(() => {
      const changes = parseInput(outletChange, fields);
      const changed = (before: Outlet) => {
        const after = updatedOutlet(before, changes);
        if (!isDeepStrictEqual(after, before)) requireNotClosed(before);
        return withStatus(row, after);
      };
      const after = changed(present);
      if (present.status === 'DRAFT' && after.status === 'OPEN' && !isManaged(context, present.franchiseId))
        throw badCell('status', 'DRAFT: the owner opens it');
      const isSame = isDeepStrictEqual(after, present);
      if (isSame && set === null) {
        unchanged += 1;
        return;
      }
      steps.push({
        ...{ line, outcome: 'CHANGED', locks: present.id },
        async write(work) {
          const change = { action: 'importMenu', outletId: present.id, change: changed };
          if (!isSame) await changeOutletIn(work, context, change);
          if (set !== null) await changeSettings(work, context, 'importMenu', placeOf(present), set);
        },
      });
    });
  }
  return { steps, unchanged };
}

/** The column that a field of the input, or of a setting, is read from. */
function columnOf([field, setting]: readonly string[]): string | null {
  if (field === 'outletId') return 'name';
  if (field === 'franchiseId') return 'franchise';
  return field === 'key' ? (setting ?? null) : (field ?? null);
}

function isManaged({ identity }: Context, franchiseId: string): boolean {
  return covers(scopeFor(identity, 'outlets:manage'), { franchiseId });
}

const FRANCHISE = 'the name of a franchise of yours';

/** The lines with what they name; later ones of the same outlet, or of the same name, are reported. */
function distinctLines(
  { rows, bad }: Table<typeof OUTLET_COLUMNS>,
  franchises: readonly Franchise[],
  outlets: readonly Outlet[],
  byName: ReadonlyMap<string, Outlet>,
) {
  const franchiseOf = nameFinder(franchises, { column: 'franchise', expected: FRANCHISE });
  const byId = new Map(outlets.map((outlet) => [outlet.id, outlet]));
  const resolved = rows.flatMap((row) => {
    const { line, values } = row;
    const { id = null, franchise: franchiseName = null } = values;
    const franchise = franchiseName === null ? undefined : franchiseOf(line, franchiseName, bad);
    const present = id === null ? byName.get(keyOf(franchise?.id, values.name)) : byId.get(id);
    const key = keyOf(present?.franchiseId ?? franchise?.id, values.name);
    if (id === null || present !== undefined) return [{ line, row, franchise, present, key }];
    bad.add(line, 'id', 'the id of an outlet of yours, or empty');
    return [];
  });
  const named = firstOfEach(resolved, bad, 'name', ({ key }) => key);
  return firstOfEach(named, bad, 'name', ({ present }) => present?.id ?? null);
}

function keyOf(franchiseId: string | undefined, name: string | undefined): string {
  return `${franchiseId}:${name}`;
}

/** What the columns that the file has say; an empty place, phone number or time zone says nothing. */
function fieldsOf({ values }: OutletRow, columns: ReadonlySet<string>) {
  const { name, city, address, phone, timeZone, openingHours, openingExceptions } = values;
  return {
    name,
    ...(city != null && { city }),
    ...(address != null && { address }),
    ...(phone != null && { phone }),
    ...(timeZone != null && { timeZone }),
    ...(columns.has('openingHours') && { openingHours }),
    ...(columns.has('openingExceptions') && { openingExceptions }),
  };
}

/** @throws UserFault for a status that an import does not give. */
function withStatus({ values: { status = null } }: OutletRow, outlet: Outlet): Outlet {
  const present = statusAt(outlet, new Date());
  if (status === null || status === present) return outlet;
  if (status === 'OPEN') return openedOutlet(outlet);
  throw badCell('status', present === 'OPEN' ? 'OPEN, as it is' : `OPEN, or ${present} as it is`);
}

/** By key, what the file says otherwise than the outlet has it; null where that is nothing. Those that may not be set are reported. */
async function settingsToSet(
  context: Context,
  { line, values }: OutletRow,
  columns: ReadonlySet<string>,
  outlet: Outlet,
  present: PlaceSettings,
  bad: BadLines,
): Promise<Record<string, SetValue | null> | null> {
  const changes: Record<string, SetValue | null> = {};
  const place = placeOf(outlet);
  for (const setting of OUTLET_SETTINGS) {
    const { key } = setting;
    if (!columns.has(`setting.${key}`)) continue;
    const value = values[`setting.${key}`] ?? null;
    if (isDeepStrictEqual(value, setValueOf(setting, present))) continue;
    if (!maySet(context, setting, place)) {
      bad.add(line, `setting.${key}`, 'what it is: it is not yours to set');
      continue;
    }
    await refuseLocked(context, setting, place).catch((error: unknown) => {
      if (!(error instanceof UserFault)) throw error;
      bad.add(line, `setting.${key}`, `what it is. ${error.message}`);
    });
    changes[key] = value === null ? null : { value, isLocked: present[key]?.isLocked ?? false };
  }
  return Object.keys(changes).length === 0 ? null : changes;
}

/** Null where the outlet has not set it. */
function setValueOf({ key, schema }: OutletSetting, settings: PlaceSettings): SettingValue | null {
  const set = settings[key];
  return set === undefined ? null : (schema.safeParse(set.value).data ?? null);
}

async function settingsOf(
  { database }: Context,
  outlets: readonly Outlet[],
): Promise<Map<string, PlaceSettings>> {
  const ids = outlets.map(({ id }) => id);
  const found = await findSettings(database, ids);
  return new Map(ids.map((id, index) => [id, found[index] ?? {}]));
}

function placeOf({ id, franchiseId }: Outlet): SettingsPlace {
  return { level: 'OUTLET', placeId: id, outletId: id, franchiseId };
}

/** Those that the caller runs, drafts and closed ones, too. */
export async function exportOutlets(context: Context, page: Page): Promise<ExportedPage> {
  const scope = scopeFor(context.identity, 'outlets:operate');
  const found = await findCoveredOutletPage(context.database, scope, page);
  return exportPage(OUTLET_COLUMNS, page, found, async (outlets) => {
    const franchises = new Map((await findAllFranchises(context.database)).map(({ id, name }) => [id, name]));
    const settings = await settingsOf(context, outlets);
    return outlets.map((outlet) => ({
      ...{ id: outlet.id, franchise: franchises.get(outlet.franchiseId) ?? null, name: outlet.name },
      ...{ city: outlet.city, address: outlet.address, phone: outlet.phone, timeZone: outlet.timeZone },
      status: statusAt(outlet, new Date()),
      openingHours: outlet.openingHours.weekly,
      openingExceptions: outlet.openingHours.exceptions,
      ...Object.fromEntries(
        OUTLET_SETTINGS.map((setting) => [
          `setting.${setting.key}`,
          setValueOf(setting, settings.get(outlet.id) ?? {}),
        ]),
      ),
    }));
  });
}

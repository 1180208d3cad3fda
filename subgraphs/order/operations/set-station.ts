/** Says at which station of an outlet's kitchen items are made, so that each has a queue of its own. */
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { text } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { updateStations } from '../store/stations.js';
import { findOutletWithin } from './outlets.js';

const MAXIMUM_LENGTH = 40;
const MAXIMUM_ITEMS = 500;
const stationSchema = text(MAXIMUM_LENGTH, { minimum: 1 });

export interface StationRequest {
  readonly outletId: string;
  readonly menuItemIds: readonly string[];
  /** Null for none. */
  readonly station: string | null;
}

/** @throws NOT_FOUND for an outlet whose menu is not the caller's, UserFault NOT_FOUND for an item that is not on the menu. */
export async function setStation(
  context: Context,
  request: StationRequest,
): Promise<{ readonly id: string }> {
  const { database, cause, menu, loaders } = context;
  const outlet = await findOutletWithin(context, 'menu:price', request.outletId);
  const menuItemIds = [...new Set(request.menuItemIds.map((id) => id.toLowerCase()))].toSorted();
  if (menuItemIds.length === 0 || menuItemIds.length > MAXIMUM_ITEMS) {
    throw UserFault.of('INVALID_INPUT', `Name 1 to ${MAXIMUM_ITEMS} items.`, ['menuItemIds']);
  }
  const outletMenu = menu.menuAt(outlet, new Date());
  const unknown = menuItemIds.find((id) => outletMenu.item(id) === undefined);
  if (unknown !== undefined) throw UserFault.of('NOT_FOUND', `There is no item ${unknown}.`, ['menuItemIds']);
  const station = checkedStation(request.station);
  await database.work(cause, async (work) => {
    const before = await updateStations(work.tx, outlet, menuItemIds, station);
    recordChange(work, context, {
      ...{ action: 'setStation', entity: { type: 'Outlet', id: outlet.id } },
      tenant: { franchiseId: outlet.franchiseId, outletId: outlet.id },
      before: { stations: Object.fromEntries(menuItemIds.map((id) => [id, before.get(id) ?? null])) },
      after: { stations: Object.fromEntries(menuItemIds.map((id) => [id, station])) },
    });
  });
  loaders.stations.clear(outlet.id);
  return outlet;
}

function checkedStation(station: string | null): string | null {
  if (station === null) return null;
  const { success, data } = stationSchema.safeParse(station);
  if (success) return data;
  const message = `A station's name is one line of at most ${MAXIMUM_LENGTH} characters.`;
  throw UserFault.of('INVALID_INPUT', message, ['station']);
}

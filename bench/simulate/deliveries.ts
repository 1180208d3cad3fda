/** Deliveries: trucks come twice a day and fill every shelf that is not full; what runs low between them is brought at once. */
import { newId } from '../../platform/ids.js';
import type { Caller } from './caller.js';
import type { Outlet } from './chain.js';
import type { Clock } from './clock.js';
import { TRUCKS_AT } from './day.js';
import type { Shelves, Station } from './shelves.js';
import type { Tally } from './tally.js';

export interface DeliveryOptions {
  /** Who manages the outlet's stock. */
  readonly staff: Caller;
  readonly outlet: Outlet;
  readonly shelves: Shelves;
  readonly clock: Clock;
  readonly tally: Tally;
}

const LOOK_MINUTES = 5;
const LEAST_LOOK_MILLISECONDS = 1_000;
const FULL_REORDER_POINTS = 4;
/** Of a delivery. */
const MAXIMUM_LINES = 100;

/** Until the clock has ended. */
export async function deliver({ staff, outlet, shelves, clock, tally }: DeliveryOptions): Promise<void> {
  const stations = shelves.stations.filter((station) => station.outlet.id === outlet.id);
  let lastMinute = clock.minute;
  while (!clock.hasEnded) {
    await clock.pass(LOOK_MINUTES);
    await clock.passReal(LEAST_LOOK_MILLISECONDS);
    const { minute } = clock;
    const hasTruckCome = TRUCKS_AT.some((at) => at > lastMinute % 1_440 && at <= minute % 1_440);
    lastMinute = minute;
    const short = stations.filter((station) => missingUnits(station) > 0 && (hasTruckCome || isLow(station)));
    if (short.length === 0 || clock.hasEnded) continue;
    await receive(staff, outlet, short, minute).then(
      () => tally.count('deliveries'),
      () => tally.count('failed'),
    );
  }
}

async function receive(
  staff: Caller,
  outlet: Outlet,
  short: readonly Station[],
  minute: number,
): Promise<void> {
  const brought = short.slice(0, MAXIMUM_LINES).map((station) => ({ station, units: missingUnits(station) }));
  const units = new Map<string, number>();
  for (const { station, units: more } of brought)
    units.set(station.item.id, (units.get(station.item.id) ?? 0) + more);
  const lines = [...units].map(([stockItemId, quantity]) => ({ stockItemId, quantity }));
  const { receiveDelivery } = await staff.execute<{ receiveDelivery: { userErrors: { code: string }[] } }>(
    'mutation ($input: ReceiveDeliveryInput!) { receiveDelivery(input: $input) { userErrors { code } } }',
    { input: { outletId: outlet.id, supplier: 'Gudang pusat', lines, idempotencyKey: newId() } },
  );
  if (receiveDelivery.userErrors.length > 0) throw new Error('The delivery was refused.');
  for (const { station, units: more } of brought)
    station.scale.put(more * station.shelf.gramsPerUnit, minute);
}

function unitsOn({ scale, shelf }: Station): number {
  return scale.grams / shelf.gramsPerUnit;
}

/** To a full shelf: what it began with, or some times what it is filled at. */
function missingUnits(station: Station): number {
  const { item } = station;
  const full = Math.max(item.onHand, item.reorderPoint * FULL_REORDER_POINTS) / item.shelves.length;
  return Math.max(0, Math.floor(full - unitsOn(station)));
}

function isLow(station: Station): boolean {
  return unitsOn(station) <= station.item.reorderPoint / station.item.shelves.length;
}

/** Where in an outlet's kitchen each item is made. Rows are read and written as the caller may. */
import type { OrderDatabase, Transaction } from './database.js';

/** By menu item. */
export type Stations = ReadonlyMap<string, string>;

/** Those of each outlet, in the order of `outletIds`. */
export async function findStations(
  { prisma }: Pick<OrderDatabase, 'prisma'>,
  outletIds: readonly string[],
): Promise<Stations[]> {
  const rows = await prisma.kitchenStation.findMany({ where: { outletId: { in: [...outletIds] } } });
  return outletIds.map(
    (outletId) =>
      new Map(
        rows
          .filter((row) => row.outletId === outletId)
          .map(({ menuItemId, station }) => [menuItemId, station]),
      ),
  );
}

/**
 * @param station null for none.
 * @returns where the items were made before; items without a station are left out.
 */
export async function updateStations(
  tx: Transaction,
  { id: outletId, franchiseId }: { readonly id: string; readonly franchiseId: string },
  menuItemIds: readonly string[],
  station: string | null,
): Promise<Stations> {
  const where = { outletId, menuItemId: { in: [...menuItemIds] } };
  const before = await tx.kitchenStation.findMany({ where });
  await tx.kitchenStation.deleteMany({ where });
  if (station !== null) {
    await tx.kitchenStation.createMany({
      data: menuItemIds.map((menuItemId) => ({ outletId, menuItemId, franchiseId, station })),
    });
  }
  return new Map(before.map((row) => [row.menuItemId, row.station]));
}

/** An outlet made from another begins with its stations. What is set already stays, so a repetition changes nothing. */
export async function copyStations(
  tx: Transaction,
  template: string,
  { outletId, franchiseId }: { readonly outletId: string; readonly franchiseId: string },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO kitchen_station (outlet_id, menu_item_id, franchise_id, station)
    SELECT ${outletId}::uuid, menu_item_id, ${franchiseId}::uuid, station FROM kitchen_station WHERE outlet_id = ${template}::uuid
    ON CONFLICT DO NOTHING`;
}

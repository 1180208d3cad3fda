/**
 * Puts a scale under a weighed item. The broker admits the device before the shelf exists: a token that is handed out works.
 * Neither the item nor the shelf is locked while the broker is called, so orders and readings do not wait for it.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { parseInput, quantity } from '../../../platform/kit/input.js';
import type { RegisterShelfInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { Shelf, StockItem } from '../domain/records.js';
import { hashOfToken, newDeviceToken } from '../ingest/devices/device-token.js';
import { insertShelf } from '../store/shelves.js';
import { findItemsByIds, findItemsForUpdate } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { requireOutlet } from './require-outlet.js';

/** In grams: scales resolve no lighter unit. */
const LIGHTEST_UNIT_GRAMS = 0.001;

const inputSchema = z.object({
  outletId: z.string(),
  stockItemId: z.string(),
  gramsPerUnit: quantity(LIGHTEST_UNIT_GRAMS, MAXIMUM_QUANTITY, { whole: false }),
  tareGrams: quantity(0, MAXIMUM_QUANTITY),
});

export async function registerShelf(
  { database, identity, origin, cause, devices }: Context,
  input: RegisterShelfInput,
): Promise<{ readonly shelf: Shelf; readonly deviceToken: string }> {
  const newShelf = parseInput(inputSchema, input);
  const { outletId, stockItemId } = newShelf;
  const scope = scopeFor(identity, 'stock:manage');
  const { franchiseId } = await requireOutlet(database, scope, outletId);
  const [item] = isId(stockItemId) ? await findItemsByIds(database, scope, [stockItemId]) : [];
  requireWeighed(item, outletId);
  const [id, deviceToken] = [newId('Shelf'), newDeviceToken()];
  await devices.admit({ shelfId: id, outletId, token: deviceToken });
  try {
    const shelf = await database.work(cause, async (work) => {
      const [locked] = await findItemsForUpdate(work.tx, scope, [stockItemId]);
      requireWeighed(locked, outletId);
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'registerShelf', entity: { type: 'Shelf', id }, tenant: { franchiseId, outletId } },
          ...{ before: null, after: newShelf },
        },
      );
      return insertShelf(work.tx, { ...newShelf, id, franchiseId, tokenHash: hashOfToken(deviceToken) });
    });
    return { shelf, deviceToken };
  } catch (error) {
    // Where the broker has become unreachable, the device stays in it, with a token that was never issued.
    await devices.dismiss(id).catch(() => undefined);
    throw error;
  }
}

function requireWeighed(item: StockItem | undefined, outletId: string): void {
  if (item?.outletId !== outletId || item.removedAt !== null) throw notFound('Stock item');
  if (item.tracking !== 'SHELF') {
    throw UserFault.of('INVALID_STATE', 'The item is counted, not weighed', ['stockItemId']);
  }
}

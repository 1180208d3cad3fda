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
import { findShelvesOfItems, insertShelves } from '../store/shelves.js';
import { findItemsByIds, findItemsForUpdate } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { requireOutlet } from './require-outlet.js';

/** In grams: scales resolve no lighter unit. */
const LIGHTEST_UNIT_GRAMS = 0.001;

export const shelfInput = z.object({
  outletId: z.string(),
  stockItemId: z.string(),
  gramsPerUnit: quantity(LIGHTEST_UNIT_GRAMS, MAXIMUM_QUANTITY, { whole: false }),
  tareGrams: quantity(0, MAXIMUM_QUANTITY),
});

export interface IssuedToken {
  readonly shelf: Shelf;
  readonly deviceToken: string;
}

export async function registerShelf(caller: Context, input: RegisterShelfInput): Promise<IssuedToken> {
  const { database, identity } = caller;
  const newShelf = parseInput(shelfInput, input);
  const { outletId, stockItemId } = newShelf;
  const scope = scopeFor(identity, 'stock:manage');
  const { franchiseId } = await requireOutlet(database, scope, outletId);
  const [item] = isId(stockItemId) ? await findItemsByIds(database, scope, [stockItemId]) : [];
  requireWeighed(item, outletId);
  const [issued] = await registerShelves(caller, 'registerShelf', [{ ...newShelf, franchiseId }]);
  if (issued === undefined) throw new Error('The shelf is neither registered nor refused');
  return issued;
}

export interface ShelfDraft extends z.output<typeof shelfInput> {
  readonly franchiseId: string;
}

/**
 * All of them or none. @throws NOT_FOUND, UserFault where an item is not weighed.
 * @param review sees the shelves that the items have, oldest first, while the items are locked, and throws to refuse.
 */
export async function registerShelves(
  { database, identity, origin, cause, devices }: Context,
  action: string,
  drafts: readonly ShelfDraft[],
  review: (present: readonly Shelf[]) => void = () => undefined,
): Promise<IssuedToken[]> {
  const scope = scopeFor(identity, 'stock:manage');
  const shelves = drafts.map((draft) => ({ draft, id: newId('Shelf'), deviceToken: newDeviceToken() }));
  const admitted: string[] = [];
  try {
    for (const { id, draft, deviceToken } of shelves) {
      await devices.admit({ shelfId: id, outletId: draft.outletId, token: deviceToken });
      admitted.push(id);
    }
    return await database.work(cause, async (work) => {
      const itemIds = drafts.map(({ stockItemId }) => stockItemId);
      const locked = new Map(
        (await findItemsForUpdate(work.tx, scope, itemIds)).map((item) => [item.id, item]),
      );
      review(await findShelvesOfItems({ prisma: work.tx }, [...locked.keys()]));
      for (const { draft, id } of shelves) {
        const { franchiseId, ...after } = draft;
        requireWeighed(locked.get(draft.stockItemId), draft.outletId);
        const tenant = { franchiseId, outletId: draft.outletId };
        const change = { action, entity: { type: 'Shelf', id }, tenant, before: null, after };
        recordChange(work, { identity, origin }, change);
      }
      const tokens = new Map(shelves.map(({ id, deviceToken }) => [id, deviceToken]));
      const inserted = await insertShelves(
        work.tx,
        shelves.map(({ draft, id, deviceToken }) => ({ ...draft, id, tokenHash: hashOfToken(deviceToken) })),
      );
      return inserted.map((shelf) => ({ shelf, deviceToken: tokens.get(shelf.id) ?? '' }));
    });
  } catch (error) {
    // Where the broker has become unreachable, a device stays in it, with a token that was never issued.
    for (const id of admitted) await devices.dismiss(id).catch(() => undefined);
    throw error;
  }
}

export function requireWeighed(item: StockItem | undefined, outletId: string): void {
  if (item?.outletId !== outletId || item.removedAt !== null) throw notFound('Stock item');
  if (item.tracking !== 'SHELF') {
    throw UserFault.of('INVALID_STATE', 'The item is counted, not weighed', ['stockItemId']);
  }
}

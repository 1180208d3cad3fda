/** Takes a shelf out of service: its weight leaves the level of its item, and its device is cut off once that is so. */
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { Shelf } from '../domain/records.js';
import { findShelfToChange, lockShelvesOfItems, updateShelfRevoked } from '../store/shelves.js';
import { findItemsForUpdate } from '../store/stock-items.js';
import { relevelItems } from './relevel-items.js';

export async function revokeShelf(caller: Context, shelfId: string): Promise<Shelf> {
  const { database, identity, cause, devices } = caller;
  if (!isId(shelfId)) throw notFound('Shelf');
  const scope = scopeFor(identity, 'stock:manage');
  const shelf = await database.work(cause, async (work) => {
    const before = await findShelfToChange(work.tx, scope, shelfId.toLowerCase());
    if (before === null) throw notFound('Shelf');
    const { id, stockItemId } = before;
    await lockShelvesOfItems(work.tx, [stockItemId]);
    await findItemsForUpdate(work.tx, scope, [stockItemId]);
    const revoked = await updateShelfRevoked(work.tx, id, new Date());
    await relevelItems(work, caller, [stockItemId], null);
    recordChange(work, caller, {
      ...{ action: 'revokeShelf', entity: { type: 'Shelf', id }, tenant: revoked },
      ...{ before: { removedAt: null }, after: { removedAt: revoked.removedAt } },
    });
    return revoked;
  });
  await devices.dismiss(shelf.id);
  return shelf;
}

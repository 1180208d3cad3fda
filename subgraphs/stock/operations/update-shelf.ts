/**
 * Calibrates a shelf, sets how long a weight has to stay on it, or moves it to another item of its outlet. The levels of both items are
 * what their shelves weigh from then on, and the ledger says by whom.
 */
import { z } from 'zod';
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { parseInput, quantity } from '../../../platform/kit/input.js';
import type { UpdateShelfInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { Shelf } from '../domain/records.js';
import {
  findShelfToChange,
  lockShelvesOfItems,
  type ShelfSettings,
  updateShelfSettings,
} from '../store/shelves.js';
import { findItemsForUpdate } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { requireWeighed, shelfInput } from './register-shelf.js';
import { relevelItems } from './relevel-items.js';

const LONGEST_STABLE_MILLISECONDS = 600_000;

const changesInput = z.object({
  stockItemId: z.string().nullish(),
  gramsPerUnit: shelfInput.shape.gramsPerUnit.nullish(),
  tareGrams: shelfInput.shape.tareGrams.nullish(),
  stableMilliseconds: quantity(0, LONGEST_STABLE_MILLISECONDS).nullish(),
  thresholdGrams: quantity(0, MAXIMUM_QUANTITY, { whole: false }).nullish(),
});

export async function updateShelf(caller: Context, input: UpdateShelfInput): Promise<Shelf> {
  const { database, identity, cause } = caller;
  const changes = parseInput(changesInput, input);
  const { shelfId } = input;
  if (!isId(shelfId)) throw notFound('Shelf');
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    const before = await findShelfToChange(work.tx, scope, shelfId.toLowerCase());
    if (before === null) throw notFound('Shelf');
    const former = settingsOf(before);
    const settings: ShelfSettings = {
      stockItemId: changes.stockItemId?.toLowerCase() ?? former.stockItemId,
      gramsPerUnit: changes.gramsPerUnit ?? former.gramsPerUnit,
      tareGrams: changes.tareGrams ?? former.tareGrams,
      stableMilliseconds: changes.stableMilliseconds ?? former.stableMilliseconds,
      thresholdGrams: changes.thresholdGrams ?? former.thresholdGrams,
    };
    if (!isId(settings.stockItemId)) throw notFound('Stock item');
    const itemIds = [...new Set([before.stockItemId, settings.stockItemId])];
    await lockShelvesOfItems(work.tx, itemIds);
    const items = await findItemsForUpdate(work.tx, scope, itemIds);
    if (settings.stockItemId !== before.stockItemId)
      requireWeighed(
        items.find(({ id }) => id === settings.stockItemId),
        before.outletId,
      );
    const shelf = await updateShelfSettings(work.tx, before.id, settings);
    await relevelItems(work, caller, itemIds, shelf.id);
    recordChange(work, caller, {
      ...{ action: 'updateShelf', entity: { type: 'Shelf', id: shelf.id }, tenant: shelf },
      ...{ before: former, after: settings },
    });
    return shelf;
  });
}

function settingsOf(shelf: Shelf) {
  const { stockItemId, gramsPerUnit, tareGrams, stableMilliseconds, thresholdGrams } = shelf;
  return { stockItemId, gramsPerUnit, tareGrams, stableMilliseconds, thresholdGrams };
}

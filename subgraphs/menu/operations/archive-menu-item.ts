/** Head office takes an item off every menu, and puts it back. Orders that have it are untouched. */
import { notFound } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import { type MenuItem, shownItem } from '../domain/menu-item.js';
import { menuItemEvent } from '../published.js';
import { findMenuItemForUpdate, updateMenuItemArchived } from '../store/menu-items.js';
import { findOptionGroups, findRecipeLines } from '../store/recipes-and-options.js';
import { changeMenu } from './change-menu.js';
import { requireHeadOffice } from './who-may.js';

/** Changes nothing when the item is archived already. @throws NOT_FOUND */
export function archiveMenuItem(context: Context, id: string): Promise<MenuItem> {
  return setArchived(context, id, { action: 'archiveMenuItem', isArchived: true });
}

/** Changes nothing when the item is not archived. It has the recipe, options and prices that it had. @throws NOT_FOUND */
export function restoreMenuItem(context: Context, id: string): Promise<MenuItem> {
  return setArchived(context, id, { action: 'restoreMenuItem', isArchived: false });
}

async function setArchived(
  context: Context,
  id: string,
  { action, isArchived }: { readonly action: string; readonly isArchived: boolean },
): Promise<MenuItem> {
  requireHeadOffice(context);
  if (!isId(id)) throw notFound('Menu item');
  return changeMenu(context, async (work) => {
    const { tx } = work;
    const item = await findMenuItemForUpdate(tx, id);
    if (item === null) throw notFound('Menu item');
    if (item.isArchived === isArchived) return shownItem(item, new Date());
    await updateMenuItemArchived(tx, { id, isArchived });
    const changed = { ...item, isArchived, version: item.version + 1 };
    work.emit(menuItemEvent(changed, await findRecipeLines(tx, [id]), await findOptionGroups(tx, [id])));
    recordChange(work, context, {
      ...{ action, entity: { type: 'MenuItem', id }, tenant: CHAIN },
      ...{ before: { isArchived: item.isArchived }, after: { isArchived } },
    });
    return shownItem(changed, new Date());
  });
}

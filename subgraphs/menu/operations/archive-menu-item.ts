/** Head office takes an item off every menu. Orders that have it are untouched. */
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
export async function archiveMenuItem(context: Context, id: string): Promise<MenuItem> {
  requireHeadOffice(context);
  if (!isId(id)) throw notFound('Menu item');
  return changeMenu(context, async (work) => {
    const { tx } = work;
    const item = await findMenuItemForUpdate(tx, id);
    if (item === null) throw notFound('Menu item');
    if (item.isArchived) return shownItem(item, new Date());
    await updateMenuItemArchived(tx, id);
    const archived = { ...item, isArchived: true, version: item.version + 1 };
    work.emit(menuItemEvent(archived, await findRecipeLines(tx, [id]), await findOptionGroups(tx, [id])));
    recordChange(work, context, {
      ...{ action: 'archiveMenuItem', entity: { type: 'MenuItem', id }, tenant: CHAIN },
      ...{ before: { isArchived: false }, after: { isArchived: true } },
    });
    return shownItem(archived, new Date());
  });
}
